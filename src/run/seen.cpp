#include "run/seen.hpp"

namespace segue {

std::optional<Time> Seen::find(const Digest& id) const {
    const auto number = index_.find(id.a, [&](std::uint32_t n) {
        const auto at = place(n);
        return at < order_.size() && order_[at].id == id;
    });
    return number == HashIndex::nothing ? std::nullopt : std::optional(order_[place(number)].time);
}

bool Seen::add(const Digest& id, Time now) {
    if (find(id)) return false;
    index_.make_room([&](std::uint32_t n) { return place(n) < order_.size(); });
    index_.add(id.a, static_cast<std::uint32_t>(next_ & last_number));
    order_.push_back({id, now});
    ++next_;
    return true;
}

void Seen::drop_before(Time now) {
    constexpr std::size_t ahead = 32; // it was long ago that they were looked at
    for (; !order_.empty() && order_.front().time <= now - remembered; ++first_) {
        if (order_.size() > ahead) __builtin_prefetch(&order_[ahead]);
        order_.pop_front();
    }
}

} // namespace segue
