// A prompt whose outcome nothing waits for and nothing counts: the fan does it, and the system resets.
#include <algorithm>
#include <fmt/format.h>

#include "check/analysis/findings.hpp"

namespace segue::analysis {

void dead_end(const Model& model) {
    const auto& p = model.program;
    for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
        const auto& steps = p.rules[r].steps;
        for (std::uint32_t s = 0; s < steps.size(); ++s) {
            if (steps[s].act != Act::Prompt || steps[s].goals.empty()) continue;
            bool goes_on = false, others = false;
            std::string goals;
            for (const auto& goal : steps[s].goals) {
                const bool consent = goal.pattern.event == p.optin; // it opens a channel
                goes_on = goes_on || consent || model.asked_for(model.possible.occurrence(goal.pattern.event, goal.pattern.matches));
                const auto symbol = p.events[goal.pattern.event].symbol;
                others = others || std::any_of(model.asked().begin(), model.asked().end(), [&](const Question& q) { return q.event == symbol; });
                goals += fmt::format("{}`{}`", goals.empty() ? "" : " or ", goal.name);
            }
            if (goes_on) continue;
            const auto& place = model.places.rules[r].steps[s];
            auto& d = model.warn(Code::dead_end, r, place.goals.empty() ? place.span : Span{place.span.source, place.goals.front().begin, place.goals.back().end}, fmt::format("nothing comes of this: no rule, stage or condition speaks of {}{}", goals, others ? " with these values" : ""));
            d.primary = d.labels.empty() ? "asked for, and then forgotten" : "";
            d.help = fmt::format("let a rule go on from it: `on {} => ...`, or ask for what leads to a stage", steps[s].goals[0].name);
        }
    }
}

} // namespace segue::analysis
