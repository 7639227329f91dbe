#include "run/timer_queue.hpp"

#include <tuple>

namespace segue {

namespace {

// The order of `std::push_heap` is the other way round.
bool later(const Timer& a, const Timer& b) { return b < a; }

// As numbers without a sign are.
std::uint64_t ordered(Time time) { return static_cast<std::uint64_t>(time) ^ std::uint64_t{1} << 63; }

} // namespace

bool operator<(const Timer& a, const Timer& b) {
    if (a.due != b.due) return a.due < b.due;
    const bool x = a.kind == Timer::Kind::Response;
    const bool y = b.kind == Timer::Kind::Response;
    if (x != y) return y;
    if (x) return std::tuple(a.seq(), a.who) < std::tuple(b.seq(), b.who);
    if (a.rule != b.rule) return a.rule < b.rule;
    if (a.kind == Timer::Kind::Moment) return std::tuple(a.who, a.which) < std::tuple(b.who, b.which);
    return std::tuple(a.which, a.who) < std::tuple(b.which, b.who);
}

void Timers::push(const Timer& timer) {
    ++size_;
    next_ = std::min(next_, timer.due);
    if (timer.due <= last_) {
        late_.push_back(timer);
        std::push_heap(late_.begin(), late_.end(), later);
        return;
    }
    const auto key = ordered(timer.due);
    const auto digit = (static_cast<unsigned>(std::bit_width(key ^ ordered(last_))) - 1) / digit_bits;
    const auto value = static_cast<unsigned>(key >> (digit * digit_bits)) & ((1u << digit_bits) - 1);
    filled_digits_ |= 1u << digit;
    filled_[digit] |= 1u << value;
    auto& bucket = at({digit, value});
    bucket.timers.push_back(timer);
    bucket.first = std::min(bucket.first, timer.due);
}

void Timers::come() {
    if (at_ < now_.size() || !late_.empty()) return;
    now_.clear();
    at_ = 0;
    last_ = next_;
    if (filled_digits_ == 0) return;
    const auto place = lowest();
    filled_[place.digit] &= filled_[place.digit] - 1;
    if (filled_[place.digit] == 0) filled_digits_ &= filled_digits_ - 1;
    auto& bucket = at(place);
    bucket.first = never;
    if (place.digit <= near_digits && bucket.timers.size() <= most_near) {
        now_.swap(bucket.timers);
        std::sort(now_.begin(), now_.end());
        last_ = now_.back().due;
        return;
    }
    // Those of the first instant are all in the lowest bucket; the others of it go to lower digits.
    decltype(bucket.timers) moving;
    moving.swap(bucket.timers);
    for (const auto& timer : moving) {
        if (timer.due == last_) now_.push_back(timer);
        else --size_, push(timer);
    }
    std::sort(now_.begin(), now_.end());
}

const Timer& Timers::top() {
    come();
    return late_first() ? late_.front() : now_[at_];
}

void Timers::pop() {
    come();
    if (late_first()) {
        std::pop_heap(late_.begin(), late_.end(), later);
        late_.pop_back();
    } else ++at_;
    --size_;
    look();
}

void Timers::look() {
    next_ = never;
    if (at_ < now_.size()) next_ = now_[at_].due;
    if (!late_.empty()) next_ = std::min(next_, late_.front().due);
    if (next_ == never && filled_digits_ != 0) next_ = at(lowest()).first;
}

std::vector<Timer> Timers::all() const {
    std::vector<Timer> out(now_.begin() + static_cast<std::ptrdiff_t>(at_), now_.end());
    out.insert(out.end(), late_.begin(), late_.end());
    for (const auto& bucket : buckets_) out.insert(out.end(), bucket.timers.begin(), bucket.timers.end());
    return out;
}

} // namespace segue
