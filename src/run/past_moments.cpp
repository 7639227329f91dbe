#include "run/past_moments.hpp"

#include <algorithm>

namespace segue {

void FanNumbers::pack() {
    const auto full = [](const std::unique_ptr<Chunk>& chunk) { return chunk && std::all_of(chunk->begin(), chunk->end(), [](std::uint64_t word) { return ~word == 0; }); };
    const auto first = std::find_if_not(chunks_.begin(), chunks_.end(), full);
    all_below_ += static_cast<std::uint32_t>(first - chunks_.begin()) * together;
    chunks_.erase(chunks_.begin(), first);
}

bool PastMoments::add(Past& past, const Moment& moment, std::uint32_t fan) {
    if (!past.fans.add(fan)) return false;
    if (!past.changed) changed_.push_back(moment);
    past.changed = true;
    return true;
}

void PastMoments::join(std::uint32_t to, std::uint32_t from) {
    for (auto& [moment, past] : all_)
        if (past.fans.has(from)) add(past, moment, to);
}

std::vector<std::pair<Moment, const FanNumbers*>> PastMoments::take_changed() {
    std::vector<std::pair<Moment, const FanNumbers*>> out;
    for (const auto& moment : changed_) {
        auto& past = all_.at(moment);
        past.changed = false;
        out.emplace_back(moment, &past.fans);
    }
    changed_.clear();
    return out;
}

} // namespace segue
