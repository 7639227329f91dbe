// The pages of docs/diagnostics/, one for each code, as they stand in the tool.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/diagnostic.hpp"

namespace segue {

struct CodePage {
    std::string_view path; // "E0203.md"
    std::string_view text; // Markdown
};
const std::vector<CodePage>& diagnostic_pages(); // made at build time

std::string_view page_of(Code code); // Markdown; "" where there is none

// The first paragraph under the title, on one line.
std::string page_summary(std::string_view page);

// For a terminal: the title and the words wrong and right stand out, scripts are indented.
std::string render_page(std::string_view page, bool color);

} // namespace segue
