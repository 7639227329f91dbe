// The tokens of a script that need not be right, as a person would point at them; `Tokens` has those of one that is.
#pragma once

#include <string>
#include <string_view>

#include "text/source.hpp"

namespace segue {

// Whether the character there belongs to a word: a letter of any language, a digit or `_`.
bool is_word(std::string_view text, std::size_t at);

// The one that `offset` points into: a whole word, a whole sign, a whole text.
Span token_at(const Source& source, std::uint32_t index, std::uint32_t offset);
Span token_before(const Source& source, std::uint32_t index, std::uint32_t offset); // the last before it that is no comment; empty: there is none

// As a sentence can name it: `word`, "the end of the file", U+00A0.
std::string named(const Source& source, Span token);

} // namespace segue
