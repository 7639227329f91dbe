// A rule that can message a fan without bound.
#include <cmath>
#include <fmt/format.h>

#include "check/analysis/budget.hpp"
#include "check/analysis/findings.hpp"

namespace segue::analysis {

namespace {

std::string wakes(const Model& model, const Rule& rule) {
    const auto& trigger = rule.trigger;
    const auto event = [&] { return trigger.patterns.empty() || trigger.patterns[0].event == none ? std::string("event") : model.program.events[trigger.patterns[0].event].name; };
    switch (trigger.kind) {
    case TriggerKind::Event: return fmt::format("every `{}` starts it again", event());
    case TriggerKind::Count: return fmt::format("each `{}` can start it again", event());
    case TriggerKind::Every: return fmt::format("every {} `{}` start it again", trigger.count, event());
    case TriggerKind::Silence: return fmt::format("every silence after a `{}` starts it again", event());
    case TriggerKind::Release: return "every release starts it again";
    default: return "it starts here";
    }
}

} // namespace

void storm(const Model& model) {
    const auto& p = model.program;
    for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
        const auto& rule = p.rules[r];
        std::string channels;
        std::uint32_t at = none;
        for (std::uint32_t c = 0; c < p.channels.size(); ++c) {
            if (!p.channels[c].needs_consent) continue;
            const bool limited = std::any_of(p.limits.begin(), p.limits.end(), [&](const Limit& l) { return speaks_of(l.scope, p, c, rule.flow); });
            std::vector<bool> one(p.channels.size());
            one[c] = true;
            if (limited || !std::isinf(bound_of_rule(model, r, one, 7 * day_ms))) continue;
            channels += fmt::format("{}`{}`", channels.empty() ? "" : " and ", p.channels[c].name);
            for (std::uint32_t s = 0; s < rule.steps.size() && at == none; ++s)
                if (model.goes_by(rule.steps[s], c)) at = s;
        }
        if (at == none) continue;
        const auto& place = model.places.rules[r];
        auto& d = model.warn(Code::storm, r, place.steps[at].span, fmt::format("a fan can get any number of these on {}", channels));
        if (d.span == place.steps[at].span) d.primary = "no limit closes it";
        d.labels.push_back({place.trigger, wakes(model, rule)});
        // What is held back, or goes by the calendar, comes in bunches however far apart it began.
        const bool held_back = std::any_of(rule.steps.begin(), rule.steps.end(), [&](const Step& s) {
            return (Model::is_message(s) && model.held_back(s, rule.flow)) || s.act == Act::WaitClock || s.act == Act::WaitDate || s.act == Act::WaitRelease || (s.act == Act::WaitLength && s.clock);
        });
        if (place.frequency.end != 0) d.labels.push_back({place.frequency, rule.frequency == Frequency::OnceEvery ? "what waits on the way comes together all the same" : "this leaves it open"});
        const auto quoted = channels.substr(1, channels.find('`', 1) - 1);
        d.help = fmt::format("write `limit {} to 3 per 7 days`{}", channels.find(" and ") == std::string::npos ? quoted : "messages", held_back ? "" : ", or let the rule run `once every 7 days`");
    }
}

} // namespace segue::analysis
