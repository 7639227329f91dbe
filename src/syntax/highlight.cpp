#include "syntax/highlight.hpp"

#include <algorithm>

#include "syntax/places.hpp"

namespace segue {

namespace {

using enum HighlightClass;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_word(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_'; }
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// ---- the tokens of a text, whether it can be read or not --------------------------------------------------------------

// Words are all names here.
class Scanner {
public:
    explicit Scanner(const Source& source, std::uint32_t index) : text_(source.text()), index_(index) {}

    std::vector<Highlight> all() {
        while (at_ < text_.size()) {
            if (inside() && !open_.back().hole) rest_of_text();
            else code();
        }
        return std::move(out_);
    }

private:
    // What is open around a place: a text, or a hole in one with the braces in it.
    struct Open {
        bool hole = false;
        bool long_text = false;
    };
    bool inside() const { return !open_.empty(); }
    char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    bool sees(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    void put(std::size_t length, HighlightClass highlight) {
        const auto end = static_cast<std::uint32_t>(std::min(at_ + length, text_.size()));
        // The pieces of a text between two holes are one.
        if (highlight == Text && !out_.empty() && out_.back().highlight == Text && out_.back().span.end == at_ && !fresh_) out_.back().span.end = end;
        else out_.push_back({{index_, static_cast<std::uint32_t>(at_), end}, highlight});
        fresh_ = false;
        at_ = end;
    }
    std::size_t run(bool (*fits)(char), std::size_t from = 0) const {
        while (at_ + from < text_.size() && fits(text_[at_ + from])) ++from;
        return from;
    }

    void code() {
        const char c = peek();
        if (is_blank(c)) {
            ++at_;
        } else if (c == '#') {
            auto end = std::min(text_.find('\n', at_), text_.size());
            while (is_blank(text_[end - 1])) --end;
            put(end - at_, peek(1) == '#' ? DocComment : Comment);
        } else if (c == '"') {
            const bool long_text = sees("\"\"\"");
            open_.push_back({false, long_text});
            fresh_ = true;
            put(long_text ? 3 : 1, Text);
        } else if (is_digit(c)) {
            digits();
        } else if (is_lower(c)) {
            const auto length = run(is_word);
            const auto word = text_.substr(at_, length);
            put(length, std::any_of(word.begin(), word.end(), [](char l) { return l >= 'A' && l <= 'Z'; }) ? Unknown : Name);
        } else if (c == '}' && inside()) {
            open_.pop_back();
            put(1, Hole);
        } else {
            sign();
        }
    }

    void digits() {
        const auto shape = [&](std::string_view form) { // 0: a digit
            for (std::size_t i = 0; i < form.size(); ++i)
                if (form[i] == '0' ? !is_digit(peek(i)) : peek(i) != form[i]) return false;
            return !is_word(peek(form.size()));
        };
        if (shape("0000-00-00")) return put(10, Date);
        if (shape("00:00")) return put(5, Clock);
        if (shape("0:00")) return put(4, Clock);
        auto length = run(is_digit);
        if (peek(length) == '.' && is_digit(peek(length + 1))) length = run(is_digit, length + 1);
        if (peek(length) == '%') return put(length + 1, Percent);
        if (is_word(peek(length))) return put(run(is_word, length), Unknown);
        put(length, Number);
    }

    void sign() {
        for (const auto* pair : {"=>", "->", "==", "!=", "<=", ">=", "??"})
            if (sees(pair)) return put(2, Operator);
        const char c = peek();
        if (std::string_view("<>+-*/=?").find(c) != std::string_view::npos) return put(1, Operator);
        if (std::string_view("{}()[],:;.").find(c) != std::string_view::npos) return put(1, Punctuation);
        std::size_t length = is_word(c) ? run(is_word) : 1;
        while (length < text_.size() - at_ && (static_cast<unsigned char>(peek(length)) & 0xC0) == 0x80) ++length; // a whole character
        put(length, Unknown);
    }

    // Up to the next hole, or to the end of the text.
    void rest_of_text() {
        const bool long_text = open_.back().long_text;
        const char c = peek();
        if (long_text ? sees("\"\"\"") : c == '"') {
            put(long_text ? 3 : 1, Text);
            open_.pop_back();
        } else if (!long_text && (c == '\n' || c == '\r')) {
            open_.clear(); // it has no end: what was around it ends as well
        } else if (c == '{') {
            put(1, Hole);
            open_.push_back({true, false});
        } else if (const auto length = c == '\\' ? escape() : 0; length > 0) {
            put(length, Escape);
        } else {
            put(1, Text);
        }
    }

    std::size_t escape() const {
        if (peek(1) != '\0' && std::string_view("\"\\nt{}").find(peek(1)) != std::string_view::npos) return 2;
        if (!text_.substr(at_).starts_with("\\u{")) return 0;
        const auto end = run(is_hex, 3);
        return end > 3 && end <= 9 && peek(end) == '}' ? end + 1 : 0;
    }

    std::string_view text_;
    std::uint32_t index_;
    std::size_t at_ = 0;
    bool fresh_ = false; // the next piece begins a text
    std::vector<Open> open_;
    std::vector<Highlight> out_;
};

// ---- what the tree knows of them ---------------------------------------------------------------------------------------

bool is_skipped(Kind kind) { return kind == Kind::skipped || kind == Kind::skipped_in_flow || kind == Kind::skipped_in_test; }

} // namespace

std::string_view name_of(HighlightClass highlight) {
    static constexpr std::string_view names[] = {
#define HIGHLIGHT(id, name) name,
#include "syntax/highlight.def"
#undef HIGHLIGHT
    };
    return names[static_cast<std::size_t>(highlight)];
}

std::vector<Highlight> highlight(const Tree& tree, const Source& source) {
    auto tokens = Scanner(source, tree.source).all();
    // The token that begins at an offset.
    const auto token_from = [&](std::uint32_t offset) {
        return std::lower_bound(tokens.begin(), tokens.end(), offset, [](const Highlight& token, std::uint32_t at) { return token.span.begin < at; });
    };
    const auto known_between = [&](std::vector<bool>& known, const Node& node, bool value) {
        for (auto token = token_from(node.begin); token != tokens.end() && token->span.end <= node.end; ++token) known[static_cast<std::size_t>(token - tokens.begin())] = value;
    };
    std::vector<bool> known(tokens.size());
    for (std::uint32_t i = 0; i < tree.nodes.size(); i = tree.nodes[i].next) known_between(known, tree.nodes[i], !is_skipped(tree.nodes[i].kind));
    for (std::uint32_t i = 0; i < tree.nodes.size();) {
        const bool skipped = is_skipped(tree.nodes[i].kind);
        if (skipped) known_between(known, tree.nodes[i], false);
        i = skipped ? tree.nodes[i].next : i + 1;
    }
    // A word of what was understood is a keyword, unless a node says that it is something else.
    for (std::size_t i = 0; i < tokens.size(); ++i)
        if (known[i] && tokens[i].highlight == Name) tokens[i].highlight = Keyword;
    for (std::uint32_t i = 0; i < tree.nodes.size();) {
        const auto& node = tree.nodes[i];
        i = is_skipped(node.kind) ? node.next : i + 1; // in it stand nodes of what was only tried
        const bool is_name = node.kind == Kind::any_word || node.kind == Kind::name;
        if (!is_name && node.kind != Kind::unit && node.kind != Kind::boolean) continue;
        const auto token = token_from(node.begin);
        if (token == tokens.end() || token->span.begin != node.begin || token->span.end != node.end || !known[static_cast<std::size_t>(token - tokens.begin())]) continue;
        token->highlight = is_name ? Name : node.kind == Kind::unit ? Unit : Constant;
    }
    class_by_places(tokens, source, known);
    return tokens;
}

} // namespace segue
