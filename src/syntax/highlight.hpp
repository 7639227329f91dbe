// What each token of a script is: the compiler's own classes, which the grammars in ../../editors/ are compared with.
#pragma once

#include <string_view>
#include <vector>

#include "syntax/tree.hpp"

namespace segue {

enum class HighlightClass : std::uint8_t {
#define HIGHLIGHT(id, name) id,
#include "syntax/highlight.def"
#undef HIGHLIGHT
};

std::string_view name_of(HighlightClass highlight);

struct Highlight {
    Span span;
    HighlightClass highlight;
};

// Every token, in the order of the text; none overlaps another, and blanks outside of texts belong to none. A text is cut where an
// escape or a hole stands in it. Where something was understood, a word is a keyword if the grammar matched it as one; in what was
// skipped, and in a text that was not read at all, it is what its neighbours make of it (places.hpp).
std::vector<Highlight> highlight(const Tree& tree, const Source& source);

} // namespace segue
