// What a fan is made of, small where there is little: `Slim` for a few, `Groups` for those by a number, `Seldom` for what most have not.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <utility>

#include "check/hash_index.hpp"
#include "run/blocks.hpp"

namespace segue {

// The room for one more: of few it is the next block that there is, so that little is left empty; of many half as many again.
inline std::size_t larger(std::size_t room, std::size_t item) { return room * item < 512 ? room + 1 : room + (room + 1) / 2; }

// Fetches what follows the first line of a piece of so many bytes; of a large one only its beginning.
inline void prefetch_lines(const void* piece, std::size_t bytes) {
    for (std::size_t line = 64; line < std::min<std::size_t>(bytes, 2'048); line += 64) __builtin_prefetch(static_cast<const char*>(piece) + line);
}

// A vector that is one pointer where it stands, for things that a fan has mostly none of: its size and its room stand before its items.
template <class T> class Slim {
public:
    using value_type = T;

    Slim() = default;
    template <class Range> explicit Slim(const Range& range) {
        reserve(std::size(range));
        for (const auto& item : range) push_back(item);
    }
    Slim(Slim&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    Slim(const Slim& other) {
        reserve(other.size());
        for (const auto& item : other) push_back(item);
    }
    Slim& operator=(Slim other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~Slim() {
        clear();
        release(block_);
    }

    std::size_t size() const { return block_ ? block_->size : 0; }
    bool empty() const { return size() == 0; }
    T* begin() { return items(block_); }
    T* end() { return begin() + size(); }
    T* data() { return begin(); }
    const T* data() const { return begin(); }
    const T* begin() const { return items(block_); }
    const T* end() const { return begin() + size(); }
    T& operator[](std::size_t i) { return begin()[i]; }
    const T& operator[](std::size_t i) const { return begin()[i]; }
    T& back() { return end()[-1]; }

    T& push_back(T item) { return emplace_back(std::move(item)); }
    template <class... Parts> T& emplace_back(Parts&&... parts) {
        if (size() == room()) reserve(larger(room(), sizeof(T)));
        auto* made = std::construct_at(end(), std::forward<Parts>(parts)...);
        ++block_->size;
        return *made;
    }
    T* insert(T* before, T item) {
        const auto at = before - begin();
        emplace_back(std::move(item));
        if (begin() + at == end() - 1) return begin() + at;
        auto fresh = std::move(back());
        std::move_backward(begin() + at, end() - 1, end());
        begin()[at] = std::move(fresh);
        return begin() + at;
    }
    T* erase(T* from, T* to) {
        if (from == to) return from;
        auto* last = std::move(to, end(), from);
        std::destroy(last, end());
        block_->size = static_cast<std::uint32_t>(last - begin());
        if (sizeof(T) > keep && empty()) { // small ones will want it again
            release(std::exchange(block_, nullptr));
            return nullptr;
        }
        return from;
    }
    T* erase(T* item) { return erase(item, item + 1); }
    void clear() { erase(begin(), end()); }
    void resize(std::size_t n) {
        if (n < size()) erase(begin() + n, end());
        reserve(n);
        while (size() < n) emplace_back();
    }
    void reserve(std::size_t n) {
        if (n <= room()) return;
        n = (Blocks::whole(lead + n * sizeof(T)) - lead) / sizeof(T);
        auto* raw = Blocks::take(lead + n * sizeof(T));
        auto* block = std::construct_at(static_cast<Block*>(raw), Block{static_cast<std::uint32_t>(size()), static_cast<std::uint32_t>(n)});
        std::uninitialized_move(begin(), end(), items(block));
        std::destroy(begin(), end());
        release(std::exchange(block_, block));
    }
    void prefetch() const { __builtin_prefetch(block_); }
    void prefetch_rest() const { // once its beginning is there
        if (block_) prefetch_lines(block_, lead + block_->size * sizeof(T));
    }
    friend bool operator==(const Slim& a, const Slim& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

private:
    struct Block {
        std::uint32_t size, room;
    };
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__ && alignof(Block) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    static constexpr std::size_t keep = 64;
    static constexpr std::size_t lead = sizeof(Block) > alignof(T) ? sizeof(Block) : alignof(T); // before the items

    std::size_t room() const { return block_ ? block_->room : 0; }
    static T* items(Block* block) { return block ? reinterpret_cast<T*>(reinterpret_cast<std::byte*>(block) + lead) : nullptr; }
    static void release(Block* block) {
        if (block) Blocks::give(block, lead + block->room * sizeof(T));
    }

    Block* block_ = nullptr;
};

template <class T, class Which> std::size_t erase_if(Slim<T>& items, Which which) {
    const auto before = items.size();
    items.erase(std::remove_if(items.begin(), items.end(), which), items.end());
    return before - items.size();
}

// One that most have not: a pointer where it stands. Who only reads sees one with nothing in it.
template <class T> class Seldom {
public:
    Seldom() = default;
    Seldom(Seldom&& other) noexcept : its_(std::exchange(other.its_, nullptr)) {}
    Seldom(const Seldom& other) {
        if (other.its_) own() = *other;
    }
    Seldom& operator=(Seldom other) noexcept {
        std::swap(its_, other.its_);
        return *this;
    }
    ~Seldom() {
        if (!its_) return;
        std::destroy_at(its_);
        Blocks::give(its_, sizeof(T));
    }
    const T& operator*() const {
        static const T nothing{};
        return its_ ? *its_ : nothing;
    }
    const T* operator->() const { return &**this; }
    void prefetch() const { __builtin_prefetch(its_); }
    T& own() { // to change it
        if (!its_) its_ = std::construct_at(static_cast<T*>(Blocks::take(sizeof(T))));
        return *its_;
    }

private:
    T* its_ = nullptr;
};

// Items by a number, `of`, and the `hash()` that each of them has (and no part of an item may point into it: they are moved byte by byte), in the order in
// which they came. Before them stands a row of their numbers and hashes, so that to find one, or those of one number, is to look at a line or two of memory
// and not at each. Where there are many, an index finds one, and the first of a number.
template <class T> class Groups {
public:
    Groups() = default;
    Groups(Groups&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    Groups& operator=(Groups&& other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~Groups() {
        std::destroy_n(items(), size());
        if (is_indexed()) std::destroy_at(&index());
        release(block_);
    }

    // Those of one number.
    class Part {
    public:
        class Iterator {
        public:
            Iterator(const Groups& groups, std::uint32_t of, std::uint32_t at) : groups_(groups), of_(of), at_(at) { skip(); }
            const T& operator*() const { return groups_.items()[at_]; }
            Iterator& operator++() { return ++at_, skip(), *this; }
            bool operator!=(const Iterator& other) const { return at_ != other.at_; }

        private:
            void skip() {
                while (at_ < groups_.size() && groups_.keys()[at_] >> 32 != of_) ++at_;
            }
            const Groups& groups_;
            std::uint32_t of_, at_;
        };
        Part(const Groups& groups, std::uint32_t of) : groups_(groups), of_(of) {}
        Iterator begin() const { return {groups_, of_, groups_.first(of_)}; }
        Iterator end() const { return {groups_, of_, groups_.size()}; }
        bool empty() const { return !(begin() != end()); }

    private:
        const Groups& groups_;
        std::uint32_t of_;
    };
    Part operator[](std::uint32_t of) const { return {*this, of}; }
    // One of that number and hash that `same` says to be the one, asked of one after the other; null: there is none.
    template <class Same> T* find(std::uint32_t of, std::uint32_t hash, Same same) { return const_cast<T*>(std::as_const(*this).find(of, hash, same)); }
    template <class Same> const T* find(std::uint32_t of, std::uint32_t hash, Same same) const {
        const auto wanted = key(of, hash);
        const auto is = [&](std::uint32_t i) { return keys()[i] == wanted && same(items()[i]); };
        if (is_indexed()) {
            const auto at = index().all.find(spread(wanted), is);
            return at == HashIndex::nothing ? nullptr : items() + at;
        }
        const auto n = size();
        for (std::uint32_t i = 0; i < n; ++i)
            if (is(i)) return items() + i;
        return nullptr;
    }
    // Whether there may be one: no item is looked at.
    bool may_have(std::uint32_t of, std::uint32_t hash) const {
        const auto wanted = key(of, hash);
        if (is_indexed()) return index().all.find(spread(wanted), [&](std::uint32_t i) { return keys()[i] == wanted; }) != HashIndex::nothing;
        return std::find(keys(), keys() + size(), wanted) != keys() + size();
    }
    T& add(std::uint32_t of, T item) {
        auto& fresh = add(of, item.hash());
        fresh = std::move(item);
        return fresh;
    }
    // One that is still to get what makes up its hash.
    T& add(std::uint32_t of, std::uint32_t hash) {
        if (size() == room()) reserve(larger(room(), sizeof(std::uint64_t) + sizeof(T)));
        const auto at = size();
        keys()[at] = key(of, hash);
        if (is_indexed()) index().add(*this, at);
        ++block_->size;
        return *std::construct_at(items() + at);
    }
    // The last takes its place.
    void erase(const T* item) {
        const auto at = static_cast<std::uint32_t>(item - items());
        const auto last = size() - 1;
        if (is_indexed()) index().erase(*this, at, last);
        std::destroy_at(items() + at);
        relocate(keys() + last, at != last, keys() + at);
        relocate(items() + last, at != last, items() + at);
        --block_->size;
        if (last == 0) *this = {};
    }
    void reserve(std::size_t n) {
        if (n <= room()) return;
        if (n < indexed) n = std::min(indexed - 1, (Blocks::whole(bytes_of(n)) - head_of(n)) / (sizeof(std::uint64_t) + sizeof(T)));
        Index fresh; // before anything moves: there may be no memory for it
        if (n >= indexed && !is_indexed())
            for (std::uint32_t i = 0; i < size(); ++i) fresh.add(*this, i);
        Groups larger;
        larger.block_ = static_cast<Block*>(Blocks::take(bytes_of(n)));
        *larger.block_ = {size(), static_cast<std::uint32_t>(n)};
        relocate(keys(), size(), larger.keys());
        relocate(items(), size(), larger.items());
        if (larger.is_indexed()) std::construct_at(&larger.index(), std::move(is_indexed() ? index() : fresh));
        if (is_indexed()) std::destroy_at(&index());
        release(std::exchange(block_, std::exchange(larger.block_, nullptr)));
    }
    void prefetch() const { __builtin_prefetch(block_); }
    void prefetch_rest() const { // once its beginning is there
        if (block_) prefetch_lines(block_, static_cast<std::size_t>(reinterpret_cast<const char*>(items() + size()) - reinterpret_cast<const char*>(block_)));
    }
    // All of them, each with its number.
    struct Entry {
        std::uint32_t of;
        const T& item;
    };
    class All {
    public:
        class Iterator {
        public:
            Iterator(const Groups& groups, std::uint32_t at) : groups_(groups), at_(at) {}
            Entry operator*() const { return {static_cast<std::uint32_t>(groups_.keys()[at_] >> 32), groups_.items()[at_]}; }
            Iterator& operator++() { return ++at_, *this; }
            bool operator!=(const Iterator& other) const { return at_ != other.at_; }

        private:
            const Groups& groups_;
            std::uint32_t at_;
        };
        explicit All(const Groups& groups) : groups_(groups) {}
        Iterator begin() const { return {groups_, 0}; }
        Iterator end() const { return {groups_, groups_.size()}; }
        std::size_t size() const { return groups_.size(); }

    private:
        const Groups& groups_;
    };
    All all() const { return All(*this); }
    bool empty() const { return size() == 0; }

private:
    struct Block {
        std::uint32_t size, room;
    };
    struct Index {
        HashIndex all, firsts; // by the key, and the first of each number by that
        static std::uint64_t by(const Groups& groups, std::uint32_t at) { return spread(groups.keys()[at] >> 32); }
        std::uint32_t first(const Groups& groups, std::uint32_t of) const {
            return firsts.find(spread(of), [&](std::uint32_t i) { return groups.keys()[i] >> 32 == of; });
        }
        void add(const Groups& groups, std::uint32_t at) {
            if (first(groups, groups.of(at)) == HashIndex::nothing) firsts.add(by(groups, at), at);
            all.add(spread(groups.keys()[at]), at);
        }
        void erase(const Groups& groups, std::uint32_t at, std::uint32_t last) { // the last takes its place
            all.remove(spread(groups.keys()[at]), at);
            if (first(groups, groups.of(at)) == at) {
                firsts.remove(by(groups, at), at);
                auto next = at + 1;
                while (next <= last && groups.of(next) != groups.of(at)) ++next;
                if (next <= last) firsts.add(by(groups, next), next);
            }
            if (at == last) return;
            all.remove(spread(groups.keys()[last]), last);
            all.add(spread(groups.keys()[last]), at);
            if (const auto former = first(groups, groups.of(last)); former > at) {
                firsts.remove(by(groups, last), former);
                firsts.add(by(groups, last), at);
            }
        }
    };
    static constexpr std::size_t indexed = 64; // from so much room on; the index stands behind the Block then
    static_assert(alignof(T) <= alignof(std::uint64_t) && alignof(Index) <= alignof(std::uint64_t) && sizeof(Index) % alignof(std::uint64_t) == 0);

    static std::size_t head_of(std::size_t room) { return sizeof(Block) + (room < indexed ? 0 : sizeof(Index)); }
    static std::size_t bytes_of(std::size_t room) { return head_of(room) + room * (sizeof(std::uint64_t) + sizeof(T)); }
    bool is_indexed() const { return room() >= indexed; }
    Index& index() const { return *reinterpret_cast<Index*>(block_ + 1); }
    std::uint32_t of(std::uint32_t at) const { return static_cast<std::uint32_t>(keys()[at] >> 32); }
    std::uint32_t first(std::uint32_t of) const { return is_indexed() ? std::min(index().first(*this, of), size()) : 0; } // or one before it
    static std::uint64_t spread(std::uint64_t key) { return fold64(key, 0xA0761D6478BD642Fu); }
    static void release(Block* block) {
        if (block) Blocks::give(block, bytes_of(block->room));
    }
    // An item is as good at another place, byte by byte: nothing in it points into itself.
    template <class Item> static void relocate(const Item* from, std::size_t n, Item* to) {
        if (n > 0) std::memcpy(static_cast<void*>(to), static_cast<const void*>(from), n * sizeof(Item));
    }
    static std::uint64_t key(std::uint32_t of, std::uint32_t hash) { return std::uint64_t{of} << 32 | hash; }
    std::uint32_t size() const { return block_ ? block_->size : 0; }
    std::uint32_t room() const { return block_ ? block_->room : 0; }
    std::uint64_t* keys() const { return block_ ? reinterpret_cast<std::uint64_t*>(reinterpret_cast<std::byte*>(block_) + head_of(block_->room)) : nullptr; }
    T* items() { return block_ ? reinterpret_cast<T*>(keys() + block_->room) : nullptr; }
    const T* items() const { return block_ ? reinterpret_cast<const T*>(keys() + block_->room) : nullptr; }
    Block* block_ = nullptr;
};

} // namespace segue
