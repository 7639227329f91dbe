#include "scenario/story.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "check/reasons.hpp"
#include "scenario/describe.hpp"
#include "scenario/under_way.hpp"
#include "text/columns.hpp"
#include "text/plain.hpp"

namespace segue {

namespace {

constexpr std::size_t rule_column = 72;

std::string event_text(const JournalItem& item, const World& world) {
    std::string key, rest;
    const auto event = world.program().event(item.event);
    const auto* fields = event ? &world.program().events[*event].fields : nullptr;
    const auto first = fields && !fields->empty() ? (*fields)[0].name : std::string();
    for (const auto& [field, written] : item.fields) {
        auto value = written;
        if (fields)
            for (const auto& f : *fields)
                if (f.name == field && value.size() > 1 && value[0] == '"' && (f.type == Type::Channel || (f.type == Type::Release && world.catalogue_index.contains(world.ledger->symbols.intern(value.substr(1, value.size() - 2)))))) value = value.substr(1, value.size() - 2);
        if (field == first) key = value;
        else rest += fmt::format("{}{}: {}", rest.empty() ? "" : ", ", field, value);
    }
    if (key.empty() && rest.empty()) return item.event;
    return fmt::format("{}({}{}{})", item.event, key, !key.empty() && !rest.empty() ? ", " : "", rest);
}

std::string_view why_text(Note::Why why) {
    switch (why) {
    case Note::Why::Count: return "its count is not there yet";
    case Note::Why::Condition: return "its `when` was not so";
    case Note::Why::Until: return "its `until` was so already";
    case Note::Why::Frequency: return "it ran as often as it may";
    case Note::Why::UnderWay: return "it was under way already";
    case Note::Why::TooMany: return "the fan had too much under way";
    default: return "";
    }
}

std::string_view word(Note::Kind kind) {
    switch (kind) {
    case Note::Kind::Event: return "event";
    case Note::Kind::Passed: return "not_started";
    case Note::Kind::Started: return "started";
    case Note::Kind::Paused: return "paused";
    case Note::Kind::Resumed: return "resumed";
    case Note::Kind::Dropped: return "dropped";
    case Note::Kind::Ended: return "ended";
    case Note::Kind::Action: return "action";
    case Note::Kind::Known: return "profile";
    case Note::Kind::Joined: return "joined";
    case Note::Kind::Moved: return "moved";
    default: return "";
    }
}

std::string_view word(Note::Why why) {
    switch (why) {
    case Note::Why::Count: return "count";
    case Note::Why::Condition: return "condition";
    case Note::Why::Until: return "until";
    case Note::Why::Frequency: return "frequency";
    case Note::Why::UnderWay: return "under_way";
    case Note::Why::TooMany: return "too_many";
    case Note::Why::Quiet: return "quiet";
    case Note::Why::Limit: return "limit";
    case Note::Why::Wait: return "wait";
    default: return "";
    }
}

// What an action says, with the channel that a suppressed one had in mind.
std::string action_text(const World& world, const std::string& fan, Action action) {
    action.fan = fan;
    action.rule_index = none;
    const bool routed = action.kind == Action::Kind::Suppressed && action.goal.empty() && action.of == "send";
    if (routed) action.goal = action.channel;
    return expectation_of(world, action);
}

// Under which ids things happened to those who turned out to be this fan, by their numbers.
std::map<std::uint32_t, std::string> ids_of_others(const std::vector<JournalEntry>& entries) {
    std::map<std::uint32_t, std::string> out;
    for (const auto& entry : entries)
        if (entry.joined != none) out.emplace(entry.joined, entry.joined_id);
    return out;
}

} // namespace

std::string render_story(World& world, const Fan& fan, const std::vector<JournalEntry>& entries, bool color) {
    const auto others = ids_of_others(entries);
    std::string out;
    std::string program = entries.empty() ? "" : entries[0].program;
    for (const auto& entry : entries) {
        if (entry.program != program) out += paint(color, "2", "another version of the program from here on") + "\n";
        program = entry.program;
        const auto rule_named = [&](const std::string& name) -> const Rule* { // of the version that is known
            if (entry.program != world.program().version) return nullptr;
            const auto& rules = world.program().rules;
            const auto it = std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.name == name; });
            return it == rules.end() ? nullptr : &*it;
        };
        const bool timer = std::none_of(entry.items.begin(), entry.items.end(), [](const JournalItem& i) { return i.kind == Note::Kind::Event || i.kind == Note::Kind::Known || i.kind == Note::Kind::Joined; });
        auto head = !timer ? entry.cause : entry.cause.empty() ? "the catalogue changed" : fmt::format("time came ({})", entry.cause);
        const auto other = others.find(entry.fan);
        const auto& id = other == others.end() ? fan.id : other->second;
        if (other != others.end()) head += ", as " + fan_name(id);
        out += fmt::format("{}  {}\n", paint(color, "1", clock_text(world, fan, entry.time)), paint(color, "2", head));
        const auto line = [&](const std::string& text, const std::string& rule, std::string_view code) {
            for (const auto& row : beside(text, rule, rule_column)) out += "    " + paint(color, code, row.text) + paint(color, "2", row.margin) + "\n";
        };
        for (const auto& item : entry.items) {
            const auto due = [&] { return item.due == never ? std::string("until its release is known and out") : until_time(world, fan, item.due); };
            switch (item.kind) {
            case Note::Kind::Event: {
                const auto late = item.due < entry.time ? fmt::format(", of {}", clock_text(world, fan, item.due)) : std::string();
                line(event_text(item, world) + late + (item.whole ? "" : ": held already, no new action"), "", item.whole ? "1;34" : "2");
                break;
            }
            case Note::Kind::Known: line("what is known about the fan", "", "1;34"); break;
            case Note::Kind::Joined: line(fmt::format("{} turned out to be this fan", fan_name(entry.joined_id)), "", "1;34"); break;
            case Note::Kind::Passed: {
                auto why = item.why == Note::Why::Count ? fmt::format("its count is not there yet: {}", item.count) : std::string(why_text(item.why));
                if (const auto* rule = rule_named(item.rule); rule && item.why == Note::Why::Count) why += fmt::format(" for `{}`", describe(world, world.program(), rule->trigger));
                if (const auto* rule = rule_named(item.rule); rule && item.why == Note::Why::Condition && rule->when) why += fmt::format(": `{}`", describe(world, world.program(), *rule->when, rule));
                line("not started: " + why, item.rule, "2");
                break;
            }
            case Note::Kind::Started: break; // what comes of it says so
            case Note::Kind::Paused: line(fmt::format("{} {}", item.why == Note::Why::Wait ? "waits" : held_back(item.why, item.whole), due()), item.rule, "0"); break;
            case Note::Kind::Moved: line(fmt::format("what it waits for has moved: {}", due()), item.rule, "0"); break;
            case Note::Kind::Resumed: line("goes on", item.rule, "0"); break;
            case Note::Kind::Dropped: {
                const auto* rule = rule_named(item.rule);
                line(fmt::format("dropped by its `until{}`", rule ? " " + until_text(world, world.program(), *rule) : ""), item.rule, "33");
                break;
            }
            case Note::Kind::Ended:
                if (!item.whole) line("ended without having said anything", item.rule, "2");
                break;
            case Note::Kind::Action: {
                const auto text = action_text(world, id, item.action);
                if (item.action.kind == Action::Kind::Suppressed) {
                    const auto* reason = find_reason(item.action.reason);
                    line(fmt::format("{}: {}", text, reason ? reason->because : ""), item.rule, "33");
                } else line(text, item.rule, item.action.kind == Action::Kind::Stage ? "36" : "1;32");
                break;
            }
            default: break;
            }
        }
    }
    return out;
}

