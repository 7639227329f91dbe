#include "check/analysis/budget.hpp"
#include "check/analysis/findings.hpp"
#include "check/analysis/pace.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace segue::analysis {

namespace {

double ceil_of(Span_ms a, Span_ms b) { return std::ceil(static_cast<double>(a) / static_cast<double>(b)); }

double values_of(const Program& program, Type type) {
    if (type == Type::Channel) return static_cast<double>(program.channels.size());
    if (type == Type::Bool) return 2;
    if (type == Type::Stage) return static_cast<double>(program.stages.size());
    return unbounded;
}

// How often in a fan's life an event can start a rule: a held one that nothing undoes, once for each key.
double lifetime(const Program& program, const EventPattern& pattern) {
    if (pattern.event == none) return 0;
    const auto& event = program.events[pattern.event];
    if (!event.held || std::any_of(program.events.begin(), program.events.end(), [&](const EventType& e) { return e.undoes == pattern.event; })) return unbounded;
    if (event.held_by == none) return 1;
    for (const auto& m : pattern.matches)
        if (m.field == event.held_by && m.op == Compare::Equal && m.value.op == Op::Constant) return 1;
    return event.fields[event.held_by].optional ? unbounded : values_of(program, event.fields[event.held_by].type);
}

// Responses that emit something, over all time.
double starts(const Program& p, const Rule& rule) {
    double most = unbounded;
    const auto& trigger = rule.trigger;
    if (trigger.kind == TriggerKind::Date || trigger.kind == TriggerKind::Enter || rule.frequency == Frequency::Once) most = 1;
    if (trigger.kind == TriggerKind::Event || trigger.kind == TriggerKind::Count || trigger.kind == TriggerKind::Every) {
        double events = 0;
        for (const auto& pattern : trigger.patterns) events += lifetime(p, pattern);
        most = std::min(most, events);
    }
    if (rule.frequency == Frequency::OncePer && !trigger.patterns.empty() && trigger.patterns[0].event != none) {
        const auto& event = p.events[trigger.patterns[0].event];
        const auto field = rule.per_slot != none && !rule.slots[rule.per_slot].fields.empty() ? rule.slots[rule.per_slot].fields[0] : trigger.per;
        if (field != none && field < event.fields.size() && !event.fields[field].optional) most = std::min(most, values_of(p, event.fields[field].type));
    }
    return most;
}

// As many messages as all those limits let through within `span`, sent as early as they may be: the most there can be.
double through(const std::vector<const Limit*>& limits, Span_ms span) {
    double most = unbounded;
    for (const auto* l : limits) most = std::min(most, l->count * ceil_of(span, l->per));
    constexpr double exact = 3'000; // more are not worth the walk
    if (limits.size() < 2 || most > exact) return most;
    std::vector<Time> sent;
    while (static_cast<double>(sent.size()) < most) {
        Time next = sent.empty() ? 0 : sent.back();
        for (const auto* l : limits)
            if (sent.size() >= l->count) next = std::max(next, sent[sent.size() - l->count] + l->per);
        if (next >= span) break;
        sent.push_back(next);
    }
    return static_cast<double>(sent.size());
}

// The limits that close every one of those channels.
std::vector<const Limit*> limits_on(const Model& model, const std::vector<bool>& channels, std::uint32_t flow) {
    std::vector<const Limit*> out;
    for (const auto& limit : model.program.limits) {
        if (limit.scope.flow != none && limit.scope.flow != flow) continue;
        bool all = true;
        for (std::uint32_t c = 0; c < channels.size(); ++c) all = all && (!channels[c] || speaks_of(limit.scope, model.program, c, limit.scope.flow == none ? none : flow));
        if (all) out.push_back(&limit);
    }
    return out;
}

std::string text_of(const Model& model, const Limit& limit) {
    return fmt::format("`limit {} to {} per {}`", limit.scope.channel == none ? "messages" : model.program.channels[limit.scope.channel].name, limit.count, span_text(limit.per));
}

} // namespace

std::vector<bool> channels_of(const Model& model, const Scope& scope) {
    std::vector<bool> out(model.program.channels.size());
    for (std::uint32_t c = 0; c < out.size(); ++c) out[c] = scope.channel == none ? model.program.channels[c].needs_consent : scope.channel == c;
    return out;
}

