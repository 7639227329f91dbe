// A wait for the day of a release that is nowhere in the catalogue: it ends only if a record brings the entry.
#include <algorithm>
#include <fmt/format.h>

#include "check/analysis/findings.hpp"
#include "text/did_you_mean.hpp"

namespace segue::analysis {

void endless_wait(const Model& model) {
    const auto& p = model.program;
    std::vector<std::string> known;
    for (const auto& release : p.releases) known.push_back(release.id);
    for (std::uint32_t r = 0; r < p.rules.size(); ++r)
        for (std::uint32_t s = 0; s < p.rules[r].steps.size(); ++s) {
            const auto& step = p.rules[r].steps[s];
            if (step.act != Act::WaitRelease || !step.value || step.value->op != Op::Constant) continue;
            const auto& id = model.ledger.symbols.text(step.value->value.symbol());
            if (std::find(known.begin(), known.end(), id) != known.end()) continue;
            auto& d = model.warn(Code::endless_wait, r, model.places.rules[r].steps[s].span, fmt::format("this wait may never end: there is no release `{}`", id));
            const auto near = did_you_mean(id, known);
            d.help = near ? fmt::format("did you mean `{}`?", *near) : fmt::format("declare it: `release {} {{ title \"...\" date 2026-03-13 link \"...\" }}`", id);
        }
}

} // namespace segue::analysis
