#include "syntax/tokens.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "syntax/builder.hpp"
#include "text/utf8.hpp"

namespace segue {

namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::uint32_t past_blanks(std::string_view text, std::uint32_t at) {
    while (at < text.size() && (is_blank(text[at]) || text[at] == '#')) {
        if (text[at] == '#') at = static_cast<std::uint32_t>(std::min(text.find('\n', at), text.size()));
        else ++at;
    }
    return at;
}

// Words that are not reserved, so that a label may be one, and with which a declaration or a step before it could go on.
bool goes_on(std::string_view word) {
    static constexpr std::string_view words[] = {"as", "at", "from", "has", "needs", "of", "undoes", "up"};
    return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool has_empty_line(std::string_view gap) {
    bool in_line = true;
    for (const char c : gap) {
        if (c == '\n' && !in_line) return true;
        in_line = c == '\n' ? false : in_line || !is_blank(c);
    }
    return false;
}

// Pieces that are one token whatever stands in them.
struct Atom {
    std::uint32_t begin;
    std::uint32_t end;
    bool long_text;
};

std::vector<Atom> atoms(const Tree& tree) {
    std::vector<Atom> out;
    for (const auto& node : tree.nodes) {
        if (!out.empty() && node.begin < out.back().end) continue; // in the hole of a text
        switch (node.kind) {
        case Kind::text: case Kind::number: case Kind::percent: case Kind::date: case Kind::clock: case Kind::module_path:
            out.push_back({node.begin, node.end, false});
            break;
        case Kind::long_text: out.push_back({node.begin, node.end, true}); break;
        default: break;
        }
    }
    return out;
}

} // namespace

int cells(std::string_view text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    return static_cast<int>(plain ? text.size() : display_width(text));
}

std::string with_plain_breaks(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (!(text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n')) out += text[i];
    return out;
}

// See `dedent` in build_expressions.cpp: the common indentation counts bytes, empty lines are not asked, the last is.
std::string reindented(std::string_view token, int indent) {
    auto text = with_plain_breaks(token);
    if (!text.starts_with("\"\"\"\n")) return text;
    const auto body = std::string_view(text).substr(4, text.size() - 7);
    // A hole of several lines may hold a long text of its own: leave all of it as it stands.
    int holes = 0;
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i] == '\\' && holes == 0) ++i;
        else if (body[i] == '{') ++holes;
        else if (body[i] == '}' && holes > 0) --holes;
        else if (body[i] == '\n' && holes > 0) return text;
    }
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at <= body.size();) {
        const auto stop = std::min(body.find('\n', at), body.size());
        lines.push_back(body.substr(at, stop - at));
        at = stop + 1;
    }
    const auto blanks = [](std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); };
    auto common = std::string_view::npos;
    for (std::size_t i = 0; i < lines.size(); ++i)
        if (blanks(lines[i]) < lines[i].size() || i + 1 == lines.size()) common = std::min(common, blanks(lines[i]));
    const std::string margin(static_cast<std::size_t>(indent), ' ');
    std::string out = "\"\"\"";
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool last = i + 1 == lines.size();
        const bool empty = blanks(lines[i]) == lines[i].size();
        const auto rest = lines[i].substr(std::min(common, blanks(lines[i])));
        out += '\n';
        if (last && empty) out += margin; // the quotes' own line
        else if (!rest.empty()) (out += margin) += rest;
    }
    return out + "\"\"\"";
}

Tokens::Tokens(const Tree& tree, const Source& source) : text_(source.text()) {
    read(tree);
    glue(tree);
    windows_last(tree);
    sum();
}

std::string_view Tokens::word(std::uint32_t at) const {
    auto end = at;
    while (end < text_.size() && is_word(text_[end])) ++end;
    return text_.substr(at, end - at);
}

