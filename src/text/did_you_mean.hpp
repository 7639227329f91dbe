// The nearest known name, for every kind of name that can be mistyped.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace segue {

// The candidate nearest to `name` by optimal string alignment distance (Damerau-Levenshtein with adjacent
// transpositions), if it is near enough that a person would have meant it: a third of the length, at least 1.
std::optional<std::string> did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

} // namespace segue
