// Who may hold what the moments of a program ask for (`on release day when presave(release)`): so that a moment costs as much as there are such fans, not as many as there are fans.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace segue {

class Holders {
public:
    // From now on, of these holds; whoever has one already is added by the caller. Without this it keeps nothing, and costs nothing.
    void begin(std::vector<bool> holds) { keeps_ = std::move(holds), fans_.clear(), begun_ = true; }
    void forget() { *this = {}; }
    bool begun() const { return begun_; }
    bool keeps(std::uint32_t hold) const { return hold < keeps_.size() && keeps_[hold]; }

    // A fan who has the hold with a key of that hash, which they had not; what is undone stays.
    void add(std::uint32_t hold, std::uint32_t hash, std::uint32_t fan) {
        if (keeps(hold)) fans_[place(hold, hash)].push_back(fan);
    }
    const std::vector<std::uint32_t>& of(std::uint32_t hold, std::uint32_t hash) const { // numbers of fans: of one that it keeps; in no order, and one may be there twice
        static const std::vector<std::uint32_t> nobody;
        const auto at = fans_.find(place(hold, hash));
        return at == fans_.end() ? nobody : at->second;
    }

private:
    static std::uint64_t place(std::uint32_t hold, std::uint32_t hash) { return std::uint64_t{hold} << 32 | hash; }

    bool begun_ = false;
    std::vector<bool> keeps_; // by hold
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> fans_;
};

} // namespace segue
