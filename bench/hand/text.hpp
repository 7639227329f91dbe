// Texts, hashes and times of the hand-written program.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <vector>

namespace hand {

using Time = std::int64_t; // milliseconds since 1970
inline constexpr Time day_ms = 86'400'000;
inline constexpr Time never = INT64_MAX;
inline constexpr Time before_all = INT64_MIN / 2; // spans can be taken off it

template <class... Args> [[noreturn]] void die(fmt::format_string<Args...> text, Args&&... args) {
    std::fflush(stdout);
    fmt::print(stderr, "hand: {}\n", fmt::format(text, std::forward<Args>(args)...));
    std::exit(2);
}

inline std::uint64_t word(const char* at) {
    std::uint64_t out;
    std::memcpy(&out, at, 8);
    return out;
}

// Of a text behind which 8 bytes may be read.
inline std::uint64_t quick_hash(std::string_view text, std::uint64_t seed = 0x2545F4914F6CDD1Du) {
    __extension__ using Wide = unsigned __int128;
    const auto fold = [](std::uint64_t a, std::uint64_t b) {
        const auto product = static_cast<Wide>(a) * b;
        return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
    };
    auto h = seed + text.size();
    const auto* at = text.data();
    auto n = text.size();
    for (; n > 8; n -= 8, at += 8) h = fold(h ^ word(at), 0x8EBC6AF09C88C6E3u);
    const auto rest = n == 0 ? 0 : n == 8 ? word(at) : word(at) & ((std::uint64_t{1} << (8 * n)) - 1);
    return fold(h ^ rest, 0x589965CC75374CC3u);
}

// Into a buffer that has room.
inline char* put_number(char* to, std::int64_t number) {
    char digits[24];
    auto* at = digits + sizeof digits;
    auto rest = static_cast<std::uint64_t>(number < 0 ? -number : number);
    do *--at = static_cast<char>('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (number < 0) *--at = '-';
    const auto n = static_cast<std::size_t>(digits + sizeof digits - at);
    std::memcpy(to, at, n);
    return to + n;
}

inline bool plain(std::string_view text) {
    bool out = true;
    for (const char c : text) out &= c >= ' ' && c != '"' && c != '\\' && c < 0x7F;
    return out;
}

// As Segue writes texts: most stand as they are.
inline std::string as_json(std::string_view text) {
    if (plain(text)) return fmt::format("\"{}\"", text);
    return nlohmann::json(std::string(text)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

inline unsigned two(const char* at) { return static_cast<unsigned>(at[0] - '0') * 10 + static_cast<unsigned>(at[1] - '0'); }

inline std::int64_t parse_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') die("`{}` is no date", text);
    const std::chrono::year year(static_cast<int>(two(text.data()) * 100 + two(text.data() + 2)));
    return std::chrono::sys_days{year / std::chrono::month{two(text.data() + 5)} / std::chrono::day{two(text.data() + 8)}}.time_since_epoch().count();
}

// `2026-01-01T00:00:00Z`: the form that the streams have. The day before is remembered.
class TimeReader {
public:
    Time operator()(std::string_view text) {
        if (text.size() != 20 || text[10] != 'T' || text[19] != 'Z') die("a time like `{}` is not in the streams that this program reads", text);
        if (std::memcmp(day_, text.data(), 10) != 0) {
            day_ms_of_ = parse_date(text.substr(0, 10)) * day_ms;
            std::memcpy(day_, text.data(), 10);
        }
        const auto* at = text.data();
        return day_ms_of_ + static_cast<Time>((two(at + 11) * 60 + two(at + 14)) * 60 + two(at + 17)) * 1000;
    }

private:
    char day_[10] = {};
    Time day_ms_of_ = 0;
};

// RFC 3339 in UTC; the one before is remembered.
class TimeWriter {
public:
    std::string_view operator()(Time time) {
        if (time == time_) return {text_, size_};
        time_ = time;
        const auto days = time / day_ms;
        if (days != days_) {
            days_ = days;
            const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
            fmt::format_to(text_, "{:04}-{:02}-{:02}T00:00:00Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
        }
        const auto ms = time - days * day_ms;
        const auto put_two = [&](std::size_t at, std::int64_t n) {
            text_[at] = static_cast<char>('0' + n / 10);
            text_[at + 1] = static_cast<char>('0' + n % 10);
        };
        put_two(11, ms / 3'600'000);
        put_two(14, ms / 60'000 % 60);
        put_two(17, ms / 1000 % 60);
        size_ = 20;
        text_[19] = 'Z';
        if (ms % 1000 != 0) size_ = static_cast<std::size_t>(fmt::format_to(text_ + 19, ".{:03}Z", ms % 1000) - text_);
        return {text_, size_};
    }

private:
    Time time_ = never;
    std::int64_t days_ = INT64_MIN;
    char text_[32] = {};
    std::size_t size_ = 0;
};

// Large tables in large pages, where there are any: most of what a look-up costs is finding the page.
template <class T> struct LargePages {
    using value_type = T;
    LargePages() = default;
    template <class U> LargePages(const LargePages<U>&) {}
    static constexpr std::size_t page = std::size_t{1} << 21;
    T* allocate(std::size_t n) {
        if (n * sizeof(T) < page) return static_cast<T*>(std::malloc(n * sizeof(T)));
        auto* out = std::aligned_alloc(page, (n * sizeof(T) + page - 1) / page * page);
        madvise(out, n * sizeof(T), MADV_HUGEPAGE);
        return static_cast<T*>(out);
    }
    void deallocate(T* at, std::size_t) { std::free(at); }
    friend bool operator==(const LargePages&, const LargePages&) { return true; }
};
template <class T> using Table = std::vector<T, LargePages<T>>;

// Numbers by the hash of what they stand for; open addressing, at most half full. Whoever asks compares.
class Index {
public:
    static constexpr std::uint32_t nothing = UINT32_MAX;
    struct Slot {
        std::uint32_t number = nothing, tag = 0;
    };
    template <class Same> std::uint32_t find(std::uint64_t hash, Same same) const {
        for (auto at = place(hash);; at = (at + 1) & mask_) {
            const auto& slot = slots_[at];
            if (slot.number == nothing || (slot.tag == tag(hash) && same(slot.number))) return slot.number;
        }
    }
    std::uint32_t guess(std::uint64_t hash) const { // by the tag alone
        return find(hash, [](std::uint32_t) { return true; });
    }
    void add(std::uint64_t hash, std::uint32_t number) {
        if (++size_ * 2 > slots_.size()) {
            Table<Slot> old(slots_.size() * 2);
            old.swap(slots_);
            mask_ = slots_.size() - 1;
            for (const auto& slot : old)
                if (slot.number != nothing) put(slot);
        }
        put({number, tag(hash)});
    }
    void prefetch(std::uint64_t hash) const { __builtin_prefetch(&slots_[place(hash)]); }

private:
    static std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); } // the place is made of it too, so that a table can grow
    std::size_t place(std::uint64_t hash) const { return tag(hash) & mask_; }
    void put(const Slot& slot) {
        auto at = slot.tag & mask_;
        while (slots_[at].number != nothing) at = (at + 1) & mask_;
        slots_[at] = slot;
    }
    Table<Slot> slots_ = Table<Slot>(1024);
    std::size_t mask_ = 1023, size_ = 0;
};

// Ids of records for seven days. What is older is written over, and dropped when the table grows.
class Seen {
public:
    struct Entry {
        std::uint64_t a = 0, b = 0; // 64 and 16 bits of the hash, 48 of the time; a: 0: empty
    };
    static Entry entry(std::string_view id, Time time) {
        const auto a = quick_hash(id);
        return {a == 0 ? 1 : a, quick_hash(id, 0x9FB21C651E98DF25u) << 48 | static_cast<std::uint64_t>(time)};
    }
    void prefetch(const Entry& e) const { __builtin_prefetch(&slots_[e.a & mask_]); }
    // False: it was seen within the seven days before `now`.
    bool add(Entry e, Time now) {
        e.b = (e.b & ~time_mask) | static_cast<std::uint64_t>(now);
        for (auto at = e.a & mask_;; at = (at + 1) & mask_) {
            auto& slot = slots_[at];
            const bool same = slot.a == e.a && (slot.b ^ e.b) >> 48 == 0;
            if (same && fresh(slot, now)) return false;
            if (same || slot.a == 0) {
                size_ += slot.a == 0;
                slot = e;
                if (size_ * 2 > slots_.size()) grow(now);
                return true;
            }
        }
    }

private:
    static constexpr std::uint64_t time_mask = (std::uint64_t{1} << 48) - 1;
    static bool fresh(const Entry& e, Time now) { return static_cast<Time>(e.b & time_mask) > now - 7 * day_ms; }
    void grow(Time now) {
        std::size_t live = 0;
        for (const auto& e : slots_) live += e.a != 0 && fresh(e, now);
        auto room = slots_.size();
        while (live * 4 > room) room *= 2;
        Table<Entry> old(room);
        old.swap(slots_);
        mask_ = room - 1;
        size_ = live;
        for (const auto& e : old) {
            if (e.a == 0 || !fresh(e, now)) continue;
            auto at = e.a & mask_;
            while (slots_[at].a != 0) at = (at + 1) & mask_;
            slots_[at] = e;
        }
    }
    Table<Entry> slots_ = Table<Entry>(4096);
    std::size_t mask_ = 4095, size_ = 0;
};

} // namespace hand
