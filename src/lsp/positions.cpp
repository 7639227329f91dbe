#include "lsp/positions.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace segue::lsp {

std::string_view encoding_name(Encoding encoding) { return encoding == Encoding::Utf8 ? "utf-8" : encoding == Encoding::Utf16 ? "utf-16" : "utf-32"; }

std::uint32_t Positions::units(std::string_view text) const {
    switch (encoding_) {
    case Encoding::Utf8: return static_cast<std::uint32_t>(text.size());
    case Encoding::Utf16: return static_cast<std::uint32_t>(utf16_units(text));
    case Encoding::Utf32: break;
    }
    return static_cast<std::uint32_t>(code_points(text));
}

// Where that many characters of the line end. Inside one, it is where that one begins.
std::uint32_t Positions::bytes(std::string_view line, std::uint64_t character) const {
    std::size_t at = 0;
    for (std::uint64_t seen = 0; at < line.size();) {
        const auto length = code_point_at(line, at).length;
        seen += units(line.substr(at, length));
        if (seen > character) break;
        at += length;
    }
    return static_cast<std::uint32_t>(at);
}

std::uint32_t Positions::offset(std::string_view text, const Json& position) const {
    auto line = position.at("line").get<std::uint64_t>();
    std::size_t begin = 0;
    for (; line > 0; --line) {
        const auto end = text.find('\n', begin);
        if (end == std::string_view::npos) return static_cast<std::uint32_t>(text.size());
        begin = end + 1;
    }
    auto rest = text.substr(begin, text.find('\n', begin) - begin);
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    return static_cast<std::uint32_t>(begin) + bytes(rest, position.at("character").get<std::uint64_t>());
}

std::uint32_t Positions::offset(const Source& source, const Json& position) const {
    const auto line = position.at("line").get<std::uint64_t>();
    const auto character = position.at("character").get<std::uint64_t>();
    if (line >= source.line_count()) return static_cast<std::uint32_t>(source.text().size());
    const auto number = static_cast<std::uint32_t>(line) + 1;
    return source.line_begin(number) + bytes(source.line(number), character);
}

Json Positions::position(const Source& source, std::uint32_t offset) const {
    offset = std::min(offset, static_cast<std::uint32_t>(source.text().size()));
    const auto line = source.position(offset).line;
    const auto begin = source.line_begin(line);
    return {{"line", line - 1}, {"character", units(source.text().substr(begin, offset - begin))}};
}

Json Positions::range(const Source& source, Span span) const { return {{"start", position(source, span.begin)}, {"end", position(source, span.end)}}; }

} // namespace segue::lsp