void Tokens::read(const Tree& tree) {
    const auto pieces = atoms(tree);
    std::set<std::uint32_t> dropped; // `then` between the steps of a block
    std::set<std::uint32_t> labels;  // before which a `;` may be needed
    for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
        if (tree.nodes[i].kind == Kind::label_part && goes_on(word(tree.nodes[i].begin))) labels.insert(tree.nodes[i].begin);
        if (tree.nodes[i].kind != Kind::block) continue;
        for (const auto step : At(tree, i).children())
            if (const auto behind = past_blanks(text_, step.span().end); word(behind) == "then") dropped.insert(behind);
    }
    std::vector<Remark> above;
    std::uint32_t before = 0; // where the last token or comment ended
    bool semicolon = false;
    auto piece = pieces.begin();
    for (std::uint32_t at = 0;;) {
        while (at < text_.size() && is_blank(text_[at])) ++at;
        const auto gap = text_.substr(before, at - before);
        if (at < text_.size() && text_[at] == '#') {
            const auto stop = static_cast<std::uint32_t>(std::min(text_.find('\n', at), text_.size()));
            auto remark = text_.substr(at, stop - at);
            while (is_blank(remark.back())) remark.remove_suffix(1);
            if (!all_.empty() && above.empty() && all_.back().beside.empty() && gap.find('\n') == std::string_view::npos) all_.back().beside = remark;
            else above.push_back({remark, has_empty_line(gap)});
            before = at = stop;
            continue;
        }
        if (at < text_.size() && text_[at] == ';') {
            semicolon = true;
            ++at;
            continue;
        }
        while (piece != pieces.end() && piece->begin < at) ++piece;
        auto end = at;
        const bool atom = piece != pieces.end() && piece->begin == at;
        if (atom) end = piece->end;
        else if (at < text_.size() && is_word(text_[at])) end += static_cast<std::uint32_t>(word(at).size());
        else if (at < text_.size()) {
            static constexpr std::string_view pairs[] = {"=>", "->", "==", "!=", "<=", ">=", "??"};
            end += std::find(std::begin(pairs), std::end(pairs), text_.substr(at, 2)) != std::end(pairs) ? 2u : 1u;
        }
        if (dropped.contains(at)) {
            at = end;
            continue;
        }
        if (semicolon && labels.contains(at)) all_.back().semicolon = true;
        semicolon = false;
        Token token;
        token.text = text_.substr(at, end - at);
        token.long_text = atom && piece->long_text;
        token.several_lines = token.text.find('\n') != std::string_view::npos;
        token.blank_above = has_empty_line(gap);
        token.above = std::exchange(above, {});
        all_.push_back(std::move(token));
        begins_.push_back(at);
        if (at >= text_.size()) return;
        before = at = end;
    }
}

std::size_t Tokens::at(std::uint32_t offset) const {
    return static_cast<std::size_t>(std::lower_bound(begins_.begin(), begins_.end(), offset) - begins_.begin());
}

// Puts the pieces, which stand one behind the other, in another order, unless a comment would move.
void Tokens::reorder(std::vector<Span> pieces, const std::vector<std::size_t>& order) {
    std::vector<Token> moved;
    const auto first = at(pieces.front().begin);
    for (const auto index : order) {
        const auto range = of(pieces[index].begin, pieces[index].end);
        for (auto i = range.first; i < range.last; ++i) {
            if (!all_[i].above.empty() || !all_[i].beside.empty() || all_[i].semicolon) return;
            moved.push_back(all_[i]);
        }
    }
    std::move(moved.begin(), moved.end(), all_.begin() + static_cast<std::ptrdiff_t>(first));
}

