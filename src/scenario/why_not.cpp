#include "scenario/why_not.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "check/reasons.hpp"
#include "run/engine.hpp"
#include "scenario/describe.hpp"
#include "scenario/why.hpp"

namespace segue {

namespace {

bool uses_fields(const Program& program, const Expr& e) {
    if (e.op == Op::Field) return true;
    if (e.op == Op::Count || e.op == Op::Distinct || e.op == Op::Since)
        for (const auto& m : program.queries[e.index].matches)
            if (uses_fields(program, m.value)) return true;
    return std::any_of(e.kids.begin(), e.kids.end(), [&](const Expr& kid) { return uses_fields(program, kid); });
}

bool uses_fields(const Program& program, const EventPattern& pattern) {
    return std::any_of(pattern.matches.begin(), pattern.matches.end(), [&](const Match& m) { return uses_fields(program, m.value); });
}

// What the fields of a rule were, at an event that its trigger names.
std::vector<Value> slots_of(const Rule& rule, const Note& event) { // both of one version
    std::vector<Value> slots(rule.slots.size());
    for (std::uint32_t p = 0; p < rule.trigger.patterns.size(); ++p) {
        if (rule.trigger.patterns[p].event != event.event) continue;
        for (std::size_t i = 0; i < slots.size(); ++i)
            if (p < rule.slots[i].fields.size() && rule.slots[i].fields[p] < event.fields.size()) slots[i] = event.fields[rule.slots[i].fields[p]];
        break;
    }
    return slots;
}

class Search {
public:
    Search(World& world, const Fan& fan, const Expected& wanted, const Trace& trace, const std::vector<Action>& actions)
        : world_(world), program_(world.program()), version_(world.current()), fan_(fan), wanted_(wanted), trace_(trace), actions_(actions) {}

    std::vector<Obstacle> rules() {
        std::vector<Obstacle> out;
        for (std::uint32_t r = 0; r < program_.rules.size(); ++r) {
            rule_ = &program_.rules[r];
            index_ = r;
            const auto step = std::find_if(rule_->steps.begin(), rule_->steps.end(), [&](const Step& s) { return does(s); });
            if (step == rule_->steps.end()) continue;
            step_ = static_cast<std::uint32_t>(step - rule_->steps.begin());
            because_.clear();
            started_ = false;
            near_ = 0;
            history();
            if (!started_) start();
            message();
            out.push_back({r, fmt::format("{} (on {})", rule_->name, describe(world_, program_, rule_->trigger)), because_, near_});
        }
        return out;
    }

private:
    bool does(const Step& s) const;
    void history();
    void start();
    void trigger();
    void message();
    void say(std::string text) { because_.push_back(std::move(text)); }
    std::string when(Time time) { return clock_text(world_, fan_, time); }
    Asking asking() const { return {world_, program_, fan_, slots_.empty() ? nullptr : slots_.data(), world_.clock}; }

