#include "check/analysis/gsm.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace segue::analysis {

int gsm_septets(std::uint32_t c) {
    if (c == '\n' || c == '\r') return 1;
    if (c >= 0x20 && c < 0x7F) {
        constexpr std::string_view extended = "^{}\\[]~|";
        if (c == '`') return 0;
        return extended.find(static_cast<char>(c)) != std::string_view::npos ? 2 : 1;
    }
    constexpr std::uint32_t basic[] = {0xA1, 0xA3, 0xA4, 0xA5, 0xA7, 0xBF, 0xC4, 0xC5, 0xC6, 0xC7, 0xC9, 0xD1, 0xD6, 0xD8, 0xDC, 0xDF, 0xE0, 0xE4, 0xE5, 0xE6, 0xE8, 0xE9, 0xEC,
                                       0xF1, 0xF2, 0xF6, 0xF8, 0xF9, 0xFC, 0x393, 0x394, 0x398, 0x39B, 0x39E, 0x3A0, 0x3A3, 0x3A6, 0x3A8, 0x3A9};
    if (std::find(std::begin(basic), std::end(basic), c) != std::end(basic)) return 1;
    if (c == 0x20AC || c == '\f') return 2;
    return 0;
}

void SmsLength::add(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto [c, length] = code_point_at(text, at);
        const auto n = gsm_septets(c);
        septets += static_cast<std::size_t>(n);
        units += c > 0xFFFF ? 2 : 1;
        if (n == 0 && outside == 0) outside = c;
        at += length;
    }
}

void SmsLength::add_unknown(std::size_t characters) {
    septets += characters;
    units += characters;
}

std::size_t SmsLength::segments() const {
    const auto one = gsm() ? 160u : 70u;
    const auto more = gsm() ? 153u : 67u;
    return length() <= one ? 1 : (length() + more - 1) / more;
}

} // namespace segue::analysis
