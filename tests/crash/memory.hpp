// Memory that runs out: this program defines malloc and its like, for itself and for every library that it uses.
#pragma once

#include <cstdint>

namespace segue::test {

bool memory_can_fail(); // not under a sanitizer, which has a malloc of its own

void fail_allocation(std::uint64_t at, bool and_all_after); // the at-th from now on; 0: none
std::uint64_t allocations();                                // since then

} // namespace segue::test
