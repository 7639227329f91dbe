#include "run/seen.hpp"

namespace segue {

Fingerprint fingerprint(std::string_view id) {
    return {quick_hash(id), quick_hash(id, 0xC2B2AE3D27D4EB4Fu)};
}

std::optional<Time> Seen::find(const Fingerprint& id) const {
    const auto number = index_.find(id.a, [&](std::uint32_t n) { return at(n).id == id; });
    return number == HashIndex::nothing ? std::nullopt : std::optional(at(number).time);
}

bool Seen::add(const Fingerprint& id, Time now) {
    if (find(id)) return false;
    index_.add(id.a, static_cast<std::uint32_t>(next_ % numbers));
    order_.push_back({id, now});
    ++next_;
    return true;
}

void Seen::drop_before(Time now) {
    for (; !order_.empty() && order_.front().time <= now - remembered; ++first_) {
        constexpr std::size_t ahead = 16; // their places are fetched before they are needed
        if (order_.size() > ahead) index_.prefetch(order_[ahead].id.a);
        index_.remove(order_.front().id.a, static_cast<std::uint32_t>(first_ % numbers));
        order_.pop_front();
    }
}

} // namespace segue
