#include "run/seen.hpp"

namespace segue {

std::optional<Time> Seen::find(const Digest& id) const {
    const auto number = index_.find(id.a, [&](std::uint32_t n) { return there(n) && at(n).id == id; });
    return number == HashIndex::nothing ? std::nullopt : std::optional(at(number).time);
}

bool Seen::add(const Digest& id, Time now) {
    if (index_.full()) { // most of it are those that were dropped
        index_.start_over(next_ - first_);
        for (auto n = first_; n < next_; ++n) index_.add(at(n).id.a, static_cast<std::uint32_t>(n & last_number));
    }
    if (index_.find_or_add(id.a, static_cast<std::uint32_t>(next_ & last_number), [&](std::uint32_t n) { return there(n) && at(n).id == id; }) != HashIndex::nothing) return false;
    if (next_ - first_ == ring_.size()) grow();
    ring_[next_++ & (ring_.size() - 1)] = {id, now};
    return true;
}

void Seen::grow() {
    Ring larger(std::max<std::size_t>(16, 2 * ring_.size()));
    for (auto n = first_; n < next_; ++n) larger[n & (larger.size() - 1)] = at(n);
    ring_ = std::move(larger);
}

void Seen::drop_before(Time now) {
    constexpr std::size_t ahead = 32; // it was long ago that they were looked at
    for (; first_ < next_ && at(first_).time <= now - remembered; ++first_) __builtin_prefetch(&at(first_ + ahead));
}

} // namespace segue
