// The ids of records that were taken, for seven days: a record that comes again is a duplicate. An id is remembered by its digest of 128 bits: among a
// billion ids two are alike with a chance below one in 10^20.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "check/hash.hpp"
#include "check/value.hpp"
#include "run/record.hpp"

namespace segue {

class Seen {
public:
    static constexpr Span_ms remembered = 7 * day_ms;

    std::optional<Time> find(const Digest& id) const; // when it was taken
    bool add(const Digest& id, Time now);             // false: it is there
    void drop_before(Time now);                       // what is older than is remembered
    bool take(const Key& id, Time now) {              // both, for the id of a record: false, it is a duplicate
        drop_before(now);
        return id.empty() || add(id.digest(), now);
    }
    void prefetch(const Digest& id) const { index_.prefetch(id.a); }

    struct Entry {
        Digest id;
        Time time;
    };
    // Those that were added since the last `kept`.
    template <class Each> void each_new(Each each) const {
        for (auto n = std::max(new_, first_); n < next_; ++n) each(at(n));
    }
    void kept() { new_ = next_; }

private:
    using Ring = std::vector<Entry, LargeAllocator<Entry>>;
    static constexpr std::uint64_t last_number = 0x7FFFFFFF; // they go round
    bool there(std::uint32_t number) const { return ((number - first_) & last_number) < next_ - first_; } // not dropped
    const Entry& at(std::uint64_t number) const { return ring_[number & (ring_.size() - 1)]; }
    void grow();

    HashIndex index_;          // of those that were dropped, too, until there is no room for another
    Ring ring_;  // by time; of a size that is a power of two
    std::uint64_t first_ = 0, next_ = 0, new_ = 0; // of all so far: those that are remembered, and the first that is new
};

} // namespace segue
