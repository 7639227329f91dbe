// A vector that is one pointer where it stands, for things that a fan has mostly none of: its size and its room stand before its items.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <utility>

namespace segue {

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
        if (size() == room()) reserve(room() == 0 ? 1 : room() + (room() + 1) / 2);
        auto* made = std::construct_at(end(), std::forward<Parts>(parts)...);
        ++block_->size;
        return *made;
    }
    T* insert(T* before, T item) {
        const auto at = before - begin();
        emplace_back(std::move(item));
        std::rotate(begin() + at, end() - 1, end());
        return begin() + at;
    }
    T* erase(T* from, T* to) {
        if (from == to) return from;
        auto* last = std::move(to, end(), from);
        std::destroy(last, end());
        block_->size = static_cast<std::uint32_t>(last - begin());
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
        auto* raw = ::operator new(lead + n * sizeof(T));
        auto* block = std::construct_at(static_cast<Block*>(raw), Block{static_cast<std::uint32_t>(size()), static_cast<std::uint32_t>(n)});
        std::uninitialized_move(begin(), end(), items(block));
        std::destroy(begin(), end());
        release(std::exchange(block_, block));
    }
    void prefetch() const { __builtin_prefetch(block_); }
    void prefetch_rest() const { // once its beginning is there
        const auto bytes = block_ ? lead + block_->size * sizeof(T) : 0;
        for (std::size_t line = 64; line < bytes; line += 64) __builtin_prefetch(reinterpret_cast<const char*>(block_) + line);
    }
    friend bool operator==(const Slim& a, const Slim& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

private:
    struct Block {
        std::uint32_t size, room;
    };
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__ && alignof(Block) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    static constexpr std::size_t lead = sizeof(Block) > alignof(T) ? sizeof(Block) : alignof(T); // before the items

    std::size_t room() const { return block_ ? block_->room : 0; }
    static T* items(Block* block) { return block ? reinterpret_cast<T*>(reinterpret_cast<std::byte*>(block) + lead) : nullptr; }
    static void release(Block* block) {
        ::operator delete(block);
    }

    Block* block_ = nullptr;
};

template <class T, class Which> std::size_t erase_if(Slim<T>& items, Which which) {
    const auto before = items.size();
    items.erase(std::remove_if(items.begin(), items.end(), which), items.end());
    return before - items.size();
}

// Items by a number, `of`, that each of them has: those of one number one after the other, in the order in which they came.
template <class T> class Groups {
public:
    std::span<T> operator[](std::uint32_t of) { return {range(all_, of)}; }
    std::span<const T> operator[](std::uint32_t of) const { return {range(all_, of)}; }
    T& add(T item) {
        auto* end = std::upper_bound(all_.begin(), all_.end(), item.of, [](std::uint32_t of, const T& other) { return of < other.of; });
        return *all_.insert(end, std::move(item));
    }
    void prefetch() const { all_.prefetch(); }
    void prefetch_rest() const { all_.prefetch_rest(); }
    std::span<const T> all() const { return {all_.begin(), all_.end()}; }
    bool empty() const { return all_.empty(); }
    void reserve(std::size_t n) { all_.reserve(n); }

private:
    template <class Items> static auto range(Items& items, std::uint32_t of) {
        auto* from = items.begin();
        auto* to = items.end();
        if (items.size() > 8) {
            from = std::lower_bound(from, to, of, [](const T& item, std::uint32_t wanted) { return item.of < wanted; });
            to = std::upper_bound(from, to, of, [](std::uint32_t wanted, const T& item) { return wanted < item.of; });
        } else {
            while (from != to && from->of < of) ++from;
            auto* end = from;
            while (end != to && end->of == of) ++end;
            to = end;
        }
        return std::span(from, to);
    }

    Slim<T> all_;
};

} // namespace segue
