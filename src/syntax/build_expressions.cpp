#include <charconv>
#include <cmath>
#include <date/date.h>
#include <fmt/format.h>
#include <utility>

#include "syntax/build.hpp"
#include "syntax/builder.hpp"
#include "text/utf8.hpp"

namespace segue {

using ast::ArgOp;
using ast::Expr;
using ast::ExprKind;

namespace {

constexpr double largest_number = 9007199254740991.0; // 2^53 - 1: whole numbers are exact up to here

std::int64_t unit_ms(std::string_view unit) {
    switch (unit[0]) {
    case 's': return 1000;
    case 'm': return 60'000;
    case 'h': return 3'600'000;
    case 'd': return 86'400'000;
    default: return 604'800'000;
    }
}

struct Binary {
    std::string_view text;
    ExprKind kind;
    int level; // the higher binds the tighter
};
constexpr int comparison_level = 3;
constexpr int prefix_not_level = 3; // `not a == b` is not (a == b)
constexpr int unary_level = 7;
constexpr Binary binaries[] = {
    {"or", ExprKind::Or, 1}, {"and", ExprKind::And, 2}, {"==", ExprKind::Equal, 3}, {"!=", ExprKind::NotEqual, 3},
    {"<=", ExprKind::LessEqual, 3}, {">=", ExprKind::GreaterEqual, 3}, {"<", ExprKind::Less, 3}, {">", ExprKind::Greater, 3},
    {"in", ExprKind::In, 3}, {"??", ExprKind::Fallback, 4}, {"+", ExprKind::Add, 5}, {"-", ExprKind::Subtract, 5},
    {"*", ExprKind::Multiply, 6}, {"/", ExprKind::Divide, 6},
};
const Binary& binary(std::string_view text) {
    for (const auto& b : binaries)
        if (b.text == text) return b;
    return binaries[0];
}

ArgOp arg_op(std::string_view text) {
    if (text == ":" || text == "==") return ArgOp::Equal;
    if (text == "!=") return ArgOp::NotEqual;
    if (text == "<") return ArgOp::Less;
    if (text == "<=") return ArgOp::LessEqual;
    if (text == ">") return ArgOp::Greater;
    return ArgOp::GreaterEqual;
}

Span joined(Span a, Span b) { return {a.source, a.begin, b.end}; }

// The common indentation of the lines of a long text, and its first and last line break, are not part of it.
void dedent(std::vector<ast::TextPart>& parts) {
    if (!parts.empty() && !parts[0].hole && !parts[0].literal.empty() && parts[0].literal[0] == '\n') parts[0].literal.erase(0, 1);
    else if (!parts.empty() && !parts[0].hole && parts[0].literal.starts_with("\r\n")) parts[0].literal.erase(0, 2);
    else return; // text stands behind the opening quotes: nothing to line up
    // Indentation of each line: blanks at the start of a literal that starts a line. Blank lines don't count, but the last one does.
    std::size_t common = std::string::npos;
    bool line_start = true;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto& literal = parts[i].literal;
        if (parts[i].hole) {
            if (line_start) common = 0;
            line_start = false;
            continue;
        }
        for (std::size_t at = 0; at <= literal.size();) {
            if (line_start) {
                const auto stop = std::min(literal.find_first_not_of(" \t", at), literal.size());
                const bool last = stop == literal.size() && i + 1 == parts.size();
                const bool blank = stop < literal.size() && (literal[stop] == '\n' || literal.compare(stop, 2, "\r\n") == 0);
                if (!blank && (stop < literal.size() || last || i + 1 < parts.size())) common = std::min(common, stop - at);
            }
            const auto line_break = literal.find('\n', at);
            line_start = line_break != std::string::npos;
            if (!line_start) break;
            at = line_break + 1;
        }
    }
    if (common == std::string::npos) common = 0;
    line_start = true;
    for (auto& part : parts) {
        if (part.hole) {
            line_start = false;
            continue;
        }
        std::string out;
        for (std::size_t at = 0; at < part.literal.size();) {
            if (line_start) at += std::min({common, std::min(part.literal.find_first_not_of(" \t", at), part.literal.size()) - at});
            const auto line_break = part.literal.find('\n', at);
            line_start = line_break != std::string::npos;
            const auto stop = line_start ? line_break + 1 : part.literal.size();
            out += part.literal.substr(at, stop - at);
            at = stop;
        }
        part.literal = std::move(out);
    }
    auto& last = parts.back();
    if (!last.hole) {
        const auto line_break = last.literal.rfind('\n');
        if (line_break != std::string::npos && last.literal.find_first_not_of(" \t", line_break + 1) == std::string::npos) last.literal.resize(line_break);
        if (last.literal.ends_with('\r')) last.literal.pop_back();
    }
}

} // namespace

