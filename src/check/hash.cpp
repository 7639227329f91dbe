#include "check/hash.hpp"

namespace segue {

std::uint64_t fnv1a(std::string_view text, std::uint64_t start) {
    for (const char c : text) start = (start ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    return start;
}

std::string text_hash(std::string_view text) {
    const auto a = fnv1a(text);
    const auto b = fnv1a(text, 0x9AE16A3B2F90404Fu);
    std::string out(32, '0');
    put_hex(out.data(), fmix64(a));
    put_hex(out.data() + 16, fmix64(b ^ (a << 1)));
    return out;
}

} // namespace segue