// `listen within 7 days >= 3` is written `listen >= 3 within 7 days`; the same in a trigger, whose parts stand in the
// order count, `per`, `within`.
void Tokens::windows_last(const Tree& tree) {
    const auto text = [&](At at) { return text_.substr(at.span().begin, at.span().end - at.span().begin); };
    const auto is_junction = [&](At at) { return at.is(Kind::binary_op) && (text(at) == "or" || text(at) == "and"); };
    for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
        if (tree.nodes[i].kind == Kind::event_trigger) {
            std::vector<Span> parts;
            std::vector<std::size_t> order;
            std::vector<int> ranks;
            for (const auto part : At(tree, i).children()) {
                if (part.is(Kind::pattern)) continue;
                order.push_back(parts.size());
                parts.push_back(part.span());
                ranks.push_back(part.is(Kind::within) ? 2 : part.is(Kind::per_part) ? 1 : 0);
            }
            std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return ranks[a] < ranks[b]; });
            if (!std::is_sorted(ranks.begin(), ranks.end())) reorder(parts, order);
        }
        if (tree.nodes[i].kind != Kind::expression) continue;
        std::vector<At> items;
        for (const auto item : At(tree, i).children()) items.push_back(item);
        for (std::size_t k = 1; k + 2 < items.size(); ++k) {
            if (!items[k].is(Kind::within) || !(items[k - 1].is(Kind::reference) || items[k - 1].is(Kind::call))) continue;
            if (!items[k + 1].is(Kind::binary_op) || !items[k + 2].is(Kind::number)) continue;
            static constexpr std::string_view comparisons[] = {"==", "!=", "<", "<=", ">", ">="};
            if (std::find(std::begin(comparisons), std::end(comparisons), text(items[k + 1])) == std::end(comparisons)) continue;
            // The comparison has to be about these two alone.
            const bool left = k == 1 || is_junction(items[k - 2]) || (items[k - 2].is(Kind::prefix_op) && text(items[k - 2]) == "not");
            const bool right = k + 3 == items.size() || is_junction(items[k + 3]);
            const auto compared = Span{tree.source, items[k + 1].span().begin, items[k + 2].span().end};
            if (left && right) reorder({items[k].span(), compared}, {1, 0});
        }
    }
}

// Where no blank stands.
void Tokens::glue(const Tree& tree) {
    std::set<std::size_t> tight; // no blank before
    std::set<std::size_t> signs; // no blank behind
    for (const auto& node : tree.nodes) {
        const bool sign = (node.kind == Kind::prefix_op || node.kind == Kind::threshold) && text_[node.begin] == '-';
        const bool opens = node.kind == Kind::arguments || node.kind == Kind::event_fields || node.kind == Kind::parameters || node.kind == Kind::optional_mark;
        if (!sign && !opens) continue;
        const auto token = at(node.begin);
        if (token >= all_.size() || all_[token].text.data() != text_.data() + node.begin) continue; // inside a text, which is one token
        (sign ? signs : tight).insert(token);
    }
    for (std::size_t i = 0; i < all_.size(); ++i) {
        auto& token = all_[i];
        const auto before = i > 0 ? all_[i - 1].text : std::string_view();
        token.glued = tight.contains(i) || token.text == ")" || token.text == "]" || token.text == "," || token.text == ":" || token.text == "." ||
                      before == "(" || before == "[" || before == "." || (before == "{" && token.text == "}") || (i > 0 && signs.contains(i - 1));
    }
}

void Tokens::sum() {
    widths_.push_back(0);
    breaks_.push_back(0);
    for (const auto& token : all_) {
        widths_.push_back(widths_.back() + (token.glued ? 0 : 1) + cells(token.text) + (token.semicolon ? 1 : 0));
        breaks_.push_back(breaks_.back() + (token.above.empty() ? 0u : 1u) + (token.beside.empty() ? 0u : 1u) + (token.several_lines ? 1u : 0u));
    }
}

int Tokens::width(Range range) const {
    if (range.first >= range.last) return 0;
    // What stands above the first or beside the last is outside the line.
    const auto outside = (all_[range.first].above.empty() ? 0u : 1u) + (all_[range.last - 1].beside.empty() ? 0u : 1u);
    if (breaks_[range.last] - breaks_[range.first] > outside) return -1;
    return widths_[range.last] - widths_[range.first] - (all_[range.first].glued ? 0 : 1);
}

} // namespace segue
