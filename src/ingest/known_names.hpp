// The names that mean something to a program: of fields, and of types of records.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "check/hash_index.hpp"

namespace segue {

// Numbers for some names that are looked for in each record, from 0. Open addressing with linear probing, at most a quarter full; the first and the last eight bytes
// of a name stand in the table, and most names have no more.
class KnownNames {
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

} // namespace segue
