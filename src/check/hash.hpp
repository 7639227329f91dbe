#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "check/hash_index.hpp"

namespace segue {

// FNV-1a, 64 bit.
std::uint64_t fnv1a(std::string_view text, std::uint64_t start = 0xCBF29CE484222325u);

// The finalizer of murmur3, 64 bit.
inline std::uint64_t fmix64(std::uint64_t h) {
    h = (h ^ (h >> 33)) * 0xFF51AFD7ED558CCDu;
    h = (h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53u;
    return h ^ (h >> 33);
}

// 128 bits of a text and of numbers that are added to it, one after the other; from two lanes of `fold64`. The same in every version of the tool.
struct Digest {
    std::uint64_t a = 0, b = 0;

    static Digest of(std::string_view text) {
        const auto [a, b] = quick_hashes<2>(text, {quick_seed, 0xC2B2AE3D27D4EB4Fu});
        return {a, b};
    }
    void add(std::uint64_t number) {
        a = fold64(a ^ number, 0xA0761D6478BD642Fu);
        b = fold64(b + number, 0xE7037ED1A0B428DBu) ^ number;
    }
    friend bool operator==(const Digest&, const Digest&) = default;
};

// The lowest eight digits of a number.
inline void put_hex(char* to, std::uint32_t number) {
    constexpr std::uint64_t each = 0x0101010101010101u;
    // A digit to each byte, the highest to the lowest one.
    std::uint64_t x = number;
    x = (x << 32 | x >> 16) & 0x0000FFFF0000FFFFu;
    x = (x << 16 | x >> 8) & 0x00FF00FF00FF00FFu;
    x = (x << 8 | x >> 4) & 0x0F * each;
    const auto letters = ((x + 6 * each) >> 4) & each;
    x += '0' * each + ('a' - '0' - 10) * letters;
    std::memcpy(to, &x, sizeof x);
}
inline void put_hex(char* to, std::uint64_t number) { put_hex(to, static_cast<std::uint32_t>(number >> 32)), put_hex(to + 8, static_cast<std::uint32_t>(number)); }

// 128 bits in hex, from two lanes of FNV-1a finished with fmix64: names of versions and of unlabelled rules.
std::string text_hash(std::string_view text);

} // namespace segue
