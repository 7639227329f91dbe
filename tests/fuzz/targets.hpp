// What no text and no records may do to the tool: each target takes any bytes, and ends the process (std::abort) if something does not hold that
// must. libFuzzer calls them for as long as one likes (script/fuzz); the tests for a fixed number of texts (unit/fuzz_test.cpp).
#pragma once

#include <string_view>

namespace segue::fuzz {

// The parser ends, every span of its tree and of what it finds lies in the text, and every rendering of it can be made.
void parse(std::string_view bytes);

// The checker with all its findings ends, and so do its mends: what they make of the text can be checked again.
void check(std::string_view bytes);

// A text without errors in its syntax is formatted to one that is the same script, and stays as it is.
void format(std::string_view bytes);

// Records in the form that the first byte names: `c` CSV, `s` Spotify's export, `e` CloudEvents, `n` JSON Lines for a program that looks inside objects; JSON
// Lines else. Every reader ends; each record is taken, unknown or rejected with a reason, what is taken can be stepped; and read on from any position the rest
// is what it was.
void records(std::string_view bytes);

struct Target {
    std::string_view name;
    void (*run)(std::string_view);
    std::string_view corpus; // a folder beside this file
};
inline constexpr Target targets[] = {{"parse", parse, "corpus"}, {"check", check, "corpus"}, {"format", format, "corpus"}, {"records", records, "records"}};

} // namespace segue::fuzz
