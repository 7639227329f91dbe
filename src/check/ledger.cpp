#include "check/ledger.hpp"

#include <algorithm>

namespace segue {

std::shared_ptr<Ledger> Ledger::copy() const {
    auto out = std::make_shared<Ledger>();
    out->symbols.copy(symbols);
    out->facts = facts;
    out->needs = needs;
    out->holds = holds;
    return out;
}

std::uint32_t Ledger::need(Need wanted) {
    for (std::size_t i = 0; i < needs.size(); ++i) {
        if (!same(needs[i], wanted)) continue;
        needs[i].window = std::max(needs[i].window, wanted.window);
        return static_cast<std::uint32_t>(i);
    }
    needs.push_back(std::move(wanted));
    return static_cast<std::uint32_t>(needs.size() - 1);
}

std::uint32_t Ledger::hold(Symbol event) {
    for (std::size_t i = 0; i < holds.size(); ++i)
        if (holds[i].event == event) return static_cast<std::uint32_t>(i);
    holds.push_back({event, {}});
    return static_cast<std::uint32_t>(holds.size() - 1);
}

std::uint32_t Ledger::fact(Symbol name, Type type) {
    for (std::size_t i = 0; i < facts.size(); ++i)
        if (facts[i].name == name && facts[i].type == type) return static_cast<std::uint32_t>(i);
    facts.push_back({name, type});
    return static_cast<std::uint32_t>(facts.size() - 1);
}

std::uint32_t Ledger::track(std::uint32_t hold, Symbol field) {
    auto& tracked = holds[hold].tracked;
    const auto at = std::find(tracked.begin(), tracked.end(), field);
    if (at != tracked.end()) return static_cast<std::uint32_t>(at - tracked.begin());
    tracked.push_back(field);
    return static_cast<std::uint32_t>(tracked.size() - 1);
}

} // namespace segue
