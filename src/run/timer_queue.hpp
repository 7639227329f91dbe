// What is due, the earliest first.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "run/fan.hpp"

namespace segue {

struct Timer {
    enum class Kind : std::uint8_t { Moment, Silence, Response };
    Time due;
    std::int64_t which;         // Moment: the zone; Silence: the fan's first sight; Response: its seq
    std::uint32_t who;          // the fan; Moment: the entry of the catalogue
    std::uint32_t rule : 24;    // Moment, Silence
    Kind kind : 8;

    static Timer moment(Time due, std::uint32_t rule, std::uint32_t entry, Zones::Id zone) { return {due, zone, entry, rule & 0xFFFFFF, Kind::Moment}; }
    static Timer silence(Time due, std::uint32_t rule, std::uint32_t fan, Time first_seen) { return {due, first_seen, fan, rule & 0xFFFFFF, Kind::Silence}; }
    static Timer response(Time due, std::uint32_t fan, std::uint64_t seq) { return {due, static_cast<std::int64_t>(seq), fan, 0, Kind::Response}; }
    Zones::Id zone() const { return static_cast<Zones::Id>(which); }
    std::uint64_t seq() const { return static_cast<std::uint64_t>(which); }
};

// At one instant, rules' own timers come before responses: those in the order of the rules, and for one rule of the entries, or of the fans' first
// sights; these in the order of their start.
bool operator<(const Timer& a, const Timer& b);

// A radix heap (Ahuja, Mehlhorn, Orlin and Tarjan, 1990) with digits of four bits: time goes on, so a timer stands in the bucket of the highest digit in which it
// differs from the last instant that was looked at, and of what that digit is; and comes nearer only when that is reached. Each is moved 16 times at most,
// always to the end of a row. A bucket of few that are near is sorted as a whole, so that it is known which come next; what is pushed before its end is kept
// in a heap. A timer that is no longer wanted stays until it is due, or until `keep_if`.
class Timers {
public:
    std::size_t size() const { return size_; }
    bool due(Time until) const { return next_ <= until && size_ > 0; } // whether the first one is
    const Timer& top();             // the first one
    const Timer* coming(std::size_t n) const { return at_ + n < now_.size() ? &now_[at_ + n] : nullptr; } // behind the first one: as far as is known
    void push(const Timer& timer);
    void pop();
    std::vector<Timer> all() const; // in no order that means anything
    template <class Wanted> void keep_if(Wanted wanted) {
        auto kept = all();
        std::erase_if(kept, [&](const Timer& t) { return !wanted(t); });
        const auto last = last_;
        *this = Timers();
        last_ = last;
        for (const auto& timer : kept) push(timer);
    }
    void clear() { *this = Timers(); }

private:
    struct Bucket {
        std::vector<Timer, LargeAllocator<Timer>> timers;
        Time first = never; // the earliest of them
    };
    static constexpr unsigned digit_bits = 4, digits = 16, near_digits = 5; // as many milliseconds are a quarter of an hour
    static constexpr std::size_t most_near = 256;

    bool late_first() const { return !late_.empty() && (at_ == now_.size() || late_.front() < now_[at_]); }
    void come(); // brings the timers of the next instant near
    void look(); // for `next_`
    // The buckets in their order.
    struct Place {
        unsigned digit, value;
    };
    Bucket& at(Place place) { return buckets_[place.digit << digit_bits | place.value]; }
    Place lowest() const { // of those with something in them
        const auto digit = static_cast<unsigned>(std::countr_zero(filled_digits_));
        return {digit, static_cast<unsigned>(std::countr_zero(filled_[digit]))};
    }

    std::size_t size_ = 0;
    Time last_ = before_all;                // everything that is due by then stands in `now_` or `late_`
    Time next_ = never;                     // when the first one is due
    std::vector<Timer, LargeAllocator<Timer>> now_;                // the next ones, sorted, from `at_` on
    std::size_t at_ = 0;
    std::vector<Timer> late_;               // a heap
    std::array<Bucket, digits << digit_bits> buckets_;
    std::array<std::uint32_t, digits> filled_{};  // by digit: the values with something in their bucket
    std::uint32_t filled_digits_ = 0;             // the digits with one
};

} // namespace segue
