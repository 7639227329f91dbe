// What of a script stays when it is formatted: its tokens in order, each with the comments that belong to it. Spelling is
// untouched: a token is a slice of the source. What means nothing (`;`, `then` between the steps of a block) is not here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "syntax/tree.hpp"

namespace segue {

struct Remark {
    std::string_view text; // from its `#`, without blanks at its end
    bool blank_above = false;
};

struct Token {
    std::string_view text;
    bool glued = false;       // no blank between it and the token before it
    bool several_lines = false;
    bool long_text = false;   // its indentation may be moved
    bool semicolon = false;   // a `;` behind it that is needed: `channel sms; needs: on visit => stop`
    bool blank_above = false; // between it and its last comment, or what stands before it
    std::vector<Remark> above;
    std::string_view beside;  // the comment behind it on its line
};

// Token indices, half-open.
struct Range {
    std::size_t first = 0;
    std::size_t last = 0;
};

class Tokens {
public:
    // `tree` was read without errors from `source`.
    Tokens(const Tree& tree, const Source& source);

    // The last one is empty: the end of the file, with the comments before it.
    const Token& operator[](std::size_t index) const { return all_[index]; }
    std::size_t end_of_file() const { return all_.size() - 1; }

    std::size_t at(std::uint32_t offset) const; // the first that begins there or behind it
    Range of(std::uint32_t begin, std::uint32_t end) const { return {at(begin), at(end)}; }

    // Cells of a range on one line, or -1: a comment or a line break stands inside it.
    int width(Range range) const;

private:
    void read(const Tree& tree);
    void glue(const Tree& tree);
    void windows_last(const Tree& tree);
    void reorder(std::vector<Span> pieces, const std::vector<std::size_t>& order);
    void sum();
    std::string_view word(std::uint32_t at) const;

    std::string_view text_;
    std::vector<Token> all_;
    std::vector<std::uint32_t> begins_; // where each stood
    std::vector<int> widths_;           // running sums, with the blanks before
    std::vector<std::uint32_t> breaks_; // running counts of what cannot stand inside a line
};

// Cells of a terminal.
int cells(std::string_view text);

// The text of a long text with its lines moved to `indent`; what it says stays the same.
std::string reindented(std::string_view token, int indent);

// The text without carriage returns before line breaks.
std::string with_plain_breaks(std::string_view text);

} // namespace segue
