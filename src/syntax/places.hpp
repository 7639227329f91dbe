// What a word is, as far as its neighbours tell. The grammar knows it of a whole text; an editor's highlighter, and ours in a text that
// is broken, sees tokens. The table is what all of them go by.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "syntax/highlight.hpp"

namespace segue {

// A word that is a keyword only in its place. `behind` and `ahead` are words and signs separated by blanks, one of which has to stand
// before or after it; NAME, WORD (a name or a reserved word), NUMBER, TEXT and UNIT stand for all of their class. Empty: it does not matter.
struct Place {
    std::string_view word;
    std::string_view behind;
    std::string_view ahead;
};
std::span<const Place> places();

// Words and signs behind which a word is a name, unless it is reserved; declaration words are some of them.
std::vector<std::string> before_names();

// Signs and words behind which an expression goes on, so that no declaration begins there.
std::vector<std::string> before_operands();

// Behind these any word at all is a field.
std::vector<std::string> before_fields();

// Gives the words among the tokens their classes. `is_known` says of which the tree has told it already.
void class_by_places(std::vector<Highlight>& tokens, const Source& source, const std::vector<bool>& is_known);

} // namespace segue
