// What a session says of what happened, and of what was asked.
#include <algorithm>
#include <fmt/format.h>

#include "check/reasons.hpp"
#include "run/ask.hpp"
#include "scenario/describe.hpp"
#include "scenario/under_way.hpp"
#include "scenario/session_parts.hpp"
#include "scenario/why.hpp"
#include "scenario/why_not.hpp"
#include "syntax/one_line.hpp"
#include "text/columns.hpp"
#include "text/plain.hpp"

namespace segue {

namespace {

constexpr std::size_t most_lines = 40;  // of what came of one entry
constexpr std::size_t most_passed = 4;  // rules that were considered and did not start
constexpr std::size_t rule_column = 64;

} // namespace

std::string Session::paint(std::string_view code, const std::string& text) const { return segue::paint(color_, code, text); }

// The rule of that version of the world's programs, as it is written, on one line. Empty: its script is not known.
std::string Session::rule_text(std::uint32_t version, std::uint32_t rule) const {
    const auto* program = play_->world().versions[version].program.get();
    const auto find = [&](const Version& v) {
        const auto span = v.places.rules[rule].rule;
        return one_line(v.sources[span.source].slice(span));
    };
    if (first_->program.get() == program) return find(*first_);
    for (const auto& entry : entries_)
        for (const auto& step : entry.steps)
            if (step.version && step.version->program.get() == program) return find(*step.version);
    return "";
}

Session::Mark Session::mark() const { return {play_->trace().size(), play_->world().clock}; }

std::string Session::told_clock(const Mark& from) {
    if (play_->world().clock == from.clock) return "";
    return "  " + paint("2", "it is " + clock()) + "\n";
}

std::string Session::told_nothing(const Mark& from, const Statement& statement) {
    const bool may_wake = statement.kind != Statement::Kind::Fan && statement.kind != Statement::Kind::Release; // rules
    const auto* words = !may_wake ? "noted" : play_->world().clock != from.clock ? "nothing was due" : "nothing came of it";
    return "  " + paint("2", words) + "\n";
}

std::string Session::tell(const Mark& from) {
    auto& world = play_->world();
    const auto& trace = play_->trace();
    const auto& actions = play_->actions();
    std::string out;
    std::size_t lines = 0, passed = 0, more_passed = 0;
    const bool moved = world.clock != from.clock;
    const auto line = [&](Time time, const std::string& text, const std::string& rule, std::string_view code) {
        if (lines++ >= most_lines) return;
        for (const auto& row : beside((moved ? clock_text(world, 0, time) + "  " : "") + text, rule, rule_column)) out += "  " + paint(code, row.text) + paint("2", row.margin) + "\n";
    };
    const bool several = fans_of(world).size() > 1;
    for (auto i = from.trace; i < trace.size(); ++i) {
        const auto& note = trace[i];
        const auto whose = [&]() { return moved && several ? " (" + fan_name(world.fans[note.fan].id) + ")" : std::string(); };
        if (note.fan >= world.fans.size()) continue;
        const auto& fan = world.fans[note.fan];
        const auto& program = *world.versions[note.version].program;
        const auto rule = [&]() -> const Rule& { return program.rules[note.rule]; };
        switch (note.kind) {
        case Note::Kind::Event:
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
            if (passed++ < most_passed) line(note.time, "not started: " + note.said + whose(), rule().name, "2");
            else ++more_passed;
            break;
        case Note::Kind::Step: {
            const auto& step = rule().steps[note.step];
            const bool acts = i + 1 < trace.size() && trace[i + 1].kind == Note::Kind::Action && trace[i + 1].step == note.step;
            if ((step.act == Act::Tag || step.act == Act::Untag) && !acts)
                line(note.time, fmt::format("{} {}: {}", step.act == Act::Tag ? "tag" : "untag", world.ledger->symbols.text(step.tag), step.act == Act::Tag ? "it is set already" : "it is not set"), rule().name, "2");
            break;
        }
        case Note::Kind::Paused: line(note.time, paused_text(world, fan, note) + whose(), rule().name, "0"); break;
        case Note::Kind::Dropped: line(note.time, fmt::format("dropped by its `until {}`{}", until_text(world, program, rule()), whose()), rule().name, "33"); break;
        default: break;
        }
    }
    if (more_passed > 0) out += "  " + paint("2", fmt::format("and {} more rules that looked at it and did not start", more_passed)) + "\n";
    if (lines > most_lines) out += fmt::format("  and {} more lines\n", lines - most_lines);
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

std::string Session::why_action(std::size_t index) {
    const auto& action = play_->actions()[index];
    auto out = segue::why_action(play_->world(), play_->trace(), play_->actions(), index);
    if (action.rule_index == none) return out;
    if (const auto text = rule_text(action.version, action.rule_index); !text.empty()) out += "  rule     " + text + "\n";
    return out;
}

// Of the last thing that happened: an action, or that none came.
std::string Session::why_last() {
    auto& world = play_->world();
    const auto& trace = play_->trace();
    const auto worth = [&](const Note& note) { // 0: nothing to tell
        switch (note.kind) {
        case Note::Kind::Action: {
            const auto kind = play_->actions()[note.action].kind;
            return kind == Action::Kind::Stage ? 2 : kind == Action::Kind::Arm ? 1 : 4; // of one entry, a message says the most
        }
        case Note::Kind::Passed:
        case Note::Kind::Paused:
        case Note::Kind::Dropped: return 3;
        case Note::Kind::Event: return 1;
        default: return 0;
        }
    };
    // Of the last entry, or if nothing is known of it of the last before.
    auto from = began_ < trace.size() ? began_ : 0;
    auto best = trace.size();
    for (auto i = from; i < trace.size(); ++i) {
        const bool turn = best < trace.size() && from == began_;
        if (worth(trace[i]) > 0 && (best == trace.size() || !turn || worth(trace[i]) >= worth(trace[best]))) best = i;
    }
    if (best == trace.size()) return "";
    const auto& note = trace[best];
    if (note.kind == Note::Kind::Action) return why_action(note.action);
    const Note* event = nullptr;
    for (std::size_t i = 0; i <= best; ++i)
        if (trace[i].kind == Note::Kind::Event && trace[i].fan == note.fan) event = &trace[i];
    if (event && event->time != note.time) event = nullptr; // the clock woke it
    const auto& fan = world.fans[note.fan];
    if (note.kind == Note::Kind::Event) {
        const auto what = fmt::format("`{}` of {}, at {}", event_text(world, note), fan_name(fan.id), clock_text(world, fan, note.time));
        if (!note.whole) return what + "\n  it is held already, so it is no new action and wakes nothing\n";
        return what + (best + 1 < trace.size() ? "\n  what it woke changed nothing\n" : "\n  no rule is woken by it\n");
    }
    const auto& program = *world.versions[note.version].program;
    const auto& rule = program.rules[note.rule];
    auto out = fmt::format("{}, for {}, at {}\n", rule_name(world, note.version, note.rule), fan_name(fan.id), clock_text(world, fan, note.time));
    if (event) out += fmt::format("  at       {}\n", event_text(world, *event));
    if (note.kind == Note::Kind::Passed) out += "  did not start: " + note.said + "\n";
    else if (note.kind == Note::Kind::Dropped) out += fmt::format("  was dropped: its `until {}` came\n", until_text(world, program, rule));
    else {
        out += "  " + paused_text(world, fan, note) + "\n";
        for (const auto& by : held_by(world, fan, rule, note)) out += "  by       " + by + "\n";
    }
    if (const auto text = rule_text(note.version, note.rule); !text.empty()) out += "  rule     " + text + "\n";
    return out;
}

std::vector<std::string> Session::consents_of(const Step& step) {
    const auto* fan = step.statement && step.statement->kind == Statement::Kind::Does ? play_->fan(step.statement->fan) : nullptr;
    return fan ? consented(play_->world(), *fan) : std::vector<std::string>();
}

std::string Session::told_consents(const Step& step, const std::vector<std::string>& before) {
    std::string out;
    const auto after = consents_of(step);
    const auto has = [](const std::vector<std::string>& all, const std::string& one) { return std::find(all.begin(), all.end(), one) != all.end(); };
    for (const auto& channel : after)
        if (!has(before, channel)) out += fmt::format("  {}\n", paint("36", fmt::format("consent to {}", channel)));
    for (const auto& channel : before)
        if (!has(after, channel)) out += fmt::format("  {}\n", paint("36", fmt::format("no consent to {} any more", channel)));
    return out;
}

// Whether an expression asks for a count that the state file does not keep, or not so far back.
bool Session::asks_unkept(const Program& program, const Expr& e) const {
    if (e.op == Op::Count || e.op == Op::Distinct || e.op == Op::Since) {
        const auto& query = program.queries[e.index];
        if (!query.held && (query.slot >= kept_.size() || query.window > kept_[query.slot])) return true;
    }
    return std::any_of(e.kids.begin(), e.kids.end(), [&](const Expr& kid) { return asks_unkept(program, kid); });
}

// An expression: of the fan that is named, or else of each.
std::string Session::answer(const Step& step) {
    const auto& s = *step.statement;
    auto& world = play_->world();
    const auto& program = *step.asked;
    const auto value = [&](const Fan& fan) {
        const auto v = evaluate({world, program, fan, nullptr, world.clock}, s.expected.condition);
        auto text = describe(world, program, v);
        if (around_.begin && asks_unkept(program, s.expected.condition)) text += " since this session began: the state file does not keep it";
        if (v.kind == Value::Kind::Bool && v.integer == 0)
            for (const auto& part : blame({world, program, fan, nullptr, world.clock}, s.expected.condition)) text += "\n    " + part;
        return text;
    };
    if (!s.fan.empty()) {
        const auto* fan = play_->fan(s.fan);
        if (!fan) return fmt::format("there is no fan {}\n", fan_name(s.fan));
        return "  " + value(*fan) + "\n";
    }
    const auto fans = fans_of(world);
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

} // namespace segue
