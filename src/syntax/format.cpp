#include "syntax/format.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <stdexcept>

#include "syntax/build.hpp"
#include "syntax/formatter.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

namespace segue {

namespace {

// Columns that would have to be wider than this are not lined up.
constexpr int widest_pad = 24;

int gap(int widest, int own) { return widest > own ? widest - own : 0; }

} // namespace

std::vector<At> Formatter::all(At at) const {
    std::vector<At> out;
    for (const auto child : at.children()) out.push_back(child);
    return out;
}

std::string Formatter::file() {
    std::vector<At> roots;
    for (std::uint32_t i = 0; i < tree_.nodes.size(); i = tree_.nodes[i].next) roots.emplace_back(tree_, i);
    items(roots, 0);
    page_.line(0);
    page_.above(tokens_.end_of_file(), roots.empty());
    return page_.take();
}

// Neighbours with nothing between them that have columns to be lined up: short rules by their `=>`, channels by their names.
// For each item the blanks before its second column.
std::vector<int> Formatter::pads(const std::vector<At>& items, int indent) const {
    std::vector<int> out(items.size(), 0);
    const auto head = [&](std::size_t i) {
        const auto all = range(items[i]);
        if (items[i].is(Kind::channel)) return tokens_.width({all.first, all.first + 2});
        return items[i].is(Kind::rule) && on_one_line(items[i], indent) ? tokens_.width({all.first, arrow(items[i])}) : -1;
    };
    for (std::size_t i = 0; i < items.size();) {
        std::vector<int> heads{head(i)};
        auto end = i + 1;
        for (; heads[0] >= 0 && end < items.size() && items[end].kind() == items[i].kind(); ++end) {
            const auto& first = tokens_[range(items[end]).first];
            const auto next = first.above.empty() && !first.blank_above ? head(end) : -1;
            if (next < 0) break;
            heads.push_back(next);
        }
        const auto [least, most] = std::minmax_element(heads.begin(), heads.end());
        bool good = heads[0] >= 0 && *most - *least <= widest_pad;
        for (auto k = i; k < end && good; ++k) good = indent + tokens_.width(range(items[k])) + *most - heads[k - i] <= Page::width;
        for (auto k = i; k < end && good; ++k) out[k] = *most - heads[k - i];
        i = end;
    }
    return out;
}

void Formatter::items(const std::vector<At>& items, int indent) {
    const auto blanks = pads(items, indent);
    for (std::size_t i = 0; i < items.size(); ++i) {
        page_.line(indent);
        page_.above(range(items[i]).first, i == 0);
        item(items[i], indent, blanks[i]);
    }
}

void Formatter::close(std::size_t closer, int indent, int inner, bool empty) {
    const auto& token = tokens_[closer];
    if (empty && token.above.empty()) {
        page_.hang(indent);
        page_.put(closer);
        return;
    }
    page_.line(inner);
    // An empty line before the end says nothing, one before a comment there does.
    if (!token.above.empty()) page_.above(closer, empty, true);
    page_.line(indent);
    page_.put(closer);
}

void Formatter::item(At at, int indent, int pad) {
    const auto all = range(at);
    page_.hang(indent + 2);
    switch (at.kind()) {
    case Kind::rule: return rule(at, indent, pad);
    case Kind::flow: return flow(at, indent);
    case Kind::stages:
    case Kind::release: return rows(at, indent);
    case Kind::fan_statement:
    case Kind::release_statement: {
        const auto width = tokens_.width(all);
        return width >= 0 && indent + width <= short_line ? page_.put(all, indent + 2) : rows(at, indent);
    }
    case Kind::expect_statement: {
        const auto condition = at.child()->child(Kind::condition);
        if (!condition || page_.fits(all)) return page_.put(all, indent + 4);
        const auto own = range(*condition);
        page_.put({all.first, own.first}, indent + 4);
        expression(own, *condition, indent + 4);
        return page_.put({own.last, all.last}, indent + 4);
    }
    case Kind::test: return test(at, indent);
    case Kind::event: return event(at, indent);
    case Kind::include: return include(at, indent);
    case Kind::define: {
        const auto condition = range(*at.child(Kind::condition));
        page_.put({all.first, condition.first}, indent + 2);
        return expression(condition, *at.child(Kind::condition), indent + 2);
    }
    case Kind::channel: {
        page_.put({all.first, all.first + 2}, indent + 2);
        if (all.first + 2 < all.last) page_.pad(pad);
        return page_.put({all.first + 2, all.last}, indent + 2);
    }
    default: page_.put(all, indent + 2);
    }
}

void Formatter::members(At at, int indent) {
    const auto all = range(at);
    page_.hang(indent + 2);
    page_.put(all.first);
    for (const auto member : at.children()) {
        const auto own = range(member);
        page_.line(indent + 2);
        page_.put({own.first, own.last + (tokens_[own.last].text == "," ? 1 : 0)}, indent + 4);
    }
    close(all.last - 1, indent, indent + 2, at.children().empty());
}

void Formatter::event(At at, int indent) {
    const auto all = range(at);
    if (page_.fits(all)) return page_.put(all, indent + 2);
    const auto fields = at.child(Kind::event_fields);
    const auto head = Range{all.first, fields ? range(*fields).last : all.first + 2};
    if (fields && !page_.fits(head)) {
        page_.put({all.first, all.first + 2}, indent + 2);
        members(*fields, indent);
        if (page_.fits({head.last, all.last})) return page_.put({head.last, all.last}, indent + 2);
    } else page_.put(head, indent + 2);
    for (const auto part : this->all(at)) {
        if (part.is(Kind::name) || part.is(Kind::event_fields)) continue;
        page_.line(indent + 2);
        page_.put(range(part), indent + 4);
    }
}

void Formatter::include(At at, int indent) {
    const auto all = range(at);
    const auto arguments = at.child(Kind::arguments);
    if (!arguments || page_.fits(all)) return page_.put(all, indent + 2);
    page_.put({all.first, range(*arguments).first}, indent + 2);
    members(*arguments, indent);
    page_.put({range(*arguments).last, all.last}, indent + 2);
}

void Formatter::flow(At at, int indent) {
    const auto all = range(at);
    std::vector<At> inside;
    std::optional<At> parameters;
    auto brace = all.first + 2; // `flow NAME {`
    bool named = false;
    for (const auto child : at.children()) {
        if (!named) named = true;
        else if (child.is(Kind::parameters)) {
            parameters = child;
            brace = range(child).last;
        } else inside.push_back(child);
    }
    if (parameters && !page_.fits({all.first, brace}, 2)) {
        page_.put({all.first, all.first + 2}, indent + 2);
        members(*parameters, indent);
    } else page_.put({all.first, brace}, indent + 2);
    page_.hang(indent);
    page_.put(brace);
    items(inside, indent + 2);
    close(all.last - 1, indent, indent + 2, inside.empty());
}

void Formatter::test(At at, int indent) {
    const auto all = range(at);
    std::vector<At> inside;
    for (const auto child : at.children())
        if (!child.is(Kind::text) && !child.is(Kind::long_text)) inside.push_back(child);
    page_.put({all.first, all.first + 2}, indent + 2);
    page_.hang(indent);
    page_.put(all.first + 2);
    items(inside, indent + 2);
    close(all.last - 1, indent, indent + 2, inside.empty());
}

// `stages { NAME when CONDITION ... }`, `release NAME { FIELD VALUE ... }`
void Formatter::rows(At at, int indent) {
    const auto all = range(at);
    std::vector<At> rows;
    for (const auto child : at.children())
        if (!child.is(Kind::name) && !child.is(Kind::text)) rows.push_back(child);
    if (rows.empty() && all.last - all.first == 2) return page_.put(all, indent + 2); // `fan ana`
    int widest = 0;
    for (const auto row : rows) widest = std::max(widest, cells(tokens_[range(row).first].text));
    if (widest > widest_pad) widest = 0;
    const auto brace = all.first + (at.is(Kind::stages) ? 1 : 2);
    page_.put({all.first, brace}, indent + 2);
    page_.hang(indent);
    page_.put(brace);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto row = range(rows[i]);
        page_.line(indent + 2);
        page_.above(row.first, i == 0);
        page_.hang(indent + 4);
        page_.put(row.first);
        page_.pad(gap(widest, cells(tokens_[row.first].text)));
        if (const auto condition = rows[i].child(Kind::condition)) {
            const auto own = range(*condition);
            page_.put({row.first + 1, own.first}, indent + 4);
            expression(own, *condition, indent + 4);
        } else page_.put({row.first + 1, row.last}, indent + 4);
    }
    close(all.last - 1, indent, indent + 2, rows.empty());
}

