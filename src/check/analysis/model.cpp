#include "check/analysis/model.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unordered_set>

namespace segue::analysis {

namespace {

bool speaks_of_tags(const Expr& e) { return e.op == Op::Tagged || std::any_of(e.kids.begin(), e.kids.end(), speaks_of_tags); }

// Whether a pattern of a held event is there.
Expr is_held(const EventPattern& pattern) {
    Expr out{Op::Positive, 0, {}, {}};
    out.kids.push_back(Expr{Op::Count, pattern.query, {}, {}});
    return out;
}

constexpr std::size_t most_paths = 200; // of one response; past them its messages are looked at without their conditions
constexpr double infinite = 1e300;

} // namespace

std::string span_text(Span_ms ms) {
    constexpr std::pair<Span_ms, std::string_view> units[] = {{day_ms, "day"}, {3'600'000, "hour"}, {60'000, "minute"}, {1'000, "second"}};
    for (const auto& [length, unit] : units)
        if (ms % length == 0) return fmt::format("{} {}{}", ms / length, unit, ms == length ? "" : "s");
    return fmt::format("{} ms", ms);
}

Model::Model(const Program& p, const Places& where, Ledger& kept, Diagnostics& diagnostics, std::function<bool(std::uint32_t)> from_stdlib)
    : program(p), places(where), ledger(kept), possible(p, kept), diagnostics_(diagnostics), from_stdlib_(std::move(from_stdlib)) {
    rules.resize(p.rules.size());
    until_.resize(p.rules.size());
    for (std::uint32_t r = 0; r < rules.size(); ++r) {
        for (const auto& pattern : p.rules[r].until)
            if (pattern.query != none) until_[r].push_back(is_held(pattern));
        know(r);
        walk(r);
    }
    collect_asked();
}

bool Model::goes_by(const Step& step, std::uint32_t channel) const {
    return is_message(step) && std::any_of(step.routes.begin(), step.routes.end(), [&](const Route& r) { return r.channel == channel; });
}

std::string Model::channels_of(const Step& step) const {
    std::string out;
    for (const auto& r : step.routes) out += (out.empty() ? "" : " or ") + program.channels[r.channel].name;
    return out;
}

Diagnostic& Model::warn(Code code, std::uint32_t rule, Span at, std::string message) const {
    const auto& place = places.rules[rule];
    if (place.included.end == 0 || !from_stdlib_(at.source)) return diagnostics_.error(code, at, std::move(message));
    auto& d = diagnostics_.error(code, place.included, std::move(message));
    d.labels.push_back({at, fmt::format("in the rule `{}`", program.rules[rule].name)});
    return d;
}

// What holds when the rule is considered, for each alternative of its trigger.
void Model::know(std::uint32_t index) {
    const auto& rule = program.rules[index];
    const auto& trigger = rule.trigger;
    auto& model = rules[index];
    const auto by_event = trigger.kind == TriggerKind::Event || trigger.kind == TriggerKind::Count || trigger.kind == TriggerKind::Every;
    if (!by_event) {
        Known known;
        if (trigger.kind == TriggerKind::Enter && trigger.stage != none) known.stage_low = known.stage_high = static_cast<int>(trigger.stage), known.wanted.push_back({&program.stages[trigger.stage].condition, true});
        if (trigger.kind == TriggerKind::Silence && trigger.need != none && !trigger.patterns.empty() && trigger.patterns[0].event != none) {
            auto silent = possible.occurrence(trigger.patterns[0].event, trigger.patterns[0].matches);
            silent.window = trigger.span;
            known.facts.push_back({silent, 0, 0});
        }
        model.known.push_back(std::move(known));
    }
    for (std::size_t p = 0; by_event && p < trigger.patterns.size(); ++p) {
        if (trigger.patterns[p].event == none) continue;
        const auto& event = program.events[trigger.patterns[p].event];
        auto q = possible.occurrence(trigger.patterns[p].event, trigger.patterns[p].matches);
        for (std::uint32_t s = 0; s < rule.slots.size(); ++s) { // the occurrence has the values that are in scope
            if (p >= rule.slots[s].fields.size() || event.fields[rule.slots[s].fields[p]].optional) continue;
            q.restrictions.push_back({ledger.symbols.intern(rule.slots[s].name), Compare::Equal, possible.key(Expr{Op::Field, s, {}, {}})});
        }
        Known known;
        known.facts.push_back({q, 1, infinite});
        if (trigger.query != none) known.facts.push_back({possible.question(program.queries[trigger.query]), static_cast<double>(trigger.count), infinite});
        // The stage is found before the rules are asked.
        for (std::size_t s = program.stages.size(); s-- > 0;)
            if (!possible.together(known, {{&program.stages[s].condition, false}})) {
                known.stage_low = static_cast<int>(s);
                break;
            }
        model.known.push_back(std::move(known));
    }
}

bool Model::possible_at_start(std::uint32_t index, const std::vector<Wanted>& wanted) const {
    const auto& known = rules[index].known;
    return std::any_of(known.begin(), known.end(), [&](const Known& k) { return possible.together(k, wanted); });
}

std::optional<Expr> Model::already(const Step& step) const {
    if (step.act != Act::Prompt || step.goals.size() != 1) return std::nullopt;
    const auto& goal = step.goals[0];
    if (goal.consent != none) return Expr{Op::Consent, 0, Value::of_symbol(program.channels[goal.consent].symbol), {}};
    if (goal.pattern.query != none) return is_held(goal.pattern);
    return std::nullopt;
}

std::vector<Wanted> Model::asked_at_start(std::uint32_t index) const {
    std::vector<Wanted> out;
    if (program.rules[index].when) out.push_back({&*program.rules[index].when, true});
    for (const auto& held : until_[index]) out.push_back({&held, false});
    return out;
}

std::vector<Wanted> Model::conditions(std::uint32_t index, const Site& site) const {
    auto out = site.path;
    if (site.waited) return out;
    auto asked = asked_at_start(index);
    while (!asked.empty()) {
        const auto next = asked.back();
        asked.pop_back();
        if (!site.retagged || !speaks_of_tags(*next.condition)) out.push_back(next);
        else if (next.condition->op == Op::And && next.holds)
            for (const auto& kid : next.condition->kids) asked.push_back({&kid, true});
    }
    return out;
}

bool Model::held_back(const Step& step, std::uint32_t flow) const {
    return std::any_of(step.routes.begin(), step.routes.end(), [&](const Route& route) {
        return std::any_of(program.quiets.begin(), program.quiets.end(), [&](const Quiet& q) { return speaks_of(q.scope, program, route.channel, flow); }) ||
               std::any_of(program.limits.begin(), program.limits.end(), [&](const Limit& l) { return l.else_wait && speaks_of(l.scope, program, route.channel, flow); });
    });
}

// Through the steps in every way that there is.
void Model::walk(std::uint32_t index) {
    const auto& rule = program.rules[index];
    struct Walker {
        std::uint32_t step;
        Site site;
    };
    const auto& trigger = rule.trigger;
    Site begin;
    switch (trigger.kind) {
    case TriggerKind::Event:
    case TriggerKind::Count:
    case TriggerKind::Every: begin.instant = {"event", 0}; break;
    case TriggerKind::Release: begin.instant = {"release", trigger.span + trigger.clock}; break;
    case TriggerKind::Date: begin.instant = {"date", trigger.date * day_ms + trigger.clock}; break;
    case TriggerKind::Enter: begin.instant = {fmt::format("enter {}", trigger.stage), 0}; break;
    case TriggerKind::Silence: begin.instant = {fmt::format("silence {}", trigger.need), trigger.span}; break;
    }
    std::vector<Walker> open{{0, begin}};
    auto& sites = rules[index].sites;
    std::size_t paths = 0;
    while (!open.empty() && paths < most_paths) {
        auto w = std::move(open.back());
        open.pop_back();
        const auto& step = rule.steps[w.step];
        auto& instant = w.site.instant;
        const auto go = [&](std::uint32_t to) {
            w.step = to;
            open.push_back(w);
        };
        const auto forget = [&] {
            w.site.waited = true;
            w.site.path.clear();
        };
        const auto asked = [](Site& site, const Expr& condition, bool holds) {
            site.path.push_back({&condition, holds});
            if (!site.waited && !(site.retagged && speaks_of_tags(condition))) site.start.push_back({&condition, holds});
        };
        // The next time that a clock shows an hour, or that it shows it some days on.
        const auto until_clock = [&](std::optional<Span_ms> days, Span_ms clock) {
            if (instant.base == "came") instant = {}; // one of several events, and an hour after it
            if (instant.base.empty()) return;
            if (instant.base != "release" && instant.base != "date") {
                instant = {fmt::format("{} +{} then {} at {}", instant.base, instant.offset, days.value_or(-1), clock), 0};
                return;
            }
            const auto day = instant.offset - ((instant.offset % day_ms) + day_ms) % day_ms;
            if (days) instant.offset = day + *days + clock;
            else if (day + clock == instant.offset) instant = {};
            else instant.offset = day + clock + (day + clock < instant.offset ? day_ms : 0);
        };
        switch (step.act) {
        case Act::Prompt:
        case Act::Send: {
            auto site = w.site;
            site.step = w.step;
            sites.push_back(std::move(site));
            w.site.emitted_before = true;
            if (held_back(step, rule.flow)) forget();
            go(w.step + 1);
            break;
        }
        case Act::Record:
            forget();
            go(w.step + 1);
            break;
        case Act::Tag:
        case Act::Untag:
            w.site.emitted_before = true;
            w.site.retagged = true;
            std::erase_if(w.site.path, [](const Wanted& wanted) { return speaks_of_tags(*wanted.condition); });
            go(w.step + 1);
            break;
        case Act::WaitLength:
            forget();
            if (step.clock) until_clock(step.span, *step.clock);
            else instant.offset += step.span;
            go(w.step + 1);
            break;
        case Act::WaitClock:
            forget();
            if (step.clock) until_clock(std::nullopt, *step.clock);
            else instant = {};
            go(w.step + 1);
            break;
        case Act::WaitDate:
            forget();
            instant = {"date", step.date * day_ms + step.clock.value_or(0)};
            go(w.step + 1);
            break;
        case Act::WaitRelease:
            forget();
            instant = {"release", step.clock.value_or(0)};
            go(w.step + 1);
            break;
        case Act::WaitFor: {
            forget();
            auto late = w;
            late.site.instant.offset += step.span;
            late.step = step.target;
            open.push_back(std::move(late));
            instant = {step.pattern.event == none ? "" : "came", 0};
            w.site.came = w.step;
            go(w.step + 1);
            break;
        }
        case Act::If: {
            auto no = w;
            no.step = step.target;
            asked(no.site, *step.value, false);
            open.push_back(std::move(no));
            asked(w.site, *step.value, true);
            go(w.step + 1);
            break;
        }
        case Act::Split:
            w.site.emitted_before = true;
            for (std::size_t arm = 0; arm < step.targets.size(); ++arm) {
                auto on = w;
                on.step = step.targets[arm];
                on.site.arms.emplace_back(step.split, arm);
                open.push_back(std::move(on));
            }
            break;
        case Act::Jump: go(step.target); break;
        case Act::Stop: ++paths; break;
        default: go(w.step + 1);
        }
    }
    if (open.empty()) return;
    // Too many ways: each message by itself, with nothing known of how it is reached.
    rules[index].whole = false;
    sites.clear();
    for (std::uint32_t s = 0; s < rule.steps.size(); ++s)
        if (is_message(rule.steps[s])) {
            auto& site = sites.emplace_back();
            site.step = s;
            site.waited = true;
        }
}

void Model::ask(const EventPattern& pattern) {
    if (pattern.event != none) asked_.push_back(possible.occurrence(pattern.event, pattern.matches));
}

void Model::ask(const Expr& e) {
    if (e.op == Op::Count || e.op == Op::Distinct || e.op == Op::Since) {
        auto q = possible.question(program.queries[e.index]);
        q.window = 0;
        q.distinct = 0;
        asked_.push_back(std::move(q));
    }
    if (e.op == Op::Consent && program.optin != none) asked_.push_back(possible.consent(e.value));
    for (const auto& kid : e.kids) ask(kid);
}

void Model::collect_asked() {
    for (const auto& stage : program.stages) ask(stage.condition);
    for (const auto& rule : program.rules) {
        for (const auto& p : rule.trigger.patterns) ask(p);
        for (const auto& p : rule.until) ask(p);
        if (rule.when) ask(*rule.when);
        for (const auto& step : rule.steps) {
            if (step.act == Act::WaitFor) ask(step.pattern);
            if (step.act == Act::If) ask(*step.value);
        }
    }
    std::unordered_set<std::string> different;
    std::erase_if(asked_, [&](const Question& q) { return !different.insert(q.key()).second; });
}

// Whether something asks for such an outcome: for its event, and not for another value of a field than the outcome has.
bool Model::asked_for(const Question& outcome) const {
    return std::any_of(asked_.begin(), asked_.end(), [&](const Question& q) {
        if (q.event != outcome.event) return false;
        for (const auto& r : q.restrictions)
            for (const auto& o : outcome.restrictions) {
                const auto constant = [](const std::string& v) { return !v.empty() && v[0] != '('; };
                if (r.field == o.field && r.op == Compare::Equal && o.op == Compare::Equal && constant(r.value) && constant(o.value) && r.value != o.value) return false;
            }
        return true;
    });
}

} // namespace segue::analysis
