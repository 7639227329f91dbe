#include "run/fans.hpp"

namespace segue {

Fan& Fans::take_in(std::size_t number, std::unique_ptr<Fan> fan) const {
    auto& place = all_[number];
    if (most_ > 0 && !place) here_.push_back(static_cast<std::uint32_t>(number));
    place = std::move(fan);
    place->number = static_cast<std::uint32_t>(number);
    place->used = true;
    return *place;
}

Fan& Fans::add() {
    all_.emplace_back();
    zones_.emplace_back();
    return take_in(all_.size() - 1, std::make_unique<Fan>());
}

void Fans::put(Fan fan) {
    const auto number = fan.number;
    take_in(number, std::make_unique<Fan>(std::move(fan)));
}

Fan& Fans::absent(std::size_t number) const { return rests(number) ? take_in(number, rest_->wake(static_cast<std::uint32_t>(number))) : *nobody_; }

// The clock of Corbato (1968): the hand goes round, and takes those who were not used since it came by before.
void Fans::put_to_rest() const {
    const auto wanted = most_ - most_ / 8;
    while (here_.size() > wanted) {
        if (hand_ >= here_.size()) hand_ = 0;
        auto& fan = all_[here_[hand_]];
        if (fan->used) {
            fan->used = false;
            ++hand_;
            continue;
        }
        if (!fan->gone) rest_->put(*fan); // of who is gone nothing is left
        fan.reset();
        here_[hand_] = here_.back();
        here_.pop_back();
    }
}

} // namespace segue
