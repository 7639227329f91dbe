#include "run/past_moments.hpp"

#include <algorithm>

namespace segue {

void FanNumbers::pack() {
    const auto full = [](const std::unique_ptr<Chunk>& chunk) { return chunk && std::all_of(chunk->begin(), chunk->end(), [](std::uint64_t word) { return ~word == 0; }); };
    const auto first = std::find_if_not(chunks_.begin(), chunks_.end(), full);
    all_below_ += static_cast<std::uint32_t>(first - chunks_.begin()) * together;
    chunks_.erase(chunks_.begin(), first);
}

void PastMoments::join(std::uint32_t to, std::uint32_t from) {
    for (auto& [moment, past] : all_)
        if (past.fans.has(from)) past.add(to);
}

std::vector<std::pair<Moment, const FanNumbers*>> PastMoments::take_changed() {
    std::vector<std::pair<Moment, const FanNumbers*>> out;
    for (auto& [moment, past] : all_)
        if (std::exchange(past.changed, false)) out.emplace_back(moment, &past.fans);
    return out;
}

} // namespace segue
