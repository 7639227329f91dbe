// Pieces of a script to begin from, for editors' snippets and for the completions of the language server.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace segue {

struct Snippet {
    std::string_view prefix; // what is typed; a word of keywords.def
    std::string_view title;
    std::string_view description;
    std::string_view body;    // lines; ${1:text} is what is filled in first, $0 where the cursor stays
    std::string_view around;  // what the piece needs around it to be a script; @ is the piece; "" if it is one
};
std::span<const Snippet> snippets();

// Where it can stand: at the top, in a response, in a test.
enum class SnippetPlace : std::uint8_t { Item, Step, Statement };
SnippetPlace place_of(const Snippet& snippet);

// The piece with what it proposes filled in.
std::string filled(std::string_view body);

} // namespace segue
