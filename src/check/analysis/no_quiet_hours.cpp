// Texts, and no hours in which none go out.
#include <algorithm>
#include <fmt/format.h>

#include "check/analysis/findings.hpp"

namespace segue::analysis {

void no_quiet_hours(const Model& model) {
    const auto& p = model.program;
    const auto sms = p.channel("sms");
    if (!sms) return;
    Diagnostic* first = nullptr;
    std::size_t more = 0;
    for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
        const bool quiet = std::any_of(p.quiets.begin(), p.quiets.end(), [&](const Quiet& q) { return model.speaks_of(q.scope, *sms, p.rules[r].flow); });
        if (quiet || !model.rules[r].fires) continue;
        for (std::uint32_t s = 0; s < p.rules[r].steps.size(); ++s) {
            if (!model.goes_by(p.rules[r].steps[s], *sms)) continue;
            if (first) {
                ++more;
                continue;
            }
            first = &model.warn(Code::no_quiet_hours, r, model.places.rules[r].steps[s].span, "this text can go out in the middle of the night");
            first->help = "write `quiet sms from 21:00 to 09:00`: it then waits for the fan's own morning";
        }
    }
    if (first && more > 0) first->notes.push_back(fmt::format("so can {} other{}", more, more == 1 ? "" : "s"));
}

} // namespace segue::analysis
