// Memory for what fans are made of: very many small pieces that come and go all the time. Pieces of one size are used again for that size, and new ones lie
// one behind the other, without anything between them. Each thread has its own, and none goes back to the system.
// The pools of the standard library (std::pmr) were tried, and cost as much as the heap itself: bench/RESULTS.md.
#pragma once

#include <array>
#include <cstddef>
#include <new>

#include "check/large.hpp"

#ifdef __has_feature // of clang
#if __has_feature(address_sanitizer)
#define SEGUE_BLOCKS_BY_THEMSELVES
#endif
#endif
#ifdef __SANITIZE_ADDRESS__ // of g++
#define SEGUE_BLOCKS_BY_THEMSELVES
#endif

namespace segue {

class Blocks {
public:
    static void* take(std::size_t bytes) { // aligned to 16; throws std::bad_alloc
        const auto size = class_of(bytes);
        if (size >= classes) return ::operator new(bytes);
        auto& mine = here;
        if (auto* free = mine.free[size]) {
            mine.free[size] = free->next;
            return free;
        }
        const auto whole = size * unit;
        auto& from = mine.chunks[whole >= line];
        if (static_cast<std::size_t>(from.end - from.at) < whole) more(from);
        auto* fresh = from.at;
        from.at += whole;
        return fresh;
    }
    // What is taken for so many anyway.
    static std::size_t whole(std::size_t bytes) {
        const auto size = class_of(bytes);
        return size >= classes ? bytes : size * unit;
    }
    static void give(void* block, std::size_t bytes) { // as many as were taken
        const auto size = class_of(bytes);
        if (size >= classes) return ::operator delete(block);
        here.free[size] = new (block) Free{here.free[size]};
    }

private:
#ifdef SEGUE_BLOCKS_BY_THEMSELVES // so that the sanitizer sees each
    static constexpr std::size_t classes = 0;
#else
    static constexpr std::size_t classes = 65;
#endif
    static constexpr std::size_t unit = 16, line = 64;
    static constexpr std::size_t first_chunk = std::size_t{64} * 1024, few = 16;  // small ones until there are so many: most runs are small
    static std::size_t class_of(std::size_t bytes) {
        const auto whole = bytes <= line - unit ? unit : line;
        return (bytes + whole - 1) / whole * (whole / unit);
    }
    struct Free {
        Free* next;
    };
    struct Chunk {
        std::byte *at, *end;
        std::size_t so_far;
    };
    struct Here {
        std::array<Free*, classes> free;
        std::array<Chunk, 2> chunks; // the second for pieces that are whole lines of the processor's cache
    };
    static void more(Chunk& chunk_of) {
        const bool large = chunk_of.so_far++ >= few;
        const auto bytes = large ? Spare::bytes : first_chunk;
        chunk_of.at = static_cast<std::byte*>(large ? Spare::take() : ::operator new(bytes, std::align_val_t{line}));
        chunk_of.end = chunk_of.at + bytes;
    }
    static inline thread_local constinit Here here{};
};

} // namespace segue
