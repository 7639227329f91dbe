#include "text/columns.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace segue {

std::vector<Beside> beside(const std::string& text, const std::string& margin, std::size_t column) {
    constexpr std::size_t most = 98;
    const auto width = display_width(text);
    if (width < column) return {{margin.empty() ? text : text + std::string(column - width, ' '), margin}};
    if (width + (margin.empty() ? 0 : 2 + margin.size()) <= most) return {{margin.empty() ? text : text + "  ", margin}};
    // In the column, broken at blanks.
    std::vector<Beside> out;
    std::string line;
    const auto end = [&] {
        const bool first = out.empty();
        const auto there = display_width(line);
        if (first && !margin.empty()) out.push_back({line + std::string(there < column ? column - there : 2, ' '), margin});
        else out.push_back({line, ""});
    };
    for (std::size_t at = 0; at < text.size();) {
        auto next = text.find(' ', at);
        if (next == std::string::npos) next = text.size();
        const auto word = text.substr(at, next - at);
        const auto room = out.empty() || !margin.empty() ? column - 2 : most;
        if (!line.empty() && line.find_first_not_of(' ') != std::string::npos && display_width(line) + 1 + display_width(word) > room) {
            end();
            line = "  " + word;
        } else line += (at == 0 ? "" : " ") + word;
        at = next + 1;
    }
    end();
    return out;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::string out;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) out += "  " + row[i] + (i + 1 == row.size() ? "" : std::string(widths[i] - display_width(row[i]), ' '));
        out += "\n";
    }
    return out;
}

} // namespace segue
