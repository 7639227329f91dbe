#include "scenario/why_not.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "check/reasons.hpp"
#include "run/engine.hpp"
#include "scenario/describe.hpp"
#include "scenario/under_way.hpp"
#include "scenario/obstacles.hpp"
#include "scenario/why.hpp"

namespace segue {

namespace {

// What the fields of a rule were, at an event that its trigger names.
Values slots_of(const Rule& rule, const Note& event) { // both of one version
    Values slots(rule.slots.size());
    for (std::uint32_t p = 0; p < rule.trigger.patterns.size(); ++p) {
        if (rule.trigger.patterns[p].event != event.event) continue;
        for (std::size_t i = 0; i < slots.size(); ++i)
            if (p < rule.slots[i].fields.size() && rule.slots[i].fields[p] < event.fields.size()) slots[i] = event.fields[rule.slots[i].fields[p]];
        break;
    }
    return slots;
}

// Whether a text with holes can come to say that.
bool can_say(const Text& text, std::string_view said) {
    bool hole = false;
    for (const auto& part : text) {
        if (part.hole) {
            hole = true;
            continue;
        }
        const auto at = hole ? said.find(part.literal) : said.starts_with(part.literal) ? 0 : std::string_view::npos;
        if (at == std::string_view::npos) return false;
        said.remove_prefix(at + part.literal.size());
        hole = false;
    }
    return hole || said.empty();
}

class Search {
public:
    Search(World& world, const Fan& fan, const Expected& wanted, const Trace& trace, const std::vector<Action>& actions)
        : world_(world), program_(world.program()), fan_(fan), wanted_(wanted), trace_(trace), actions_(actions) {}

    std::vector<Obstacle> rules() {
        std::vector<Obstacle> out;
        for (std::uint32_t r = 0; r < program_.rules.size(); ++r)
            if (const auto step = doing(program_, program_.rules[r])) out.push_back(of_rule(r, *step));
        // What began under a rule that is another one now, or gone, finishes as it began.
        for (const auto& r : fan_.responses) {
            if (current_rule(world_, r.version, r.rule) != none) continue;
            const auto& program = *world_.versions[r.version].program;
            const auto& rule = program.rules[r.rule];
            if (!doing(program, rule)) continue;
            out.push_back({none, fmt::format("{} (on {})", rule_name(world_, r.version, r.rule), describe(world_, program, rule.trigger)), {under_way(r)}, 2});
        }
        return out;
    }

private:
    std::optional<std::uint32_t> doing(const Program& program, const Rule& rule) const;
    bool does(const Program& program, const Step& s) const;
    bool fixes(const Program& program, const Rule& rule, const Step& s, Values& slots) const;
    Obstacle of_rule(std::uint32_t index, std::uint32_t step);
    std::string under_way(const Response& r);
    std::string story(const Note& started, std::uint32_t index, std::uint32_t step);
    std::string when(Time time) { return clock_text(world_, fan_, time); }

