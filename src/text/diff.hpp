// The difference of two texts, line by line, as `diff -u` writes it.
#pragma once

#include <string>
#include <string_view>

namespace segue {

// Empty if they are equal. `name` stands in the head as the old and the new file.
std::string unified_diff(std::string_view before, std::string_view after, std::string_view name, bool color);

} // namespace segue
