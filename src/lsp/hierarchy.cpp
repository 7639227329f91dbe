// What wakes a rule and what it leads to, as a call hierarchy: a rule that asks for a thing calls those that it wakes.
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "lsp/features.hpp"

namespace segue::lsp {

namespace {

struct Link {
    std::uint32_t from, to; // rules
    Span place;             // in `from`: what asks for it
    std::string through;    // the event or the stage
};

void events_asked(const Program& program, const Expr& e, std::set<std::uint32_t>& out, const Ledger& ledger) {
    if (e.op == Op::Count || e.op == Op::Distinct || e.op == Op::Since) {
        const auto& query = program.queries[e.index];
        const auto symbol = query.held ? ledger.holds[query.slot].event : ledger.needs[query.slot].event;
        for (std::uint32_t i = 0; i < program.events.size(); ++i)
            if (program.events[i].symbol == symbol) out.insert(i);
    }
    if (e.op == Op::Consent && program.optin != none) out.insert(program.optin);
    for (const auto& kid : e.kids) events_asked(program, kid, out, ledger);
}

// What a rule makes happen, or asks the fan for: events with the place that does.
std::vector<std::pair<std::uint32_t, Span>> outcomes_of(const Compilation& in, std::uint32_t index) {
    std::vector<std::pair<std::uint32_t, Span>> out;
    const auto& rule = in.program->rules[index];
    const auto& place = in.places.rules[index];
    for (std::size_t s = 0; s < rule.steps.size() && s < place.steps.size(); ++s) {
        const auto& step = rule.steps[s];
        for (std::size_t g = 0; g < step.goals.size(); ++g)
            if (step.goals[g].pattern.event != none) out.emplace_back(step.goals[g].pattern.event, g < place.steps[s].goals.size() ? place.steps[s].goals[g] : place.steps[s].span);
        if (step.act == Act::Record && step.event != none) out.emplace_back(step.event, place.steps[s].span);
    }
    return out;
}

// The same channel, where it is a consent on both sides and both say which.
bool fits(const Program& program, const EventPattern& wanted, const Compilation& in, std::uint32_t from, std::uint32_t event, Span place) {
    if (wanted.event != event) return false;
    if (event != program.optin) return true;
    const auto& rule = program.rules[from];
    const auto& places = in.places.rules[from];
    for (std::size_t s = 0; s < rule.steps.size(); ++s)
        for (std::size_t g = 0; g < rule.steps[s].goals.size(); ++g) {
            if (g >= places.steps[s].goals.size() || places.steps[s].goals[g] != place || rule.steps[s].goals[g].consent == none) continue;
            for (const auto& m : wanted.matches)
                if (m.field == 0 && m.op == Compare::Equal && m.value.op == Op::Constant) return m.value.value.symbol() == program.channels[rule.steps[s].goals[g].consent].symbol;
        }
    return true;
}

std::vector<Link> links_of(const Compilation& in) {
    std::vector<Link> out;
    const auto& program = *in.program;
    const auto rules = static_cast<std::uint32_t>(std::min(program.rules.size(), in.places.rules.size()));
    std::vector<std::set<std::uint32_t>> stage_events;
    for (const auto& stage : program.stages) events_asked(program, stage.condition, stage_events.emplace_back(), *in.ledger);
    for (std::uint32_t from = 0; from < rules; ++from) {
        const auto outcomes = outcomes_of(in, from);
        for (std::uint32_t to = 0; to < rules; ++to) {
            const auto& trigger = program.rules[to].trigger;
            if (trigger.kind == TriggerKind::Enter) {
                if (trigger.stage == none) continue;
                if (program.rules[from].aim == trigger.stage) out.push_back({from, to, in.places.rules[from].aim, "stage " + program.stages[trigger.stage].name});
                else
                    for (const auto& [event, place] : outcomes)
                        if (stage_events[trigger.stage].contains(event)) out.push_back({from, to, place, "stage " + program.stages[trigger.stage].name});
                continue;
            }
            if (trigger.kind != TriggerKind::Event && trigger.kind != TriggerKind::Count && trigger.kind != TriggerKind::Every) continue;
            for (const auto& [event, place] : outcomes)
                for (const auto& wanted : trigger.patterns)
                    if (fits(program, wanted, in, from, event, place)) out.push_back({from, to, place, program.events[event].name});
        }
    }
    return out;
}

std::string trigger_of(const Compilation& in, std::uint32_t index) { return std::string(in.sources[in.places.rules[index].on.source].slice(in.places.rules[index].on)); }

Json item(const Asked& in, std::uint32_t index) {
    const auto& place = in.program.places.rules[index];
    return {{"name", in.program.program->rules[index].name}, {"kind", 24}, {"detail", trigger_of(in.program, index)}, {"uri", in.workspace.uri(in.program, place.rule.source)},
            {"range", in.range(place.rule)}, {"selectionRange", in.range(place.on)}, {"data", {{"root", in.program.root}, {"rule", in.program.program->rules[index].name}}}};
}

Json calls(const Asked& in, const std::string& name, bool incoming) {
    Json out = Json::array();
    const auto& rules = in.program.program->rules;
    const auto at = std::find_if(rules.begin(), rules.end(), [&](const Rule& rule) { return rule.name == name; });
    if (at == rules.end()) return out;
    const auto index = static_cast<std::uint32_t>(at - rules.begin());
    std::map<std::uint32_t, Json> ranges; // by the other rule
    for (const auto& link : links_of(in.program)) {
        if ((incoming ? link.to : link.from) != index) continue;
        auto& places = ranges.emplace(incoming ? link.from : link.to, Json::array()).first->second;
        const auto range = in.range(link.place);
        if (std::find(places.begin(), places.end(), range) == places.end()) places.push_back(range);
    }
    for (auto& [other, places] : ranges) out.push_back({{incoming ? "from" : "to", item(in, other)}, {"fromRanges", std::move(places)}});
    return out;
}

} // namespace

std::string leads_to(const Compilation& in, std::uint32_t index) {
    if (in.diagnostics.has_errors()) return {};
    std::map<std::string, std::set<std::string>> woken, wakes; // rule, and through what
    for (const auto& link : links_of(in)) {
        if (link.to == index) woken[in.program->rules[link.from].name].insert(link.through);
        if (link.from == index) wakes[in.program->rules[link.to].name].insert(link.through);
    }
    const auto list = [](const std::map<std::string, std::set<std::string>>& all) {
        std::string out;
        for (const auto& [rule, through] : all) {
            std::string what;
            for (const auto& each : through) what += (what.empty() ? "" : ", ") + each;
            out += fmt::format("{}`{}` ({})", out.empty() ? "" : ", ", rule, what);
        }
        return out;
    };
    std::string out = woken.empty() ? "No other rule leads here." : fmt::format("Led to by {}.", list(woken));
    out += wakes.empty() ? " It wakes no other rule." : fmt::format(" It can wake {}.", list(wakes));
    if (const auto aim = in.program->rules[index].aim; aim != none) out += fmt::format(" It aims at the stage `{}`.", in.program->stages[aim].name);
    return out;
}

Json prepare_hierarchy(const Asked& in) {
    const auto rule = rule_at(in.program, in.source, in.offset);
    return rule ? Json::array({item(in, *rule)}) : Json();
}

Json incoming_calls(const Asked& in, const std::string& rule) { return calls(in, rule, true); }
Json outgoing_calls(const Asked& in, const std::string& rule) { return calls(in, rule, false); }

} // namespace segue::lsp
