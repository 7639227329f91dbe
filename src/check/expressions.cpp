#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "check/checker.hpp"
#include "syntax/print.hpp"
#include "text/did_you_mean.hpp"
#include "text/utf8.hpp"

namespace segue {

using ast::ExprKind;

const ast::Expr& Checker::bound(const ast::Expr& e, const Parameters* parameters) {
    if (e.kind != ExprKind::Name || !parameters) return e;
    const auto it = parameters->find(e.name.text);
    if (it == parameters->end()) return e;
    note_parameter(e.name);
    return *it->second.value;
}

Diagnostic& Checker::wrong_type(Span span, std::string_view wanted, const Typed& got) {
    auto& d = error(Code::wrong_type, span, fmt::format("expected {}, found {}", wanted, got.count ? "the count of an event" : with_article(got.type)));
    d.primary = fmt::format("this is {}", got.count ? "a count, a number" : with_article(got.type));
    if (got.expr.op == Op::Consent) {
        d.primary = "this is a consent, true or false";
        d.help = fmt::format("write {} here", wanted);
    }
    return d;
}

// A text literal stands for a track, an artist or a release where one is wanted.
Typed Checker::coerce(Typed value, const ast::Expr& e, Type wanted) {
    if (value.type != Type::Text || !is_textual(wanted) || !is_plain_text(e)) return value;
    value.type = wanted;
    // A release by its id: the text is its name where it has no other.
    const auto id = plain(e);
    const auto* declared = wanted == Type::Release && e.span.end == e.span.begin + id.size() + 2 ? find(id) : nullptr;
    if (declared && declared->what == What::Release && program_.releases[declared->index].id == id) note(Named::Release, {id, {e.span.source, e.span.begin + 1, e.span.end - 1}});
    return value;
}

Typed Checker::present(Typed value, const ast::Expr& e, const Visible& visible) {
    if (value.bad() || !value.optional) return value;
    const auto text = canonical(e);
    if (visible.known.contains(text)) {
        value.optional = false;
        return value;
    }
    auto& d = error(Code::may_be_missing, e.span, fmt::format("`{}` may be missing", text));
    d.primary = fmt::format("{} is wanted here", with_article(value.type));
    const auto* sample = value.type == Type::Number ? "0" : value.type == Type::Duration ? "0 days" : value.type == Type::Text ? "\"...\"" : nullptr;
    d.help = sample ? fmt::format("give it a fallback, `{} ?? {}`, or ask `known {}` first", text, sample, text) : fmt::format("ask `known {}` first", text);
    if (sample) d.mend = {{{e.span.source, e.span.end, e.span.end}, fmt::format(" ?? {}", sample)}}; // one of the two; which is not ours to say
    value.optional = false;
    return value;
}

void Checker::learn(const ast::Expr& e, bool truth, std::set<std::string>& known) const {
    switch (e.kind) {
    case ExprKind::Not: learn(e.kids[0], !truth, known); break;
    case ExprKind::And:
    case ExprKind::Or:
        if (truth == (e.kind == ExprKind::And))
            for (const auto& kid : e.kids) learn(kid, truth, known);
        break;
    case ExprKind::Known:
        if (truth) known.insert(canonical(e.kids[0]));
        break;
    case ExprKind::Equal: // missing equals nothing
        if (truth)
            for (const auto& kid : e.kids) known.insert(canonical(kid));
        break;
    case ExprKind::In:
        if (truth) known.insert(canonical(e.kids[0]));
        break;
    default: break;
    }
}

// How a literal that stands for another type is written as the wanted one.
void Checker::fits(Diagnostic& d, const ast::Expr& e, Type wanted) const {
    const auto written = canonical(e);
    const auto say = [&](std::string instead, std::string_view how, bool safe = true) {
        d.help = fmt::format("{}: `{}`", how, instead);
        d.mend = {{e.span, std::move(instead)}};
        d.safe = safe;
    };
    const bool text = e.kind == ExprKind::Text && is_plain_text(e);
    const auto inside = text ? plain(e) : std::string();
    const auto* declared = find(inside);
    if (e.kind == ExprKind::Number && wanted == Type::Duration) say(written + " days", "a duration has a unit", false);
    else if (e.kind == ExprKind::Number && wanted == Type::Clock) say(fmt::format("{:02}:00", static_cast<int>(std::clamp(e.number, 0.0, 23.0))), "an hour of the day has minutes", false);
    else if (e.kind == ExprKind::Number && is_textual(wanted)) say("\"" + written + "\"", "a text stands in quotes");
    else if (e.kind == ExprKind::Duration && wanted == Type::Number) d.help = "write the number alone, without a unit";
    else if (text && wanted == Type::Number && !inside.empty() && inside.find_first_not_of("0123456789.") == std::string::npos) say(inside, "a number stands without quotes");
    else if (text && (wanted == Type::Date || wanted == Type::Duration || wanted == Type::Clock || wanted == Type::Bool)) d.help = fmt::format("{} stands without quotes", with_article(wanted));
    else if (text && declared && ((wanted == Type::Stage && declared->what == What::Stage) || (wanted == Type::Channel && declared->what == What::Channel))) say(inside, fmt::format("the name of {} stands without quotes", with_article(wanted)));
    else if (text && wanted == Type::Stage) d.help = fmt::format("the stages: {}", fmt::join(stage_names(), ", "));
    else if (text && wanted == Type::Channel) d.help = fmt::format("the channels, without quotes: {}", fmt::join(names({What::Channel}), ", "));
    else if (wanted == Type::Time && e.kind == ExprKind::Date) d.help = "a date is a day, a time an instant: wait for the day with `wait until DATE`, or start the rule by it: `on DATE at 10:00`";
}

Expr Checker::condition(const ast::Expr& e, Visible& visible) {
    auto t = expression(e, visible);
    if (t.type == Type::Bool) t = present(std::move(t), e, visible);
    if (t.count) return make(Op::Positive, Type::Bool, kids_of(std::move(t.expr))).expr;
    if (t.bad() || t.type == Type::Bool) return t.expr;
    auto& d = error(Code::not_a_condition, e.span, fmt::format("expected a condition, found {}", with_article(t.type)));
    d.primary = fmt::format("this is {}, neither true nor false", with_article(t.type));
    if (t.type == Type::Stage && e.kind == ExprKind::Name) {
        d.help = fmt::format("to ask whether the fan has come that far, write `stage >= {}`", e.name.text);
        d.mend.push_back({e.span, "stage >= " + e.name.text});
    } else if (t.optional) {
        d.help = fmt::format("compare it with something, or ask whether it is there: `known {}`", canonical(e));
    } else d.help = t.type == Type::Text ? fmt::format("compare it with something: `{} == \"...\"`", canonical(e)) : "compare it with something";
    return {};
}

Typed Checker::within(const ast::Expr& e, Visible& visible) {
    const auto window = duration(e.kids[1], visible.parameters);
    const auto& inner = e.kids[0];
    if (counts(inner, visible)) return count_of(inner, visible, window, inner.name, inner.args);
    auto t = expression(inner, visible);
    if (!t.bad()) {
        auto& d = error(Code::wrong_type, e.span, "`within` counts an event");
        d.primary = fmt::format("this is {}", with_article(t.type));
        d.help = "write it behind the event: `listen within 7 days`";
    }
    return {};
}

// Definitions stand in for each other: together they may be deeper than any one expression.
Typed Checker::expression(const ast::Expr& e, Visible& visible, Type hint) {
    if (depth_ >= most_depth) {
        if (depth_ == most_depth) error(Code::too_deep, e.span, "this is too deep, with the definitions that it speaks of").help = "write some of them out, or make them shorter";
        return {};
    }
    ++depth_;
    auto out = expression_of(e, visible, hint);
    --depth_;
    return out;
}

Typed Checker::expression_of(const ast::Expr& e, Visible& visible, Type hint) {
    switch (e.kind) {
    case ExprKind::Error: return {};
    case ExprKind::Number: return constant(Type::Number, Value::of_number(e.number));
    case ExprKind::Duration: return constant(Type::Duration, Value::of(Value::Kind::Duration, e.integer));
    case ExprKind::Date: return constant(Type::Date, Value::of(Value::Kind::Date, e.integer));
    case ExprKind::Clock: return constant(Type::Clock, Value::of(Value::Kind::Duration, e.integer));
    case ExprKind::Bool: return constant(Type::Bool, Value::of_bool(e.integer != 0));
    case ExprKind::Percent:
        error(Code::wrong_type, e.span, "a percentage stands only in a split").help = "write a number, such as `0.5`";
        return {};
    case ExprKind::Text:
        if (is_plain_text(e)) return constant(Type::Text, Value::of_symbol(symbol(plain(e))));
        error(Code::hole_not_allowed, e.span, "a text with holes stands only in a message").help = "write the text itself, without `{`";
        return {};
    case ExprKind::List:
        error(Code::wrong_type, e.span, "a list stands only behind `in`").help = "write `fan.country in [\"US\", \"CA\"]`";
        return {};
    case ExprKind::Name: return name(e, visible, hint);
    case ExprKind::Call: return call(e, visible, 0);
    case ExprKind::Field: return field(e, visible, hint);
    case ExprKind::Within: return within(e, visible);
    case ExprKind::NextRelease:
    case ExprKind::LatestRelease: {
        if (visible.events_only) {
            if (std::exchange(visible.refused, true)) return {};
            error(Code::wrong_type, e.span, "the condition of a stage speaks of events and consent only, not of the catalogue").help = "ask it in the `when` of a rule";
            return {};
        }
        return make(e.kind == ExprKind::NextRelease ? Op::NextRelease : Op::LatestRelease, Type::Release, {}, !visible.known.contains(canonical(e)));
    }
    case ExprKind::Not: return make(Op::Not, Type::Bool, kids_of(condition(e.kids[0], visible)));
    case ExprKind::And:
    case ExprKind::Or: {
        // A long chain leans to the left; each part knows what those before it found.
        std::vector<const ast::Expr*> parts;
        const auto* first = &e;
        for (; first->kind == e.kind; first = &first->kids[0]) parts.push_back(&first->kids[1]);
        parts.push_back(first);
        const auto before = visible.known;
        std::vector<Expr> kids;
        for (; !parts.empty(); parts.pop_back()) {
            kids.push_back(condition(*parts.back(), visible));
            learn(*parts.back(), e.kind == ExprKind::And, visible.known);
        }
        visible.known = before;
        return make(e.kind == ExprKind::And ? Op::And : Op::Or, Type::Bool, std::move(kids));
    }
    case ExprKind::Negate: {
        auto t = present(expression(e.kids[0], visible), e.kids[0], visible);
        if (t.bad()) return {};
        if (t.type != Type::Number && t.type != Type::Duration) {
            wrong_type(e.kids[0].span, "a number or a duration", t);
            return {};
        }
        return make(Op::Negate, t.type, kids_of(std::move(t.expr)));
    }
    case ExprKind::Known: {
        auto t = expression(e.kids[0], visible);
        if (t.bad()) return {};
        if (!t.optional && !visible.known.contains(canonical(e.kids[0]))) {
            auto& d = error(Code::always_known, e.span, fmt::format("`{}` is never missing", canonical(e.kids[0])));
            d.primary = "always true";
            d.help = t.expr.op == Op::Consent || t.count ? fmt::format("to ask whether there is any, write `{}`", canonical(e.kids[0])) : "leave this out";
        }
        return make(Op::Known, Type::Bool, kids_of(std::move(t.expr)));
    }
    case ExprKind::In: return membership(e, visible);
    case ExprKind::Fallback: return fallback(e, visible);
    case ExprKind::Add:
    case ExprKind::Subtract:
    case ExprKind::Multiply:
    case ExprKind::Divide: return arithmetic(e, visible);
    default: return comparison(e, visible);
    }
}

Span_ms Checker::duration(const ast::Expr& written, const Parameters* parameters, bool zero_allowed) {
    const auto& e = bound(written, parameters);
    if (e.kind == ExprKind::Duration) {
        if (e.integer == 0 && !zero_allowed) error(Code::bad_literal, written.span, "this duration is zero").help = "the shortest is `1 second`";
        return std::max<Span_ms>(e.integer, zero_allowed ? 0 : 1);
    }
    if (e.kind == ExprKind::Error) return 1;
    if (e.kind == ExprKind::Name && &e == &written) {
        std::vector<std::string> candidates;
        if (parameters)
            for (const auto& [parameter, _] : *parameters) candidates.push_back(parameter);
        auto& d = error(Code::wrong_type, written.span, fmt::format("expected a duration, found `{}`", e.name.text));
        constexpr std::string_view numbers[] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"};
        const auto* number = std::find(std::begin(numbers), std::end(numbers), e.name.text);
        if (number != std::end(numbers)) {
            d.help = fmt::format("write the number in digits: `{} days`", number - std::begin(numbers));
            d.mend.push_back({written.span, std::to_string(number - std::begin(numbers))});
            d.safe = true;
        } else if (e.name.text == "at") {
            d.help = "to wait for an hour, write `wait until 10:00`";
            d.mend.push_back({written.span, "until"});
            d.safe = true;
        } else if (const auto near = did_you_mean(e.name.text, candidates)) d.help = fmt::format("did you mean `{}`?", *near);
        else d.help = "write a number and a unit, such as `7 days`";
        return 1;
    }
    auto& d = error(Code::wrong_type, written.span, fmt::format("expected a duration, found `{}`", canonical(e)));
    d.help = "write a number and a unit, such as `7 days`";
    fits(d, e, Type::Duration);
    return 1;
}

Span_ms Checker::clock(const ast::Expr& written, const Parameters* parameters) {
    const auto& e = bound(written, parameters);
    if (e.kind == ExprKind::Clock) return e.integer;
    if (e.kind != ExprKind::Error) error(Code::wrong_type, written.span, fmt::format("expected a clock time, found `{}`", canonical(e))).help = "write hours and minutes, such as `09:00`";
    return 0;
}

std::optional<std::uint32_t> Checker::whole(const ast::Expr& written, const Parameters* parameters, std::string_view what) {
    const auto& e = bound(written, parameters);
    if (e.kind == ExprKind::Error) return std::nullopt;
    if (e.kind != ExprKind::Number) {
        error(Code::wrong_type, written.span, fmt::format("expected a whole number, found `{}`", canonical(e))).help = "write a number, or a parameter that is one";
        return std::nullopt;
    }
    constexpr double most = 1e9;
    if (e.number < 1 || e.number != std::floor(e.number) || e.number > most) {
        auto& d = error(Code::bad_threshold, written.span, fmt::format("{} is a whole number, 1 or more", what));
        d.primary = e.number < 1 ? "this can never be" : e.number > most ? "at most 1000000000" : "not a whole number";
        d.help = e.number <= 0 ? "the first one is `1`" : fmt::format("write `{:.0f}`", std::clamp(std::ceil(e.number), 1.0, most));
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(e.number);
}

} // namespace segue
