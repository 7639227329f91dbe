// A message that comes once in a fan's life, or once a release, under a limit that drops: over the cap it is gone for good.
#include <algorithm>
#include <fmt/format.h>

#include "check/analysis/findings.hpp"

namespace segue::analysis {

namespace {

// Why the message does not come again; empty if it may.
std::string only_once(const Model& model, const Rule& rule, const Site& site) {
    const auto& p = model.program;
    switch (rule.trigger.kind) {
    case TriggerKind::Date: return "this day comes once";
    case TriggerKind::Release: return "this comes once a release";
    case TriggerKind::Enter: return "a stage is entered once";
    default: break;
    }
    if (rule.trigger.kind == TriggerKind::Event && rule.trigger.patterns.size() == 1 && rule.trigger.patterns[0].event != none) {
        const auto index = rule.trigger.patterns[0].event;
        const auto& event = p.events[index];
        const bool undone = std::any_of(p.events.begin(), p.events.end(), [&](const EventType& e) { return e.undoes == index; });
        if (event.held && !undone) {
            if (event.held_by == none) return fmt::format("`{}` comes once", event.name);
            if (event.fields[event.held_by].type == Type::Release) return fmt::format("`{}` comes once a release", event.name);
        }
    }
    // A frequency is given back only by a response that emitted nothing.
    if (rule.frequency == Frequency::Once && site.emitted_before) return "this runs once, and is not given back after what it sent before";
    return {};
}

} // namespace

void lost(const Model& model) {
    const auto& p = model.program;
    for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
        const auto& rule = p.rules[r];
        if (!model.rules[r].fires) continue;
        std::vector<bool> said(rule.steps.size());
        for (const auto& site : model.rules[r].sites) {
            const auto& step = rule.steps[site.step];
            const auto why = only_once(model, rule, site);
            if (said[site.step] || why.empty()) continue;
            std::vector<std::size_t> dropping;
            // It waits only if every cap that closes its ways says so; a way without a cap is open.
            const bool all = std::all_of(step.routes.begin(), step.routes.end(), [&](const Route& route) {
                bool limited = false;
                for (std::size_t l = 0; l < p.limits.size(); ++l) {
                    if (!speaks_of(p.limits[l].scope, p, route.channel, rule.flow)) continue;
                    limited = true;
                    if (!p.limits[l].else_wait && std::find(dropping.begin(), dropping.end(), l) == dropping.end()) dropping.push_back(l);
                }
                return limited;
            });
            if (!all || dropping.empty()) continue;
            said[site.step] = true;
            auto& d = model.warn(Code::lost, r, model.places.rules[r].steps[site.step].span, "a fan who is over the limit never gets this");
            d.labels.push_back({model.places.rules[r].trigger, why});
            for (const auto l : dropping) d.labels.push_back({model.places.limits[l], "this drops what is over it"});
            d.help = "let the limit wait: `else wait`, with `up to 2 days` if it is no use later";
        }
    }
}

} // namespace segue::analysis
