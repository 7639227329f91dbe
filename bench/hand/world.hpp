// What is kept of fans and releases, and what W1 does with a record.
#pragma once

#include <absl/container/inlined_vector.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/hand/read.hpp"
#include "bench/hand/text.hpp"
#include "check/hash.hpp"

namespace hand {

// What a fan did with one track, or that they pre-saved one release.
struct Mark {
    std::uint32_t key = 0; // number * 2; + 1 for a release
    std::uint32_t listens : 30 = 0;
    std::uint32_t held : 1 = 0;  // saved, pre-saved
    std::uint32_t asked : 1 = 0; // r2 was
};

struct alignas(64) Fan {
    char id[15];
    std::uint8_t id_size; // 255: it stands in World::long_ids, at the number in the first bytes
    Time first_seen = never, last_listen = before_all;
    Time considered = before_all, queued = never; // r7: the start of the last silence; when its timer is due
    Time sent[2] = {before_all, before_all};      // the last two messages that the limit counts, the later one last
    Time asked_to_follow = before_all;            // r3
    std::uint32_t started = 0;                    // responses
    std::uint16_t saves = 0;
    bool sms : 1 = false, email : 1 = false, follower : 1 = false, r3_done : 1 = false, dirty : 1 = false;
    absl::InlinedVector<Mark, 4> marks;
};
static_assert(sizeof(Fan) == 128);

// A response of r6 that waits.
struct Waiting {
    std::uint32_t fan, started;
    Time first_seen; // when it started: the id of what it does is made of it
    std::uint64_t seq;
    std::string cause;
};

struct Release {
    std::string id, title, link;
    std::string sms, email; // the texts, as JSON
    std::int64_t date = 0;
    bool known = false, live = true;
    std::vector<Waiting> waiting;
    std::size_t kept = 0; // of those, how many the state knows
    void write_texts();
    Time due() const { return known && live ? date * day_ms : never; }
};

struct Silence {
    Time due, first_seen;
    std::uint32_t fan;
    friend bool operator<(const Silence& a, const Silence& b) {
        return a.due != b.due ? a.due < b.due : a.first_seen != b.first_seen ? a.first_seen < b.first_seen : a.fan < b.fan;
    }
};

// Timers that are due within 30 days: a ring of buckets of 17 minutes, sorted when their time comes.
class Silences {
public:
    void push(const Silence& s) {
        ++size_;
        if (s.due >> shift <= current_) now_.insert(std::upper_bound(now_.begin() + static_cast<std::ptrdiff_t>(at_), now_.end(), s), s);
        else ring_[static_cast<std::size_t>(s.due >> shift) % ring_.size()].push_back(s);
    }
    // The first one, if it is due by then.
    const Silence* due(Time until) {
        while (at_ == now_.size()) {
            now_.clear();
            at_ = 0;
            if (size_ == 0) current_ = std::max(current_, until >> shift);
            if (current_ >= until >> shift) return nullptr;
            std::swap(now_, ring_[static_cast<std::size_t>(++current_) % ring_.size()]);
            std::sort(now_.begin(), now_.end());
        }
        return now_[at_].due <= until ? &now_[at_] : nullptr;
    }
    void pop() { ++at_, --size_; }
    Time next() const { return at_ < now_.size() ? now_[at_].due : size_ == 0 ? never : (current_ + 1) << shift; } // none is due before
    const Silence* ahead(std::size_t n) const { return at_ + n < now_.size() ? &now_[at_ + n] : nullptr; }

private:
    static constexpr int shift = 20;
    std::vector<std::vector<Silence>> ring_{4096};
    std::vector<Silence> now_; // sorted, from at_ on
    std::size_t at_ = 0, size_ = 0;
    Time current_ = INT64_MIN;
};

class World {
public:
    World(bool durable, bool trace, bool core) : durable_(durable), trace_(trace), core_(core) {}
    void prefetch(const Record* records, std::size_t n);
    void step(const Record& record);

    // The actions since the last `taken`.
    std::string_view actions() const { return {out_.data(), used_}; }
    void taken() { used_ = 0; }

