// Responses: steps to a flat list that a pausing response can go on in.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "check/checker.hpp"
#include "syntax/print.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

using ast::StepKind;

Step& Checker::put(Rule& rule, Step step, StepPlace place) {
    rule.steps.push_back(std::move(step));
    place_.steps.push_back(std::move(place));
    return rule.steps.back();
}

Step& Checker::emit(Rule& rule, Act act, Span span) {
    Step step;
    step.act = act;
    return put(rule, std::move(step), {span, {}, {}});
}

void Checker::wait(const ast::Step& s, Rule& rule, Visible& visible, Standing& standing) {
    Step step;
    if (s.clock) step.clock = clock(*s.clock, visible.parameters);
    switch (s.kind) {
    case StepKind::WaitFor: {
        step.act = Act::WaitFor;
        auto pattern = resolve(s.patterns[0].event, s.patterns[0].args, s.patterns[0].span, visible, Use::Wait);
        key_from_scope(pattern, visible);
        step.pattern = event_pattern(pattern);
        step.span = duration(*s.value, visible.parameters);
        const bool keyword = pattern.event != none && pattern.event == program_.keyword;
        const auto at = rule.steps.size();
        put(rule, std::move(step), {s.span, {}, {}});
        standing.keyword = keyword;
        standing.maybe = false;
        if (!s.other) {
            rule.steps[at].target = static_cast<std::uint32_t>(rule.steps.size());
            standing.maybe = keyword;
            return;
        }
        // In time: over the block. Too late: through it, and on.
        const auto jump = rule.steps.size();
        emit(rule, Act::Jump, s.span);
        rule.steps[at].target = static_cast<std::uint32_t>(rule.steps.size());
        Standing late = standing;
        late.keyword = late.maybe = false;
        steps(*s.other, rule, visible, late);
        rule.steps[jump].target = static_cast<std::uint32_t>(rule.steps.size());
        if (!late.ended) standing.maybe = keyword;
        return;
    }
    case StepKind::WaitLength: {
        step.act = Act::WaitLength;
        step.span = duration(*s.value, visible.parameters, true);
        if (s.clock && step.span % day_ms != 0) {
            auto& d = error(Code::bad_wait, s.value->span, "an hour of the day goes with whole days");
            d.help = "write `wait 2 days at 09:00`, or a length alone: `wait 36 hours`";
        }
        break;
    }
    case StepKind::WaitClock: {
        // A parameter may be a clock time or a date.
        const auto& value = bound(*s.value, visible.parameters);
        const auto* declared = value.kind == ast::ExprKind::Name ? find(value.name.text) : nullptr;
        if (value.kind == ast::ExprKind::Name && &value == &*s.value) {
            auto& d = error(Code::bad_wait, s.value->span, fmt::format("expected `release day`, a date or a clock time, found `{}`", value.name.text));
            if (declared && declared->what == What::Event) d.help = fmt::format("to wait for an event, write `wait for {} up to 2 days`", value.name.text);
            else if (did_you_mean(value.name.text, {"release"})) {
                d.help = "did you mean `release`?";
                d.mend.push_back({s.value->span, "release"});
            } else d.help = "write `wait until release day`, `wait until 2026-03-13` or `wait until 09:00`";
            break;
        }
        if (value.kind == ast::ExprKind::Date) step.act = Act::WaitDate, step.date = value.integer;
        else {
            if (s.clock) error(Code::bad_wait, s.clock->span, "a clock time cannot have another `at`").help = "write `wait until 09:00`";
            step.act = Act::WaitClock;
            step.clock = clock(*s.value, visible.parameters);
        }
        break;
    }
    case StepKind::WaitDate:
        step.act = Act::WaitDate;
        step.date = s.value->integer;
        break;
    default: {
        step.act = Act::WaitRelease;
        ast::Expr release(ast::ExprKind::Name, s.span);
        release.name = {"release", s.span};
        const auto& which = s.value ? *s.value : release;
        if (!s.value && std::none_of(visible.fields.begin(), visible.fields.end(), [](const auto& f) { return f.name == "release"; })) {
            auto& d = error(Code::no_such_field, s.span, fmt::format("there is no `release` {}", visible.place));
            d.primary = "of which release?";
            d.help = "say it: `wait until release day of next release`";
            break;
        }
        auto t = coerce(expression(which, visible, Type::Release), which, Type::Release);
        if (t.bad()) break;
        if (t.type != Type::Release) {
            wrong_type(which.span, "a release", t);
            break;
        }
        const bool from_catalogue = which.kind == ast::ExprKind::NextRelease || which.kind == ast::ExprKind::LatestRelease;
        if (!from_catalogue) t = present(std::move(t), which, visible);
        step.value = std::move(t.expr);
    }
    }
    put(rule, std::move(step), {s.span, {}, {}});
    standing.keyword = standing.maybe = false;
}

