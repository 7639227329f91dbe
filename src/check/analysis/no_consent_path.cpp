// A message on a channel that no rule of the program ever asks consent for.
#include <algorithm>
#include <fmt/format.h>

#include "check/analysis/findings.hpp"

namespace segue::analysis {

void no_consent_path(const Model& model) {
    const auto& p = model.program;
    if (p.optin == none) return;
    // A consent that is asked for, or noted; with a key that is known only later it may be any.
    std::vector<bool> asked(p.channels.size());
    const auto note = [&](const Expr* key) {
        for (std::size_t c = 0; c < asked.size(); ++c)
            if (!key || key->op != Op::Constant || key->value == Value::of_symbol(p.channels[c].symbol)) asked[c] = true;
    };
    for (const auto& rule : p.rules) {
        // Who goes on from a consent counts on it, wherever it is given.
        for (const auto& pattern : rule.trigger.patterns)
            if (pattern.event == p.optin && rule.trigger.kind != TriggerKind::Silence) {
                const auto key = std::find_if(pattern.matches.begin(), pattern.matches.end(), [&](const Match& m) { return m.field == p.events[p.optin].held_by && m.op == Compare::Equal; });
                note(key == pattern.matches.end() ? nullptr : &key->value);
            }
        for (const auto& step : rule.steps) {
            for (const auto& goal : step.goals)
                if (goal.consent != none) asked[goal.consent] = true;
                else if (goal.pattern.event == p.optin) note(goal.key == none ? nullptr : &goal.pattern.matches[goal.key].value);
            if (step.act == Act::Record && step.event == p.optin) {
                const auto key = std::find_if(step.fields.begin(), step.fields.end(), [&](const auto& f) { return f.first == p.events[p.optin].held_by; });
                note(key == step.fields.end() ? nullptr : &key->second);
            }
        }
    }
    for (std::uint32_t c = 0; c < p.channels.size(); ++c) {
        if (!p.channels[c].needs_consent || asked[c]) continue;
        Diagnostic* first = nullptr;
        std::size_t more = 0;
        for (std::uint32_t r = 0; r < p.rules.size(); ++r)
            for (std::uint32_t s = 0; s < p.rules[r].steps.size(); ++s) {
                if (!model.goes_by(p.rules[r].steps[s], c)) continue;
                if (first) {
                    ++more;
                    continue;
                }
                first = &model.warn(Code::no_consent_path, r, model.places.rules[r].steps[s].span, fmt::format("no rule ever asks for consent to `{}`", p.channels[c].name));
                first->help = fmt::format("ask for it where the fan is: `prompt {} via page \"...\"`; if it is given elsewhere, say so with `# allow: no_consent_path because ...`", p.channels[c].name);
            }
        if (first && more > 0) first->notes.push_back(fmt::format("{} more message{} can go out by `{}`", more, more == 1 ? "" : "s", p.channels[c].name));
    }
}

} // namespace segue::analysis
