// One record as a reader found it: names and scalar values, nothing decided yet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace segue {

struct Scalar {
    enum class Kind : std::uint8_t { Null, Text, Number, Bool, Other }; // Other: a list, or an object without known fields
    Kind kind = Kind::Null;
    std::string_view text;  // Text; of a CSV cell also what may be a number
    double number = 0;
    std::int64_t integer = 0;
    bool whole = false;     // `integer` is exact
    bool boolean = false;
    bool loose = false;     // the format has only texts (CSV): a number, a bool or nothing may be meant
};

struct FieldValue {
    std::string_view name; // dotted where it was nested
    Scalar value;
};

// The views live until the reader moves on.
struct Fields {
    std::vector<FieldValue> all;
    std::string_view raw;       // the record as it stood, for the rejects
    std::uint64_t line = 0;     // 1-based; of an array, the element
    std::string bad;            // not empty: it could not be read at all, and why
};

} // namespace segue