nlohmann::ordered_json json_of_story(World& world, const Fan& fan, const std::vector<JournalEntry>& entries) {
    using Json = nlohmann::ordered_json;
    Json all = Json::array();
    const auto others = ids_of_others(entries);
    for (const auto& entry : entries) {
        const auto other = others.find(entry.fan);
        const auto& id = other == others.end() ? fan.id : other->second;
        Json items = Json::array();
        for (const auto& item : entry.items) {
            Json one{{"kind", word(item.kind)}};
            if (item.kind == Note::Kind::Event) {
                one["event"] = item.event;
                one["text"] = event_text(item, world);
                one["new"] = item.whole;
                one["time"] = to_rfc3339(item.due);
            }
            if (item.kind == Note::Kind::Joined) one["id"] = entry.joined_id;
            if (item.kind == Note::Kind::Passed && item.why == Note::Why::Count) one["count"] = item.count;
            if (!item.rule.empty()) one["rule"] = item.rule;
            if (item.why != Note::Why::None) one["why"] = word(item.why);
            if (item.kind == Note::Kind::Paused || item.kind == Note::Kind::Moved) one["until"] = item.due == never ? Json(nullptr) : Json(to_rfc3339(item.due));
            if (item.kind == Note::Kind::Ended) one["emitted"] = item.whole;
            if (item.kind == Note::Kind::Action) {
                auto action = item.action;
                action.time = entry.time;
                action.fan = id;
                action.cause = entry.cause;
                auto json = Json::parse(to_json(action));
                json.erase("id");
                one["action"] = std::move(json);
            }
            items.push_back(std::move(one));
        }
        all.push_back({{"time", to_rfc3339(entry.time)}, {"cause", entry.cause}, {"as", id}, {"program", entry.program}, {"happened", std::move(items)}});
    }
    Json stage = fan.stage < 0 ? Json(nullptr) : Json(world.program().stages[static_cast<std::size_t>(fan.stage)].name);
    return {{"version", 1}, {"fan", fan.id}, {"also", fan.more->aliases}, {"first_seen", to_rfc3339(fan.first_seen)}, {"stage", std::move(stage)}, {"clock", to_rfc3339(world.clock)}, {"story", std::move(all)}};
}

} // namespace segue