    World& world_;
    const Program& program_;
    const Fan& fan_;
    const Expected& wanted_;
    const Trace& trace_;
    const std::vector<Action>& actions_;
};

bool Search::does(const Program& program, const Step& s) const {
    const auto route = [&] {
        return std::any_of(s.routes.begin(), s.routes.end(), [&](const Route& r) {
            if (wanted_.channel != none && program.channels[r.channel].symbol != program_.channels[wanted_.channel].symbol) return false;
            const bool text = !wanted_.text || (r.text && can_say(*r.text, *wanted_.text));
            return text && (!wanted_.subject || !r.subject || can_say(*r.subject, *wanted_.subject));
        });
    };
    const auto goals = [&] {
        return std::all_of(wanted_.goals.begin(), wanted_.goals.end(), [&](const Goal& g) {
            return std::any_of(s.goals.begin(), s.goals.end(), [&](const Goal& other) { return other.name == g.name; });
        });
    };
    switch (wanted_.kind) {
    case Expected::Kind::Prompt: return s.act == Act::Prompt && route() && goals();
    case Expected::Kind::Send: return s.act == Act::Send && route();
    case Expected::Kind::Reply: return s.act == Act::Reply && route();
    case Expected::Kind::Tag:
    case Expected::Kind::Untag: return s.act == (wanted_.kind == Expected::Kind::Tag ? Act::Tag : Act::Untag) && world_.ledger->symbols.text(s.tag) == wanted_.tag;
    case Expected::Kind::Arm: return s.act == Act::Split && program.splits[s.split].name == wanted_.split;
    default: return false;
    }
}

// What the fields of the rule have to be, for its goals to be those that are asked about: `prompt save("t1")`. False if they never are.
bool Search::fixes(const Program& program, const Rule& rule, const Step& s, Values& slots) const {
    slots.resize(rule.slots.size());
    for (const auto& goal : wanted_.goals)
        for (const auto& wanted : goal.pattern.matches) {
            if (wanted.op != Compare::Equal || wanted.value.op != Op::Constant) continue;
            for (const auto& other : s.goals) {
                if (other.name != goal.name || other.pattern.event == none) continue;
                for (const auto& m : other.pattern.matches) {
                    if (program.events[other.pattern.event].fields[m.field].name != program_.events[goal.pattern.event].fields[wanted.field].name || m.op != Compare::Equal) continue;
                    if (m.value.op == Op::Constant && m.value.value != wanted.value.value) return false;
                    if (m.value.op == Op::Field) slots[m.value.index] = wanted.value.value;
                }
            }
        }
    return true;
}

std::optional<std::uint32_t> Search::doing(const Program& program, const Rule& rule) const {
    Values slots;
    for (std::uint32_t i = 0; i < rule.steps.size(); ++i)
        if (does(program, rule.steps[i]) && fixes(program, rule, rule.steps[i], slots)) return i;
    return std::nullopt;
}

std::string Search::under_way(const Response& r) {
    const auto key = r.key.missing() ? std::string() : fmt::format(" for {}", write(world_, *world_.versions[r.version].program, r.key));
    return fmt::format("it is under way{}, and waits {}", key, wait_text(world_, fan_, r));
}

// What became of a response that ended.
std::string Search::story(const Note& started, std::uint32_t index, std::uint32_t step) {
    const auto& rule = program_.rules[index];
    auto text = fmt::format("it started at {}", when(started.time));
    for (const auto& note : trace_) {
        if (note.response != started.response || note.fan != fan_.number) continue;
        if (note.kind == Note::Kind::Dropped) text += fmt::format(", and was dropped at {} by its `until {}`", when(note.time), until_text(world_, program_, rule));
        if (note.kind == Note::Kind::Branch) text += ", " + branch_text(world_, note);
        const bool acted = std::any_of(actions_.begin(), actions_.end(), [&](const Action& a) { return a.time == note.time && a.rule_index == note.rule && a.step == note.step && a.version == note.version && a.fan == fan_.id; });
        if (note.kind == Note::Kind::Step && note.step == step && !acted && (rule.steps[step].act == Act::Tag || rule.steps[step].act == Act::Untag))
            text += rule.steps[step].act == Act::Tag ? ", when the tag was set already" : ", when the tag was not set";
        if (note.kind == Note::Kind::Ended) text += note.time == started.time ? ", and ended at once" : fmt::format(", and ended at {}", when(note.time));
    }
    for (const auto& action : actions_) {
        const bool ours = action.kind == Action::Kind::Suppressed && action.rule_index != none && current_rule(world_, action.version, action.rule_index) == index && action.fan == fan_.id && action.step == step;
        if (!ours || action.time < started.time) continue;
        const auto* reason = find_reason(action.reason);
        text += fmt::format("; at {} it was suppressed, `{}`: {}", when(action.time), action.reason, reason ? reason->because : "");
    }
    return text;
}

Obstacle Search::of_rule(std::uint32_t index, std::uint32_t step) {
    const auto& rule = program_.rules[index];
    Obstacle out{index, fmt::format("{} (on {})", rule.name, describe(world_, program_, rule.trigger)), {}, 0};
    Values fixed;
    fixes(program_, rule, rule.steps[step], fixed);
    const auto agrees = [&](const Values& slots) {
        for (std::size_t i = 0; i < fixed.size(); ++i)
            if (!fixed[i].missing() && i < slots.size() && slots[i] != fixed[i]) return false;
        return true;
    };
    // What became of it the last time that it was considered.
    const Note* last = nullptr;
    const Note* event = nullptr;
    const Note* at_event = nullptr; // that `last` was considered at
    for (const auto& note : trace_) {
        if (note.fan != fan_.number) continue;
        if (note.kind == Note::Kind::Event) event = &note;
        if ((note.kind != Note::Kind::Passed && note.kind != Note::Kind::Started) || current_rule(world_, note.version, note.rule) != index) continue;
        const auto* now = event && event->time == note.time && event->version == note.version ? event : nullptr;
        if (now && !agrees(slots_of(world_.versions[note.version].program->rules[note.rule], *now))) continue;
        last = &note;
        at_event = now;
    }
    auto slots = at_event ? slots_of(rule, *at_event) : fixed;
    std::uint32_t from = 0;
    Time begin = world_.clock;
    bool waits = false, held = false, replaced_waits = false;
    for (const auto& r : fan_.responses) {
        if (r.rule_key != rule.key) continue;
        if (current_rule(world_, r.version, r.rule) != index) {
            replaced_waits = true;
            continue;
        }
        const Values theirs(r.slots.begin(), r.slots.end());
        if (!agrees(theirs)) continue;
        waits = true;
        out.because.push_back(under_way(r));
        slots = theirs;
        from = r.pc;
        begin = r.wait.due;
        held = r.wait.kind == Wait::Kind::Quiet || r.wait.kind == Wait::Kind::Limit;
    }
    out.near = waits || (last && last->kind == Note::Kind::Started) ? 2 : last ? 1 : 0;
    if (!waits && last && last->kind == Note::Kind::Started) out.because.push_back(story(*last, index, step));
    else if (!waits && last && at_event) out.because.push_back(fmt::format("it was last considered at {}, at `{}`, and did not start", when(last->time), event_text(world_, *at_event)));
    Obstacles now(world_, fan_, index, step, slots, waits || at_event);
    now.way(from, wanted_);
    if (!now.hopeless()) {
        if (!waits) now.start();
        // A message that is held back says itself what for.
        if (!held || from != step) now.message(begin == never ? never : now.soonest(waits && !held ? from + 1 : from, begin));
    }
    for (auto& text : now.take()) out.because.push_back(std::move(text));
    if (replaced_waits && !waits) out.because.push_back("an earlier version of it is under way: for the same thing it starts again when that has ended");
    return out;
}

} // namespace

std::string event_text(const World& world, const Note& note) {
    const auto& program = *world.versions[note.version].program;
    if (note.event >= program.events.size()) return "?";
    const auto& event = program.events[note.event];
    EventPattern pattern;
    pattern.event = note.event;
    for (std::uint32_t f = 0; f < note.fields.size() && f < event.fields.size(); ++f) {
        if (note.fields[f].missing()) continue;
        Expr value;
        value.value = note.fields[f];
        pattern.matches.push_back({f, Compare::Equal, std::move(value), false});
    }
    return describe(world, program, pattern, static_cast<const Rule*>(nullptr));
}

std::string why_passed(World& world, const Fan& fan, const Note& passed, const Values& slots) {
    const auto& program = world.program();
    const auto& rule = program.rules[passed.rule];
    const Asking asking{world, program, fan, slots.data(), passed.time};
    switch (passed.why) {
    case Note::Why::Count:
        if (rule.trigger.kind == TriggerKind::Every) return fmt::format("this is number {}, and it starts at each multiple of {}", passed.count, rule.trigger.count);
        return fmt::format("{} of {} for `{}`", passed.count, rule.trigger.count, describe(world, program, rule.trigger));
    case Note::Why::Condition: {
        const auto parts = rule.when ? blame(asking, *rule.when, true, &rule) : std::vector<std::string>{};
        return parts.empty() ? "its `when` was not so" : parts[0] + (parts.size() > 1 ? fmt::format(" (and {} more)", parts.size() - 1) : "");
    }
    case Note::Why::Until: return "its `until` is so already";
    case Note::Why::Frequency: {
        Time at = before_all;
        for (const auto& taken : fan.taken[rule.key]) at = std::max(at, taken.at);
        if (at == before_all) return "it ran as often as it may";
        if (rule.frequency == Frequency::OnceEvery) return fmt::format("it ran at {}, and again from {} on", clock_text(world, fan, at), clock_text(world, fan, at + rule.every));
        return fmt::format("it ran at {}, and runs once{}", clock_text(world, fan, at), rule.frequency == Frequency::OncePer ? " for each " + per_text(program, rule) : "");
    }
    case Note::Why::UnderWay: return "it is under way already";
    case Note::Why::TooMany: return "the fan has too much under way";
    default: return "";
    }
}

std::vector<Obstacle> why_not(World& world, const Fan& fan, const Expected& expected, const Trace& trace, const std::vector<Action>& actions, const Program& program) {
    const Asking asking{world, program, fan, nullptr, world.clock};
    if (expected.kind == Expected::Kind::Stage) {
        const auto& stage = program.stages[expected.stage].name;
        if (fan.stage > static_cast<int>(expected.stage))
            return {{none, "stage " + stage, {fmt::format("the stage is {}: {} was entered before or passed over, and a stage never falls", program.stages[static_cast<std::size_t>(fan.stage)].name, stage)}}};
        if (fan.stage == static_cast<int>(expected.stage)) return {};
        return {{none, "stage " + program.stages[expected.stage].name, blame(asking, program.stages[expected.stage].condition)}};
    }
    if (expected.kind == Expected::Kind::Condition) {
        if (holds(asking, expected.condition)) return {};
        return {{none, describe(world, program, expected.condition), blame(asking, expected.condition)}};
    }
    auto out = Search(world, fan, expected, trace, actions).rules();
    std::stable_sort(out.begin(), out.end(), [](const Obstacle& a, const Obstacle& b) { return a.near > b.near; });
    return out;
}

} // namespace segue
