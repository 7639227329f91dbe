#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "check/analysis/budget.hpp"
#include "check/analysis/findings.hpp"

namespace segue::analysis {

namespace {

std::string shown(double most) { return std::isinf(most) ? "no bound" : fmt::format("{:.0f}", most); }

} // namespace

std::string budget_table(const Program& program, const Places& places, Ledger& ledger) {
    Diagnostics unheard;
    Model model(program, places, ledger, unheard, [](std::uint32_t) { return false; });
    find_unreachable(model);
    struct Row {
        std::string name;
        Bound week, month;
    };
    std::vector<Row> rows;
    std::size_t with_consent = 0;
    for (const bool consent : {true, false})
        for (std::uint32_t c = 0; c < program.channels.size(); ++c) {
            if (program.channels[c].needs_consent != consent) continue;
            Row row{program.channels[c].name, bound_of(model, Scope{c, none}, 7 * day_ms), bound_of(model, Scope{c, none}, 30 * day_ms)};
            if (row.month.rules.empty()) continue;
            rows.push_back(std::move(row));
            with_consent += consent ? 1 : 0;
        }
    if (with_consent > 1) rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(with_consent), {"messages", bound_of(model, Scope{}, 7 * day_ms), bound_of(model, Scope{}, 30 * day_ms)});
    std::string out;
    if (!rows.empty()) {
        std::size_t width = 8;
        for (const auto& row : rows) width = std::max(width, row.name.size());
        out += fmt::format("The most that one fan can get:\n\n{:<{}}  {:>8}  {:>8}  held by\n", "channel", width, "7 days", "30 days");
        for (const auto& row : rows) out += fmt::format("{:<{}}  {:>8}  {:>8}  {}\n", row.name, width, shown(row.week.most), shown(row.month.most), row.month.because);
        const bool replies = std::any_of(program.rules.begin(), program.rules.end(), [](const Rule& r) { return std::any_of(r.steps.begin(), r.steps.end(), [](const Step& s) { return s.act == Act::Reply; }); });
        if (replies) out += "\nReplies to the fan's own words come on top: no limit closes them.\n";
    }
    for (const auto& promise : program.promises) {
        const auto bound = bound_of(model, promise.scope, promise.per);
        if (&promise == &program.promises[0] && !out.empty()) out += '\n';
        out += fmt::format("promise {} at most {} per {}: {}\n", promise.scope.channel == none ? "messages" : program.channels[promise.scope.channel].name, promise.count, span_text(promise.per),
                           bound.most <= promise.count ? fmt::format("kept ({} at most)", shown(bound.most)) : fmt::format("can be broken ({})", shown(bound.most)));
    }
    return out;
}

} // namespace segue::analysis
