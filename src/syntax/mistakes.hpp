// Where the grammar expects something else: what stands there, and what its author most likely meant.
#pragma once

#include <string>
#include <string_view>

#include "text/diagnostic.hpp"

namespace segue {

// What was expected without the list behind its colon, which is for the label.
inline std::string_view in_short(std::string_view what) { return what.substr(0, what.find(": ")); }

// What the label at a bracket says that nothing closes.
inline std::string open_label(std::string_view bracket) { return std::string("this `").append(bracket).append("` is still open"); }

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
