#include "text/utf8.hpp"

#include <cstdlib>
#include <utf8proc.h>

namespace segue {

namespace {

// Decodes one code point at `text[at]`; returns its length in bytes, or 0 where the bytes are not UTF-8.
std::size_t decode(std::string_view text, std::size_t at, utf8proc_int32_t& code_point) {
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at);
    const auto length = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size() - at), &code_point);
    return length > 0 ? static_cast<std::size_t>(length) : 0;
}

} // namespace

std::optional<std::size_t> invalid_utf8(std::string_view text) {
    utf8proc_int32_t code_point = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            ++at;
            continue;
        }
        const auto length = decode(text, at, code_point);
        if (length == 0) return at;
        at += length;
    }
    return std::nullopt;
}

CodePoint code_point_at(std::string_view text, std::size_t at) {
    utf8proc_int32_t code_point = 0;
    const auto length = decode(text, at, code_point);
    if (length == 0) return {static_cast<unsigned char>(text[at]), 1};
    return {static_cast<std::uint32_t>(code_point), length};
}

bool is_letter(std::uint32_t code_point) {
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(code_point));
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

bool is_invisible(std::uint32_t code_point) {
    if (code_point == ' ' || code_point == '\t' || code_point == '\n' || code_point == '\r') return false;
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(code_point));
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

std::string shortened(std::string_view text, std::size_t most) {
    std::size_t at = 0;
    for (std::size_t n = 0; at < text.size(); at += code_point_at(text, at).length)
        if (++n > most) return std::string(text.substr(0, at)) + "...";
    return std::string(text);
}

std::size_t code_points(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return count;
}

std::size_t utf16_units(std::string_view text) {
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = code_point_at(text, at);
        count += point.value > 0xFFFF ? 2 : 1;
        at += point.length;
    }
    return count;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    utf8proc_int32_t code_point = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto length = decode(text, at, code_point);
        if (length == 0) {
            ++width, ++at;
            continue;
        }
        const int cells = code_point < 0x20 ? 1 : utf8proc_charwidth(code_point);
        width += cells > 0 ? static_cast<std::size_t>(cells) : 0;
        at += length;
    }
    return width;
}

void append_utf8(std::string& out, std::uint32_t code_point) {
    utf8proc_uint8_t bytes[4];
    const auto value = static_cast<utf8proc_int32_t>(code_point);
    const auto length = utf8proc_encode_char(utf8proc_codepoint_valid(value) ? value : 0xFFFD, bytes);
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
}

std::string repair_utf8(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    utf8proc_int32_t code_point = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto length = decode(text, at, code_point);
        if (length == 0) {
            out += "\xEF\xBF\xBD";
            ++at;
        } else {
            out += text.substr(at, length);
            at += length;
        }
    }
    return out;
}

std::string fold_keyword(std::string_view text) {
    utf8proc_uint8_t* folded = nullptr;
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE | UTF8PROC_CASEFOLD);
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &folded, options);
    std::string out = length >= 0 ? std::string(reinterpret_cast<char*>(folded), static_cast<std::size_t>(length)) : std::string(text);
    std::free(folded);
    constexpr std::string_view blank = " \t\r\n\v\f";
    const auto first = out.find_first_not_of(blank);
    if (first == std::string::npos) return {};
    return out.substr(first, out.find_last_not_of(blank) - first + 1);
}

} // namespace segue
