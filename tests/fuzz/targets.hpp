// What no text may do to the tool: each target takes any bytes, and ends the process (std::abort) if something does not hold that
// must. libFuzzer calls them for as long as one likes (script/fuzz); the tests for a fixed number of texts (unit/fuzz_test.cpp).
#pragma once

#include <string_view>
#include <utility>

namespace segue::fuzz {

// The parser ends, every span of its tree and of what it finds lies in the text, and every rendering of it can be made.
void parse(std::string_view bytes);

// The checker with all its findings ends, and so do its mends: what they make of the text can be checked again.
void check(std::string_view bytes);

// A text without errors in its syntax is formatted to one that is the same script, and stays as it is.
void format(std::string_view bytes);

inline constexpr std::pair<std::string_view, void (*)(std::string_view)> targets[] = {{"parse", parse}, {"check", check}, {"format", format}};

} // namespace segue::fuzz
