// Mends applied to a text.
#pragma once

#include <string>
#include <vector>

#include "text/diagnostic.hpp"

namespace segue {

// Which of the diagnostics' mends can be applied together, by index: each whole or not at all, the earlier before the later. Two
// that touch one place, or both insert there, cannot.
std::vector<std::size_t> compatible(const std::vector<const Diagnostic*>& mended);

// A text with those of the edits applied that are of source `index`; they must not overlap.
std::string edited(std::string_view text, std::uint32_t index, const std::vector<Edit>& edits);

} // namespace segue
