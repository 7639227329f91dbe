#include "check/hash.hpp"

#include <fmt/format.h>

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
    return fmt::format("{:016x}{:016x}", fmix64(a), fmix64(b ^ (a << 1)));
}

} // namespace segue
