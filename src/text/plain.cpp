#include "text/plain.hpp"

#include <algorithm>
#include <date/date.h>
#include <fmt/format.h>

namespace segue {

std::string iso_date(std::int64_t days) {
    const date::year_month_day ymd{date::sys_days{date::days{static_cast<int>(days)}}};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

std::string plain_number(double number) {
    auto text = fmt::format("{}", number);
    const auto e = text.find('e');
    if (e == std::string::npos) return text;
    const auto exponent = std::stoi(text.substr(e + 1));
    const std::string sign = text[0] == '-' ? "-" : "";
    auto digits = text.substr(sign.size(), e - sign.size());
    std::erase(digits, '.');
    if (exponent < 0) return sign + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
    return sign + digits + std::string(static_cast<std::size_t>(exponent) + 1 - digits.size(), '0');
}

std::string paint(bool color, std::string_view code, std::string_view text) { return color ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text); }

std::vector<std::string_view> parts_of(std::string_view text, char between) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const auto end = std::min(text.find(between), text.size());
        out.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string percent_encoded(std::string_view path) {
    std::string out;
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-._~/").find(c) != std::string_view::npos;
        if (plain) out += c;
        else out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

} // namespace segue
