#include "syntax/token_at.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "text/utf8.hpp"

namespace segue {

namespace {

constexpr std::string_view signs[] = {"<!--", "===", "!==", "<=>", "=>", "->", "==", "!=", "<=", ">=", "=<", "<>", "??", "&&", "||", "//", "/*", "--", "{{", "}}"};

} // namespace

bool is_word(std::string_view text, std::size_t at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x80) return std::isalnum(c) != 0 || c == '_';
    return is_letter(code_point_at(text, at).value);
}

Span token_at(const Source& source, std::uint32_t index, std::uint32_t offset) {
    const auto text = source.text();
    auto begin = std::min<std::uint32_t>(offset, static_cast<std::uint32_t>(text.size()));
    if (begin >= text.size()) return {index, begin, begin};
    if (is_word(text, begin)) { // from the start of the word
        auto at = begin;
        while (at > 0) {
            auto before = at - 1;
            while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xC0) == 0x80) --before;
            if (!is_word(text, before)) break;
            at = before;
        }
        begin = at;
    }
    auto end = begin;
    while (end < text.size() && is_word(text, end)) end += static_cast<std::uint32_t>(code_point_at(text, end).length);
    if (end > begin || text[end] == '\n' || text[end] == '\r') return {index, begin, end};
    for (const auto sign : signs)
        if (text.substr(begin).starts_with(sign)) return {index, begin, begin + static_cast<std::uint32_t>(sign.size())};
    if (text[begin] == '"') { // a text, where it ends on its line
        for (auto at = begin + 1; at < text.size() && text[at] != '\n'; ++at) {
            if (text[at] == '\\') ++at;
            else if (text[at] == '"') return {index, begin, at + 1};
        }
    }
    return {index, begin, begin + static_cast<std::uint32_t>(code_point_at(text, begin).length)};
}

Span token_before(const Source& source, std::uint32_t index, std::uint32_t offset) {
    const auto text = source.text();
    // Line by line upwards, each from its beginning: from its end nobody knows what is a comment, or one text.
    for (auto end = offset; end > 0;) {
        const auto begin = static_cast<std::uint32_t>(text.substr(0, end - 1).rfind('\n') + 1); // 0 where there is none
        Span last{index, begin, begin};
        for (auto at = begin; at < end && text[at] != '#';) {
            if (std::string_view(" \t\r\n\f\v").find(text[at]) != std::string_view::npos) {
                ++at;
                continue;
            }
            last = token_at(source, index, at);
            last.end = std::min(last.end, end);
            at = std::max(last.end, at + 1);
        }
        if (last.end > last.begin) return last;
        end = begin;
    }
    return {index, 0, 0};
}

std::string named(const Source& source, Span token) {
    if (token.begin >= source.text().size()) return "the end of the file";
    if (token.begin == token.end) return "the end of the line";
    const auto c = code_point_at(source.text(), token.begin).value;
    if (is_invisible(c)) return fmt::format("U+{:04X}", c);
    return fmt::format("`{}`", shortened(source.slice(token), 40));
}

} // namespace segue
