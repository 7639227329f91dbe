// A flow in which nothing leads anywhere: automation without progression is noise.
#include <fmt/format.h>
#include <set>

#include "check/analysis/findings.hpp"

namespace segue::analysis {

namespace {

void tags_of(const Expr& e, std::set<Symbol>& tags) {
    if (e.op == Op::Tagged) tags.insert(e.value.symbol());
    for (const auto& kid : e.kids) tags_of(kid, tags);
}

} // namespace

void no_progression(const Model& model) {
    const auto& p = model.program;
    std::set<Symbol> asked;
    for (const auto& rule : p.rules) {
        if (rule.when) tags_of(*rule.when, asked);
        for (const auto& step : rule.steps)
            if (step.value) tags_of(*step.value, asked);
    }
    for (std::uint32_t f = 0; f < p.flows.size(); ++f) {
        std::uint32_t first = none;
        bool leads = false, speaks = false;
        for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
            if (p.rules[r].flow != f) continue;
            if (first == none) first = r;
            leads = leads || p.rules[r].aim != none;
            for (const auto& step : p.rules[r].steps) {
                speaks = speaks || Model::is_message(step) || step.act == Act::Reply;
                leads = leads || step.act == Act::Prompt || step.act == Act::Record || step.act == Act::WaitFor || (step.act == Act::Tag && asked.contains(step.tag));
            }
        }
        if (first == none || leads) continue;
        auto& d = model.warn(Code::no_progression, first, model.places.flows[f], fmt::format("nothing in the flow `{}` leads anywhere", p.flows[f]));
        d.primary = speaks ? "it speaks to fans, and asks them for nothing" : "nothing is asked, and nothing looks at what it leaves behind";
        d.help = "ask for a next step with `prompt`, or say what a message is for: `-> STAGE`";
    }
}

} // namespace segue::analysis
