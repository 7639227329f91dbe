// Texts, and no hours in which none go out.
#include <algorithm>
#include <fmt/format.h>

#include "check/analysis/findings.hpp"

namespace segue::analysis {

namespace {

// A moment of the calendar with its own hour, from 08:00 to 21:00 of the fan's day, and nothing that could move it.
bool by_day(const Model& model, std::uint32_t r, std::uint32_t step) {
    if (!model.rules[r].whole || model.held_back(model.rule(r).steps[step], model.rule(r).flow)) return false;
    const auto& sites = model.rules[r].sites;
    return std::all_of(sites.begin(), sites.end(), [&](const Site& site) {
        const auto hour = ((site.instant.offset % day_ms) + day_ms) % day_ms / 3'600'000;
        return site.step != step || ((site.instant.base == "release" || site.instant.base == "date") && !site.waited && hour >= 8 && hour < 21);
    });
}

} // namespace

void no_quiet_hours(const Model& model) {
    const auto& p = model.program;
    const auto sms = p.channel("sms");
    if (!sms) return;
    Diagnostic* first = nullptr;
    std::size_t more = 0;
    for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
        const bool quiet = std::any_of(p.quiets.begin(), p.quiets.end(), [&](const Quiet& q) { return speaks_of(q.scope, model.program, *sms, p.rules[r].flow); });
        if (quiet || !model.rules[r].fires) continue;
        for (std::uint32_t s = 0; s < p.rules[r].steps.size(); ++s) {
            if (!model.goes_by(p.rules[r].steps[s], *sms) || by_day(model, r, s)) continue;
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
