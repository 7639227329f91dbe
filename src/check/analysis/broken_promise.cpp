// What the fans were told when they consented, against the worst case.
#include <cmath>
#include <fmt/format.h>

#include "check/analysis/budget.hpp"
#include "check/analysis/findings.hpp"

namespace segue::analysis {

void broken_promise(const Model& model) {
    const auto& p = model.program;
    for (std::size_t i = 0; i < p.promises.size(); ++i) {
        const auto& promise = p.promises[i];
        const auto bound = bound_of(model, promise.scope, promise.per);
        if (bound.most <= promise.count) continue;
        const auto scope = promise.scope.channel == none ? std::string("messages") : p.channels[promise.scope.channel].name;
        auto& d = model.warn(Code::broken_promise, model.places.promises[i],
                             std::isinf(bound.most) ? fmt::format("this promise can be broken: nothing bounds {} within {}", scope == "messages" ? "the messages" : "`" + scope + "`", span_text(promise.per))
                                                    : fmt::format("this promise can be broken: a fan can get {:.0f} within {}", bound.most, span_text(promise.per)));
        d.primary = fmt::format("at most {} were promised", promise.count);
        // The rules that take the most of it, and what lets them.
        const auto channels = channels_of(model, promise.scope);
        constexpr std::size_t most_shown = 6;
        for (const auto r : bound.rules) {
            if (d.labels.size() >= most_shown) break;
            const auto alone = bound_of_rule(model, r, channels, promise.per);
            d.labels.push_back({model.places.rules[r].on, std::isinf(alone) ? "without bound by itself" : fmt::format("up to {:.0f}", alone)});
        }
        if (!std::isinf(bound.most)) d.notes.push_back(fmt::format("they are held by {}", bound.because));
        d.help = fmt::format("write `limit {} to {} per {}`{}", scope, promise.count, span_text(promise.per), bound.rules.size() > 1 ? ", or let the rules run less often" : ", or let the rule run less often");
    }
}

} // namespace segue::analysis
