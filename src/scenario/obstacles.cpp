#include "scenario/obstacles.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "run/engine.hpp"
#include "scenario/describe.hpp"
#include "scenario/under_way.hpp"

namespace segue {

Obstacles::Obstacles(World& world, const Fan& fan, std::uint32_t rule, std::uint32_t step, Values slots, bool happened)
    : world_(world), program_(world.program()), fan_(fan), index_(rule), step_(step), rule_(program_.rules[rule]), slots_(std::move(slots)), happened_(happened) {
    slots_.resize(rule_.slots.size());
}

std::string Obstacles::when(Time time) const { return clock_text(world_, fan_, time); }

bool Obstacles::unknown(const Expr& e) const {
    if (happened_) return false;
    if (e.op == Op::Field) return slots_[e.index].missing();
    if (e.op == Op::Count || e.op == Op::Distinct || e.op == Op::Since)
        for (const auto& m : program_.queries[e.index].matches)
            if (unknown(m.value)) return true;
    return std::any_of(e.kids.begin(), e.kids.end(), [&](const Expr& kid) { return unknown(kid); });
}

bool Obstacles::unknown(const EventPattern& pattern) const {
    return std::any_of(pattern.matches.begin(), pattern.matches.end(), [&](const Match& m) { return unknown(m.value); });
}

const Value* Obstacles::slot(std::string_view name) const {
    for (std::size_t i = 0; i < rule_.slots.size(); ++i)
        if (rule_.slots[i].name == name && !slots_[i].missing()) return &slots_[i];
    return nullptr;
}

// ---- the way to a step -----------------------------------------------------------------------------------------------

// `by_arm`: a split leads to the fan's arm only; `by_condition`: an `if` to where it leads now.
bool Obstacles::reaches(std::uint32_t from, std::uint32_t target, bool by_arm, bool by_condition) const {
    std::vector<std::uint32_t> row{from};
    std::set<std::uint32_t> seen{from};
    for (std::size_t k = 0; k < row.size(); ++k) {
        if (row[k] == target) return true;
        const auto& s = rule_.steps[row[k]];
        std::vector<std::uint32_t> next;
        switch (s.act) {
        case Act::Split: next = by_arm ? std::vector{s.targets[arm_of(fan_, program_.splits[s.split])]} : s.targets; break;
        case Act::If:
            if (by_condition && !unknown(*s.value)) next = {holds(asking(), *s.value) ? row[k] + 1 : s.target};
            else next = {row[k] + 1, s.target};
            break;
        case Act::WaitFor: next = {row[k] + 1, s.target}; break;
        case Act::Jump: next = {s.target}; break;
        case Act::Stop: break;
        default: next = {row[k] + 1};
        }
        for (const auto pc : next)
            if (pc < rule_.steps.size() && seen.insert(pc).second) row.push_back(pc);
    }
    return false;
}

void Obstacles::way(std::uint32_t from, const Expected& wanted) {
    const auto& step = rule_.steps[step_];
    const auto other_arm = [&](const Split& split) {
        say(fmt::format("the fan has the arm {} of {}, which follows from their id: {} never comes to them", split.arms[arm_of(fan_, split)], split.name, wanted.kind == Expected::Kind::Arm ? wanted.arm : "what stands in another arm"));
        hopeless_ = true;
    };
    if (wanted.kind == Expected::Kind::Arm && !wanted.arm.empty()) {
        const auto& split = program_.splits[step.split];
        const auto& arm = split.arms[arm_of(fan_, split)];
        if (arm != wanted.arm) return other_arm(split);
        const auto& symbols = world_.ledger->symbols;
        const bool told = std::any_of(fan_.more->arms.begin(), fan_.more->arms.end(), [&](const auto& one) { return symbols.text(one.first) == split.name && symbols.text(one.second) == arm; });
        if (told) {
            say("an arm is told once: it was told before");
            hopeless_ = true;
        }
        return;
    }
    if (from != 0 && !reaches(from, step_, false, false)) {
        say("from there it does not come to it any more");
        hopeless_ = true;
        return;
    }
    if (!reaches(from, step_, true, false))
        for (std::uint32_t pc = 0; pc < rule_.steps.size(); ++pc)
            if (rule_.steps[pc].act == Act::Split && reaches(from, pc, true, false)) return other_arm(program_.splits[rule_.steps[pc].split]);
    if (!reaches(from, step_, true, true))
        for (std::uint32_t pc = 0; pc < rule_.steps.size(); ++pc) {
            const auto& s = rule_.steps[pc];
            if (s.act != Act::If || unknown(*s.value) || !reaches(from, pc, true, true)) continue;
            const bool so = holds(asking(), *s.value);
            if (!reaches(so ? s.target : pc + 1, step_, true, true)) continue; // another one as well
            for (const auto& part : blame(asking(), *s.value, !so, &rule_)) say(fmt::format("its `if {}` is {} now: {}", describe(world_, program_, *s.value, &rule_), so ? "so" : "not so", part));
        }
    const auto tagged = [&] { return std::find(fan_.more->tags.begin(), fan_.more->tags.end(), step.tag) != fan_.more->tags.end(); };
    if (step.act == Act::Tag && tagged()) say("the tag is set: it has to be taken away before it can be set again");
    if (step.act == Act::Untag && !tagged()) say("the tag is not set: it has to be set before it can be taken away");
}

Time Obstacles::soonest(std::uint32_t from, Time begin) const {
    for (auto pc = from; pc < step_; ++pc) {
        const auto& s = rule_.steps[pc];
        if (s.act == Act::WaitClock || s.act == Act::WaitDate || s.act == Act::WaitRelease || s.act == Act::WaitFor || (s.act == Act::WaitLength && s.clock)) return never;
        if (s.act == Act::WaitLength) begin += s.span;
    }
    return begin;
}

// ---- the trigger -----------------------------------------------------------------------------------------------------

void Obstacles::event() {
    const auto& t = rule_.trigger;
    const auto& event = program_.events[t.patterns[0].event];
    auto text = fmt::format("`{}` would have to happen{}", describe(world_, program_, t), happened_ ? " again" : "");
    if (t.patterns.size() > 1 || !event.held) return say(text);
    const auto holds = fan_.holds[event.hold];
    const auto any = [&](auto is) {
        for (const auto& h : holds)
            if (is(h)) return true;
        return false;
    };
    if (!any([](const Held& h) { return h.held; })) return say(text);
    std::string undone;
    for (const auto& other : program_.events)
        if (other.undoes == t.patterns[0].event) undone = fmt::format(", unless `{}` comes first", other.name);
    if (event.held_by == none) return say(fmt::format("`{}` is held already, and done once{}", event.name, undone));
    const auto fixed = std::find_if(t.patterns[0].matches.begin(), t.patterns[0].matches.end(), [&](const Match& m) { return m.field == event.held_by && m.op == Compare::Equal && m.value.op == Op::Constant; });
    const bool held = fixed != t.patterns[0].matches.end() && any([&](const Held& h) { return h.held && h.key() == fixed->value.value; });
    if (held) return say(fmt::format("`{}` is held already: it is no new action{}", describe(world_, program_, t), undone));
    if (fixed != t.patterns[0].matches.end()) return say(text);
    say(fmt::format("{}, for another {}: one that is held already is no new action{}", text, event.fields[event.held_by].name, undone));
}

void Obstacles::counted() {
    const auto& t = rule_.trigger;
    const auto& query = program_.queries[t.query];
    const auto& event = program_.events[t.patterns[0].event];
    auto slots = slots_;
    std::string of;
    if (t.per != none) {
        const auto& per = event.fields[t.per].name;
        std::size_t group = 0;
        while (group < slots.size() && rule_.slots[group].name != per) ++group;
        const auto number = [&](const Value& value) {
            slots[group] = value;
            return count({world_, program_, fan_, slots.data(), world_.clock}, query);
        };
        // Nobody said which group: the one that is nearest.
        if (group < slots.size() && slots[group].missing()) {
            Value best;
            std::uint64_t most = 0;
            const auto look = [&](const Value& value) {
                if (const auto n = value.missing() ? 0 : number(value); n > most) most = n, best = value;
            };
            for (const auto& m : query.matches) {
                if (m.value.op != Op::Field || m.value.index != group) continue;
                if (!query.held)
                    for (const auto& cell : fan_.cells[query.slot]) look(cell.values()[m.field]);
                if (query.held)
                    for (const auto& h : fan_.holds[query.slot])
                        if (h.held) look(h.field(m.field));
            }
            slots[group] = best;
        }
        if (group < slots.size() && !slots[group].missing()) of = fmt::format(" for {}", describe(world_, program_, slots[group]));
        else return say(fmt::format("`{}` would have to happen: 0 of {} so far", describe(world_, program_, t), t.count));
    }
    const auto n = count({world_, program_, fan_, slots.data(), world_.clock}, query);
    if (t.kind == TriggerKind::Every) return say(fmt::format("`{}` is {}{}: it starts at each multiple of {}", event.name, n, of, t.count));
    const auto text = describe(world_, program_, t);
    if (n < t.count) return say(fmt::format("`{}` is {}{}, and {} are needed: {} more would do", text, n, of, t.count, t.count - n));
    say(fmt::format("`{}` is reached ({}{}): it is considered at the next `{}`", text, n, of, event.name));
}

void Obstacles::silence() {
    const auto& t = rule_.trigger;
    const auto base = silent_since(fan_, t.need);
    for (std::size_t s = 0; s < world_.silences.size() && s < fan_.silences.size(); ++s)
        if (world_.silences[s] == index_ && fan_.silences[s].considered == base)
            return say(fmt::format("this silence was considered already; the next begins with the next `{}`", program_.events[t.patterns[0].event].name));
    say(fmt::format("`{}` is reached at {}", describe(world_, program_, t), when(base + t.span)));
}

void Obstacles::moments() {
    const auto& t = rule_.trigger;
    bool any = false;
    const auto* wanted = slot("release");
    const auto entries = t.kind == TriggerKind::Date ? std::size_t{1} : world_.catalogue.size();
    for (std::uint32_t entry = 0; entry < entries; ++entry) {
        const auto release = release_of(world_, rule_, entry);
        if (wanted && release != 0 && *wanted != Value::of_symbol(release)) continue;
        const auto due = moment(world_, index_, entry, fan_.zone);
        const auto of = t.kind == TriggerKind::Date ? std::string() : fmt::format(" for {}", world_.ledger->symbols.text(release));
        const bool had = world_.past.has({rule_.key, release}, fan_.number);
        if (due == never && !had) continue;
        any = true;
        if (had) say(fmt::format("its moment{} was there, and comes once{}", of, due != never && due > world_.clock ? ", also where the date has moved" : ""));
        else if (due > world_.clock) say(fmt::format("its moment{} is {}", of, when(due)));
        else if (fan_.first_seen > due) say(fmt::format("its moment{}, {}, was before the fan was first seen", of, when(due)));
        else say(fmt::format("its moment{}, {}, is past", of, when(due)));
    }
    if (any) return;
    say(wanted ? awaited(world_, wanted->symbol()) + ", so it has no moment" : "the catalogue has no release with a date");
}

void Obstacles::trigger() {
    const auto& t = rule_.trigger;
    switch (t.kind) {
    case TriggerKind::Event: return event();
    case TriggerKind::Count:
    case TriggerKind::Every: return counted();
    case TriggerKind::Silence: return silence();
    case TriggerKind::Enter: {
        const auto& stage = program_.stages[t.stage].name;
        if (fan_.stage < static_cast<int>(t.stage)) {
            for (const auto& part : blame(asking(), program_.stages[t.stage].condition)) say(fmt::format("the stage {} is not reached: {}", stage, part));
            return;
        }
        const auto& there = program_.stages[static_cast<std::size_t>(fan_.stage)].name;
        if (fan_.stage == static_cast<int>(t.stage)) return say(fmt::format("the stage is {} already, and is entered once", there));
        return say(fmt::format("the stage is {}: {} was entered before or passed over, and a stage never falls", there, stage));
    }
    case TriggerKind::Release:
    case TriggerKind::Date: return moments();
    }
}

void Obstacles::frequency() {
    const auto per = per_text(program_, rule_);
    const auto* wanted = slot(per);
    if (rule_.frequency == Frequency::Always) return;
    for (const auto& taken : fan_.taken[rule_.key]) {
        if (rule_.frequency == Frequency::OnceEvery) {
            if (world_.clock - taken.at < rule_.every) say(fmt::format("it ran at {}, and again from {} on", when(taken.at), when(taken.at + rule_.every)));
        } else if (rule_.frequency == Frequency::Once) say(fmt::format("it ran at {}, and runs once", when(taken.at)));
        else if (!wanted || *wanted == taken.key)
            say(fmt::format("it ran at {} {}, and runs once for each {}", when(taken.at), taken.key.missing() ? "without a " + per : "for " + write(world_, program_, taken.key), per));
    }
}

void Obstacles::start() {
    trigger();
    if (rule_.when && unknown(*rule_.when)) say(fmt::format("its `when` asks what happened: `{}`", describe(world_, program_, *rule_.when, &rule_)));
    else if (rule_.when)
        for (const auto& part : blame(asking(), *rule_.when, true, &rule_)) say("its `when`: " + part);
    for (const auto& pattern : rule_.until) {
        if (pattern.query == none || unknown(pattern)) continue;
        if (any(asking(), program_.queries[pattern.query], compared_with(asking(), pattern.matches).data()))
            say(fmt::format("its `until`, `{}`, is so already", describe(world_, program_, pattern, &rule_)));
    }
    frequency();
}

// ---- the message -----------------------------------------------------------------------------------------------------

void Obstacles::message(Time at) {
    const auto& step = rule_.steps[step_];
    if (step.act != Act::Prompt && step.act != Act::Send) return;
    for (const auto& goal : step.goals) {
        if (goal.pattern.query == none || unknown(goal.pattern)) continue;
        if (any(asking(), program_.queries[goal.pattern.query], compared_with(asking(), goal.pattern.matches).data()))
            say(fmt::format("the goal is there already: `{}`", describe(world_, program_, {goal}, &rule_)));
    }
    const bool later = at != world_.clock;
    std::vector<std::string> ways; // why each is closed
    for (const auto& route : step.routes) {
        const auto& channel = program_.channels[route.channel];
        if (channel.needs_consent && !consents(world_, program_, fan_, channel.symbol)) {
            ways.push_back(fmt::format("there is no consent to {}", channel.name));
            continue;
        }
        std::vector<std::uint32_t> by;
        const auto shut = at == never ? Closed{} : closed(at, world_.current(), fan_, route.channel, rule_.flow, at, &by);
        if (!shut.closed) {
            for (const auto q : at == never ? QuietOnes() : quiet_now(world_, at, program_, fan_, route.channel, rule_.flow))
                say(fmt::format("`{}` {} for the fan", describe(program_, program_.quiets[q]), later ? "holds at " + when(at) : "holds now"));
            return; // by this one it goes
        }
        std::vector<std::string> limits;
        limits.reserve(by.size());
        for (const auto l : by) limits.push_back(fmt::format("`{}`", describe(program_, program_.limits[l])));
        auto text = fmt::format("{} {} used up{}, and opens at {}", fmt::join(limits, " and "), limits.size() == 1 ? "is" : "are", step.routes.size() > 1 ? " for " + channel.name : "", when(shut.opens));
        if (shut.waits && shut.gives_up < shut.opens) text += fmt::format(", later than it waits ({})", when(shut.gives_up));
        ways.push_back(text);
    }
    if (ways.size() == 1) say(ways[0]);
    else if (!ways.empty()) say(fmt::format("no channel is open: {}; one of them would do", fmt::join(ways, "; ")));
}

} // namespace segue
