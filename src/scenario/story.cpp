#include "scenario/story.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "check/reasons.hpp"
#include "scenario/describe.hpp"
#include "text/utf8.hpp"
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
    case Note::Why::Quiet: return "held back by quiet hours";
    case Note::Why::Limit: return "held back by a limit";
    default: return "waits";
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
std::string action_text(const World& world, const Fan& fan, Action action) {
    action.fan = fan.id;
    action.rule_index = none;
    const bool routed = action.kind == Action::Kind::Suppressed && action.goal.empty() && action.of == "send";
    if (routed) action.goal = action.channel;
    return expectation_of(world, action);
}

} // namespace

std::string render_story(World& world, const Fan& fan, const std::vector<JournalEntry>& entries, bool color) {
    const auto rule_named = [&](const std::string& name) -> const Rule* { // as it is now: it may have been another
        const auto& rules = world.program().rules;
        const auto it = std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.name == name; });
        return it == rules.end() ? nullptr : &*it;
    };
    std::string out;
    for (const auto& entry : entries) {
        std::string head;
        bool timer = true;
        for (const auto& item : entry.items) {
            if (item.kind != Note::Kind::Event && item.kind != Note::Kind::Known && item.kind != Note::Kind::Joined) continue;
            timer = false;
        }
        if (timer) head = entry.cause.empty() ? "the catalogue changed" : fmt::format("time came ({})", entry.cause);
        else head = entry.cause;
        out += fmt::format("{}  {}\n", paint(color, "1", clock_text(world, fan, entry.time)), paint(color, "2", head));
        const auto line = [&](const std::string& text, const std::string& rule, std::string_view code) {
            const auto width = display_width(text);
            out += "    " + paint(color, code, text) + (rule.empty() ? "" : std::string(width < rule_column ? rule_column - width : 2, ' ') + paint(color, "2", rule)) + "\n";
        };
        for (const auto& item : entry.items) {
            const auto due = [&] { return item.due == never ? std::string("its release is known and out") : clock_text(world, fan, item.due); };
            switch (item.kind) {
            case Note::Kind::Event: line(event_text(item, world) + (item.whole ? "" : ": held already, no new action"), "", item.whole ? "1;34" : "2"); break;
            case Note::Kind::Known: line("what is known about the fan", "", "1;34"); break;
            case Note::Kind::Joined: line("another id turned out to be this fan", "", "1;34"); break;
            case Note::Kind::Passed: {
                auto why = std::string(why_text(item.why));
                if (const auto* rule = rule_named(item.rule); rule && item.why == Note::Why::Condition && rule->when) why += fmt::format(": `{}`", describe(world, world.program(), *rule->when, rule));
                line("not started: " + why, item.rule, "2");
                break;
            }
            case Note::Kind::Started: break; // what comes of it says so
            case Note::Kind::Paused: line(fmt::format("{} until {}", why_text(item.why), due()), item.rule, "0"); break;
            case Note::Kind::Moved: line(fmt::format("what it waits for has moved: until {}", due()), item.rule, "0"); break;
            case Note::Kind::Resumed: line("goes on", item.rule, "0"); break;
            case Note::Kind::Dropped: {
                std::vector<std::string> until;
                if (const auto* rule = rule_named(item.rule))
                    for (const auto& pattern : rule->until) until.push_back(describe(world, world.program(), pattern, rule));
                line(fmt::format("dropped by its `until{}{}`", until.empty() ? "" : " ", fmt::join(until, " or ")), item.rule, "33");
                break;
            }
            case Note::Kind::Ended:
                if (!item.whole) line("ended without having said anything", item.rule, "2");
                break;
            case Note::Kind::Action: {
                const auto text = action_text(world, fan, item.action);
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
    for (const auto& entry : entries) {
        Json items = Json::array();
        for (const auto& item : entry.items) {
            Json one{{"kind", word(item.kind)}};
            if (item.kind == Note::Kind::Event) {
                one["event"] = item.event;
                one["text"] = event_text(item, world);
                one["new"] = item.whole;
            }
            if (!item.rule.empty()) one["rule"] = item.rule;
            if (item.why != Note::Why::None) one["why"] = word(item.why);
            if (item.kind == Note::Kind::Paused || item.kind == Note::Kind::Moved) one["until"] = item.due == never ? Json(nullptr) : Json(to_rfc3339(item.due));
            if (item.kind == Note::Kind::Ended) one["emitted"] = item.whole;
            if (item.kind == Note::Kind::Action) {
                auto action = item.action;
                action.time = entry.time;
                action.fan = fan.id;
                action.cause = entry.cause;
                auto json = Json::parse(to_json(action));
                json.erase("id");
                one["action"] = std::move(json);
            }
            items.push_back(std::move(one));
        }
        all.push_back({{"time", to_rfc3339(entry.time)}, {"cause", entry.cause}, {"happened", std::move(items)}});
    }
    Json stage = fan.stage < 0 ? Json(nullptr) : Json(world.program().stages[static_cast<std::size_t>(fan.stage)].name);
    return {{"version", 1}, {"fan", fan.id}, {"also", fan.aliases}, {"first_seen", to_rfc3339(fan.first_seen)}, {"stage", std::move(stage)}, {"clock", to_rfc3339(world.clock)}, {"story", std::move(all)}};
}

} // namespace segue
