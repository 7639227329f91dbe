// The canonical text of a piece of a script: one line, one space, one way to write each thing. Two rules that mean the same
// in every letter but layout have the same canonical text; a rule without a label is known by its hash.
#pragma once

#include <string>

#include "syntax/ast.hpp"

namespace segue {

std::string canonical(const ast::Expr& expr);
std::string canonical(const ast::Pattern& pattern);
std::string canonical(const ast::Rule& rule);
std::string canonical_duration(std::int64_t ms); // in the largest unit that it is whole in: "2 days"

} // namespace segue