double Builder::number(Span span, int decimals) {
    auto text = slice(span);
    if (text.ends_with('%')) text.remove_suffix(1);
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    const auto dot = text.find('.');
    if (decimals >= 0 && dot != std::string_view::npos && text.size() - dot - 1 > static_cast<std::size_t>(decimals))
        error(Code::bad_literal, span, fmt::format("`{}` has more than {} decimals", slice(span), decimals)).help = "a percent is written with two decimals at most";
    if (value > largest_number) {
        error(Code::bad_literal, span, "this number is too large").help = fmt::format("the largest is {:.0f}", largest_number);
    }
    return value;
}

Expr Builder::literal(At at) {
    Expr e(ExprKind::Error, at.span());
    const auto text = slice(at.span());
    switch (at.kind()) {
    case Kind::number:
        e.number = number(at.span(), -1);
        if (e.number <= largest_number) e.kind = ExprKind::Number;
        return e;
    case Kind::percent:
        e.kind = ExprKind::Percent;
        e.number = number(at.span(), 2);
        return e;
    case Kind::duration: {
        e.kind = ExprKind::Duration;
        const auto ms = number(at.child(Kind::number)->span(), -1) * static_cast<double>(unit_ms(slice(at.child(Kind::unit)->span())));
        constexpr double longest = 36500.0 * 86'400'000; // a hundred years
        if (!(ms <= longest)) error(Code::bad_literal, at.span(), "this duration is longer than 100 years").help = "the longest is `36500 days`";
        e.integer = static_cast<std::int64_t>(std::llround(std::min(ms, longest)));
        return e;
    }
    case Kind::clock: {
        e.kind = ExprKind::Clock;
        const auto colon = text.find(':');
        int hours = 0;
        int minutes = 0;
        std::from_chars(text.data(), text.data() + colon, hours);
        std::from_chars(text.data() + colon + 1, text.data() + text.size(), minutes);
        if (hours > 23 || minutes > 59) error(Code::bad_literal, at.span(), fmt::format("`{}` is not a time of day", text)).help = "clock times go from 00:00 to 23:59";
        e.integer = (std::min(hours, 23) * 60 + std::min(minutes, 59)) * std::int64_t{60'000};
        return e;
    }
    case Kind::date: {
        e.kind = ExprKind::Date;
        int year = 0;
        unsigned month = 0;
        unsigned day = 0;
        std::from_chars(text.data(), text.data() + 4, year);
        std::from_chars(text.data() + 5, text.data() + 7, month);
        std::from_chars(text.data() + 8, text.data() + 10, day);
        const auto ymd = date::year(year) / date::month(month) / date::day(day);
        if (!ymd.ok() || year < 1970) {
            error(Code::bad_literal, at.span(), fmt::format("there is no day {}", text)).help =
                year < 1970 ? "dates begin in 1970" : "a date is YEAR-MONTH-DAY, such as 2026-03-13";
            return e;
        }
        e.integer = date::sys_days(ymd).time_since_epoch().count();
        return e;
    }
    case Kind::boolean:
        e.kind = ExprKind::Bool;
        e.integer = text == "true";
        return e;
    case Kind::threshold: {
        const auto inner = at.child(Kind::number) ? at.child(Kind::number) : at.child(Kind::name);
        auto value = literal(*inner);
        if (text.starts_with('-')) value.number = -value.number;
        value.span = at.span();
        return value;
    }
    default:
        e.kind = ExprKind::Name;
        e.name = name(at);
        return e;
    }
}

Expr Builder::text(At at) {
    Expr e(ExprKind::Text, at.span());
    e.long_text = at.is(Kind::long_text);
    const auto literal = [&]() -> std::string& {
        if (e.parts.empty() || e.parts.back().hole) e.parts.emplace_back();
        return e.parts.back().literal;
    };
    std::vector<std::pair<std::size_t, std::string>> escapes;
    // Escapes in a long text are applied after the indentation went: `\n` there starts no line of the script.
    constexpr char mark = '\x01';
    std::vector<std::string> held;
    for (const auto child : at.children()) {
        const auto raw = slice(child.span());
        if (child.is(Kind::hole)) {
            if (!e.long_text && raw.find('\n') != std::string_view::npos)
                error(Code::open_text, {tree_.source, child.span().begin, child.span().begin + 1}, "this hole does not end on its line").help = "close it on the line, or write the text between `\"\"\"`";
            e.parts.emplace_back();
            e.parts.back().hole = std::make_unique<Expr>(expression(*child.child()));
        } else if (child.is(Kind::text_escape)) {
            std::string value;
            if (raw[1] == 'n') value = "\n";
            else if (raw[1] == 't') value = "\t";
            else if (raw[1] == 'u') {
                std::uint32_t code_point = 0;
                std::from_chars(raw.data() + 3, raw.data() + raw.size() - 1, code_point, 16);
                if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000) || code_point == 0)
                    error(Code::unknown_escape, child.span(), fmt::format("`{}` is not a character", raw)).help = "a code point goes from 1 to 10FFFF, surrogates excepted";
                append_utf8(value, code_point);
            } else value = raw.substr(1);
            if (e.long_text) {
                literal() += mark;
                held.push_back(value);
            } else literal() += value;
        } else {
            for (const char c : raw)
                if (c != mark) literal() += c;
        }
    }
    if (e.long_text) {
        dedent(e.parts);
        std::size_t next = 0;
        for (auto& part : e.parts) {
            std::string out;
            for (const char c : part.literal) {
                if (c == mark) out += held[next++];
                else if (c != '\r') out += c;
            }
            part.literal = std::move(out);
        }
    }
    std::size_t bytes = 0;
    for (const auto& part : e.parts) bytes += part.literal.size();
    if (bytes > longest_text) error(Code::too_large, at.span(), fmt::format("this text is longer than {} bytes", longest_text)).help = "link to a page instead";
    return e;
}

