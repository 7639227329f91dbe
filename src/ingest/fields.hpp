// One record as a reader found it: names and scalar values, nothing decided yet.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check/hash_index.hpp"

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

// The names of fields that mean something to a program, by their numbers.
class FieldNames {
public:
    static constexpr std::uint32_t unknown = HashIndex::nothing;

    std::uint32_t add(std::string_view text) {
        const auto next = static_cast<std::uint32_t>(texts_.size());
        by_text_.reserve(texts_.size() + 1);
        const auto known = by_text_.find_or_add(quick_hash(text), next, [&](std::uint32_t n) { return texts_[n] == text; });
        if (known != HashIndex::nothing) return known;
        texts_.emplace_back(text);
        return next;
    }
    std::uint32_t find(std::string_view text) const {
        return by_text_.find(quick_hash(text), [&](std::uint32_t n) { return texts_[n] == text; });
    }
    const std::string& text(std::uint32_t name) const { return texts_[name]; }
    std::size_t size() const { return texts_.size(); }

private:
    std::vector<std::string> texts_;
    HashIndex by_text_;
};

struct FieldValue {
    std::string text; // its name; dotted where it was nested
    std::uint32_t name = FieldNames::unknown;
    bool plain = false; // its name has no quote and no backslash in it
    Scalar value;
};

// The views live until the reader moves on. Most records have the fields of the one before, in the same order: their names are kept, and not looked up again.
class Fields {
public:
    explicit Fields(const FieldNames* names = nullptr) : names_(names) {} // which lives as long

    std::string_view raw;       // the record as it stood, for the rejects
    std::uint64_t line = 0;     // 1-based; of an array, the element
    std::string bad;            // not empty: it could not be read at all, and why

    std::span<const FieldValue> all() const { return {fields_.data(), count_}; }
    void clear() {
        count_ = 0;
        if (long_) fields_.clear(), long_ = false;
        if (!bad.empty()) bad.clear();
    }
    Scalar& add(std::string_view text) {
        if (count_ == fields_.size()) fields_.emplace_back();
        auto& field = fields_[count_++];
        if (field.text != text) {
            field.text = text;
            field.name = names_ ? names_->find(text) : FieldNames::unknown;
            field.plain = std::none_of(text.begin(), text.end(), [](char c) { return c == '"' || c == '\\'; });
            long_ = long_ || text.size() > longest_kept;
        }
        field.value = {};
        return field.value;
    }
    // The value of one field more, if the name of JSON that `text` begins with, behind its quote, is the one that stood there in the record before. Otherwise nothing.
    Scalar* add_same(std::string_view text) {
        if (count_ == fields_.size()) return nullptr;
        auto& field = fields_[count_];
        const auto size = field.text.size();
        if (!field.plain || size >= text.size() || text[size] != '"' || !same(text.data(), field.text.data(), size)) return nullptr;
        ++count_;
        field.value = {};
        return &field.value;
    }
    template <class Unwanted> void drop(Unwanted unwanted) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < count_; ++i)
            if (!unwanted(fields_[i]) && kept++ != i) std::swap(fields_[kept - 1], fields_[i]); // each stays whole, for what comes to stand there
        count_ = kept;
    }

private:
    static constexpr std::size_t longest_kept = 1'024; // bytes of a name

    // Most names are short, and a call takes longer than these.
    static bool same(const char* a, const char* b, std::size_t size) {
        const auto differ = [&]<class Word>(Word, std::size_t at) {
            Word x, y;
            std::memcpy(&x, a + at, sizeof x);
            std::memcpy(&y, b + at, sizeof y);
            return x ^ y;
        };
        if (size > 16) return std::memcmp(a, b, size) == 0;
        if (size >= 8) return (differ(std::uint64_t{}, 0) | differ(std::uint64_t{}, size - 8)) == 0;
        if (size >= 4) return (differ(std::uint32_t{}, 0) | differ(std::uint32_t{}, size - 4)) == 0;
        return size >= 2 ? (differ(std::uint16_t{}, 0) | differ(std::uint16_t{}, size - 2)) == 0 : size == 0 || *a == *b;
    }

    const FieldNames* names_;
    std::vector<FieldValue> fields_; // those of this record, and names of longer ones before
    std::size_t count_ = 0;
    bool long_ = false;              // a name among them is too long to be kept
};

} // namespace segue