    // What changed since it was last asked, and the same put back. state.cpp.
    std::string delta();
    void apply(std::string_view delta);
    void wind(); // after the last `apply`

    std::uint64_t records = 0, emitted = 0, suppressed = 0, duplicates = 0;

private:
    enum class Rule : std::uint8_t { R1, R2, R3, R4, R5, R6, R7 };
    struct Start { // of a response: what the ids of its actions are made of
        std::uint32_t number;
        Time first_seen;
    };
    Fan& fan(std::uint32_t number) { return fans_[number >> chunk_bits][number & chunk_mask]; }
    const Fan& fan(std::uint32_t number) const { return fans_[number >> chunk_bits][number & chunk_mask]; }
    std::string_view id_of(const Fan& fan) const;
    bool is(const Fan& fan, std::string_view id) const;
    std::uint32_t add_fan(std::string_view id, std::uint64_t hash);
    std::uint32_t track(std::string_view id);
    std::uint32_t release(std::string_view id);
    Mark& mark(Fan& fan, std::uint32_t key);
    void changed(std::uint32_t number, Fan& fan) {
        if (!durable_ || fan.dirty) return;
        fan.dirty = true;
        dirty_.push_back(number);
    }
    void changed(std::uint32_t number, const Mark& mark) {
        if (durable_) changed_marks_.emplace_back(number, mark);
    }

    void fire(Time until) {
        if (until >= next_) fire_due(until);
        clock_ = std::max(clock_, until);
    }
    void fire_due(Time until);
    void fire_silence(const Silence& silence);
    void fire_releases(Time due);
    void find_next();
    void watch(std::uint32_t number, Fan& fan);
    void event(const Record& record);
    void change(const Record& record);
    void follow(Fan& fan, std::string_view cause);
    Start start(Fan& fan) { return {fan.started++, fan.first_seen}; }
    void deliver(std::uint32_t number, const Release& release, Start start, std::string_view cause);
    bool open(const Fan& fan) const { return core_ || fan.sent[0] <= clock_ - 7 * day_ms; }
    void note_sent(Fan& fan) {
        fan.sent[0] = fan.sent[1];
        fan.sent[1] = clock_;
    }

    // Actions.
    char* room(std::size_t more);
    static char* put_id(char* to, segue::Digest id, std::uint32_t step, bool suppressed); // what an id is made of: src/run/responses.cpp
    char* put_id(char* to, const Fan& fan, Rule rule, const Start& start, bool suppressed);
    char* put_head(char* to, const Fan& fan, std::string_view kind);
    void emit(const Fan& fan, Rule rule, const Start& start, std::string_view kind, std::string_view what, std::string_view more, std::string_view cause);
    void suppress(const Fan& fan, Rule rule, const Start& start, std::string_view reason, std::string_view cause);

    static constexpr std::uint32_t chunk_bits = 14, chunk_mask = (1u << chunk_bits) - 1;
    bool durable_, trace_, core_; // core_: w1_core.flow, without r6, r7 and the limit
    Time clock_ = before_all, next_ = before_all; // next_: nothing is due before
    std::uint64_t next_seq_ = 1;
    std::vector<Table<Fan>> fans_;
    std::uint32_t fan_count_ = 0;
    std::vector<std::string> long_ids_;
    Index fan_index_, track_index_, release_index_;
    std::vector<std::string> tracks_;
    std::vector<std::string> quoted_; // the goals of r2, by track
    std::vector<Release> releases_;
    Time first_release_ = never; // when the first of them is due for which somebody waits
    Seen seen_;
    Silences silences_;
    std::string scratch_;

    std::vector<char> out_ = std::vector<char>(1 << 21);
    std::size_t used_ = 0;
    TimeWriter time_text_;

    // Since the last delta.
    std::vector<std::uint32_t> dirty_;
    std::vector<std::pair<std::uint32_t, Mark>> changed_marks_;
    std::vector<Seen::Entry> new_seen_;
    std::vector<std::uint32_t> changed_releases_; // their entries
    std::vector<std::uint32_t> fired_;            // their waiting responses are gone
    std::uint32_t fans_kept_ = 0;
    std::size_t tracks_kept_ = 0, releases_kept_ = 0;
};

} // namespace hand