namespace {

// What a layout may not change: every rule and every name, as the parser reads them.
std::vector<std::string> meaning(const ast::File& file, const Source& source) {
    std::vector<std::string> out;
    const auto flow = [&](const ast::Flow& f) {
        out.push_back(f.name.text);
        for (const auto& rule : f.rules) out.push_back(canonical(rule));
        for (const auto& parameter : f.parameters) out.push_back(parameter.name.text + (parameter.default_value ? canonical(*parameter.default_value) : ""));
        out.push_back(fmt::format("{} {} {}", f.limits.size(), f.quiets.size(), f.rules.size()));
    };
    flow(file.flow);
    for (const auto& f : file.flows) flow(f);
    for (const auto& t : file.tests) out.push_back(fmt::format("{} {}", t.name, t.statements.size()));
    for (const auto& d : file.defines) out.push_back(d.name.text);
    for (const auto& e : file.events) out.push_back(e.name.text);
    for (const auto& c : file.comments) {
        const auto text = source.slice(c);
        out.emplace_back(text.substr(0, text.find_last_not_of(" \t\r") + 1));
    }
    out.push_back(fmt::format("{} {} {} {} {}", file.uses.size(), file.releases.size(), file.includes.size(), file.tests.size(), file.channels.size()));
    return out;
}

// The last word before a file is written: a fault of the formatter's own costs no script.
bool same_script(const ast::File& file, const Source& source, const std::string& formatted) {
    Sources again;
    Diagnostics wrong;
    again.add(source.name(), formatted);
    const auto other = parse(again, 0, wrong);
    report_unsaid(again, other, wrong);
    const auto read = build(other, again, wrong);
    return !wrong.has_errors() && meaning(file, source) == meaning(read, again[0]);
}

} // namespace

std::optional<std::string> format(const Sources& sources, std::uint32_t source, Diagnostics& diagnostics) {
    const auto before = diagnostics.errors();
    const auto tree = parse(sources, source, diagnostics);
    report_unsaid(sources, tree, diagnostics);
    if (diagnostics.errors() != before) return std::nullopt;
    const auto file = build(tree, sources, diagnostics); // shows what only its reading does: `25:00`, a comparison too many
    if (diagnostics.errors() != before) return std::nullopt;
    auto out = Formatter(tree, sources[source]).file();
    if (same_script(file, sources[source], out)) return out;
    throw std::logic_error(fmt::format("what was made of {} is another script; nothing was written", sources[source].name()));
}

} // namespace segue
