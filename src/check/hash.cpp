#include "check/hash.hpp"

namespace segue {

std::uint64_t fnv1a(std::string_view text, std::uint64_t start) {
    for (const char c : text) start = (start ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    return start;
}

std::uint64_t fmix64(std::uint64_t h) {
    h ^= h >> 33;
    h *= 0xFF51AFD7ED558CCDu;
    h ^= h >> 33;
    h *= 0xC4CEB9FE1A85EC53u;
    return h ^ (h >> 33);
}

std::string text_hash(std::string_view text) {
    const auto a = fnv1a(text);
    const auto b = fnv1a(text, 0x9AE16A3B2F90404Fu);
    std::string out(32, '0');
    const auto hex = [&](std::uint64_t n, std::size_t end) {
        for (; n != 0; n >>= 4) out[--end] = "0123456789abcdef"[n & 15];
    };
    hex(fmix64(a), 16);
    hex(fmix64(b ^ (a << 1)), 32);
    return out;
}

} // namespace segue
