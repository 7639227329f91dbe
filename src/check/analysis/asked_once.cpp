// A goal on a keyed event whose key is neither given nor in scope: the first one ever silences it for good.
#include <fmt/format.h>

#include "check/analysis/findings.hpp"

namespace segue::analysis {

void asked_once(const Model& model) {
    const auto& p = model.program;
    for (std::uint32_t r = 0; r < p.rules.size(); ++r)
        for (std::uint32_t s = 0; s < p.rules[r].steps.size(); ++s) {
            const auto& goals = p.rules[r].steps[s].goals;
            for (std::size_t g = 0; g < goals.size(); ++g) {
                const auto& goal = goals[g];
                if (goal.any || goal.consent != none || goal.pattern.event == none) continue;
                const auto& event = p.events[goal.pattern.event];
                if (!event.held || event.held_by == none) continue;
                const auto& key = event.fields[event.held_by];
                if (key.optional || key.type == Type::Artist) continue; // a program is for one artist
                const bool given = std::any_of(goal.pattern.matches.begin(), goal.pattern.matches.end(), [&](const Match& m) { return m.field == event.held_by && m.op == Compare::Equal; });
                if (given) continue;
                const auto& place = model.places.rules[r].steps[s];
                auto& d = model.warn(Code::asked_once, r, g < place.goals.size() ? place.goals[g] : place.span, fmt::format("this asks once in a lifetime: the first `{}` ever{} silences it", event.name, goal.pattern.matches.empty() ? "" : " that fits"));
                if (d.labels.empty()) d.primary = fmt::format("of which {}?", key.name);
                d.help = key.type == Type::Release ? fmt::format("say which: `{}(next release)`; or write `{}(any)` if any will do", event.name, event.name)
                                                   : fmt::format("say which, as in `{}({}: ...)`; or write `{}(any)` if any will do", event.name, key.name, event.name);
            }
        }
}

} // namespace segue::analysis
