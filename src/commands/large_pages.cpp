#include "commands/large_pages.hpp"

#include <cstdint>
#include <limits>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace segue {

void enlarge_pages() {
    constexpr std::uintptr_t page = 1u << 21;
    static std::uintptr_t done = 0;
    if (done == 0) {
        // The heap grows by so much at a time that most of it is asked for before it is used, and large tables lie in it, too.
        mallopt(M_TOP_PAD, 1 << 26);
        mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
        mallopt(M_MMAP_THRESHOLD, std::numeric_limits<int>::max());
        done = (reinterpret_cast<std::uintptr_t>(sbrk(0)) + page - 1) / page * page;
    }
    const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0)) / page * page;
    if (end <= done) return;
    madvise(reinterpret_cast<void*>(done), end - done, MADV_HUGEPAGE); // NOLINT(performance-no-int-to-ptr): an address of the heap
    done = end;
}

} // namespace segue
