// The one style of a script. Pure: text in, text out.
//
// It walks the tree, not the Ast: the tree has every piece at its place and in its spelling, where the Ast has its meaning.
// Every token of the script is written once and in its order (but for a `within` that goes behind its comparison, and what
// means nothing), so that a layout can be ugly but not wrong. A layout depends on the tokens, on where the comments belong and
// on the empty lines between items, all of which it keeps: that makes it idempotent.
#pragma once

#include <optional>
#include <string>

#include "text/diagnostic.hpp"

namespace segue {

// None if the text has errors; they are in `diagnostics`. LF line breaks, one at the end; an empty text stays empty.
std::optional<std::string> format(const Sources& sources, std::uint32_t source, Diagnostics& diagnostics);

} // namespace segue
