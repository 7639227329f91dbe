// Memory of whole large pages (2 MiB), where the system gives them: with small ones the processor looks up the page of nearly every fan anew. For what
// grows large and is looked at all over.
#pragma once

#include <cstddef>
#include <new>
#include <sys/mman.h>

namespace segue {

inline constexpr std::size_t large_page = std::size_t{2} << 20;

struct Large {
    static void* take(std::size_t bytes) { // throws std::bad_alloc
        if (bytes < large_page) return ::operator new(bytes);
        auto* block = ::operator new(bytes, std::align_val_t{large_page});
        ::madvise(block, bytes / large_page * large_page, MADV_HUGEPAGE); // if it cannot, small pages do as well
        return block;
    }
    static void give(void* block, std::size_t bytes) noexcept { // as many as were taken
        if (bytes < large_page) ::operator delete(block);
        else ::operator delete(block, std::align_val_t{large_page});
    }
};

// The same for the containers of the standard library.
template <class T> struct LargeAllocator {
    using value_type = T;
    LargeAllocator() = default;
    template <class U> LargeAllocator(const LargeAllocator<U>&) {}
    T* allocate(std::size_t n) { return static_cast<T*>(Large::take(n * sizeof(T))); }
    void deallocate(T* block, std::size_t n) noexcept { Large::give(block, n * sizeof(T)); }
    friend bool operator==(LargeAllocator, LargeAllocator) { return true; }
};

} // namespace segue
