// Tree to Ast: literals read, texts unescaped, operators given their precedence, doc comments attached.
#pragma once

#include "syntax/ast.hpp"
#include "syntax/tree.hpp"
#include "text/diagnostic.hpp"

namespace segue {

// Never fails: what is wrong is reported, and stands in the Ast as a hole.
ast::File build(const Tree& tree, const Sources& sources, Diagnostics& diagnostics);

} // namespace segue
