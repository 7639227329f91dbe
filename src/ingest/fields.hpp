// One record as a reader found it: names and scalar values, nothing decided yet.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/known_names.hpp"

namespace segue {

struct Scalar {
    enum class Kind : std::uint8_t { Null, Text, Number, Bool, Other }; // Other: a list, or an object without known fields
    Kind kind = Kind::Null;
    bool whole = false;     // `integer` is exact
    bool boolean = false;
    bool loose = false;     // the format has only texts (CSV): a number, a bool or nothing may be meant
    std::string_view text;  // Text; of a CSV cell also what may be a number
    double number = 0;
    std::int64_t integer = 0;

    static Scalar of(std::string_view text) {
        Scalar s;
        s.kind = Kind::Text;
        s.text = text;
        return s;
    }
    static Scalar of(double number) { // a whole one is one that a double holds exactly
        Scalar s;
        s.kind = Kind::Number;
        s.number = number;
        s.whole = number == std::floor(number) && std::abs(number) < 9.007199254740992e15;
        if (s.whole) s.integer = static_cast<std::int64_t>(number);
        return s;
    }
};

// What is kept of a record is what its program has a name for. The views live until the reader moves on.
class Fields {
public:
    explicit Fields(const KnownNames& names) : names_(names), found_(names.size()) {} // who live as long, and get no more

    std::string_view raw;       // the record as it stood, for the rejects
    std::uint64_t line = 0;     // 1-based; of an array, the element
    std::string bad;            // not empty: it could not be read at all, and why

    void clear() {
        ++record_;
        if (!bad.empty()) bad.clear();
    }
    // The value of one field more, to be filled. Of two of one name it is the first that is found.
    Scalar& add(std::string_view name) { return add(names_.find(name)); }
    Scalar& add_padded(std::string_view name) { return add(names_.find_padded(name)); } // as it says there
    const Scalar* find(std::uint32_t name) const { return found_[name].record == record_ ? &found_[name].value : nullptr; }
    void drop(std::string_view text) {
        if (const auto name = names_.find(text); name != KnownNames::unknown) found_[name].record = 0;
    }

private:
    struct Field {
        std::uint64_t record = 0;
        Scalar value;
    };
    Scalar& add(std::uint32_t name) {
        auto& field = name == KnownNames::unknown || found_[name].record == record_ ? unasked_ : found_[name];
        field.record = record_;
        field.value = {};
        return field.value;
    }

    const KnownNames& names_;
    std::vector<Field> found_;  // by name; of this record those that have its number
    Field unasked_;
    std::uint64_t record_ = 1;
};

} // namespace segue
