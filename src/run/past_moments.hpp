// Which fans have had which moments of the calendar: each comes once, also where its date moves, its hour changes or a fan goes to another zone.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "check/value.hpp"

namespace segue {

// Numbers of fans. A moment is for all who are there, so it is mostly those below some number, who cost nothing; of the others each is a bit.
class FanNumbers {
public:
    static constexpr std::uint32_t together = 4096;
    using Chunk = std::array<std::uint64_t, together / 64>; // a bit for each of numbers that follow each other

    bool has(std::uint32_t number) const {
        if (number < all_below_) return true;
        const auto at = (number - all_below_) / together;
        return at < chunks_.size() && chunks_[at] && ((*chunks_[at])[number % together / 64] >> number % 64 & 1) != 0;
    }
    bool add(std::uint32_t number) { // false: it was there
        if (has(number)) return false;
        chunk((number - all_below_) / together)[number % together / 64] |= std::uint64_t{1} << number % 64;
        return true;
    }
    // Of those below `end` who are not there, in their order, whom `is` takes; false: none.
    template <class Is> bool add_those(std::uint32_t end, Is is) {
        bool any = false;
        for (auto first = all_below_; first < end; first += 64) {
            const auto at = (first - all_below_) / together;
            const auto known = at < chunks_.size() && chunks_[at] ? (*chunks_[at])[first % together / 64] : 0;
            std::uint64_t fresh = 0;
            for (auto number = first; number < std::min(end, first + 64); ++number)
                if (const auto bit = std::uint64_t{1} << number % 64; (known & bit) == 0 && is(number)) fresh |= bit;
            if (fresh == 0) continue;
            chunk(at)[first % together / 64] |= fresh;
            any = true;
        }
        return any;
    }
    void pack(); // now and then, after many were added

    // For who keeps them.
    std::uint32_t all_below() const { return all_below_; } // a multiple of `together`
    const std::vector<std::unique_ptr<Chunk>>& chunks() const { return chunks_; } // from there on; null: none of these
    void put(std::uint32_t all_below) { all_below_ = all_below / together * together; }
    void put(std::size_t at, const Chunk& numbers) { chunk(at) = numbers; }

private:
    Chunk& chunk(std::size_t at) {
        if (at >= chunks_.size()) chunks_.resize(at + 1);
        if (!chunks_[at]) chunks_[at] = std::make_unique<Chunk>();
        return *chunks_[at];
    }
    std::uint32_t all_below_ = 0;
    std::vector<std::unique_ptr<Chunk>> chunks_;
};

// A moment of the calendar: of a rule (by its key) and a release, or of a rule alone (0).
struct Moment {
    Symbol rule, release;
    friend bool operator==(const Moment&, const Moment&) = default;
};

class PastMoments {
public:
    struct Past {
        FanNumbers fans;      // who had it
        bool changed = false; // since it was kept
        bool add(std::uint32_t fan) { // false: they had it
            const bool fresh = fans.add(fan);
            changed = changed || fresh;
            return fresh;
        }
        template <class Is> void add_those(std::uint32_t end, Is is) {
            const bool any = fans.add_those(end, is);
            changed = changed || any;
        }
    };

    bool has(const Moment& moment, std::uint32_t fan) const {
        const auto at = all_.find(moment);
        return at != all_.end() && at->second.fans.has(fan);
    }
    Past& of(const Moment& moment) { return all_[moment]; } // which stays where it is
    void join(std::uint32_t to, std::uint32_t from); // two are one: what either had

    // For who keeps them: those that changed since, each once; and back.
    std::vector<std::pair<Moment, const FanNumbers*>> take_changed();
    void put(const Moment& moment, FanNumbers fans) { all_[moment] = {std::move(fans), false}; }

private:
    struct Hash {
        std::size_t operator()(const Moment& m) const { return (std::uint64_t{m.rule} << 32 | m.release) * 0x9E3779B97F4A7C15u >> 16; } // Fibonacci hashing (Knuth, TAOCP 3, 6.4)
    };
    std::unordered_map<Moment, Past, Hash> all_;
};

} // namespace segue
