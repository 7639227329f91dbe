// Diagnostics as a person reads them in a terminal.
#pragma once

#include <string>

#include "text/report.hpp"

namespace segue {

// The layout of rustc: code and message, `--> file:line:column`, the source lines with carets, labels, help.
std::string render_human(const Diagnostic& diagnostic, const Sources& sources, bool color);

// All of them, and a last line that counts. Empty when there is nothing to say.
std::string render_human(const Diagnostics& diagnostics, const Sources& sources, bool color);
std::string render_human(const Report& report, bool color);

} // namespace segue
