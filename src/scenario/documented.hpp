// What the doc comments of a program say of its declarations, and the declarations themselves.
#pragma once

#include <string>
#include <vector>

#include "syntax/load.hpp"

namespace segue {

struct Documented {
    std::string kind;      // "event", "flow", "rule", ...
    std::string name;
    std::string signature; // as it is written, on one line, without its body
    std::string doc;       // lines; may be empty
    std::string file;
    Span span;             // with its body
    std::uint32_t line = 0;
    bool library = false;
};

// In the order of the program. Rules are there where they have a doc comment or a label, as `flow/label`.
std::vector<Documented> documented(const Loaded& loaded, const Sources& sources);

// A page: a part for each file, a heading for each declaration.
std::string render_markdown(const std::vector<Documented>& all);
std::string render_terminal(const Documented& entry, bool color);

} // namespace segue
