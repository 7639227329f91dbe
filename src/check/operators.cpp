// Operators of two operands: which types go together, and what comes of them.
#include <algorithm>
#include <fmt/format.h>

#include "check/checker.hpp"
#include "syntax/print.hpp"
#include "text/utf8.hpp"

namespace segue {

using ast::ExprKind;

namespace {

bool ordered(Type type) { return type == Type::Number || type == Type::Duration || type == Type::Time || type == Type::Date || type == Type::Stage; }

Op comparison_op(ExprKind kind) {
    switch (kind) {
    case ExprKind::Equal: return Op::Equal;
    case ExprKind::NotEqual: return Op::NotEqual;
    case ExprKind::Less: return Op::Less;
    case ExprKind::LessEqual: return Op::LessEqual;
    case ExprKind::Greater: return Op::Greater;
    default: return Op::GreaterEqual;
    }
}

Type literal_type(const ast::Expr& e) {
    switch (e.kind) {
    case ExprKind::Number: return Type::Number;
    case ExprKind::Duration: return Type::Duration;
    case ExprKind::Date: return Type::Date;
    case ExprKind::Bool: return Type::Bool;
    default: return Type::Error;
    }
}

} // namespace

Typed Checker::comparison(const ast::Expr& e, Visible& visible) {
    const auto& left = e.kids[0];
    const auto& right = e.kids[1];
    // `listen >= 3 within 7 days`: the window belongs to the count.
    if (right.kind == ExprKind::Within && !counts(right.kids[0], visible) && counts(left, visible) && left.kind != ExprKind::Within) {
        const auto window = duration(right.kids[1], visible.parameters);
        auto count = count_of(left, visible, window, left.name, left.args);
        auto than = present(expression(right.kids[0], visible), right.kids[0], visible);
        if (count.bad() || than.bad()) return {};
        if (than.type != Type::Number) {
            wrong_type(right.kids[0].span, "a number", than);
            return {};
        }
        return make(comparison_op(e.kind), Type::Bool, kids_of(std::move(count.expr), std::move(than.expr)));
    }
    auto a = expression(left, visible, literal_type(right));
    auto b = expression(right, visible, a.count ? Type::Error : a.type);
    // A channel's name beside a channel is the channel.
    if (b.type == Type::Channel && a.expr.op == Op::Consent) a = expression(left, visible, Type::Channel);
    if (a.bad() || b.bad()) return {};
    a = coerce(std::move(a), left, b.type);
    b = coerce(std::move(b), right, a.type);
    if (a.expr.op == Op::Consent && b.expr.op == Op::Consent && left.kind == ExprKind::Name && right.kind == ExprKind::Name) {
        a = expression(left, visible, Type::Channel);
        b = expression(right, visible, Type::Channel);
    }
    if (a.type != b.type) {
        const auto what = [](const Typed& t) { return t.count ? std::string("a count, a number") : with_article(t.type); };
        auto& d = error(Code::wrong_type, right.span, fmt::format("{} cannot be compared with {}", with_article(a.type), with_article(b.type)));
        d.primary = what(b);
        d.labels = {{left.span, what(a)}};
        fits(d, right, a.type);
        if (d.help.empty()) fits(d, left, b.type);
        if (d.help.empty()) d.help = "compare values of one type";
        return {};
    }
    const bool equality = e.kind == ExprKind::Equal || e.kind == ExprKind::NotEqual;
    if (!equality) {
        if (!ordered(a.type)) {
            auto& d = error(Code::wrong_type, e.span, fmt::format("{} has no order", with_article(a.type)));
            d.help = "compare it with `==`, `!=` or `in`";
            return {};
        }
        a = present(std::move(a), left, visible);
        b = present(std::move(b), right, visible);
    }
    const auto fold = [&](Typed& value, const ast::Expr& other) {
        if (other.kind != ExprKind::Name || !value.constant()) return;
        for (const auto& f : visible.fields)
            if (f.name == other.name.text && f.folded) value.expr.value = Value::of_symbol(symbol(fold_keyword(ledger_.symbols.text(value.expr.value.symbol()))));
    };
    fold(a, right);
    fold(b, left);
    return make(comparison_op(e.kind), Type::Bool, kids_of(std::move(a.expr), std::move(b.expr)));
}

Typed Checker::membership(const ast::Expr& e, Visible& visible) {
    const auto& left = e.kids[0];
    const auto& list = e.kids[1];
    if (list.kind != ExprKind::List) {
        error(Code::wrong_type, list.span, "`in` asks for a list").help = "write it in brackets: `fan.country in [\"US\", \"CA\"]`";
        return {};
    }
    if (list.kids.empty()) {
        error(Code::wrong_type, list.span, "nothing is in an empty list").help = "name the values";
        return {};
    }
    auto a = expression(left, visible);
    // sms in [channel, ...] and channel in [sms, email]
    bool channels = a.type == Type::Channel;
    for (const auto& kid : list.kids) channels = channels || (kid.kind == ExprKind::Name && a.expr.op == Op::Consent && expression(kid, visible).type == Type::Channel);
    if (channels && a.expr.op == Op::Consent) a = expression(left, visible, Type::Channel);
    if (a.bad()) return {};
    std::vector<Expr> kids;
    bool folded = false;
    for (const auto& f : visible.fields) folded = folded || (left.kind == ExprKind::Name && f.name == left.name.text && f.folded);
    kids.push_back(a.expr);
    for (const auto& kid : list.kids) {
        auto b = coerce(expression(kid, visible, a.type), kid, a.type);
        if (b.bad()) return {};
        if (b.type != a.type && a.type == Type::Text && is_textual(b.type) && is_plain_text(left)) a.type = b.type;
        if (b.type != a.type) {
            fits(wrong_type(kid.span, with_article(a.type), b), kid, a.type);
            return {};
        }
        if (folded && b.constant()) b.expr.value = Value::of_symbol(symbol(fold_keyword(ledger_.symbols.text(b.expr.value.symbol()))));
        kids.push_back(std::move(b.expr));
    }
    return make(Op::In, Type::Bool, std::move(kids));
}

Typed Checker::fallback(const ast::Expr& e, Visible& visible) {
    auto a = expression(e.kids[0], visible);
    auto b = expression(e.kids[1], visible, a.type);
    if (a.bad() || b.bad()) return {};
    a = coerce(std::move(a), e.kids[0], b.type);
    b = coerce(std::move(b), e.kids[1], a.type);
    if (a.type != b.type) {
        auto& d = wrong_type(e.kids[1].span, with_article(a.type), b);
        d.labels.push_back({e.kids[0].span, fmt::format("the fallback of {} is {}", with_article(a.type), with_article(a.type))});
        fits(d, e.kids[1], a.type);
        if (d.help.empty()) d.help = fmt::format("write {} behind `??`", with_article(a.type));
        return {};
    }
    return make(Op::Fallback, a.type, kids_of(std::move(a.expr), std::move(b.expr)), a.optional && b.optional);
}

Typed Checker::arithmetic(const ast::Expr& e, Visible& visible) {
    auto a = present(expression(e.kids[0], visible), e.kids[0], visible);
    auto b = present(expression(e.kids[1], visible), e.kids[1], visible);
    if (a.bad() || b.bad()) return {};
    struct Row {
        ExprKind op;
        Type left, right, result;
    };
    using T = Type;
    using K = ExprKind;
    static constexpr Row rows[] = {
        {K::Add, T::Number, T::Number, T::Number}, {K::Subtract, T::Number, T::Number, T::Number}, {K::Multiply, T::Number, T::Number, T::Number},
        {K::Divide, T::Number, T::Number, T::Number}, {K::Add, T::Duration, T::Duration, T::Duration}, {K::Subtract, T::Duration, T::Duration, T::Duration},
        {K::Multiply, T::Duration, T::Number, T::Duration}, {K::Multiply, T::Number, T::Duration, T::Duration}, {K::Divide, T::Duration, T::Number, T::Duration},
        {K::Divide, T::Duration, T::Duration, T::Number}, {K::Add, T::Time, T::Duration, T::Time}, {K::Add, T::Duration, T::Time, T::Time},
        {K::Subtract, T::Time, T::Duration, T::Time}, {K::Subtract, T::Time, T::Time, T::Duration}, {K::Subtract, T::Date, T::Date, T::Duration},
        {K::Add, T::Date, T::Duration, T::Date}, {K::Subtract, T::Date, T::Duration, T::Date},
    };
    static constexpr std::pair<K, Op> ops[] = {{K::Add, Op::Add}, {K::Subtract, Op::Subtract}, {K::Multiply, Op::Multiply}, {K::Divide, Op::Divide}};
    for (const auto& row : rows) {
        if (row.op != e.kind || row.left != a.type || row.right != b.type) continue;
        auto op = Op::Add;
        for (const auto& [kind, o] : ops)
            if (kind == e.kind) op = o;
        return make(op, row.result, kids_of(std::move(a.expr), std::move(b.expr)), e.kind == K::Divide && !visible.known.contains(canonical(e)));
    }
    constexpr std::pair<K, std::string_view> words[] = {{K::Add, "added to"}, {K::Subtract, "subtracted from"}, {K::Multiply, "multiplied by"}, {K::Divide, "divided by"}};
    std::string_view verb;
    for (const auto& [kind, w] : words)
        if (kind == e.kind) verb = w;
    const bool swap = e.kind == K::Subtract || e.kind == K::Add;
    auto& d = error(Code::wrong_type, e.kids[1].span, fmt::format("{} cannot be {} {}", with_article(swap ? b.type : a.type), verb, with_article(swap ? a.type : b.type)));
    d.primary = with_article(b.type);
    d.labels = {{e.kids[0].span, with_article(a.type)}};
    d.help = a.type == Type::Text || b.type == Type::Text ? "texts are put together with holes: \"{a} and {b}\"" : "arithmetic is for numbers, durations, times and dates";
    return {};
}

} // namespace segue
