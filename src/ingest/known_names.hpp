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

// Numbers for some names that are looked for in each record, from 0. Found by their first eight bytes and their length, and most have no more.
class KnownNames {
public:
    static constexpr std::uint32_t unknown = HashIndex::nothing;

    std::uint32_t add(std::string_view text) {
        const auto head = head_of(text);
        if (const auto known = find(text, head); known != unknown) return known;
        const auto name = static_cast<std::uint32_t>(texts_.size());
        texts_.emplace_back(text);
        short_.push_back({head, text.size()});
        by_text_.reserve(3 * texts_.size()); // so that most stand where they are looked for first
        by_text_.add(hash_of(head, text.size()), name);
        return name;
    }
    std::uint32_t find(std::string_view text) const { return find(text, head_of(text)); }
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

    struct Short { // all of it, unless there is more
        std::uint64_t head;
        std::size_t size;
    };
    static std::uint64_t head_of(std::string_view text) { return few_bytes(text.data(), std::min(text.size(), word)); }
    static std::uint64_t hash_of(std::uint64_t head, std::size_t size) { return (head + size) * quick_seed; } // Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4)
    std::uint32_t find(std::string_view text, std::uint64_t head) const {
        return by_text_.find(hash_of(head, text.size()), [&](std::uint32_t n) {
            return short_[n].head == head && short_[n].size == text.size() && (text.size() <= word || texts_[n] == text);
        });
    }

    std::vector<std::string> texts_;
    std::vector<Short> short_;
    HashIndex by_text_;
};

} // namespace segue