void Checker::split(const ast::Step& s, Rule& rule, Visible& visible, Standing& standing) {
    Split split;
    split.name = s.name.text;
    double sum = 0;
    for (std::size_t i = 0; i < s.shares.size(); ++i) {
        const auto& share = s.shares[i];
        const auto arm = share.arm ? share.arm.text : std::to_string(i + 1);
        if (const auto first = std::find(split.arms.begin(), split.arms.end(), arm); first != split.arms.end()) {
            const auto place = [](const ast::Share& of) { return of.arm ? of.arm.span : of.percent_span; };
            auto& d = error(Code::duplicate_name, place(share), fmt::format("two arms are named `{}`", arm));
            d.labels.push_back({place(s.shares[static_cast<std::size_t>(first - split.arms.begin())]), "the first is here"});
            d.help = "rename one of them";
        }
        if (share.arm) note(Named::Arm, share.arm, split.name, true);
        split.arms.push_back(arm);
        split.shares.push_back(static_cast<std::uint32_t>(std::lround(share.percent * 100)));
        sum += split.shares.back();
    }
    if (sum != 10'000) {
        auto& d = error(Code::bad_shares, s.name.span, fmt::format("the shares of `{}` sum to {}%, not 100%", split.name, sum / 100));
        for (const auto& share : s.shares) d.labels.push_back({share.percent_span, ""});
        d.help = sum < 10'000 ? fmt::format("add `{}% {{}}` for those who get nothing", (10'000 - sum) / 100) : "make them smaller";
    }
    std::uint32_t index = none;
    const auto* declared = find(split.name);
    if (declared && declared->what != What::Split) {
        auto& d = error(Code::duplicate_name, s.name.span, fmt::format("`{}` is declared already", split.name));
        d.labels.push_back({declared->span, "here"});
        d.help = "rename the split";
    }
    for (std::uint32_t i = 0; i < program_.splits.size(); ++i) {
        if (program_.splits[i].name != split.name) continue;
        index = i;
        if (program_.splits[i].shares != split.shares || program_.splits[i].arms != split.arms) {
            auto& d = error(Code::split_differs, s.name.span, fmt::format("another split `{}` has other shares or arms", split.name));
            d.labels.push_back({split_places_[split.name], "the first is here"});
            d.help = "a fan gets the same arm wherever the name stands: use equal shares and arms, or another name";
        }
    }
    if (index == none) {
        index = static_cast<std::uint32_t>(program_.splits.size());
        program_.splits.push_back(split);
        split_places_[split.name] = s.name.span;
        if (!declared) declared_.emplace(split.name, Declared{What::Split, s.name.span, index, false});
    }
    note(Named::Split, s.name, "", true);
    const auto at = rule.steps.size();
    emit(rule, Act::Split, s.span).split = index;
    std::vector<std::size_t> jumps;
    auto after = standing;
    after.ended = true;
    for (const auto& share : s.shares) {
        rule.steps[at].targets.push_back(static_cast<std::uint32_t>(rule.steps.size()));
        auto inside = standing;
        steps(share.block, rule, visible, inside);
        if (!inside.ended) {
            after.keyword = after.ended ? inside.keyword : after.keyword && inside.keyword;
            after.maybe = after.maybe || inside.maybe;
            after.ended = false;
        }
        jumps.push_back(rule.steps.size());
        emit(rule, Act::Jump, share.span);
    }
    for (const auto jump : jumps) rule.steps[jump].target = static_cast<std::uint32_t>(rule.steps.size());
    after.known = standing.known;
    standing = after;
}

std::optional<Checker::Resolved> Checker::occurrence(const ast::Pattern& p, Visible& visible, std::string_view verb) {
    auto pattern = resolve(p.event, p.args, p.span, visible, Use::Record);
    if (pattern.event == none) return std::nullopt;
    const auto& event = program_.events[pattern.event];
    std::vector<std::string> lacking;
    for (std::uint32_t f = 0; f < event.fields.size(); ++f) {
        const bool given = std::any_of(pattern.arguments.begin(), pattern.arguments.end(), [&](const auto& a) { return a.field == f; });
        if (!given && !event.fields[f].optional) lacking.push_back(event.fields[f].name);
    }
    if (lacking.empty() || p.args.size() != pattern.arguments.size()) return pattern;
    auto& d = error(Code::bad_argument, p.span, fmt::format("a `{}` that happens needs its {}", event.name, fmt::join(lacking, " and ")));
    const auto at = std::find_if(event.fields.begin(), event.fields.end(), [&](const auto& f) { return f.name == lacking[0]; });
    const std::string value = at->type == Type::Channel ? "sms" : at->type == Type::Number ? "1" : at->type == Type::Release ? "next release" : "\"...\"";
    d.help = fmt::format("write `{} {}({}{})`", verb, event.name, at == event.fields.begin() ? "" : lacking[0] + ": ", value);
    return std::nullopt;
}

