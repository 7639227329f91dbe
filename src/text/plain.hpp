// Dates and numbers as every text shows them, and what a terminal paints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace segue {

std::string iso_date(std::int64_t days);  // since 1970: "2026-03-13"
std::string plain_number(double number);  // the shortest digits that read back as the same, never with an exponent

std::vector<std::string_view> parts_of(std::string_view text, char between); // what stands before, between and behind; nothing behind the last if that ends it
std::string percent_encoded(std::string_view path); // RFC 3986: what is neither unreserved nor a slash is written in hexadecimal

// The text in a colour: the parameters of SGR (ECMA-48), such as "1;31". As it is where `color` is false.
std::string paint(bool color, std::string_view code, std::string_view text);

} // namespace segue
