// Scripts from a seed: every form of the grammar, in layouts that nobody would write, with comments between the tokens.
#pragma once

#include <cstdint>
#include <string>

namespace segue::test {

// The same on every machine. Most of them check without errors, all can be read.
std::string random_script(std::uint32_t seed);

} // namespace segue::test
