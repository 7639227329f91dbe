#include "check/analysis/budget.hpp"
#include "check/analysis/findings.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace segue::analysis {

namespace {

double ceil_of(Span_ms a, Span_ms b) { return std::ceil(static_cast<double>(a) / static_cast<double>(b)); }

// Of the longest way through a response: messages on those channels.
double longest(const Rule& rule, const std::vector<bool>& channels) {
    const auto& steps = rule.steps;
    std::vector<double> from(steps.size() + 1, 0); // jumps go forward only
    for (std::size_t i = steps.size(); i-- > 0;) {
        const auto& step = steps[i];
        double next = step.act == Act::Stop ? 0 : step.act == Act::Jump ? from[step.target] : from[i + 1];
        if (step.act == Act::If || step.act == Act::WaitFor) next = std::max(next, from[step.target]);
        if (step.act == Act::Split) {
            next = 0;
            for (const auto target : step.targets) next = std::max(next, from[target]);
        }
        const bool counted = Model::is_message(step) && std::any_of(step.routes.begin(), step.routes.end(), [&](const Route& r) { return channels[r.channel]; });
        from[i] = next + (counted ? 1 : 0);
    }
    return from[0];
}

// The longest that its waits take together; unbounded if some go by the calendar.
double waits(const Rule& rule) {
    const auto& steps = rule.steps;
    std::vector<double> from(steps.size() + 1, 0);
    for (std::size_t i = steps.size(); i-- > 0;) {
        const auto& step = steps[i];
        double next = step.act == Act::Stop ? 0 : step.act == Act::Jump ? from[step.target] : from[i + 1];
        if (step.act == Act::If || step.act == Act::WaitFor) next = std::max(next, from[step.target]);
        if (step.act == Act::Split)
            for (const auto target : step.targets) next = std::max(next, from[target]);
        if (step.act == Act::WaitLength) next += step.clock ? unbounded : static_cast<double>(step.span);
        if (step.act == Act::WaitFor) next += static_cast<double>(step.span);
        if (step.act == Act::WaitClock || step.act == Act::WaitDate || step.act == Act::WaitRelease) next = unbounded;
        from[i] = next;
    }
    return from[0];
}

// Whether a message of the rule can be held back: by quiet hours, or by a limit that waits.
bool held_back(const Model& model, const Rule& rule) {
    const auto& p = model.program;
    for (const auto& step : rule.steps) {
        if (!Model::is_message(step)) continue;
        for (const auto& route : step.routes) {
            for (const auto& q : p.quiets)
                if (model.speaks_of(q.scope, route.channel, rule.flow)) return true;
            for (const auto& l : p.limits)
                if (l.else_wait && model.speaks_of(l.scope, route.channel, rule.flow)) return true;
        }
    }
    return false;
}

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

// Responses that emit something, over all time; and for `once every`, within the span.
double starts(const Model& model, const Rule& rule, Span_ms span) {
    const auto& p = model.program;
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
    if (rule.frequency == Frequency::OnceEvery && !held_back(model, rule)) {
        const auto all = waits(rule);
        if (std::isfinite(all)) most = std::min(most, ceil_of(span + static_cast<Span_ms>(all), rule.every));
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
        for (std::uint32_t c = 0; c < channels.size(); ++c) all = all && (!channels[c] || model.speaks_of(limit.scope, c, limit.scope.flow == none ? none : flow));
        if (all) out.push_back(&limit);
    }
    return out;
}

} // namespace

std::string text_of(const Model& model, const Limit& limit) {
    return fmt::format("`limit {} to {} per {}`", limit.scope.channel == none ? "messages" : model.program.channels[limit.scope.channel].name, limit.count, span_text(limit.per));
}

std::vector<bool> channels_of(const Model& model, const Scope& scope) {
    std::vector<bool> out(model.program.channels.size());
    for (std::uint32_t c = 0; c < out.size(); ++c) out[c] = scope.channel == none ? model.program.channels[c].needs_consent : scope.channel == c;
    return out;
}

double bound_of_rule(const Model& model, std::uint32_t index, const std::vector<bool>& channels, Span_ms span) {
    const auto& rule = model.rule(index);
    if (!model.rules[index].fires) return 0;
    const auto messages = longest(rule, channels);
    return messages == 0 ? 0 : messages * starts(model, rule, span);
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
    const Limit* holds = nullptr;
    for (std::uint32_t f = 0; f < flows.size(); ++f) {
        if (flows[f] == 0) continue;
        const auto limits = limits_on(model, channels, f);
        const auto capped = through(limits, span);
        if (capped < flows[f]) {
            flows[f] = capped;
            for (const auto* l : limits)
                if (!holds || l->count * ceil_of(span, l->per) < holds->count * ceil_of(span, holds->per)) holds = l;
        }
        out.most += flows[f];
    }
    const auto all = limits_on(model, channels, none);
    std::vector<const Limit*> global;
    for (const auto* l : all)
        if (l->scope.flow == none) global.push_back(l);
    if (const auto capped = through(global, span); capped < out.most) {
        out.most = capped;
        holds = *std::min_element(global.begin(), global.end(), [&](const Limit* a, const Limit* b) { return a->count * ceil_of(span, a->per) < b->count * ceil_of(span, b->per); });
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
            out.because = "the limits of each channel";
            return out;
        }
    }
    if (out.rules.empty()) out.because = "no rule messages there";
    else if (std::isinf(out.most)) out.because = "no limit";
    else out.because = holds ? text_of(model, *holds) : "how often its rules can fire";
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
        if (!month.rules.empty()) out.rows.push_back({name, week.most, month.most, month.because});
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
