// Where the grammar expects something else: what stands there, and what its author most likely meant.
#pragma once

#include <string>
#include <string_view>

#include "text/diagnostic.hpp"

namespace segue {

// The token that `offset` points into, as a person would point at it: a whole word, a whole sign, a whole text.
Span token_at(const Source& source, std::uint32_t index, std::uint32_t offset);
Span token_before(const Source& source, std::uint32_t index, std::uint32_t offset); // the last before it that is no comment; empty: there is none

// The token as a sentence can name it: `word`, "the end of the file", U+00A0.
std::string named(const Source& source, Span token);

// Where an expectation failed.
struct Failed {
    const Source& source;
    Span token;
    std::string_view what;     // what was expected, in the words of failures.hpp; empty: the next item, behind nothing
    bool behind_rule = false;  // a whole rule stands right before it
};

// Fills help and mend with what was meant. It may also move the diagnostic to the word that is really wrong.
void explain(Diagnostic& diagnostic, const Failed& failed);

// The same of a word that begins no statement of a test.
void explain_statement(Diagnostic& diagnostic, const Source& source, Span token);

} // namespace segue
