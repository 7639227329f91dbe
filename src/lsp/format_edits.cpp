// The one style, as edits: only the lines that change.
#include <algorithm>

#include "lsp/cursor.hpp"
#include "lsp/features.hpp"
#include "syntax/format.hpp"
#include "text/diff.hpp"

namespace segue::lsp {

std::string with_line_breaks(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? std::string_view("\r\n") : std::string_view(&c, 1);
    return out;
}

Json format_edits(const Asked& in, std::optional<Span> range) {
    const auto before = in.text().text();
    Sources sources;
    Diagnostics diagnostics;
    auto after = format(sources, sources.add(in.text().name(), std::string(before)), diagnostics);
    if (!after) return nullptr;
    if (before.find("\r\n") != std::string_view::npos) after = with_line_breaks(*after); // those that the text has
    Json out = Json::array();
    for (const auto& change : replacements(before, *after)) {
        const Span span{in.source, static_cast<std::uint32_t>(change.begin), static_cast<std::uint32_t>(change.end)};
        if (range && (span.end < range->begin || span.begin > range->end)) continue;
        out.push_back({{"range", in.range(span)}, {"newText", change.text}});
    }
    return out;
}

Json format_on_type(const Asked& in, const std::string& typed) {
    const auto line = in.text().position(in.offset).line;
    const auto begin = in.text().line_begin(line);
    const auto now = in.text().line(line);
    if (typed == "}") {
        // What it closes, if all of the text can be read.
        std::uint32_t from = begin;
        int depth = 0;
        for (auto at = in.offset; at-- > 0;) {
            const char c = in.text().text()[at];
            if (c == '}') ++depth;
            if (c == '{' && --depth == 0) {
                from = at;
                break;
            }
        }
        if (auto edits = format_edits(in, Span{in.source, from, in.offset}); !edits.is_null()) return edits;
    }
    // Else two blanks further in than what opened the block; what goes on with the line above is as it was indented.
    if (typed == "\n") {
        const auto before = in.text().text().substr(0, begin);
        const auto end = before.find_last_not_of(" \t\r\n");
        if (end == std::string_view::npos || (before[end] != '{' && before[end] != '}')) return Json::array();
    }
    const auto cursor = cursor_at(in.text().text(), begin);
    if (cursor.in_text || cursor.in_comment) return Json::array();
    const auto first = now.find_first_not_of(" \t");
    std::size_t column = 0;
    if (!cursor.heads.empty() && !cursor.heads.back().empty()) {
        // Where the step stands that has the block: behind its `=>` or `then`.
        auto opener = in.text().line(in.text().position(cursor.heads.back().back().begin).line);
        const auto whole = opener.size();
        while (opener.starts_with(' ') || opener.starts_with('\t') || opener.starts_with("=> ") || opener.starts_with("then ")) opener.remove_prefix(opener[0] == ' ' || opener[0] == '\t' ? 1 : opener[0] == '=' ? 2 : 4);
        column = whole - opener.size() + 2;
    } else column = 2 * cursor.blocks.size();
    if (first != std::string_view::npos && now[first] == '}' && column >= 2) column -= 2;
    const std::string wanted(column, ' ');
    const auto blanks = static_cast<std::uint32_t>(std::min(first, now.size()));
    if (now.substr(0, blanks) == wanted) return Json::array();
    return Json::array({{{"range", in.range({in.source, begin, begin + blanks})}, {"newText", wanted}}});
}

} // namespace segue::lsp
