// A fan as bytes (bytes.hpp), which mean the same under every version of the program: what a program calls by index is called by its name or its kept
// number.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run/world.hpp"
#include "store/bytes.hpp"

namespace segue {

// The kept numbers of what a ledger and its programs know, and back. `none`: not kept, or not known any more.
struct Numbering {
    std::vector<std::uint32_t> need_kept, hold_kept, version_kept;                 // by index in memory
    std::map<std::uint32_t, std::uint32_t> needs, holds, versions;                 // by kept number
};

inline constexpr std::uint64_t codec_format = 5; // of what `encode` writes

void encode(ByteWriter& out, const World& world, const Fan& fan, const Numbering& numbering);

// False if the bytes are not a fan, or there are more of them.
bool decode(ByteReader& in, World& world, const Numbering& numbering, Fan& fan);

// Numbers of fans likewise.
void encode(ByteWriter& out, const FanNumbers& fans);
bool decode(ByteReader& in, FanNumbers& fans);

// What makes a need the same need under another version of the program.
std::string text_of(const Need& need, const Symbols& symbols);

} // namespace segue