std::vector<ast::Arg> Builder::arguments(At at) {
    std::vector<ast::Arg> args;
    for (const auto child : at.children()) {
        ast::Arg arg;
        arg.span = child.span();
        if (child.is(Kind::named_arg)) {
            for (const auto part : child.children()) {
                if (part.is(Kind::any_word)) arg.field = name(part);
                else if (part.is(Kind::arg_op)) {
                    arg.op = arg_op(slice(part.span()));
                    if (slice(part.span()) != "==") continue;
                    auto& d = error(Code::bad_argument, part.span(), "the value of a field follows `:`");
                    d.help = fmt::format("write `{}: ...`", arg.field.text);
                    d.mend.push_back({{part.span().source, arg.field.span.end, part.span().end}, ":"});
                    d.safe = true;
                }
                else arg.value = expression(part);
            }
        } else {
            arg.value = expression(*child.child());
        }
        args.push_back(std::move(arg));
    }
    return args;
}

ast::Pattern Builder::pattern(At at) {
    ast::Pattern p;
    const auto inner = at.is(Kind::goal) ? *at.child(Kind::pattern) : at;
    p.span = inner.span();
    p.event = name(*inner.child(Kind::name));
    if (const auto args = inner.child(Kind::arguments)) {
        p.parenthesized = true;
        p.args = arguments(*args);
    }
    return p;
}

// The flat list of an expression: prefix operators, primaries with their postfixes, binary operators.
struct Builder::Operands {
    std::vector<At> items;
    std::size_t next = 0;
    bool more() const { return next < items.size(); }
    const At& peek() const { return items[next]; }
};

