// Tree to Ast: literals read, texts unescaped, operators given their precedence, doc comments attached.
#pragma once

#include "syntax/ast.hpp"
#include "syntax/tree.hpp"
#include "text/diagnostic.hpp"

namespace segue {

// Bounds of one script; past them is a located error.
inline constexpr std::size_t most_operators = 500;    // of one expression, with what stands in its parentheses
inline constexpr std::size_t longest_name = 100;
inline constexpr std::size_t longest_text = 10'000;   // bytes, without holes

// Never fails: what is wrong is reported, and stands in the Ast as a hole.
ast::File build(const Tree& tree, const Sources& sources, Diagnostics& diagnostics);

// Of a tree of parse_entry.
std::vector<ast::EntryPart> build_entry(const Tree& tree, const Sources& sources, Diagnostics& diagnostics);

} // namespace segue
