// Two rules that can message one fan on one channel at one instant: woken by one event, or at the same moment of the calendar.
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "check/analysis/findings.hpp"

namespace segue::analysis {

namespace {

struct Candidate {
    std::uint32_t rule;
    const Site* site;
    std::uint32_t alternative; // of the trigger; none: not by an event
};

// What two rules need so that both go out: fields of the two are other slots, so what the one says of its own is told apart.
bool both_possible(const Model& model, const Candidate& a, const Candidate& b) {
    if (a.site->waited || b.site->waited) return true;
    const auto& x = model.rule(a.rule);
    const auto& y = model.rule(b.rule);
    // The fields of one event are the same values: those of the second rule are read in the slots of the first.
    std::vector<std::uint32_t> slots(y.slots.size());
    for (std::uint32_t s = 0; s < slots.size(); ++s) {
        const auto same = std::find_if(x.slots.begin(), x.slots.end(), [&](const Slot& slot) { return slot.name == y.slots[s].name; });
        slots[s] = same == x.slots.end() ? static_cast<std::uint32_t>(x.slots.size()) + s : static_cast<std::uint32_t>(same - x.slots.begin());
    }
    const auto translated = [&](auto&& self, Expr e) -> Expr {
        if (e.op == Op::Field && e.index < slots.size()) e.index = slots[e.index];
        for (auto& kid : e.kids) kid = self(self, std::move(kid));
        return e;
    };
    std::vector<Expr> theirs;
    std::vector<bool> holds;
    for (const auto& w : model.conditions(b.rule, *b.site)) theirs.push_back(translated(translated, *w.condition)), holds.push_back(w.holds);
    auto wanted = model.conditions(a.rule, *a.site);
    for (std::size_t i = 0; i < theirs.size(); ++i) wanted.push_back({&theirs[i], holds[i]});
    auto known = model.rules[a.rule].known[a.alternative == none ? 0 : a.alternative];
    const auto& other = model.rules[b.rule].known[b.alternative == none ? 0 : b.alternative];
    for (const auto& f : other.facts) known.facts.push_back(f);
    known.stage_low = std::max(known.stage_low, other.stage_low);
    known.stage_high = std::min(known.stage_high, other.stage_high);
    if (known.stage_low > known.stage_high) return false;
    return model.possible.together(known, wanted);
}

// Two constants for one field cannot both be.
bool same_event(const EventPattern& a, const EventPattern& b) {
    if (a.event != b.event) return false;
    for (const auto& x : a.matches)
        for (const auto& y : b.matches)
            if (x.field == y.field && x.op == Compare::Equal && y.op == Compare::Equal && x.value.op == Op::Constant && y.value.op == Op::Constant && !(x.value.value == y.value.value)) return false;
    return true;
}

// Counts that are reached one after the other do not meet.
bool counts_meet(const Rule& a, const Rule& b) {
    const bool counted_a = a.trigger.kind == TriggerKind::Count;
    const bool counted_b = b.trigger.kind == TriggerKind::Count;
    return !(counted_a && counted_b && a.trigger.count != b.trigger.count && !a.when && !b.when && a.frequency != Frequency::OnceEvery && b.frequency != Frequency::OnceEvery);
}

// The first channel that both can go by, and on which no limit lets only one of them through.
std::uint32_t shared_channel(const Model& model, const Candidate& a, const Candidate& b) {
    const auto& p = model.program;
    for (std::uint32_t c = 0; c < p.channels.size(); ++c) {
        if (!model.goes_by(model.rule(a.rule).steps[a.site->step], c) || !model.goes_by(model.rule(b.rule).steps[b.site->step], c)) continue;
        const bool one_only = std::any_of(p.limits.begin(), p.limits.end(), [&](const Limit& l) {
            return l.count == 1 && model.speaks_of(l.scope, c, model.rule(a.rule).flow) && model.speaks_of(l.scope, c, model.rule(b.rule).flow);
        });
        if (!one_only) return c;
    }
    return none;
}

std::string moment_text(const Model& model, const Candidate& c) {
    const auto& rule = model.rule(c.rule);
    const auto& instant = c.site->instant;
    if (instant.starts_with("event")) {
        const auto event = model.program.events[rule.trigger.patterns[c.alternative].event].name;
        const auto plus = instant.find('+');
        return plus == std::string::npos ? fmt::format("one `{}`", event) : fmt::format("{} after one `{}`", span_text(std::stoll(instant.substr(plus + 1))), event);
    }
    if (instant.starts_with("release 0 ")) return "release day";
    if (instant.starts_with("release")) return "the same day around a release";
    if (instant.starts_with("date")) return "the same day";
    if (instant.starts_with("enter")) return "the same stage";
    return "the same silence";
}

} // namespace

void collision(const Model& model) {
    const auto& p = model.program;
    std::map<std::string, std::vector<Candidate>> by_instant;
    for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
        if (!model.rules[r].fires) continue;
        for (const auto& site : model.rules[r].sites) {
            if (site.instant.empty()) continue;
            if (!site.instant.starts_with("event")) {
                by_instant[site.instant].push_back({r, &site, none});
                continue;
            }
            const auto& patterns = p.rules[r].trigger.patterns;
            for (std::uint32_t a = 0; a < patterns.size(); ++a)
                if (patterns[a].event != none && a < model.rules[r].known.size()) by_instant[fmt::format("{} {}", patterns[a].event, site.instant)].push_back({r, &site, a});
        }
    }
    constexpr std::size_t most_pairs = 20'000; // of one instant
    std::set<std::pair<std::uint32_t, std::uint32_t>> said;
    for (const auto& [instant, all] : by_instant) {
        std::size_t pairs = 0;
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t j = i + 1; j < all.size() && pairs < most_pairs; ++j) {
                auto a = all[i];
                auto b = all[j];
                if (a.rule == b.rule) continue;
                if (a.rule > b.rule) std::swap(a, b);
                ++pairs;
                if (said.contains({a.rule, b.rule})) continue;
                const auto channel = shared_channel(model, a, b);
                if (channel == none) continue;
                if (a.alternative != none && (!same_event(model.rule(a.rule).trigger.patterns[a.alternative], model.rule(b.rule).trigger.patterns[b.alternative]) || !counts_meet(model.rule(a.rule), model.rule(b.rule)))) continue;
                if (!both_possible(model, a, b)) continue;
                said.emplace(a.rule, b.rule);
                const auto& first = model.places.rules[a.rule];
                const auto& second = model.places.rules[b.rule];
                auto& d = model.warn(Code::collision, b.rule, second.steps[b.site->step].span,
                                     fmt::format("a fan can get two messages on `{}` at one instant", p.channels[channel].name));
                if (d.labels.empty()) d.primary = "this one";
                d.labels.push_back({first.steps[a.site->step].span, "and this one"});
                d.labels.push_back({first.trigger, fmt::format("both at {}", moment_text(model, a))});
                d.help = "join the two rules, tell their conditions apart, or let one of them wait";
            }
    }
}

} // namespace segue::analysis
