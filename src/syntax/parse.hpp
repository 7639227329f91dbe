// Text to tree.
#pragma once

#include "syntax/tree.hpp"
#include "text/diagnostic.hpp"

namespace segue {

// Bounds of one file; past them is a located error.
inline constexpr std::size_t most_source_bytes = 16u << 20;
inline constexpr std::size_t most_nesting = 64;

// Never fails: what cannot be read is reported to `diagnostics` and left out of the tree, and the rest is there.
Tree parse(const Sources& sources, std::uint32_t source, Diagnostics& diagnostics);

// The same of what was entered in the REPL: statements, items and questions.
Tree parse_entry(const Sources& sources, std::uint32_t source, Diagnostics& diagnostics);

// For those who don't go on to the checker: what it would have said of `tree.unsaid`.
void report_unsaid(const Sources& sources, const Tree& tree, Diagnostics& diagnostics);

// Number of rules of the grammar that could loop without consuming: 0, and a test keeps it so.
std::size_t analyze_grammar();

} // namespace segue
