#include "syntax/print.hpp"

#include <cmath>
#include <fmt/format.h>

#include "text/plain.hpp"

namespace segue {

using ast::ArgOp;
using ast::Expr;
using ast::ExprKind;
using ast::Step;
using ast::StepKind;

namespace {

struct Shape {
    std::string_view op;
    int level;
};

Shape shape(ExprKind kind) {
    switch (kind) {
    case ExprKind::Or: return {"or", 1};
    case ExprKind::And: return {"and", 2};
    case ExprKind::Not: return {"not", 3};
    case ExprKind::Equal: return {"==", 3};
    case ExprKind::NotEqual: return {"!=", 3};
    case ExprKind::Less: return {"<", 3};
    case ExprKind::LessEqual: return {"<=", 3};
    case ExprKind::Greater: return {">", 3};
    case ExprKind::GreaterEqual: return {">=", 3};
    case ExprKind::In: return {"in", 3};
    case ExprKind::Fallback: return {"??", 4};
    case ExprKind::Add: return {"+", 5};
    case ExprKind::Subtract: return {"-", 5};
    case ExprKind::Multiply: return {"*", 6};
    case ExprKind::Divide: return {"/", 6};
    default: return {"", 8};
    }
}

std::string_view text_of(ArgOp op) {
    switch (op) {
    case ArgOp::Equal: return ":";
    case ArgOp::NotEqual: return "!=";
    case ArgOp::Less: return "<";
    case ArgOp::LessEqual: return "<=";
    case ArgOp::Greater: return ">";
    case ArgOp::GreaterEqual: return ">=";
    case ArgOp::Bare: break;
    }
    return "";
}

std::string quoted(const Expr& e) {
    std::string out = "\"";
    for (const auto& part : e.parts) {
        if (part.hole) {
            out += "{" + canonical(*part.hole) + "}";
            continue;
        }
        for (const char c : part.literal) {
            if (c == '\n') out += "\\n";
            else if (c == '\t') out += "\\t";
            else if (c == '"' || c == '\\' || c == '{') (out += '\\') += c;
            else out += c;
        }
    }
    return out + "\"";
}

std::string arguments(const std::vector<ast::Arg>& args) {
    std::string out = "(";
    for (const auto& arg : args) {
        if (out.size() > 1) out += ", ";
        if (arg.op == ArgOp::Bare) out += canonical(arg.value);
        else out += fmt::format("{}{}{} {}", arg.field.text, arg.op == ArgOp::Equal ? "" : " ", text_of(arg.op), canonical(arg.value));
    }
    return out + ")";
}

std::string number(double n) { return n == std::floor(n) && std::abs(n) < 1e15 ? fmt::format("{:.0f}", n) : fmt::format("{}", n); }

} // namespace

std::string canonical_duration(std::int64_t ms) {
    constexpr std::pair<std::int64_t, std::string_view> units[] = {{604'800'000, "week"}, {86'400'000, "day"}, {3'600'000, "hour"}, {60'000, "minute"}};
    for (const auto& [length, unit] : units)
        if (ms != 0 && ms % length == 0) return fmt::format("{} {}{}", ms / length, unit, ms == length ? "" : "s");
    return fmt::format("{} second{}", number(static_cast<double>(ms) / 1000), ms == 1000 ? "" : "s");
}

namespace {

template <class Range, class Print>
std::string joined(const Range& range, std::string_view with, Print print) {
    std::string out;
    for (const auto& item : range) {
        if (!out.empty()) out += with;
        out += print(item);
    }
    return out;
}

std::string route(const ast::Route& r) {
    std::string out = r.channel.text;
    if (r.subject) out += " " + canonical(*r.subject) + " /";
    if (r.text) out += " " + canonical(*r.text);
    return out;
}

std::string block(const ast::Block& steps);

std::string step(const Step& s) {
    const auto clock = [&] { return s.clock ? " at " + canonical(*s.clock) : std::string(); };
    const auto pattern = [](const ast::Pattern& p) { return canonical(p); };
    switch (s.kind) {
    case StepKind::Prompt: {
        std::string out = "prompt " + joined(s.patterns, " or ", pattern);
        if (!s.routes.empty()) out += " via " + joined(s.routes, " or ", route);
        if (s.value) out += " " + canonical(*s.value);
        return out;
    }
    case StepKind::Send: return "send " + joined(s.routes, " or ", route);
    case StepKind::Reply: return "reply " + canonical(*s.value);
    case StepKind::WaitFor:
        return fmt::format("wait for {} up to {}{}", canonical(s.patterns[0]), canonical(*s.value), s.other ? " else " + block(*s.other) : "");
    case StepKind::WaitLength: return "wait " + canonical(*s.value) + clock();
    case StepKind::WaitClock:
    case StepKind::WaitDate: return "wait until " + canonical(*s.value) + clock();
    case StepKind::WaitRelease: return "wait until release day" + (s.value ? " of " + canonical(*s.value) : std::string()) + clock();
    case StepKind::Record: return "record " + canonical(s.patterns[0]);
    case StepKind::Tag: return "tag " + s.name.text;
    case StepKind::Untag: return "untag " + s.name.text;
    case StepKind::If: return fmt::format("if {} {}{}", canonical(*s.value), block(s.block), s.other ? " else " + block(*s.other) : "");
    case StepKind::Split: {
        std::string out = "split " + s.name.text + " {";
        for (const auto& share : s.shares) out += fmt::format(" {}% {}{}", number(share.percent), share.arm ? share.arm.text + ": " : "", block(share.block));
        return out + " }";
    }
    case StepKind::Stop: return "stop";
    case StepKind::Block: return block(s.block);
    }
    return "";
}

std::string block(const ast::Block& steps) {
    std::string out = "{";
    for (const auto& s : steps) out += " " + step(s);
    return out + " }";
}

std::string trigger(const ast::Trigger& t) {
    const auto clock = [&] { return t.clock ? " at " + canonical(*t.clock) : std::string(); };
    switch (t.kind) {
    case ast::TriggerKind::Silence: return fmt::format("no {} for {}", canonical(t.patterns[0]), canonical(*t.silence));
    case ast::TriggerKind::Enter: return "enter " + t.stage.text;
    case ast::TriggerKind::Release:
        return (t.offset_length ? fmt::format("{} {} release", canonical(*t.offset_length), t.offset < 0 ? "before" : "after") : "release day") + clock();
    case ast::TriggerKind::Date: return canonical(*t.date) + clock();
    default: break;
    }
    std::string out = joined(t.patterns, " or ", [](const ast::Pattern& p) { return canonical(p); });
    if (t.kind == ast::TriggerKind::Count) out += " >= " + canonical(*t.count);
    if (t.kind == ast::TriggerKind::Every) out += " every " + canonical(*t.count);
    if (t.per) out += " per " + t.per->text;
    if (t.within) out += " within " + canonical(*t.within);
    return out;
}

} // namespace

std::string canonical(const Expr& e) {
    const auto [op, level] = shape(e.kind);
    // A kid that binds less tightly stands in parentheses; the right one also when it binds as tightly.
    const auto kid = [&, outer = level](std::size_t i) {
        const auto inner = shape(e.kids[i].kind).level;
        const bool loose = inner < outer || (inner == outer && (i > 0 || outer == 3));
        return loose ? "(" + canonical(e.kids[i]) + ")" : canonical(e.kids[i]);
    };
    switch (e.kind) {
    case ExprKind::Error: return "?";
    case ExprKind::Number: return number(e.number);
    case ExprKind::Percent: return number(e.number) + "%";
    case ExprKind::Duration: return canonical_duration(e.integer);
    case ExprKind::Clock: return fmt::format("{:02}:{:02}", e.integer / 3'600'000, e.integer / 60'000 % 60);
    case ExprKind::Date: return iso_date(e.integer);
    case ExprKind::Text: return quoted(e);
    case ExprKind::Bool: return e.integer ? "true" : "false";
    case ExprKind::Name: return e.name.text;
    case ExprKind::Call: return e.name.text + arguments(e.args);
    case ExprKind::Field: return kid(0) + "." + e.name.text;
    case ExprKind::Within: return kid(0) + " within " + canonical(e.kids[1]);
    case ExprKind::List: return "[" + joined(e.kids, ", ", [](const Expr& k) { return canonical(k); }) + "]";
    case ExprKind::NextRelease: return "next release";
    case ExprKind::LatestRelease: return "latest release";
    case ExprKind::Not: return "not " + (e.kids[0].kind == ExprKind::Or || e.kids[0].kind == ExprKind::And ? "(" + canonical(e.kids[0]) + ")" : canonical(e.kids[0]));
    case ExprKind::Negate: return "-" + kid(0);
    case ExprKind::Known: return "known " + kid(0);
    default: break;
    }
    // `listen within 7 days >= 3` is written `listen >= 3 within 7 days`.
    if (level == 3 && e.kids[0].kind == ExprKind::Within && e.kids[1].kind == ExprKind::Number)
        return fmt::format("{} {} {} within {}", canonical(e.kids[0].kids[0]), op, canonical(e.kids[1]), canonical(e.kids[0].kids[1]));
    return fmt::format("{} {} {}", kid(0), op, kid(1));
}

std::string canonical(const ast::Pattern& p) { return p.args.empty() ? p.event.text : p.event.text + arguments(p.args); }

std::string canonical(const ast::Rule& r) {
    std::string out = r.label ? r.label.text + ": on " : "on ";
    out += trigger(r.trigger);
    if (r.when) out += " when " + canonical(*r.when);
    if (r.frequency) {
        out += " once";
        if (r.frequency->per) out += " per " + r.frequency->per->text;
        if (r.frequency->every) out += " every " + canonical(*r.frequency->every);
    }
    if (!r.until.empty()) out += " until " + joined(r.until, " or ", [](const ast::Pattern& p) { return canonical(p); });
    out += " => " + joined(r.response, " then ", step);
    if (r.aim) out += " -> " + r.aim.text;
    return out;
}

} // namespace segue
