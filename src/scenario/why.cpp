#include "scenario/why.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "check/reasons.hpp"
#include "run/engine.hpp"
#include "scenario/describe.hpp"
#include "scenario/under_way.hpp"
#include "scenario/why_not.hpp"

namespace segue {

std::string branch_text(const World& world, const Note& note) {
    const auto& program = *world.versions[note.version].program;
    const auto& rule = program.rules[note.rule];
    const auto& step = rule.steps[note.step];
    switch (step.act) {
    case Act::If: return fmt::format("`if {}` was {}", describe(world, program, *step.value, &rule), note.branch ? "so" : "not so");
    case Act::WaitFor: return note.branch ? fmt::format("`{}` came in time", describe(world, program, step.pattern, &rule)) : fmt::format("`{}` did not come within {}", describe(world, program, step.pattern, &rule), duration_text(step.span));
    case Act::Split: {
        const auto& split = program.splits[step.split];
        return fmt::format("the fan has the arm {} of {}, which follows from their id", split.arms[note.branch], split.name);
    }
    default: return "";
    }
}

std::string paused_text(World& world, const Fan& fan, const Note& paused) {
    if (paused.why != Note::Why::Wait) return fmt::format("{} {}", held_back(paused.why, paused.whole), until_time(world, fan, paused.due));
    const auto& program = *world.versions[paused.version].program;
    const auto& rule = program.rules[paused.rule];
    const auto& step = rule.steps[paused.step];
    for (const auto& r : fan.responses)
        if (r.seq == paused.response && r.pc == paused.step && r.wait.due == paused.due) return "waits " + wait_text(world, fan, r);
    if (paused.due == never) return "waits for a release day that is not known yet";
    return step.act == Act::WaitFor ? fmt::format("waits for `{}`, {}", describe(world, program, step.pattern, &rule), until_time(world, fan, paused.due)) : "waits " + until_time(world, fan, paused.due);
}

std::vector<std::string> limits_at(const World& world, const Fan& fan, std::uint32_t version, const Rule& rule, std::uint32_t step, Time time) {
    const auto& program = *world.versions[version].program;
    std::vector<std::uint32_t> by;
    for (const auto& route : rule.steps[step].routes) closed(time, world.versions[version], fan, route.channel, rule.flow, time, &by);
    std::vector<std::string> out;
    std::sort(by.begin(), by.end()); // one can close several channels
    by.erase(std::unique(by.begin(), by.end()), by.end());
    out.reserve(by.size());
    for (const auto l : by) out.push_back(describe(program, program.limits[l]));
    return out;
}

std::vector<std::string> held_by(World& world, const Fan& fan, const Rule& rule, const Note& paused) {
    if (paused.why == Note::Why::Limit) return limits_at(world, fan, paused.version, rule, paused.step, paused.time);
    std::vector<std::string> out;
    if (paused.why != Note::Why::Quiet) return out;
    const auto& program = *world.versions[paused.version].program;
    for (const auto& route : rule.steps[paused.step].routes)
        for (const auto q : quiet_now(world, paused.time, program, fan, route.channel, rule.flow)) out.push_back(describe(program, program.quiets[q]));
    return out;
}

// How an action came about: what began it, what was asked, what it waited for.
std::string why_action(World& world, const Trace& trace, const std::vector<Action>& actions, std::size_t index) {
    const auto& action = actions[index];
    std::string out = expectation_of(world, action) + "\n";
    const auto row = [&](std::string_view name, const std::string& text) { out += fmt::format("  {:<8} {}\n", name, text); };
    const auto* who = world.fan(action.fan);
    const auto at = [&](Time time) { return who ? clock_text(world, *who, time) : clock_text(world, 0, time); };
    row("when", at(action.time));
    const auto here = std::find_if(trace.begin(), trace.end(), [&](const Note& n) { return n.kind == Note::Kind::Action && n.action == index; });
    if (here == trace.end()) return out;
    const auto event_of = [&](std::ptrdiff_t before) -> const Note* { // the event that was being handled there
        for (auto i = before; i >= 0; --i) {
            const auto& note = trace[static_cast<std::size_t>(i)];
            if (note.kind == Note::Kind::Event && note.fan == here->fan) return note.time == trace[static_cast<std::size_t>(before)].time ? &note : nullptr;
        }
        return nullptr;
    };
    if (action.kind == Action::Kind::Stage) {
        const auto& stages = world.program().stages;
        const auto stage = std::find_if(stages.begin(), stages.end(), [&](const Stage& s) { return s.name == action.stage; });
        if (const auto* event = event_of(here - trace.begin())) row("at", event_text(world, *event));
        if (stage != stages.end()) row("because", fmt::format("{} when {}", stage->name, describe(world, world.program(), stage->condition)));
        if (!action.rule.empty()) row("credit", fmt::format("{}, which asked for it last", action.rule));
        return out;
    }
    const auto& program = *world.versions[action.version].program;
    const auto& rule = program.rules[action.rule_index];
    row("by", current_rule(world, action.version, action.rule_index) == none ? rule_name(world, action.version, action.rule_index) : action.rule);
    // Its response: the notes of it up to here.
    const Note* started = nullptr;
    std::uint64_t response = 0;
    for (auto i = here; i != trace.begin() && response == 0; --i)
        if (i->kind == Note::Kind::Step && i->fan == here->fan && i->rule == here->rule && i->version == here->version) response = i->response;
    for (auto i = trace.begin(); i != here; ++i) {
        if (i->fan != here->fan || i->response != response || response == 0) continue;
        if (i->kind == Note::Kind::Started) {
            started = &*i;
            const auto* event = event_of(i - trace.begin());
            row("began", event && rule.trigger.kind <= TriggerKind::Every ? fmt::format("{}, at {}", at(i->time), event_text(world, *event)) : fmt::format("{}, {}", at(i->time), describe(world, program, rule.trigger)));
            if (rule.when) row("asked", fmt::format("`{}`, and it was so", describe(world, program, *rule.when, &rule)));
        }
        if (i->kind == Note::Kind::Paused)
            row("waited", fmt::format("from {} {}", at(i->time), i->why == Note::Why::Quiet ? "for the end of quiet hours" : i->why == Note::Why::Limit ? (i->whole ? "for a limit that opens too late" : "for a limit to open") : "as the rule says"));
        if (i->kind == Note::Kind::Branch) row("then", branch_text(world, *i));
    }
    if (!started) row("began", "before what this session knows");
    if (action.kind == Action::Kind::Suppressed) {
        if (const auto* reason = find_reason(action.reason)) {
            row("because", fmt::format("{}: {}", action.reason, reason->because));
            if (action.reason == "limit" && who)
                for (const auto& limit : limits_at(world, *who, action.version, rule, action.step, action.time)) row("limit", limit);
            row("unless", std::string(reason->unless));
        }
        return out;
    }
    if (!action.channel.empty()) {
        const auto channel = program.channel(action.channel);
        const auto& routes = rule.steps[action.step].routes;
        std::vector<std::string> names;
        names.reserve(routes.size());
        for (const auto& route : routes) names.push_back(program.channels[route.channel].name);
        const bool needs = channel && program.channels[*channel].needs_consent;
        row("channel", fmt::format("{}, {}{}", action.channel, needs ? "which the fan consented to" : "which needs no consent",
                                   names.size() > 1 ? fmt::format("; the first of {} that was open", fmt::join(names, ", ")) : ""));
    }
    if (rule.aim != none) row("aims at", program.stages[rule.aim].name);
    return out;
}

} // namespace segue
