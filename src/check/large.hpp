// Memory of whole large pages (2 MiB), where the system gives them: with small ones the processor looks up the page of nearly every fan anew. For what
// grows large and is looked at all over.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <sys/mman.h>

namespace segue {

inline constexpr std::size_t large_page = std::size_t{2} << 20;

struct Large {
    static void* take(std::size_t bytes) { // throws std::bad_alloc
        if (bytes < large_page) return ::operator new(bytes);
        // What stands before and behind the pages goes back; the heap, which is for small pieces, has no part in it.
        const auto room = whole(bytes) + large_page;
        auto* got = ::mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (got == MAP_FAILED) throw std::bad_alloc();
        auto* from = static_cast<std::byte*>(got);
        const auto before = (large_page - reinterpret_cast<std::uintptr_t>(from) % large_page) % large_page;
        if (before > 0) ::munmap(from, before);
        if (before < large_page) ::munmap(from + before + whole(bytes), large_page - before);
        ::madvise(from + before, whole(bytes), MADV_HUGEPAGE); // where it cannot, small pages do as well
        return from + before;
    }
    static void give(void* block, std::size_t bytes) noexcept { // as many as were taken
        if (bytes < large_page) ::operator delete(block);
        else ::munmap(block, whole(bytes));
    }

private:
    static std::size_t whole(std::size_t bytes) { return (bytes + large_page - 1) / large_page * large_page; }
};

// One block that a thread which has little to do makes ready for one that has much: it takes the system a while to hand out a page for the first time.
class Spare {
public:
    static constexpr std::size_t bytes = large_page;
    static void* take() {
        wanted_ = true;
        auto* ready = ready_.exchange(nullptr);
        return ready ? ready : Large::take(bytes);
    }
    static void make_ready() { // after one was taken; costs nothing otherwise
        if (!wanted_.load(std::memory_order_relaxed) || !wanted_.exchange(false)) return;
        auto* block = static_cast<volatile std::byte*>(Large::take(bytes));
        for (std::size_t at = 0; at < bytes; at += 4096) block[at] = std::byte{};
        if (auto* other = ready_.exchange(const_cast<std::byte*>(block))) Large::give(other, bytes);
    }

private:
    static inline std::atomic<bool> wanted_ = false;
    static inline std::atomic<void*> ready_ = nullptr;
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
