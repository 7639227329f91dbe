#include <fmt/format.h>

#include "syntax/builder.hpp"
#include "syntax/words.hpp"

namespace segue {

using ast::Step;
using ast::StepKind;
using ast::TriggerKind;

namespace {

bool is_text(Kind kind) { return kind == Kind::text || kind == Kind::long_text; }

} // namespace

void Builder::name_not_unit(const ast::Name& name, std::string_view what) {
    if (is_word_of("unit", name.text))
        error(Code::unit_as_name, name.span, fmt::format("a unit of time cannot name {}", what)).help = fmt::format("choose another name than `{}`", name.text);
}

ast::Rule Builder::rule(At at) {
    ast::Rule r;
    r.span = at.span();
    r.on = at.span();
    r.doc = doc(at.span());
    for (const auto child : at.children()) {
        switch (child.kind()) {
        case Kind::label_part:
            r.label = name(*child.child(Kind::any_word));
            name_not_unit(r.label, "a rule");
            if (is_word_of("reserved", r.label.text))
                error(Code::reserved_name, r.label.span, fmt::format("`{}` is a word of the language and cannot name a rule", r.label.text)).help = "choose another label";
            break;
        case Kind::when_clause:
        case Kind::once_clause:
        case Kind::until_clause: clause(child, r); break;
        case Kind::response:
            for (const auto s : child.children()) r.response.push_back(step(s));
            break;
        case Kind::aim: r.aim = name(*child.child(Kind::name)); break;
        default:
            r.trigger = trigger(child);
            r.on = {r.span.source, r.label ? r.label.span.begin : r.span.begin, child.span().end};
        }
    }
    return r;
}

void Builder::clause(At at, ast::Rule& rule) {
    const auto twice = [&](bool there, std::string_view word) {
        if (there) error(Code::repeated_clause, at.span(), fmt::format("this rule has a second `{}`", word)).help =
            word == "when" ? "join the two conditions with `and`" : word == "until" ? "join the events with `or`" : "keep one of them";
        return there;
    };
    if (at.is(Kind::when_clause)) {
        if (!twice(rule.when.has_value(), "when")) rule.when = expression(*at.child());
    } else if (at.is(Kind::once_clause)) {
        if (twice(rule.frequency.has_value(), "once")) return;
        ast::Frequency f;
        f.span = at.span();
        if (const auto per = at.child(Kind::once_per)) f.per = name(*per->child());
        if (const auto every = at.child(Kind::once_every)) f.every = literal(*every->child());
        rule.frequency = std::move(f);
    } else if (!twice(!rule.until.empty(), "until")) {
        for (const auto p : at.children()) rule.until.push_back(pattern(p));
    }
}

void Builder::event_trigger(At at, ast::Trigger& t) {
    const auto once = [&](bool there, Span span, std::string_view word) {
        if (there) error(Code::repeated_clause, span, fmt::format("this trigger has a second {}", word)).help = "keep one of them";
    };
    for (const auto child : at.children()) {
        switch (child.kind()) {
        case Kind::pattern: t.patterns.push_back(pattern(child)); break;
        case Kind::count_part: {
            once(t.kind != TriggerKind::Event, child.span(), "count");
            t.kind = TriggerKind::Count;
            t.compare_span = child.child(Kind::count_op)->span();
            const auto op = slice(t.compare_span);
            t.compare = op == ">=" ? ast::ArgOp::GreaterEqual : op == ">" ? ast::ArgOp::Greater : op == "<=" ? ast::ArgOp::LessEqual
                      : op == "<" ? ast::ArgOp::Less : op == "==" ? ast::ArgOp::Equal : ast::ArgOp::NotEqual;
            t.count = literal(*child.child(Kind::threshold));
            break;
        }
        case Kind::every_part:
            once(t.kind != TriggerKind::Event, child.span(), "count");
            t.kind = TriggerKind::Every;
            t.count = literal(*child.child(Kind::threshold));
            break;
        case Kind::per_part:
            once(t.per.has_value(), child.span(), "`per`");
            t.per = name(*child.child(Kind::any_word));
            break;
        default:
            once(t.within.has_value(), child.span(), "`within`");
            t.within = literal(*child.child());
        }
    }
}

ast::Trigger Builder::trigger(At at) {
    ast::Trigger t;
    t.span = at.span();
    const auto at_clock = [&](At in) {
        if (const auto clock = in.child(Kind::at_clock)) t.clock = literal(*clock->child());
    };
    switch (at.kind()) {
    case Kind::silence_trigger: {
        t.kind = TriggerKind::Silence;
        for (const auto child : at.children()) {
            if (child.is(Kind::pattern)) t.patterns.push_back(pattern(child));
            else t.silence = literal(child);
        }
        break;
    }
    case Kind::enter_trigger:
        t.kind = TriggerKind::Enter;
        t.stage = name(*at.child());
        break;
    case Kind::release_trigger:
        t.kind = TriggerKind::Release;
        at_clock(at);
        break;
    case Kind::offset_trigger:
        t.kind = TriggerKind::Release;
        t.offset_length = literal(*at.child(Kind::duration));
        t.offset = t.offset_length->integer;
        if (slice(at.child(Kind::offset_word)->span()) == "before") t.offset = -t.offset;
        at_clock(at);
        break;
    case Kind::date_trigger:
        t.kind = TriggerKind::Date;
        t.date = literal(*at.child(Kind::date));
        at_clock(at);
        break;
    default: event_trigger(at, t);
    }
    return t;
}

void Builder::message(At at, std::optional<ast::Expr>& subject, std::optional<ast::Expr>& text) {
    for (const auto child : at.children()) {
        if (text) subject = std::move(text);
        text = is_text(child.kind()) ? this->text(child) : literal(child.is(Kind::text_parameter) ? *child.child() : child);
    }
}

ast::Route Builder::route(At at) {
    ast::Route r;
    r.span = at.span();
    r.channel = name(*at.child(Kind::name));
    if (const auto m = at.child(Kind::message)) message(*m, r.subject, r.text);
    return r;
}

ast::Block Builder::block(At at) {
    ast::Block steps;
    for (const auto child : at.children()) steps.push_back(step(child));
    return steps;
}

ast::Step Builder::wait(At at) {
    const auto what = *at.child();
    Step s;
    if (what.is(Kind::wait_length)) {
        s.kind = StepKind::WaitLength;
        for (const auto child : what.children()) {
            if (child.is(Kind::at_clock)) s.clock = literal(*child.child());
            else s.value = literal(child);
        }
    } else if (what.is(Kind::wait_for)) {
        s.kind = StepKind::WaitFor;
        for (const auto child : what.children()) {
            if (child.is(Kind::pattern)) s.patterns.push_back(pattern(child));
            else if (child.is(Kind::else_block)) s.other = block(*child.child());
            else s.value = literal(child);
        }
    } else {
        const auto moment = *what.child();
        for (const auto child : moment.children()) {
            if (child.is(Kind::at_clock)) s.clock = literal(*child.child());
            else if (child.is(Kind::until_release)) {
                s.kind = StepKind::WaitRelease;
                if (const auto of = child.child(Kind::of_release)) s.value = primary(*of->child());
            } else {
                s.kind = child.is(Kind::date) ? StepKind::WaitDate : StepKind::WaitClock;
                s.value = literal(child);
            }
        }
        if (s.kind == StepKind::WaitClock && s.clock && s.value->kind == ast::ExprKind::Clock)
            error(Code::syntax, s.clock->span, "a clock time cannot have another `at`").help = "write `wait until 09:00`";
    }
    return s;
}

ast::Step Builder::step(At at) {
    Step s;
    const auto routes = [&](At in) {
        for (const auto r : in.children()) s.routes.push_back(route(r));
    };
    switch (at.kind()) {
    case Kind::prompt:
        s.kind = StepKind::Prompt;
        for (const auto child : at.children()) {
            if (child.is(Kind::goal)) s.patterns.push_back(pattern(child));
            else if (child.is(Kind::routes)) routes(child);
            else message(child, s.subject, s.value);
        }
        break;
    case Kind::send:
        s.kind = StepKind::Send;
        routes(*at.child());
        break;
    case Kind::reply: {
        s.kind = StepKind::Reply;
        const auto value = *at.child();
        s.value = is_text(value.kind()) ? text(value) : literal(*value.child());
        break;
    }
    case Kind::wait: s = wait(at); break;
    case Kind::record:
        s.kind = StepKind::Record;
        s.patterns.push_back(pattern(*at.child()));
        break;
    case Kind::tag:
    case Kind::untag:
        s.kind = at.is(Kind::tag) ? StepKind::Tag : StepKind::Untag;
        s.name = name(*at.child());
        break;
    case Kind::if_step: {
        s.kind = StepKind::If;
        bool then = true;
        for (const auto child : at.children()) {
            if (child.is(Kind::condition)) s.value = expression(child);
            else if (child.is(Kind::if_step)) {
                s.other.emplace();
                s.other->push_back(step(child));
            } else if (then) {
                s.block = block(child);
                then = false;
            } else s.other = block(child);
        }
        break;
    }
    case Kind::split_step:
        s.kind = StepKind::Split;
        for (const auto child : at.children()) {
            if (child.is(Kind::name)) {
                s.name = name(child);
                continue;
            }
            ast::Share share;
            share.span = child.span();
            for (const auto part : child.children()) {
                if (part.is(Kind::percent)) {
                    share.percent_span = part.span();
                    share.percent = number(part.span(), 2);
                } else if (part.is(Kind::arm_name)) share.arm = name(*part.child());
                else share.block = block(part);
            }
            s.shares.push_back(std::move(share));
        }
        break;
    case Kind::block:
        s.kind = StepKind::Block;
        s.block = block(at);
        break;
    default: s.kind = StepKind::Stop;
    }
    s.span = at.span();
    return s;
}

} // namespace segue
