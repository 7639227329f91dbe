// Numbers by the hash of what they stand for, in one table with open addressing and linear probing; whoever asks compares. It holds no keys: they
// stand where the numbers lead to. A slot is 8 bytes with 32 bits of the hash, and at most two thirds of them are taken.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "check/large.hpp"

namespace segue {

// The multiply and fold of wyhash, by Wang Yi (public domain).
inline std::uint64_t fold64(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const auto product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Up to 8 bytes as one number, the first the lowest.
inline std::uint64_t few_bytes(const char* at, std::size_t n) {
    const auto part = [](const char* from, std::size_t size) {
        std::uint64_t out = 0;
        std::memcpy(&out, from, size);
        return out;
    };
    // Where bytes are read twice they say the same.
    if (n == 8) return part(at, 8);
    if (n >= 4) return part(at, 4) | part(at + n - 4, 4) << (8 * (n - 4));
    if (n == 0) return 0;
    return part(at, 1) | part(at + n / 2, 1) << (8 * (n / 2)) | part(at + n - 1, 1) << (8 * (n - 1));
}

// Some hashes of one text, by as many seeds. They stay as they are: fingerprints that are kept are made of them.
template <std::size_t lanes> std::array<std::uint64_t, lanes> quick_hashes(std::string_view text, const std::array<std::uint64_t, lanes>& seeds) {
    auto hashes = seeds;
    const auto fold = [&](std::uint64_t number, std::uint64_t by) {
        for (auto& h : hashes) h = fold64(h ^ number, by);
    };
    for (auto& h : hashes) h ^= text.size();
    const auto* at = text.data();
    auto n = text.size();
    for (; n > 8; n -= 8, at += 8) fold(few_bytes(at, 8), 0xA0761D6478BD642Fu);
    fold(few_bytes(at, n), 0xE7037ED1A0B428DBu);
    return hashes;
}

inline constexpr std::uint64_t quick_seed = 0x9E3779B97F4A7C15u;
inline std::uint64_t quick_hash(std::string_view text) { return quick_hashes<1>(text, {quick_seed})[0]; }

class HashIndex {
public:
    static constexpr std::uint32_t nothing = 0xFFFFFFFF; // no number

    // `same`: whether that number stands for what is looked for.
    template <class Same> std::uint32_t find(std::uint64_t hash, Same same) const {
        return slots_.empty() ? nothing : slots_[search(hash, same)].number;
    }
    // The one that is found, or `nothing`: then `number` is there now, at the place where the search ended. There is room for one more (not `full`).
    template <class Same> std::uint32_t find_or_add(std::uint64_t hash, std::uint32_t number, Same same) {
        auto& slot = slots_[search(hash, same)];
        if (slot.number != nothing) return slot.number;
        slot = {number, tag_of(hash)};
        ++size_;
        return nothing;
    }
    // That it is not there yet under that hash is for the caller to know.
    void add(std::uint64_t hash, std::uint32_t number) {
        reserve(size_ + 1);
        put({number, tag_of(hash)});
        ++size_;
    }
    void reserve(std::size_t numbers) {
        if (3 * numbers <= 2 * slots_.size()) return;
        auto room = std::max<std::size_t>(16, slots_.size());
        while (3 * numbers > 2 * room) room *= 2;
        Slots old(room);
        old.swap(slots_);
        for (const auto& slot : old)
            if (slot.number != nothing) put(slot);
    }
    bool full() const { return 3 * (size_ + 1) > 2 * slots_.size(); } // one more needs more room
    // Nothing is there any more, and there is room for so many and twice as many again; in the same memory, where that does: it takes the system a while to hand out other.
    void start_over(std::size_t so_many) {
        auto room = std::max<std::size_t>(16, slots_.size());
        while (3 * (so_many + 1) > room) room *= 2;
        if (room == slots_.size()) std::fill(slots_.begin(), slots_.end(), Slot());
        else slots_ = Slots(room);
        size_ = 0;
    }
    // What stands behind it moves up, so that no place is lost.
    void remove(std::uint64_t hash, std::uint32_t number) {
        if (slots_.empty()) return;
        auto at = tag_of(hash) & mask();
        for (; slots_[at].number != number || slots_[at].tag != tag_of(hash); at = (at + 1) & mask())
            if (slots_[at].number == nothing) return;
        --size_;
        for (auto next = (at + 1) & mask(); slots_[next].number != nothing; next = (next + 1) & mask()) {
            const auto home = slots_[next].tag & mask();
            if (((next - home) & mask()) < ((next - at) & mask())) continue; // it would come to stand before its home
            slots_[at] = slots_[next];
            at = next;
        }
        slots_[at] = {};
    }
    void prefetch(std::uint64_t hash) const {
        if (!slots_.empty()) __builtin_prefetch(&slots_[tag_of(hash) & mask()]);
    }
    // The first number under that hash, unasked whether it is the one.
    std::uint32_t guess(std::uint64_t hash) const {
        return find(hash, [](std::uint32_t) { return true; });
    }
    std::size_t size() const { return size_; }

private:
    struct Slot {
        std::uint32_t number = nothing;
        std::uint32_t tag = 0;
    };
    using Slots = std::vector<Slot, LargeAllocator<Slot>>;
    std::uint32_t mask() const { return static_cast<std::uint32_t>(slots_.size() - 1); }
    static std::uint32_t tag_of(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
    // Where the one is that is looked for, or where it would be.
    template <class Same> std::uint32_t search(std::uint64_t hash, Same same) const {
        auto at = tag_of(hash) & mask();
        while (slots_[at].number != nothing && (slots_[at].tag != tag_of(hash) || !same(slots_[at].number))) at = (at + 1) & mask();
        return at;
    }
    void put(Slot slot) {
        auto at = slot.tag & mask();
        while (slots_[at].number != nothing) at = (at + 1) & mask();
        slots_[at] = slot;
    }

    Slots slots_;
    std::size_t size_ = 0;
};

} // namespace segue
