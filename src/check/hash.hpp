#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace segue {

// FNV-1a, 64 bit.
std::uint64_t fnv1a(std::string_view text, std::uint64_t start = 0xCBF29CE484222325u);

// The finalizer of murmur3, 64 bit.
std::uint64_t fmix64(std::uint64_t h);

// 128 bits in hex, from two lanes of FNV-1a finished with fmix64: names of versions and of unlabelled rules.
std::string text_hash(std::string_view text);

} // namespace segue
