// Text in columns, for people. Widths are those of a terminal.
#pragma once

#include <string>
#include <vector>

namespace segue {

// A text with a margin beside it that stands in that column; lines of at most 98, broken at blanks where it does not fit.
struct Beside {
    std::string text, margin;
};
std::vector<Beside> beside(const std::string& text, const std::string& margin, std::size_t column);

// Rows with their columns one below the other, each behind two blanks.
std::string table(const std::vector<std::vector<std::string>>& rows);

} // namespace segue
