#include "crash/memory.hpp"

#include <atomic>
#include <cerrno>
#include <cstddef>

namespace segue::test {

namespace {

std::atomic<std::uint64_t> count = 0, strike = 0;
std::atomic<bool> all_after = false;

} // namespace

void fail_allocation(std::uint64_t at, bool and_all_after) {
    count = 0;
    all_after = and_all_after;
    strike = at;
}

std::uint64_t allocations() { return count; }

#ifdef SEGUE_SANITIZED

bool memory_can_fail() { return false; }

} // namespace segue::test

#else

bool memory_can_fail() { return true; }

static bool fails() {
    const auto n = ++count;
    const auto at = strike.load(std::memory_order_relaxed);
    if (at == 0 || n < at || (n > at && !all_after)) return false;
    errno = ENOMEM;
    return true;
}

} // namespace segue::test

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* malloc(std::size_t size) noexcept { return segue::test::fails() ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) noexcept { return segue::test::fails() ? nullptr : __libc_calloc(count, size); }
void* realloc(void* old, std::size_t size) noexcept { return segue::test::fails() ? nullptr : __libc_realloc(old, size); }
}

#endif
