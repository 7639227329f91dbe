// What Segue needs to know of Unicode; the tables are utf8proc's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace segue {

// Offset of the first byte that is not valid UTF-8, if there is one.
std::optional<std::size_t> invalid_utf8(std::string_view text);

// Number of code points; a stray byte counts as one.
std::size_t code_points(std::string_view text);

// Number of UTF-16 code units that the text would have; a stray byte counts as one.
std::size_t utf16_units(std::string_view text);

// The code point that begins at `at`, and its bytes; a byte that is none stands for itself.
struct CodePoint {
    std::uint32_t value;
    std::size_t length;
};
CodePoint code_point_at(std::string_view text, std::size_t at);

bool is_letter(std::uint32_t code_point);    // letters, marks and digits of every script
bool is_invisible(std::uint32_t code_point); // control and format characters, and blanks other than the plain ones

// At most `most` code points of the text, with "..." where something was cut.
std::string shortened(std::string_view text, std::size_t most);

// Cells of a terminal that the text fills; a tab counts as one (renderers expand it first).
std::size_t display_width(std::string_view text);

// Appends a code point; one that cannot be written (a surrogate, above 10FFFF) is appended as U+FFFD.
void append_utf8(std::string& out, std::uint32_t code_point);

// The text with every invalid byte replaced by U+FFFD.
std::string repair_utf8(std::string_view text);

// Trimmed of white space and case-folded (Unicode default case folding, NFC): how keywords are compared.
std::string fold_keyword(std::string_view text);

} // namespace segue
