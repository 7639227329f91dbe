#include <algorithm>

#include "syntax/formatter.hpp"

namespace segue {

std::size_t Formatter::arrow(At rule) const { return range(*rule.child(Kind::response)).first - 1; }

bool Formatter::on_one_line(At rule, int indent) const {
    const auto width = tokens_.width(range(rule));
    return width >= 0 && indent + width <= short_line && simple_inside(rule);
}

void Formatter::rule(At at, int indent, int pad) {
    const auto all = range(at);
    const auto to = arrow(at);
    if (on_one_line(at, indent)) {
        page_.put({all.first, to}, indent + 2);
        page_.pad(pad);
        return page_.put({to, all.last}, indent + 2);
    }
    auto on = all.first;
    if (const auto label = at.child(Kind::label_part)) {
        page_.put({all.first, all.first + 2}, indent + 2);
        on = all.first + 2;
        indent += 2;
        page_.line(indent);
    }
    if (page_.fits({on, to})) page_.put({on, to}, indent + 4);
    else {
        bool first = true; // the trigger stays with its `on`
        for (const auto child : at.children()) {
            if (child.is(Kind::label_part) || child.is(Kind::response) || child.is(Kind::aim)) continue;
            if (first) page_.put({on, range(child).last}, indent + 4);
            else {
                page_.line(indent + 2);
                clause(child, indent + 4);
            }
            first = false;
        }
    }
    page_.line(indent + 2);
    page_.put(to);
    const auto left = indent + 5;
    page_.hang(left);
    response(*at.child(Kind::response), left);
    if (const auto aim = at.child(Kind::aim)) {
        page_.line(indent + 2);
        page_.put(range(*aim), indent + 5);
    }
}

void Formatter::response(At at, int left) {
    bool first = true;
    for (const auto next : at.children()) {
        if (!first) {
            page_.line(left);
            page_.put(range(next).first - 1); // `then`
            page_.hang(left + 5);
        }
        step(next, first ? left : left + 5);
        first = false;
    }
}

void Formatter::clause(At at, int hang) {
    const auto all = range(at);
    const auto condition = at.child(Kind::condition);
    if (!condition) return page_.put(all, hang);
    page_.put({all.first, range(*condition).first}, hang);
    expression(range(*condition), *condition, hang);
}

void Formatter::expression(Range range, At at, int hang, int tail) {
    page_.hang(hang);
    if (at.is(Kind::condition)) at = *at.child();
    expression(range, all(at), 1, hang, tail);
}

// One that is too long is broken before each `or`; a part that is still too long, before each `and`; then wherever a blank is.
void Formatter::expression(Range range, const std::vector<At>& items, int lowest, int hang, int tail) {
    static constexpr std::string_view levels[] = {"", "or", "and"};
    if (lowest > 2 || page_.fits(range, tail)) return page_.put(range, hang, tail);
    std::vector<Range> parts{{range.first, range.last}};
    for (const auto item : items) {
        const auto at = tokens_.at(item.span().begin);
        if (!item.is(Kind::binary_op) || at < range.first || at >= range.last || source_.slice(item.span()) != levels[lowest]) continue;
        parts.back().last = at;
        parts.push_back({at, range.last});
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool last = i + 1 == parts.size();
        if (i > 0) page_.line(hang);
        page_.hang(hang);
        expression(parts[i], items, lowest + 1, parts.size() > 1 ? hang + 2 : hang, last ? tail : 0);
    }
}

} // namespace segue
