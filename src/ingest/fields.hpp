// One record as a reader found it: names and scalar values, nothing decided yet.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
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

// The names of fields that mean something to a program, by their numbers. Open addressing with linear probing, at most a quarter full; the first and the last eight
// bytes of a name stand in the table, and most names have no more.
class FieldNames {
public:
    static constexpr std::uint32_t unknown = 0xFFFFFFFF;

    std::uint32_t add(std::string_view text) {
        if (const auto known = find(text); known != unknown) return known;
        texts_.emplace_back(text);
        const auto name = static_cast<std::uint32_t>(size() - 1);
        if (4 * size() <= slots_.size()) return put(name);
        slots_.assign(2 * slots_.size(), {});
        --shift_;
        for (std::uint32_t n = 0; n < name; ++n) put(n);
        return put(name);
    }
    std::uint32_t find(std::string_view text) const { return find(text, few_bytes(text.data(), std::min(text.size(), word))); }
    // Where so many bytes can be read at `text` as a word has, also if it is shorter.
    std::uint32_t find_padded(std::string_view text) const {
        std::uint64_t head = 0;
        std::memcpy(&head, text.data(), word);
        return find(text, head & first_bytes[std::min(text.size(), word)]);
    }
    const std::string& text(std::uint32_t name) const { return texts_[name]; }
    std::size_t size() const { return texts_.size(); }

private:
    static constexpr std::size_t word = sizeof(std::uint64_t);
    static constexpr std::array<std::uint64_t, word + 1> first_bytes{0, 0xFF, 0xFFFF, 0xFFFFFF, 0xFFFFFFFF, 0xFFFFFFFFFF, 0xFFFFFFFFFFFF, 0xFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF};

    struct Slot {
        std::uint64_t head = 0, tail = 0;
        std::size_t size = 0;
        std::uint32_t name = unknown;
    };
    static std::uint64_t tail(std::string_view text) { return text.size() > word ? few_bytes(text.data() + text.size() - word, word) : 0; }
    // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): the highest bits of a product.
    std::size_t home(std::uint64_t head, std::size_t size) const { return (head + size) * quick_seed >> shift_; }
    std::size_t behind(std::size_t at) const { return (at + 1) & (slots_.size() - 1); }
    std::uint32_t find(std::string_view text, std::uint64_t head) const {
        for (auto at = home(head, text.size()); slots_[at].name != unknown; at = behind(at)) {
            const auto& slot = slots_[at];
            if (slot.head != head || slot.size != text.size()) continue;
            if (text.size() <= word || (slot.tail == tail(text) && (text.size() <= 2 * word || texts_[slot.name] == text))) return slot.name;
        }
        return unknown;
    }
    std::uint32_t put(std::uint32_t name) {
        const std::string_view text = texts_[name];
        const auto head = few_bytes(text.data(), std::min(text.size(), word));
        auto at = home(head, text.size());
        while (slots_[at].name != unknown) at = behind(at);
        slots_[at] = {head, tail(text), text.size(), name};
        return name;
    }

    std::vector<std::string> texts_;
    std::vector<Slot> slots_ = std::vector<Slot>(64);
    int shift_ = 64 - 6;
};

// What is kept of a record is what its program has a name for. The views live until the reader moves on.
class Fields {
public:
    explicit Fields(const FieldNames& names) : names_(names), found_(names.size()) {} // who live as long, and get no more

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
        if (const auto name = names_.find(text); name != FieldNames::unknown) found_[name].record = 0;
    }

private:
    struct Field {
        std::uint64_t record = 0;
        Scalar value;
    };
    Scalar& add(std::uint32_t name) {
        auto& field = name == FieldNames::unknown || found_[name].record == record_ ? unasked_ : found_[name];
        field.record = record_;
        field.value = {};
        return field.value;
    }

    const FieldNames& names_;
    std::vector<Field> found_;  // by name; of this record those that have its number
    Field unasked_;
    std::uint64_t record_ = 1;
};

} // namespace segue
