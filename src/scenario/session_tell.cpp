// What a session says of what happened, and of what was asked.
#include <algorithm>
#include <fmt/format.h>

#include "check/reasons.hpp"
#include "run/ask.hpp"
#include "scenario/describe.hpp"
#include "scenario/session_parts.hpp"
#include "scenario/why_not.hpp"
#include "syntax/print.hpp"
#include "text/utf8.hpp"

namespace segue {

namespace {

constexpr std::size_t most_lines = 40;  // of what came of one entry
constexpr std::size_t most_passed = 4;  // rules that were considered and did not start
constexpr std::size_t rule_column = 64;

} // namespace

std::string Session::paint(std::string_view code, const std::string& text) const { return color_ ? fmt::format("\033[{}m{}\033[0m", code, text) : text; }

// The rule as it is written, on one line.
std::string Session::rule_text(const std::string& name) const {
    for (std::size_t r = 0; r < now().program->rules.size(); ++r) {
        if (now().program->rules[r].name != name) continue;
        std::string out;
        for (const char c : now().sources[now().places.rules[r].rule.source].slice(now().places.rules[r].rule)) {
            const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
            if (!blank) out += c;
            else if (!out.empty() && out.back() != ' ') out += ' ';
        }
        return out;
    }
    return "";
}

std::string Session::tell(std::size_t trace_from, std::size_t actions_from, Time before, bool may_wake) {
    auto& world = play_->world();
    const auto& trace = play_->trace();
    const auto& actions = play_->actions();
    std::string out;
    std::size_t lines = 0, passed = 0, more_passed = 0;
    const bool moved = world.clock != before;
    const auto line = [&](Time time, const std::string& text, const std::string& rule, std::string_view code) {
        if (lines++ >= most_lines) return;
        auto shown = (moved ? clock_text(world, 0, time) + "  " : "") + text;
        const auto width = display_width(shown);
        shown = paint(code, shown);
        if (!rule.empty()) shown += std::string(width < rule_column ? rule_column - width : 2, ' ') + paint("2", rule);
        out += "  " + shown + "\n";
    };
    const Note* event = nullptr;
    for (auto i = trace_from; i < trace.size(); ++i) {
        const auto& note = trace[i];
        if (note.fan >= world.fans.size() || !world.fans[note.fan]) continue;
        const auto& fan = *world.fans[note.fan];
        const auto& program = *world.versions[note.version].program;
        const auto rule = [&]() -> const Rule& { return program.rules[note.rule]; };
        switch (note.kind) {
        case Note::Kind::Event:
            event = &note;
            if (!note.whole) line(note.time, fmt::format("{} is held already: no new action", program.events[note.event].name), "", "2");
            break;
        case Note::Kind::Action: {
            const auto& action = actions[note.action];
            if (action.kind == Action::Kind::Suppressed) {
                const auto* reason = find_reason(action.reason);
                line(note.time, fmt::format("{}: {}", expectation_of(world, action), reason ? reason->because : ""), action.rule, "33");
            } else line(note.time, expectation_of(world, action), action.rule, action.kind == Action::Kind::Stage ? "36" : action.kind == Action::Kind::Arm ? "0" : "1;32");
            break;
        }
        case Note::Kind::Passed:
            if (passed++ < most_passed) line(note.time, "not started: " + why_passed(world, fan, note, event), rule().name, "2");
            else ++more_passed;
            break;
        case Note::Kind::Step: {
            const auto& step = rule().steps[note.step];
            const bool acts = i + 1 < trace.size() && trace[i + 1].kind == Note::Kind::Action && trace[i + 1].step == note.step;
            if ((step.act == Act::Tag || step.act == Act::Untag) && !acts)
                line(note.time, fmt::format("{} {}: {}", step.act == Act::Tag ? "tag" : "untag", world.ledger->symbols.text(step.tag), step.act == Act::Tag ? "it is set already" : "it is not set"), rule().name, "2");
            break;
        }
        case Note::Kind::Paused: {
            const auto due = note.due == never ? std::string("until its release is known and out") : "until " + clock_text(world, fan, note.due);
            const auto what = note.why == Note::Why::Quiet ? "held back by quiet hours" : note.why == Note::Why::Limit ? "held back by a limit" : "waits";
            line(note.time, fmt::format("{} {}", what, due), rule().name, "0");
            break;
        }
        case Note::Kind::Dropped: {
            std::vector<std::string> until;
            for (const auto& pattern : rule().until) until.push_back(describe(world, program, pattern, &rule()));
            line(note.time, fmt::format("dropped by its `until {}`", fmt::join(until, " or ")), rule().name, "33");
            break;
        }
        default: break;
        }
    }
    if (more_passed > 0) out += "  " + paint("2", fmt::format("and {} more rules that looked at it and did not start", more_passed)) + "\n";
    if (lines > most_lines) out += fmt::format("  and {} more lines\n", lines - most_lines);
    if (lines == 0 && actions.size() == actions_from) out += "  " + paint("2", !may_wake ? "noted" : moved ? "nothing was due" : "nothing came of it") + "\n";
    if (moved) out += "  " + paint("2", "it is " + clock_text(world, 0, world.clock)) + "\n";
    return out;
}

std::string Session::show(const Fan& fan) {
    constexpr std::size_t most = 8;
    std::vector<Action> last;
    for (auto i = play_->actions().size(); i > 0 && last.size() < most; --i)
        if (play_->fan(play_->actions()[i - 1].fan) == &fan) last.push_back(play_->actions()[i - 1]);
    std::reverse(last.begin(), last.end());
    return show_fan(play_->world(), fan, last);
}

// An expression: of the fan that is named, or else of each.
std::string Session::answer(const Step& step) {
    const auto& s = *step.statement;
    auto& world = play_->world();
    const auto& program = *step.asked;
    const auto value = [&](const Fan& fan) {
        const auto v = evaluate({world, program, fan, nullptr, world.clock}, s.expected.condition);
        auto text = describe(world, program, v);
        if (v.kind == Value::Kind::Bool && v.integer == 0)
            for (const auto& part : blame({world, program, fan, nullptr, world.clock}, s.expected.condition)) text += "\n    " + part;
        return text;
    };
    if (!s.fan.empty()) {
        const auto* fan = play_->fan(s.fan);
        if (!fan || fan->gone) return fmt::format("there is no fan {}\n", fan_name(s.fan));
        return "  " + value(*fan) + "\n";
    }
    std::vector<const Fan*> fans;
    for (const auto& fan : world.fans)
        if (fan && !fan->gone) fans.push_back(fan.get());
    if (fans.empty() || s.expected.condition.op == Op::Constant) {
        const Fan nobody;
        return "  " + value(fans.empty() ? nobody : *fans[0]) + "\n";
    }
    constexpr std::size_t most = 20;
    std::string out;
    for (std::size_t i = 0; i < std::min(most, fans.size()); ++i) out += fmt::format("  {}: {}\n", fan_name(fans[i]->id), value(*fans[i]));
    if (fans.size() > most) out += fmt::format("  and {} more fans; say of whom: `... of {}`\n", fans.size() - most, fan_name(fans[0]->id));
    return out;
}

// How an action came about: what began it, what was asked, what it waited for.
std::string Session::why_action(std::size_t index) {
    auto& world = play_->world();
    const auto& action = play_->actions()[index];
    const auto& trace = play_->trace();
    std::string out = expectation_of(world, action) + "\n";
    const auto row = [&](std::string_view name, const std::string& text) { out += fmt::format("  {:<8} {}\n", name, text); };
    const auto* who = play_->fan(action.fan);
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
    row("by", action.rule);
    if (const auto text = rule_text(action.rule); !text.empty()) row("rule", text);
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
            row("waited", fmt::format("from {} {}", at(i->time), i->why == Note::Why::Quiet ? "for the end of quiet hours" : i->why == Note::Why::Limit ? "for a limit to open" : "as the rule says"));
        if (i->kind == Note::Kind::Branch && rule.steps[i->step].act == Act::If)
            row("if", fmt::format("`{}` was {}", describe(world, program, *rule.steps[i->step].value, &rule), i->branch ? "so" : "not so"));
    }
    if (!started) row("began", "before what this session knows");
    if (action.kind == Action::Kind::Suppressed) {
        if (const auto* reason = find_reason(action.reason)) {
            row("because", fmt::format("{}: {}", action.reason, reason->because));
            row("unless", std::string(reason->unless));
        }
        return out;
    }
    if (!action.channel.empty()) {
        const auto channel = program.channel(action.channel);
        const auto& routes = rule.steps[action.step].routes;
        std::vector<std::string> names;
        for (const auto& route : routes) names.push_back(program.channels[route.channel].name);
        const bool needs = channel && program.channels[*channel].needs_consent;
        row("channel", fmt::format("{}, {}{}", action.channel, needs ? "which the fan consented to" : "which needs no consent",
                                   names.size() > 1 ? fmt::format("; the first of {} that was open", fmt::join(names, ", ")) : ""));
    }
    if (rule.aim != none) row("aims at", program.stages[rule.aim].name);
    return out;
}

} // namespace segue
