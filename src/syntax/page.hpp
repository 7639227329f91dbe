// Where the formatter writes: tokens on lines, with their comments. A comment ends its line wherever it stands, so a layout
// need not ask whether there is one: what follows goes to a new line at `hang`.
#pragma once

#include <string>

#include "syntax/tokens.hpp"

namespace segue {

class Page {
public:
    static constexpr int width = 100; // columns, where it can be met

    explicit Page(const Tokens& tokens) : tokens_(tokens) {}

    void line(int indent);            // a new line; none if nothing stands on this one yet
    void pad(int blanks);             // before the next token, besides its own blank
    void put(std::size_t index);      // one token with its comments
    void put(Range range, int hang, int tail = 0); // all of them; a line that grows too long (`tail` cells follow) goes on at `hang`
    // The comments above a token at the line's indentation, and the empty lines that the author left; the token is written by `put` later.
    // `first` of a block, where none is kept; `last`: its end.
    void above(std::size_t index, bool first, bool last = false);
    void hang(int indent) { hang_ = indent; }

    int column() const { return must_break_ ? hang_ : column_; }
    bool fits(Range range, int tail = 0) const;
    std::string take(); // ends with one line break, or is empty

private:
    void write(std::string_view text);
    void blank();

    const Tokens& tokens_;
    std::string out_;
    int column_ = 0;
    int indent_ = 0;
    int hang_ = 0;
    int pad_ = 0;
    bool fresh_ = true;       // nothing on this line yet
    bool must_break_ = false; // a comment ended it
    std::size_t told_ = static_cast<std::size_t>(-1); // the token whose comments above were written
};

} // namespace segue