Expr Builder::primary(At at) {
    switch (at.kind()) {
    case Kind::text:
    case Kind::long_text: return text(at);
    case Kind::list: {
        Expr e(ExprKind::List, at.span());
        for (const auto kid : at.children()) e.kids.push_back(expression(kid));
        return e;
    }
    case Kind::group: {
        auto e = expression(*at.child());
        e.grouped = true;
        e.span = at.span();
        return e;
    }
    case Kind::next_release: return Expr(ExprKind::NextRelease, at.span());
    case Kind::latest_release: return Expr(ExprKind::LatestRelease, at.span());
    case Kind::call: {
        Expr e(ExprKind::Call, at.span());
        e.name = name(*at.child(Kind::name));
        e.args = arguments(*at.child(Kind::arguments));
        return e;
    }
    default: return literal(at);
    }
}

Expr Builder::operand(Operands& in) {
    const auto at = in.items[in.next++];
    if (at.is(Kind::prefix_op)) {
        const auto op = slice(at.span());
        const auto level = op == "not" ? prefix_not_level : unary_level;
        if (!in.more()) return Expr(ExprKind::Error, at.span());
        auto kid = level == unary_level ? operand(in) : climb(in, level);
        Expr e(op == "not" ? ExprKind::Not : op == "known" ? ExprKind::Known : ExprKind::Negate, joined(at.span(), kid.span));
        e.kids.push_back(std::move(kid));
        return e;
    }
    auto e = primary(at);
    while (in.more() && (in.peek().is(Kind::dot_field) || in.peek().is(Kind::within))) {
        const auto post = in.items[in.next++];
        Expr outer(post.is(Kind::within) ? ExprKind::Within : ExprKind::Field, joined(e.span, post.span()));
        outer.kids.push_back(std::move(e));
        if (post.is(Kind::within)) outer.kids.push_back(literal(*post.child()));
        else outer.name = name(*post.child());
        e = std::move(outer);
    }
    return e;
}

Expr Builder::climb(Operands& in, int lowest) {
    auto left = operand(in);
    bool compared = false;
    bool chained = false;
    while (in.more() && in.peek().is(Kind::binary_op)) {
        const auto& op = binary(slice(in.peek().span()));
        if (op.level < lowest) break;
        const auto op_span = in.peek().span();
        ++in.next;
        if (op.level == comparison_level) {
            if (compared) {
                auto& d = error(Code::chained_comparison, op_span, "two comparisons cannot be chained");
                d.primary = "the second comparison";
                d.help = "write `a < b and b < c`";
            }
            chained = compared;
            compared = true;
        }
        auto right = climb(in, op.level + 1);
        if (chained) { // said: its types are no second mistake
            left = Expr(ExprKind::Error, joined(left.span, right.span));
            continue;
        }
        Expr e(op.kind, joined(left.span, right.span));
        e.kids.push_back(std::move(left));
        e.kids.push_back(std::move(right));
        left = std::move(e);
    }
    return left;
}

Expr Builder::expression(At at) {
    if (at.is(Kind::condition)) at = *at.child();
    if (!at.is(Kind::expression)) return primary(at);
    if (depth_ == 0) operators_ = 0;
    Operands in;
    for (const auto child : at.children()) {
        in.items.push_back(child);
        operators_ += child.is(Kind::binary_op) || child.is(Kind::prefix_op) ? 1 : 0;
    }
    if (operators_ > most_operators) {
        if (!std::exchange(too_many_, true)) {
            auto& d = error(Code::too_large, at.span(), fmt::format("an expression has at most {} operators", most_operators));
            d.help = "name parts of it with `define`; many values of one thing are asked with `in [...]`";
        }
        return Expr(ExprKind::Error, at.span());
    }
    ++depth_;
    auto out = climb(in, 0);
    if (--depth_ == 0) too_many_ = false;
    return out;
}

ast::Name Builder::name(At at) {
    const auto text = slice(at.span());
    if (text.size() <= longest_name) return {std::string(text), at.span()};
    error(Code::too_large, at.span(), fmt::format("a name has at most {} characters", longest_name)).help = "choose a shorter one";
    return {std::string(text.substr(0, longest_name)), at.span()};
}

} // namespace segue
