// The difference of two texts, line by line, as `diff -u` writes it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace segue {

// Empty if they are equal. `name` stands in the head as the old and the new file.
std::string unified_diff(std::string_view before, std::string_view after, std::string_view name, bool color);

// The same as what to put in place of what, in the order of the text: whole lines of `before`, by bytes.
struct Replacement {
    std::size_t begin = 0, end = 0;
    std::string text;
};
std::vector<Replacement> replacements(std::string_view before, std::string_view after);

} // namespace segue
