// What the targets hold a text to.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>

namespace segue::fuzz {

inline void must(bool holds, std::string_view what) {
    if (holds) return;
    fmt::print(stderr, "does not hold: {}\n", what);
    std::abort();
}

} // namespace segue::fuzz
