#include "syntax/places.hpp"

#include <algorithm>

#include "syntax/words.hpp"
#include "text/plain.hpp"

namespace segue {

namespace {

using enum HighlightClass;

// `any` and `messages` are not here: to the grammar they are names.
constexpr Place table[] = {
    {"after", "", "NUMBER"},
    {"after", "UNIT", "release"},
    {"arm", "expect", "NAME NUMBER"},
    {"as", "NAME )", "NAME"},
    {"at", "", "NAME NUMBER release"},
    {"because", "", "NAME"},
    {"before", "UNIT", "release"},
    {"consent", "needs", ""},
    {"day", "release", ""},
    {"does", "NAME TEXT", "NAME"},
    {"expect", "", "WORD ( - \""},
    {"fan", "", "NAME TEXT"},
    {"for", "", "NAME NUMBER"},
    {"from", "", "NAME NUMBER TEXT"},
    {"has", "", "subject"},
    {"latest", "", "release"},
    {"most", "at", ""},
    {"needs", "", "consent"},
    {"next", "", "release"},
    {"nothing", "expect", ""},
    {"of", "", "NAME TEXT release ("},
    {"subject", "has", ""},
    {"suppressed", "expect", ""},
    {"to", "", "NAME NUMBER TEXT -"},
    {"undoes", "", "NAME"},
    {"up", "", "to"},
    // declarations that are not followed by a name
    {"use", "", "NAME TEXT . /"},
    {"stages", "", "{"},
    {"attribution", "", "NUMBER NAME"},
    {"test", "", "TEXT"},
    {"timezone", "", "TEXT"},
};

bool is_declaration(std::string_view word) { return is_word_of("declaration", word); }

bool has(const std::vector<std::string>& list, std::string_view word) { return std::find(list.begin(), list.end(), word) != list.end(); }

// Goes over the tokens once, comments left out, with what is open around them.
class Reader {
public:
    Reader(std::vector<Highlight>& tokens, const Source& source, const std::vector<bool>& is_known) : tokens_(tokens), source_(source), is_known_(is_known) {
        for (std::size_t i = 0; i < tokens.size(); ++i)
            if (tokens[i].highlight != Comment && tokens[i].highlight != DocComment) order_.push_back(i);
    }

    void read() {
        for (at_ = 0; at_ < order_.size(); ++at_) {
            auto& token = *get(0);
            if (token.highlight == Name && !is_known_[order_[at_]]) token.highlight = word(text(0));
            follow(text(0));
        }
    }

private:
    enum class Around : std::uint8_t { Block, Hole, Group, Arguments, Fields, Facts };

    Highlight* get(int offset) const {
        const auto at = static_cast<std::ptrdiff_t>(at_) + offset;
        return at < 0 || at >= static_cast<std::ptrdiff_t>(order_.size()) ? nullptr : &tokens_[order_[static_cast<std::size_t>(at)]];
    }
    std::string_view text(int offset) const {
        const auto* token = get(offset);
        return token ? source_.slice(token->span) : std::string_view();
    }
    bool is(int offset, HighlightClass highlight) const {
        const auto* token = get(offset);
        return token && token->highlight == highlight;
    }

    void follow(std::string_view token) {
        if (is(0, Hole)) token == "{" ? open_.push_back(Around::Hole) : close();
        else if (!is(0, Punctuation)) return;
        else if (token == "(") open_.push_back(!is(-1, Name) ? Around::Group : is(-2, Keyword) && (text(-2) == "event" || text(-2) == "flow") ? Around::Fields : Around::Arguments);
        else if (token == "{") open_.push_back(is(-2, Keyword) && (text(-2) == "fan" || text(-2) == "release") ? Around::Facts : Around::Block);
        else if (token == "[") open_.push_back(Around::Group);
        else if (token == ")" || token == "}" || token == "]") close();
    }
    void close() {
        if (!open_.empty()) open_.pop_back();
    }
    bool around(Around what) const { return !open_.empty() && open_.back() == what; }

    // Whether one of the words and signs of a place stands there.
    bool fits(std::string_view list, int offset) const {
        const auto there = text(offset);
        const bool word = is(offset, Name) || is(offset, Keyword) || is(offset, Constant);
        const auto parts = parts_of(list, ' ');
        return parts.empty() || std::any_of(parts.begin(), parts.end(), [&](std::string_view one) {
            if (one == "NAME") return word && !is_word_of("reserved", there);
            if (one == "WORD") return word;
            if (one == "NUMBER") return is(offset, Number) || is(offset, Date) || is(offset, Clock);
            if (one == "TEXT") return is(offset, Text);
            if (one == "UNIT") return is(offset, Unit);
            return there == one;
        });
    }

    bool is_field() const {
        static const auto before = before_fields();
        if (has(before, text(-1))) return true;
        const bool first = text(-1) == "(" || text(-1) == ",";
        static const std::vector<std::string> behind_field{":", "==", "!=", "<=", ">=", "<", ">"};
        if (first && (around(Around::Arguments) || around(Around::Fields)) && has(behind_field, text(1))) return true;
        if (text(1) == ":" && text(2) == "on") return true; // a label
        return text(-1) == ":" && (around(Around::Fields) || text(-3) == "attribute"); // a type
    }

    HighlightClass word(std::string_view word) const {
        static const auto names = before_names();
        static const auto operands = before_operands();
        if (is_field()) return Name;
        if (word == "true" || word == "false") return Constant;
        if (is_word_of("reserved", word)) return Keyword;
        if (is(-1, Number) && is_word_of("unit", word)) return Unit;
        const bool release_ahead = (word == "next" || word == "latest") && text(1) == "release";
        const bool after_suppressed = text(-2) == "suppressed"; // `expect suppressed record to ana`
        if (around(Around::Facts) || (has(names, text(-1)) && !is(-1, Name) && !after_suppressed && !release_ahead && !(text(-1) == "at" && word == "most"))) return Name;
        bool placed = false;
        for (const auto& place : table) {
            if (place.word != word) continue;
            placed = true;
            if (fits(place.behind, -1) && fits(place.ahead, 1) && !(is_declaration(word) && has(operands, text(-1)))) return Keyword;
        }
        if (placed || !is_declaration(word) || has(operands, text(-1))) return Name;
        return fits("NAME", 1) && text(2) != "=>" ? Keyword : Name;
    }

    std::vector<Highlight>& tokens_;
    const Source& source_;
    const std::vector<bool>& is_known_;
    std::vector<std::size_t> order_;
    std::size_t at_ = 0;
    std::vector<Around> open_;
};

} // namespace

std::span<const Place> places() { return table; }

std::vector<std::string> before_names() {
    std::vector<std::string> out{"on", "enter", "no", "record", "tag", "untag", "send", "prompt", "via", "split", "stage", "until", "within", // reserved
                                 "as", "at", "because", "does", "fan", "for", "from", "of", "to", "undoes", "->"};
    for (const auto& word : words({"declaration"}))
        if (std::none_of(std::begin(table), std::end(table), [&](const Place& place) { return place.word == word; })) out.push_back(word);
    return out;
}

std::vector<std::string> before_operands() {
    return {"or", "and", "not", "known", "in", "when", "if", "reply", "expect", "(", "[", ",", ":", "=", "==", "!=", "<", "<=", ">", ">=", "??", "+", "-", "*", "/", "."};
}

std::vector<std::string> before_fields() { return {".", "per"}; }

void class_by_places(std::vector<Highlight>& tokens, const Source& source, const std::vector<bool>& is_known) { Reader(tokens, source, is_known).read(); }

} // namespace segue