    World& world_;
    const Program& program_;
    const Version& version_;
    const Fan& fan_;
    const Expected& wanted_;
    const Trace& trace_;
    const std::vector<Action>& actions_;
    const Rule* rule_ = nullptr;
    std::uint32_t index_ = 0, step_ = 0;
    std::vector<std::string> because_;
    int near_ = 0;
    bool started_ = false;      // and is under way, or came as far as the step
    std::vector<Value> slots_;  // of the last event that it was considered at
};

bool Search::does(const Step& s) const {
    const auto channel = [&] { return wanted_.channel == none || std::any_of(s.routes.begin(), s.routes.end(), [&](const Route& r) { return r.channel == wanted_.channel; }); };
    const auto goals = [&] {
        return std::all_of(wanted_.goals.begin(), wanted_.goals.end(), [&](const Goal& g) {
            return std::any_of(s.goals.begin(), s.goals.end(), [&](const Goal& other) { return other.name == g.name; });
        });
    };
    switch (wanted_.kind) {
    case Expected::Kind::Prompt: return s.act == Act::Prompt && channel() && goals();
    case Expected::Kind::Send: return s.act == Act::Send && channel();
    case Expected::Kind::Reply: return s.act == Act::Reply;
    case Expected::Kind::Tag:
    case Expected::Kind::Untag: return s.act == (wanted_.kind == Expected::Kind::Tag ? Act::Tag : Act::Untag) && world_.ledger->symbols.text(s.tag) == wanted_.tag;
    case Expected::Kind::Arm: return s.act == Act::Split && program_.splits[s.split].name == wanted_.split;
    default: return false;
    }
}

// What became of it the last time that it was considered.
void Search::history() {
    const Note* last = nullptr;
    const Note* event = nullptr;
    const Note* before = nullptr; // the event that `last` was considered at
    for (const auto& note : trace_) {
        if (note.fan != fan_.number) continue;
        if (note.kind == Note::Kind::Event) event = &note;
        const bool ours = note.version + 1 == world_.versions.size() && note.rule == index_;
        if (!ours || (note.kind != Note::Kind::Passed && note.kind != Note::Kind::Started)) continue;
        last = &note;
        before = event && event->time == note.time && event->version == note.version ? event : nullptr;
    }
    slots_.clear();
    if (before) slots_ = slots_of(*rule_, *before);
    for (const auto& r : fan_.responses) {
        if (r.rule_key != rule_->key) continue;
        started_ = true;
        const auto& step = world_.versions[r.version].program->rules[r.rule].steps[r.pc];
        const auto due = due_text(world_, fan_, r.wait.due);
        if (r.wait.kind == Wait::Kind::Quiet) say(fmt::format("it waits for the end of quiet hours, {}", due));
        else if (r.wait.kind == Wait::Kind::Limit) say(fmt::format("it waits until a limit opens, {}", due));
        else if (r.wait.kind == Wait::Kind::For) say(fmt::format("it waits for `{}`, {}", describe(world_, *world_.versions[r.version].program, step.pattern, r.wait.values.data()), due));
        else say(fmt::format("it is under way and waits, {}", due));
    }
    near_ = started_ || (last && last->kind == Note::Kind::Started) ? 2 : last ? 1 : 0;
    if (started_ || !last || last->kind != Note::Kind::Started) {
        if (!started_ && last && before) say(fmt::format("it was last considered at {}, at `{}`, and did not start", when(last->time), event_text(world_, *before)));
        return;
    }
    auto text = fmt::format("it started at {}", when(last->time));
    for (const auto& note : trace_) {
        if (note.response != last->response || note.fan != fan_.number) continue;
        if (note.kind == Note::Kind::Dropped) text += fmt::format(", and was dropped at {} by its `until {}`", when(note.time), until_text(world_, program_, *rule_));
        if (note.kind == Note::Kind::Branch) text += ", " + branch_text(world_, note);
        if (note.kind == Note::Kind::Step && note.step == step_ && (rule_->steps[step_].act == Act::Tag || rule_->steps[step_].act == Act::Untag))
            text += rule_->steps[step_].act == Act::Tag ? ", the tag was set already or is" : ", the tag was not set or is not";
        if (note.kind != Note::Kind::Ended) continue;
        text += note.time == last->time ? ", and ended at once" : fmt::format(", and ended at {}", when(note.time));
    }
    for (const auto& action : actions_) {
        const bool ours = action.kind == Action::Kind::Suppressed && action.rule_index == index_ && action.version + 1 == world_.versions.size() && action.fan == fan_.id && action.step == step_;
        if (!ours || action.time < last->time) continue;
        const auto* reason = find_reason(action.reason);
        text += fmt::format("; at {} it was suppressed, `{}`: {}", when(action.time), action.reason, reason ? reason->because : "");
    }
    say(text);
}

void Search::trigger() {
    const auto& t = rule_->trigger;
    const auto asked = asking();
    switch (t.kind) {
    case TriggerKind::Event: {
        const auto& event = program_.events[t.patterns[0].event];
        const bool held = event.held && event.held_by != none && !slots_.empty();
        return say(fmt::format("`{}` would have to happen{}{}", describe(world_, program_, t), slots_.empty() ? "" : " again", held ? fmt::format(", for another {}: one that is held already is no new action", event.fields[event.held_by].name) : ""));
    }
    case TriggerKind::Count:
    case TriggerKind::Every: {
        const auto& query = program_.queries[t.query];
        if (t.per != none && slots_.empty()) return say(fmt::format("`{}` would have to happen: 0 of {} so far", describe(world_, program_, t), t.count));
        const auto n = count(asked, query);
        const auto& event = program_.events[t.patterns[0].event].name;
        if (t.kind == TriggerKind::Every) return say(fmt::format("`{}` is {}: it starts at each multiple of {}", event, n, t.count));
        std::string of;
        if (t.per != none)
            for (std::size_t i = 0; i < rule_->slots.size(); ++i)
                if (rule_->slots[i].name == program_.events[t.patterns[0].event].fields[t.per].name) of = fmt::format(" for {}", describe(world_, program_, slots_[i]));
        if (n < t.count) return say(fmt::format("`{}` is {}{}, and {} are needed: {} more would do", describe(world_, program_, t), n, of, t.count, t.count - n));
        return say(fmt::format("`{}` is reached ({}): it is considered at the next `{}`", describe(world_, program_, t), n, event));
    }
    case TriggerKind::Silence: {
        Time base = fan_.first_seen;
        if (t.need < fan_.cells.size() && !fan_.cells[t.need].empty()) base = fan_.cells[t.need][0].last;
        for (std::size_t s = 0; s < world_.silences.size() && s < fan_.silences.size(); ++s)
            if (world_.silences[s] == index_ && fan_.silences[s].considered == base)
                return say(fmt::format("this silence was considered already; the next begins with the next `{}`", program_.events[t.patterns[0].event].name));
        return say(fmt::format("`{}` is reached at {}", describe(world_, program_, t), when(base + t.span)));
    }
    case TriggerKind::Enter:
        if (fan_.stage >= static_cast<int>(t.stage)) {
            const auto& stage = program_.stages[t.stage].name;
            const bool entered = std::any_of(actions_.begin(), actions_.end(), [&](const Action& a) { return a.kind == Action::Kind::Stage && a.stage == stage && a.fan == fan_.id; });
            const auto there = program_.stages[static_cast<std::size_t>(fan_.stage)].name;
            if (fan_.stage == static_cast<int>(t.stage)) return say(fmt::format("the stage is {} already, and is entered once", there));
            return say(fmt::format("the stage is {}: {} was {}, and a stage never falls", there, stage, entered ? "entered before" : "passed over, or entered before this was known"));
        }
        for (const auto& part : blame(asked, program_.stages[t.stage].condition)) say(fmt::format("the stage {} is not reached: {}", program_.stages[t.stage].name, part));
        return;
    case TriggerKind::Release:
    case TriggerKind::Date: {
        bool any = false;
        const auto entries = t.kind == TriggerKind::Date ? std::size_t{1} : world_.catalogue.size();
        for (std::uint32_t entry = 0; entry < entries; ++entry) {
            const auto due = moment(world_, index_, entry, fan_.zone);
            if (due == never) continue;
            any = true;
            const auto of = t.kind == TriggerKind::Date ? std::string() : fmt::format(" for {}", world_.ledger->symbols.text(world_.catalogue[entry].id));
            if (due > world_.clock) say(fmt::format("its moment{} is {}", of, when(due)));
            else if (fan_.first_seen > due) say(fmt::format("its moment{}, {}, was before the fan was first seen", of, when(due)));
            else say(fmt::format("its moment{}, {}, is past", of, when(due)));
        }
        if (!any) say("the catalogue has no release with a date");
        return;
    }
    }
}

// What it would take to start now.
void Search::start() {
    trigger();
    const auto asked = asking();
    const bool unasked = rule_->when && slots_.empty() && uses_fields(program_, *rule_->when);
    if (rule_->when && !unasked)
        for (const auto& part : blame(asked, *rule_->when, true, rule_)) say("its `when`: " + part);
    if (unasked) say(fmt::format("its `when` asks what happened: `{}`", describe(world_, program_, *rule_->when, rule_)));
    for (const auto& pattern : rule_->until) {
        if (pattern.query == none || (slots_.empty() && uses_fields(program_, pattern))) continue;
        if (count(asked, program_.queries[pattern.query], compared_with(asked, pattern.matches).data()) > 0)
            say(fmt::format("its `until`, `{}`, is so already", describe(world_, program_, pattern, rule_)));
    }
    for (const auto& taken : fan_.taken) {
        if (taken.rule != rule_->key || rule_->frequency == Frequency::Always) continue;
        if (rule_->frequency == Frequency::OnceEvery) {
            if (world_.clock - taken.at < rule_->every) say(fmt::format("it ran at {}, and again from {} on", when(taken.at), when(taken.at + rule_->every)));
        } else if (taken.key.missing()) say(fmt::format("it ran at {}, and runs once", when(taken.at)));
        else say(fmt::format("it ran at {} for {}, and runs once for each", when(taken.at), write(world_, program_, taken.key)));
    }
}

// What would hold the message back now.
void Search::message() {
    const auto& step = rule_->steps[step_];
    if (step.act != Act::Prompt && step.act != Act::Send) return;
    const auto asked = asking();
    for (const auto& goal : step.goals) {
        if (goal.pattern.query == none || (slots_.empty() && uses_fields(program_, goal.pattern))) continue;
        if (count(asked, program_.queries[goal.pattern.query], compared_with(asked, goal.pattern.matches).data()) > 0)
            say(fmt::format("the goal is there already: `{}`", describe(world_, program_, {goal}, rule_)));
    }
    std::string lacking;
    bool open = false;
    for (const auto& route : step.routes) {
        const auto& channel = program_.channels[route.channel];
        if (channel.needs_consent && !consents(world_, program_, fan_, channel.symbol)) {
            lacking += (lacking.empty() ? "" : " or ") + channel.name;
            continue;
        }
        std::vector<std::uint32_t> by;
        const auto shut = closed(world_.clock, version_, fan_, route.channel, rule_->flow, world_.clock, &by);
        if (!shut.closed) open = true;
        for (const auto l : by) say(fmt::format("`{}` is used up, and opens at {}", describe(program_, program_.limits[l]), when(shut.opens)));
        for (const auto q : quiet_now(world_, world_.clock, program_, fan_, route.channel, rule_->flow)) say(fmt::format("`{}` holds now, for the fan", describe(program_, program_.quiets[q])));
    }
    if (!open && !lacking.empty()) say(fmt::format("there is no consent to {0}", lacking));
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

std::string why_passed(World& world, const Fan& fan, const Note& passed, const Note* event) {
    const auto& program = *world.versions[passed.version].program;
    const auto& rule = program.rules[passed.rule];
    const auto slots = event ? slots_of(rule, *event) : std::vector<Value>(rule.slots.size());
    const Asking asking{world, program, fan, slots.data(), world.clock};
    switch (passed.why) {
    case Note::Why::Count: {
        const auto n = count(asking, program.queries[rule.trigger.query]);
        if (rule.trigger.kind == TriggerKind::Every) return fmt::format("this is number {}, and it starts at each multiple of {}", n, rule.trigger.count);
        return fmt::format("{} of {} for `{}`", n, rule.trigger.count, describe(world, program, rule.trigger));
    }
    case Note::Why::Condition: {
        const auto parts = rule.when ? blame(asking, *rule.when, true, &rule) : std::vector<std::string>{};
        return parts.empty() ? "its `when` was not so" : parts[0] + (parts.size() > 1 ? fmt::format(" (and {} more)", parts.size() - 1) : "");
    }
    case Note::Why::Until: return "its `until` is so already";
    case Note::Why::Frequency: {
        Time at = before_all;
        for (const auto& taken : fan.taken)
            if (taken.rule == rule.key) at = std::max(at, taken.at);
        if (at == before_all) return "it ran as often as it may";
        if (rule.frequency == Frequency::OnceEvery) return fmt::format("it ran at {}, and again from {} on", clock_text(world, fan, at), clock_text(world, fan, at + rule.every));
        return fmt::format("it ran at {}, and runs once{}", clock_text(world, fan, at), rule.frequency == Frequency::OncePer ? " for each" : "");
    }
    case Note::Why::UnderWay: return "it is under way already";
    case Note::Why::TooMany: return "the fan has too much under way";
    default: return "";
    }
}

std::vector<Obstacle> why_not(World& world, const Fan& fan, const Expected& expected, const Trace& trace, const std::vector<Action>& actions, const Program& program) {
    const Asking asking{world, program, fan, nullptr, world.clock};
    if (expected.kind == Expected::Kind::Stage) {
        if (fan.stage >= static_cast<int>(expected.stage)) return {};
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
