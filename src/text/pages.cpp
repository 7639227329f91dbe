#include "text/pages.hpp"
#include "text/plain.hpp"

#include <fmt/format.h>

namespace segue {

std::string_view page_of(Code code) {
    for (const auto& page : diagnostic_pages())
        if (page.path == fmt::format("{}.md", info(code).code)) return page.text;
    return "";
}

std::string page_summary(std::string_view page) {
    std::string out;
    for (const auto line : parts_of(page, '\n')) {
        if (line.starts_with('#') || (line.empty() && out.empty())) continue;
        if (line.empty()) break;
        if (!out.empty()) out += ' ';
        out += line;
    }
    return out;
}

std::string render_page(std::string_view page, bool color) {
    std::string out;
    bool script = false;
    for (const auto line : parts_of(page, '\n')) {
        if (line.starts_with("```")) {
            script = !script;
            if (script) out += (line.find("wrong") != std::string_view::npos ? paint(color, "1;31", "wrong:") : paint(color, "1;32", "right:")) + "\n\n";
        } else if (script) out += (line.empty() ? "" : "    " + paint(color, "36", line)) + "\n";
        else if (line.starts_with("# ")) out += paint(color, "1", line.substr(2)) + "\n";
        else out += std::string(line) + "\n";
    }
    return out;
}

} // namespace segue