void Checker::record(const ast::Step& s, Rule& rule, Visible& visible) {
    const auto pattern = occurrence(s.patterns[0], visible, "record");
    if (!pattern) return;
    auto& step = emit(rule, Act::Record, s.span);
    step.event = pattern->event;
    for (const auto& a : pattern->arguments) step.fields.emplace_back(a.field, a.value.expr);
}

void Checker::step(const ast::Step& s, Rule& rule, Visible& visible, Standing& standing) {
    visible.known = standing.known;
    switch (s.kind) {
    case StepKind::Prompt: prompt(s, rule, visible); break;
    case StepKind::Send: {
        Step send;
        send.act = Act::Send;
        send.routes = routes(s.routes, visible, true, s.span);
        put(rule, std::move(send), {s.span, {}, route_places(s.routes)});
        break;
    }
    case StepKind::Reply: {
        Step reply;
        reply.act = Act::Reply;
        const auto* sms = find("sms");
        if (!standing.keyword) {
            auto& d = error(Code::bad_reply, s.span, "there is no keyword to reply to here");
            const bool started = rule.trigger.kind == TriggerKind::Event && !rule.trigger.patterns.empty() && rule.trigger.patterns[0].event == program_.keyword;
            const bool always = started && std::all_of(rule.trigger.patterns.begin(), rule.trigger.patterns.end(), [&](const auto& p) { return p.event == program_.keyword; });
            d.primary = always ? "a wait stands between the keyword and this" : started ? "only one of the events that start it is `keyword`" : "the response was not started by `keyword`";
            d.help = started && !always ? "make a rule of its own for `keyword`, or write `send sms`" : "a reply answers on the spot; later, write `send sms`";
        } else if (standing.maybe) {
            auto& d = error(Code::reply_unsure, s.span, "this reply can also be reached when the time was up, and is then suppressed");
            d.help = "end the response when no keyword came: `wait for keyword(...) up to ... else { stop }`";
        }
        if (!sms || sms->what != What::Channel) error(Code::bad_channel, s.span, "a reply goes out by `sms`, and there is no such channel").help = "declare `channel sms needs consent`";
        else {
            Route route;
            route.channel = sms->index;
            route.text = text(*s.value, visible);
            reply.routes.push_back(std::move(route));
        }
        put(rule, std::move(reply), {s.span, {}, {s.value->span}});
        break;
    }
    case StepKind::WaitFor:
    case StepKind::WaitLength:
    case StepKind::WaitClock:
    case StepKind::WaitDate:
    case StepKind::WaitRelease: wait(s, rule, visible, standing); break;
    case StepKind::Record: record(s, rule, visible); break;
    case StepKind::Tag:
    case StepKind::Untag: note(Named::Tag, s.name); emit(rule, s.kind == StepKind::Tag ? Act::Tag : Act::Untag, s.span).tag = symbol(s.name.text); break;
    case StepKind::If: {
        const auto at = rule.steps.size();
        emit(rule, Act::If, s.span);
        rule.steps[at].value = condition(*s.value, visible);
        auto yes = standing;
        auto no = standing;
        learn(*s.value, true, yes.known);
        learn(*s.value, false, no.known);
        steps(s.block, rule, visible, yes);
        if (s.other) {
            const auto jump = rule.steps.size();
            emit(rule, Act::Jump, s.span);
            rule.steps[at].target = static_cast<std::uint32_t>(rule.steps.size());
            steps(*s.other, rule, visible, no);
            rule.steps[jump].target = static_cast<std::uint32_t>(rule.steps.size());
        } else rule.steps[at].target = static_cast<std::uint32_t>(rule.steps.size());
        if (yes.ended) standing = no;
        else if (no.ended) standing = yes;
        else {
            standing.keyword = yes.keyword && no.keyword;
            standing.maybe = yes.maybe || no.maybe;
        }
        break;
    }
    case StepKind::Split: split(s, rule, visible, standing); break;
    case StepKind::Stop:
        emit(rule, Act::Stop, s.span);
        standing.ended = true;
        break;
    case StepKind::Block: steps(s.block, rule, visible, standing); break;
    }
    visible.known = standing.known;
}

void Checker::steps(const ast::Block& block, Rule& rule, Visible& visible, Standing& standing) {
    for (const auto& s : block) step(s, rule, visible, standing);
}

} // namespace segue