double bound_of_rule(const Model& model, std::uint32_t index, const std::vector<bool>& channels, Span_ms span) {
    const auto& rule = model.rule(index);
    if (!model.rules[index].fires) return 0;
    const auto messages = most_within(rule, channels, span);
    if (messages == 0) return 0;
    // A silence is not apart from the one before: a record that comes late can begin it anew a moment later.
    return std::min(messages * starts(model.program, rule), rule.frequency == Frequency::OnceEvery ? most_paced(model, rule, channels, span, rule.every) : unbounded);
}

Bound bound_of(const Model& model, const std::vector<bool>& channels, Span_ms span) {
    Bound out;
    const auto& p = model.program;
    std::vector<double> flows(p.flows.size(), 0);
    for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
        const auto most = bound_of_rule(model, r, channels, span);
        if (most == 0) continue;
        flows[p.rules[r].flow] += most;
        out.rules.push_back(r);
    }
    std::vector<std::string> reasons; // of the flows, each once
    const auto because = [&](const std::string& reason) {
        if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) reasons.push_back(reason);
    };
    const auto tightest = [&](const std::vector<const Limit*>& limits) {
        return text_of(model, **std::min_element(limits.begin(), limits.end(), [&](const Limit* a, const Limit* b) { return a->count * ceil_of(span, a->per) < b->count * ceil_of(span, b->per); }));
    };
    for (std::uint32_t f = 0; f < flows.size(); ++f) {
        if (flows[f] == 0) continue;
        const auto limits = limits_on(model, channels, f);
        const auto capped = through(limits, span);
        because(capped < flows[f] ? tightest(limits) : std::isinf(flows[f]) ? "no limit" : "how often its rules can fire");
        out.most += std::min(flows[f], capped);
    }
    std::vector<const Limit*> global;
    for (const auto* l : limits_on(model, channels, none))
        if (l->scope.flow == none) global.push_back(l);
    if (const auto capped = through(global, span); capped < out.most) {
        out.most = capped;
        reasons = {tightest(global)};
    }
    // Several channels together get no more than each by itself.
    if (std::count(channels.begin(), channels.end(), true) > 1) {
        double sum = 0;
        for (std::uint32_t c = 0; c < channels.size(); ++c) {
            std::vector<bool> one(channels.size());
            one[c] = channels[c];
            if (channels[c]) sum += bound_of(model, one, span).most;
        }
        if (sum < out.most) {
            out.most = sum;
            out.because = "each channel's own bound";
            return out;
        }
    }
    out.because = out.rules.empty() ? "no rule messages there" : std::isinf(out.most) ? "no limit" : fmt::format("{}", fmt::join(reasons, " and "));
    return out;
}

Bound bound_of(const Model& model, const Scope& scope, Span_ms span) { return bound_of(model, channels_of(model, scope), span); }

Budget budget_of(const Program& program, const Places& places, Ledger& ledger) {
    Diagnostics unheard;
    Model model(program, places, ledger, unheard, [](std::uint32_t) { return false; });
    find_unreachable(model);
    Budget out;
    const auto add = [&](const std::string& name, const Scope& scope) {
        const auto week = bound_of(model, scope, 7 * day_ms);
        const auto month = bound_of(model, scope, 30 * day_ms);
        if (month.rules.empty()) return;
        out.rows.push_back({name, week.most, month.most, week.because == month.because ? month.because : fmt::format("{} (7 days), {} (30 days)", week.because, month.because)});
    };
    for (const bool consent : {true, false}) {
        for (std::uint32_t c = 0; c < program.channels.size(); ++c)
            if (program.channels[c].needs_consent == consent) add(program.channels[c].name, Scope{c, none});
        if (consent && out.rows.size() > 1) add("messages", Scope{});
    }
    for (std::size_t i = 0; i < program.promises.size(); ++i) {
        const auto& promise = program.promises[i];
        const auto most = bound_of(model, promise.scope, promise.per).most;
        const auto scope = promise.scope.channel == none ? "messages" : program.channels[promise.scope.channel].name;
        out.promises.push_back({places.promises[i], fmt::format("{} at most {} per {}", scope, promise.count, span_text(promise.per)), most, most <= promise.count});
    }
    for (const auto& rule : program.rules) out.replies |= std::any_of(rule.steps.begin(), rule.steps.end(), [](const Step& s) { return s.act == Act::Reply; });
    return out;
}

} // namespace segue::analysis
