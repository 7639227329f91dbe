// What is expected of a scenario, and what to say where it is not so.
#include <algorithm>
#include <fmt/format.h>

#include "check/reasons.hpp"
#include "run/ask.hpp"
#include "scenario/describe.hpp"
#include "scenario/play.hpp"
#include "scenario/why.hpp"
#include "scenario/why_not.hpp"

namespace segue {

namespace {

Action::Kind kind_of(Expected::Kind kind) {
    switch (kind) {
    case Expected::Kind::Prompt: return Action::Kind::Prompt;
    case Expected::Kind::Send: return Action::Kind::Send;
    case Expected::Kind::Reply: return Action::Kind::Reply;
    case Expected::Kind::Tag: return Action::Kind::Tag;
    case Expected::Kind::Untag: return Action::Kind::Untag;
    case Expected::Kind::Arm: return Action::Kind::Arm;
    default: return Action::Kind::Suppressed;
    }
}

// Whether a list of goals, as an action shows it, names this one: `save(t1)`, or only `save`.
bool names(std::string_view goals, const std::string& goal) {
    for (std::size_t at = goals.find(goal); at != std::string_view::npos; at = goals.find(goal, at + 1)) {
        const auto before = goals.substr(0, at);
        const auto behind = goals.substr(at + goal.size());
        const bool begins = before.empty() || before.ends_with(" or ");
        const bool ends = behind.empty() || behind.starts_with(" or ") || (behind.starts_with("(") && goal.find('(') == std::string::npos);
        if (begins && ends) return true;
    }
    return false;
}

// What `expect nothing` looks for.
bool reaches_fan(const Action& a) {
    return a.kind == Action::Kind::Prompt || a.kind == Action::Kind::Send || a.kind == Action::Kind::Reply || a.kind == Action::Kind::Tag || a.kind == Action::Kind::Untag;
}

} // namespace

bool Play::same_goals(const Expected& expected, const Action& action, const Program& asked) {
    const Fan nobody;
    const Asking asking{world_, asked, nobody, nullptr, action.time};
    return std::all_of(expected.goals.begin(), expected.goals.end(), [&](const Goal& goal) {
        std::string wanted;
        append_goals(asking, {goal}, compared_with(asking, goal.pattern.matches).data(), wanted);
        return names(action.goal, wanted);
    });
}

bool Play::meets(const Expected& e, const Action& a, const std::string& to, const Program& asked) {
    if (a.kind != kind_of(e.kind) || (!to.empty() && fan(to) != fan(a.fan))) return false;
    if (e.kind == Expected::Kind::Suppressed) {
        if (!e.step.empty() && a.of != e.step) return false;
        if (!e.reason.empty() && a.reason != e.reason) return false;
        if (e.channel != none) {
            if (a.rule_index == none) return false;
            const auto& program = *world_.versions[a.version].program;
            const auto& routes = program.rules[a.rule_index].steps[a.step].routes;
            const auto& wanted = asked.channels[e.channel].name;
            if (std::none_of(routes.begin(), routes.end(), [&](const Route& r) { return program.channels[r.channel].name == wanted; })) return false;
        }
        return same_goals(e, a, asked);
    }
    if (e.channel != none && a.channel != asked.channels[e.channel].name) return false;
    if ((e.text && a.text != *e.text) || (e.subject && a.subject != *e.subject)) return false;
    if (a.tag != e.tag || a.split != e.split || a.arm != e.arm) return false;
    return same_goals(e, a, asked);
}

Diagnostic Play::unmet(const Statement& s, std::string message, std::string primary) const {
    Diagnostic d{Code::unmet, s.span, std::move(message), std::move(primary), {}, {}, "", {}, false, false};
    if (moved_.end != 0) d.labels.push_back({moved_, "since this"});
    return d;
}

// What came since the last move, what was held back and why, and the fan that it is about.
void Play::show_what_came(Diagnostic& d, const Statement& s) {
    constexpr std::size_t most = 10; // of each
    std::vector<std::string> came, held_back;
    for (const auto& [action, claimed] : came_) {
        auto what = expectation_of(world_, action);
        if (action.kind == Action::Kind::Suppressed) what.erase(0, what.find(' ') + 1);
        auto line = fmt::format("{}  {}", clock_text(world_, *fan(action.fan), action.time), what);
        if (!action.rule.empty()) line += ", by " + action.rule;
        if (claimed) line += " (expected before)";
        if (action.kind == Action::Kind::Suppressed) {
            if (const auto* reason = find_reason(action.reason)) line += fmt::format(": {}", reason->because);
            held_back.push_back(line);
        } else came.push_back(line);
    }
    const auto tell = [&](const std::string& name, const std::vector<std::string>& lines) {
        for (std::size_t i = 0; i < std::min(most, lines.size()); ++i) d.notes.emplace_back(name, lines[i]);
        if (lines.size() > most) d.notes.emplace_back(name, fmt::format("and {} more", lines.size() - most));
    };
    d.notes.emplace_back("clock", s.fan.empty() || !fan(s.fan) ? clock_text(world_, 0, world_.clock) : clock_text(world_, *fan(s.fan), world_.clock));
    if (came.empty()) d.notes.emplace_back("came", "nothing");
    tell("came", came);
    tell("suppressed", held_back);
    const auto show = [&](const Fan& who) {
        auto text = show_fan(world_, who, {});
        while (text.ends_with('\n')) text.pop_back();
        d.notes.emplace_back("fan", text);
    };
    if (!s.fan.empty()) {
        if (const auto* who = fan(s.fan)) show(*who);
        else d.notes.emplace_back("fan", fan_name(s.fan) + " was never heard of");
        return;
    }
    constexpr std::size_t most_fans = 3;
    const auto all = fans_of(world_);
    for (std::size_t i = 0; i < std::min(most_fans, all.size()); ++i) show(*all[i]);
    if (all.size() > most_fans) d.notes.emplace_back("fan", fmt::format("and {} more; say to whom, and only that one is shown", all.size() - most_fans));
}

// Where the same kind of action came with another text, channel or goal: what differs.
void Play::show_closest(Diagnostic& d, const Statement& s) {
    const auto& e = s.expected;
    if (e.kind == Expected::Kind::Suppressed && !e.step.empty()) {
        auto out = e;
        out.kind = e.step == "prompt" ? Expected::Kind::Prompt : e.step == "send" ? Expected::Kind::Send : Expected::Kind::Reply;
        auto other = e;
        other.reason.clear();
        for (const auto& [action, claimed] : came_) {
            if (!claimed && meets(out, action, s.fan, asked())) d.primary = "it was not suppressed, it came";
            if (!claimed && meets(other, action, s.fan, asked())) d.primary = fmt::format("it was suppressed because {}", action.reason);
        }
    }
    for (const bool same_channel : {true, false}) {
        for (const auto& [action, claimed] : came_) {
            if (claimed || action.kind != kind_of(e.kind) || e.kind == Expected::Kind::Suppressed || (!s.fan.empty() && fan(s.fan) != fan(action.fan))) continue;
            const bool channel = e.channel == none || action.channel == asked().channels[e.channel].name;
            if (same_channel && !channel) continue;
            if (!channel) {
                d.primary = fmt::format("this came by {}", action.channel);
            } else if (!same_goals(e, action, asked())) {
                d.primary = fmt::format("what was asked for is {}", action.goal);
            } else if (action.tag != e.tag || action.arm != e.arm || action.split != e.split) {
                d.primary = fmt::format("what came is `{}`", expectation_of(world_, action));
            } else {
                d.primary = "the text is another one";
                if (e.subject && *e.subject != action.subject) {
                    d.notes.emplace_back("expected", quoted(*e.subject));
                    d.notes.emplace_back("actual", "  " + quoted(action.subject));
                }
                if (e.text && *e.text != action.text) {
                    d.notes.emplace_back("expected", quoted(*e.text));
                    d.notes.emplace_back("actual", "  " + quoted(action.text));
                }
            }
            return;
        }
    }
}

// The rules that could have done it, and what stood in their way.
void Play::show_why_not(Diagnostic& d, const Statement& s) {
    const Fan* who = s.fan.empty() ? nullptr : fan(s.fan);
    if (const auto all = fans_of(world_); s.fan.empty() && all.size() == 1) who = all[0];
    if (!who) return;
    constexpr std::size_t most = 3;
    auto any_text = s.expected; // that the text is another one is said elsewhere
    any_text.text.reset();
    any_text.subject.reset();
    const auto obstacles = why_not(world_, *who, any_text, trace_, all_, asked());
    for (std::size_t i = 0; i < std::min(most, obstacles.size()); ++i) {
        auto text = obstacles[i].what;
        for (const auto& because : obstacles[i].because) text += "\n" + because;
        d.notes.emplace_back("why not", text);
    }
    if (obstacles.size() > most) d.notes.emplace_back("why not", fmt::format("and {} more rules that could do it", obstacles.size() - most));
    const auto kind = s.expected.kind;
    if (obstacles.empty() && kind != Expected::Kind::Suppressed) d.notes.emplace_back("why not", "no rule of the program does that");
}

std::optional<Diagnostic> Play::state(const Statement& s) {
    const auto& e = s.expected;
    const auto* who = fan(s.fan);
    if (!who) return unmet(s, fmt::format("there is no fan {}", fan_name(s.fan)), "never heard of");
    const auto& program = asked();
    if (e.kind == Expected::Kind::Stage) {
        if (who->stage == static_cast<int>(e.stage)) return std::nullopt;
        const auto& stage = program.stages[e.stage];
        const auto there = who->stage < 0 ? std::string("has no stage yet") : "is " + program.stages[static_cast<std::size_t>(who->stage)].name;
        auto d = unmet(s, fmt::format("{} is not {}", fan_name(s.fan), stage.name), fmt::format("{} {}", fan_name(s.fan), there));
        if (who->stage < static_cast<int>(e.stage))
            for (const auto& part : blame({world_, program, *who, nullptr, world_.clock}, stage.condition)) d.notes.emplace_back(stage.name, part);
        show_what_came(d, s);
        return d;
    }
    const Asking asking{world_, program, *who, nullptr, world_.clock};
    if (holds(asking, e.condition)) return std::nullopt;
    auto d = unmet(s, fmt::format("`{}` is not so of {}", describe(world_, program, e.condition), fan_name(s.fan)), "");
    const auto parts = blame(asking, e.condition);
    if (parts.size() == 1 && parts[0].size() < 80) d.primary = parts[0];
    else
        for (const auto& part : parts) d.notes.push_back(part);
    show_what_came(d, s);
    return d;
}

std::optional<Diagnostic> Play::expect(const Statement& s) {
    const auto& e = s.expected;
    if (e.kind == Expected::Kind::Stage || e.kind == Expected::Kind::Condition) return state(s);
    if (e.kind == Expected::Kind::Nothing) {
        std::vector<std::string> left;
        const Action* first_left = nullptr;
        for (const auto& [action, claimed] : came_) {
            if (claimed || !reaches_fan(action) || (!s.fan.empty() && fan(s.fan) != fan(action.fan))) continue;
            left.push_back(expectation_of(world_, action));
            if (!first_left) first_left = &action;
        }
        if (left.empty()) return std::nullopt;
        const auto first = left.size() == 1 ? fmt::format("`{}` came", left[0]) : fmt::format("{} actions came, the first of them `{}`", left.size(), left[0]);
        auto d = unmet(s, "nothing was expected, and " + first, "");
        for (std::size_t i = 0; i < all_.size(); ++i) // the first of them
            if (all_[i].id == first_left->id) {
                auto why = why_action(world_, trace_, all_, i);
                while (why.ends_with('\n')) why.pop_back();
                d.notes.emplace_back("why", why);
                break;
            }
        d.help = "expect them, or find out why they came";
        show_what_came(d, s);
        return d;
    }
    for (auto& came : came_) {
        if (came.claimed || !meets(e, came.action, s.fan, asked())) continue;
        came.claimed = s.span;
        return std::nullopt;
    }
    const bool taken = std::any_of(came_.begin(), came_.end(), [&](const Came& c) { return c.claimed && meets(e, c.action, s.fan, asked()); });
    auto d = unmet(s, fmt::format("expected `{}`, and it did not come", expectation_text(world_, asked(), s)), taken ? "it came, and an `expect` before this has claimed it" : came_.empty() ? "nothing came" : "nothing that came is this");
    // It came before the clock was moved: said, and where.
    for (std::size_t i = 0; !taken && i + came_.size() < all_.size(); ++i)
        if (meets(e, all_[i], s.fan, asked())) d.primary = fmt::format("it came at {}, before the clock was moved", clock_text(world_, 0, all_[i].time));
    if (!taken) {
        show_closest(d, s);
        show_why_not(d, s);
    }
    show_what_came(d, s);
    return d;
}

} // namespace segue
