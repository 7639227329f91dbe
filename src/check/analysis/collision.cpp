// Two rules that can message one fan on one channel at one instant: woken by one event, or at the same moment of the calendar.
#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

#include "check/analysis/findings.hpp"
#include "check/wakes.hpp"

namespace segue::analysis {

namespace {

struct Candidate {
    std::uint32_t rule;
    const Site* site;
    std::uint32_t alternative; // of the trigger; none: not by an event
    std::vector<std::pair<Symbol, ValueSet>> fixed{}; // fields of the event that have to have one of these values, by their names
};

// What the trigger and the parts of `when` say of fields with `==` and `in`: most rules on one event are told apart by it, at once.
void find_fixed(const Model& model, Candidate& c) {
    const auto& rule = model.rule(c.rule);
    if (c.alternative == none) return;
    const auto& pattern = rule.trigger.patterns[c.alternative];
    const auto& fields = model.program.events[pattern.event].fields;
    const auto add = [&](const std::string& field, const std::vector<Value>& values) {
        c.fixed.emplace_back(model.ledger.symbols.intern(field), ValueSet(values.begin(), values.end()));
    };
    for (const auto& m : pattern.matches)
        if (m.op == Compare::Equal && !m.if_known && m.value.op == Op::Constant) add(fields[m.field].name, {m.value.value});
    if (!rule.when) return;
    for (const auto& required : required_values(*rule.when)) add(rule.slots[required.slot].name, required.values);
}

bool disjoint(const ValueSet& a, const ValueSet& b) {
    if (a.size() > b.size()) return disjoint(b, a);
    return std::none_of(a.begin(), a.end(), [&](const Value& v) { return b.contains(v); });
}

bool told_apart(const Candidate& a, const Candidate& b) {
    for (const auto& x : a.fixed)
        for (const auto& y : b.fixed)
            if (x.first == y.first && disjoint(x.second, y.second)) return true;
    return false;
}

bool speaks_of(const Model& model, const Expr& e, std::uint32_t event) {
    if ((e.op == Op::Count || e.op == Op::Distinct) && model.possible.question(model.program.queries[e.index]).event == model.program.events[event].symbol) return true;
    return std::any_of(e.kids.begin(), e.kids.end(), [&](const Expr& kid) { return speaks_of(model, kid, event); });
}

// Whether both responses began with one and the same occurrence; then what each asked as it began was asked of one fan at one time.
bool same_start(const Model& model, const Candidate& a, const Candidate& b) {
    if (a.site->instant.base == "came" || b.site->instant.base == "came") return false;
    if (a.site->instant.base != "release" && a.site->instant.base != "date") return true; // that is what the base says
    const auto& x = model.rule(a.rule).trigger;
    const auto& y = model.rule(b.rule).trigger;
    if (x.kind != y.kind) return false;
    if (x.kind == TriggerKind::Release) return x.span == y.span && x.clock == y.clock;
    if (x.kind == TriggerKind::Date) return x.date == y.date && x.clock == y.clock;
    // A held event comes once for each key: of one release, once.
    return x.kind == TriggerKind::Event && a.site->instant.base == "release" && x.patterns.size() == 1 && y.patterns.size() == 1 && x.patterns[0].event != none &&
           x.patterns[0].event == y.patterns[0].event && model.program.events[x.patterns[0].event].held;
}

// The conditions of two rules in one scope: fields of one name are one value, as they are of one occurrence.
class Both {
public:
    Both(const Model& model, const Candidate& a, const Candidate& b) : model_(model), x_(model.rule(a.rule)), y_(model.rule(b.rule)), a_(a), b_(b) {
        for (const auto& slot : y_.slots) {
            const auto same = std::find_if(x_.slots.begin(), x_.slots.end(), [&](const Slot& other) { return other.name == slot.name; });
            slots_.push_back(same == x_.slots.end() ? static_cast<std::uint32_t>(x_.slots.size() + slots_.size()) : static_cast<std::uint32_t>(same - x_.slots.begin()));
        }
    }

    // As they began.
    bool can_begin() {
        wanted_.clear();
        exprs_.clear();
        add(model_.asked_at_start(a_.rule), false), add(a_.site->start, false);
        add(model_.asked_at_start(b_.rule), true), add(b_.site->start, true);
        add_fields(x_, a_), add_fields(y_, b_);
        auto known = model_.rules[a_.rule].known[a_.alternative == none ? 0 : a_.alternative];
        if (!join(known, model_.rules[b_.rule].known[b_.alternative == none ? 0 : b_.alternative])) return false;
        return model_.possible.together(known, wanted_);
    }

    // As they send.
    bool can_send(bool same_start) {
        wanted_.clear();
        exprs_.clear();
        Known known;
        for (const auto* c : {&a_, &b_}) {
            const bool other = c == &b_;
            add(model_.conditions(c->rule, *c->site), other);
            if (const auto there = model_.already(model_.rule(c->rule).steps[c->site->step])) add({{&exprs_.emplace_back(*there), false}}, other);
            if (c->site->waited) continue;
            if (!join(known, model_.rules[c->rule].known[c->alternative == none ? 0 : c->alternative])) return false;
            if (same_start) add_fields(model_.rule(c->rule), *c);
        }
        return model_.possible.together(known, wanted_);
    }

private:
    static bool join(Known& known, const Known& other) {
        known.facts.insert(known.facts.end(), other.facts.begin(), other.facts.end());
        known.wanted.insert(known.wanted.end(), other.wanted.begin(), other.wanted.end());
        known.stage_low = std::max(known.stage_low, other.stage_low);
        known.stage_high = std::min(known.stage_high, other.stage_high);
        return known.stage_low <= known.stage_high;
    }

    Expr translated(Expr e) const {
        if (e.op == Op::Field && e.index < slots_.size()) e.index = slots_[e.index];
        for (auto& kid : e.kids) kid = translated(std::move(kid));
        return e;
    }
    void add(const std::vector<Wanted>& all, bool of_other) {
        for (const auto& w : all) wanted_.push_back(of_other ? Wanted{&exprs_.emplace_back(translated(*w.condition)), w.holds} : w);
    }

    // What a trigger's arguments say of the occurrence.
    void add_fields(const Rule& rule, const Candidate& c) {
        if (c.alternative == none) return;
        const auto& pattern = rule.trigger.patterns[c.alternative];
        for (const auto& m : pattern.matches) {
            if (m.if_known) continue;
            constexpr Op ops[] = {Op::Equal, Op::NotEqual, Op::Less, Op::LessEqual, Op::Greater, Op::GreaterEqual};
            auto& test = exprs_.emplace_back(Expr{ops[static_cast<std::size_t>(m.op)], 0, {}, {}});
            test.kids.push_back(Expr{Op::Field, field(model_.program.events[pattern.event].fields[m.field].name, m.field), {}, {}});
            test.kids.push_back(&rule == &y_ ? translated(m.value) : m.value);
            wanted_.push_back({&test, true});
        }
    }
    std::uint32_t field(const std::string& name, std::uint32_t index) const {
        for (std::uint32_t s = 0; s < x_.slots.size(); ++s)
            if (x_.slots[s].name == name) return s;
        for (std::uint32_t s = 0; s < y_.slots.size(); ++s)
            if (y_.slots[s].name == name) return slots_[s];
        return 1'000'000 + index; // no slot of either
    }

    const Model& model_;
    const Rule& x_;
    const Rule& y_;
    const Candidate& a_;
    const Candidate& b_;
    std::vector<std::uint32_t> slots_; // of the second rule, in the numbers of the first
    std::deque<Expr> exprs_;
    std::vector<Wanted> wanted_;
};

bool both_possible(const Model& model, const Candidate& a, const Candidate& b) {
    // The same fan gets the same arm of a split.
    for (const auto& [split, arm] : a.site->arms)
        for (const auto& [other, other_arm] : b.site->arms)
            if (split == other && arm != other_arm) return false;
    Both both(model, a, b);
    const bool same = same_start(model, a, b);
    return (!same || both.can_begin()) && both.can_send(same);
}

// The release that a response is about, where its trigger says which.
std::optional<Value> release_of(const Model& model, const Rule& rule) {
    if (rule.trigger.patterns.size() != 1 || rule.trigger.patterns[0].event == none) return std::nullopt;
    for (const auto& m : rule.trigger.patterns[0].matches)
        if (model.program.events[rule.trigger.patterns[0].event].fields[m.field].type == Type::Release && m.op == Compare::Equal && m.value.op == Op::Constant) return m.value.value;
    return std::nullopt;
}

// Two constants for one field cannot both be.
bool same_event(const EventPattern& a, const EventPattern& b) {
    if (a.event != b.event) return false;
    for (const auto& x : a.matches)
        for (const auto& y : b.matches)
            if (x.field == y.field && x.op == Compare::Equal && y.op == Compare::Equal && x.value.op == Op::Constant && y.value.op == Op::Constant && !(x.value.value == y.value.value)) return false;
    return true;
}

// What an event must be for the candidate to be woken, or to go on.
const EventPattern* pattern_of(const Model& model, const Candidate& c) {
    if (c.alternative != none) return &model.rule(c.rule).trigger.patterns[c.alternative];
    return c.site->instant.base == "came" ? &model.rule(c.rule).steps[c.site->came].pattern : nullptr;
}

// Counts of the same things that are reached one after the other do not meet.
bool counts_meet(const Model& model, const Rule& a, const Rule& b) {
    if (a.trigger.kind != TriggerKind::Count || b.trigger.kind != TriggerKind::Count || a.trigger.count == b.trigger.count) return true;
    if (a.when || b.when || a.frequency == Frequency::OnceEvery || b.frequency == Frequency::OnceEvery || a.trigger.per != b.trigger.per) return true;
    const auto x = model.possible.question(model.program.queries[a.trigger.query]);
    const auto y = model.possible.question(model.program.queries[b.trigger.query]);
    return x.window != 0 || y.window != 0 || x.key() != y.key();
}

// The first channel that both can go by, and on which no limit lets only one of them through.
std::uint32_t shared_channel(const Model& model, const Candidate& a, const Candidate& b) {
    const auto& p = model.program;
    for (std::uint32_t c = 0; c < p.channels.size(); ++c) {
        if (!model.goes_by(model.rule(a.rule).steps[a.site->step], c) || !model.goes_by(model.rule(b.rule).steps[b.site->step], c)) continue;
        const bool one_only = std::any_of(p.limits.begin(), p.limits.end(), [&](const Limit& l) {
            return l.count == 1 && speaks_of(l.scope, p, c, model.rule(a.rule).flow) && speaks_of(l.scope, p, c, model.rule(b.rule).flow);
        });
        if (!one_only) return c;
    }
    return none;
}

std::string moment_text(const Model& model, const Candidate& c) {
    const auto& rule = model.rule(c.rule);
    const auto& instant = c.site->instant;
    if (instant.base == "came") return fmt::format("one `{}`", model.program.events[rule.steps[c.site->came].pattern.event].name);
    if (instant.base.starts_with("event")) {
        const auto event = model.program.events[rule.trigger.patterns[c.alternative].event].name;
        if (instant.base != "event") return fmt::format("the same hour after one `{}`", event);
        return instant.offset == 0 ? fmt::format("one `{}`", event) : fmt::format("{} after one `{}`", span_text(instant.offset), event);
    }
    if (instant.base == "release") return instant.offset >= 0 && instant.offset < day_ms ? "release day" : "the same day around a release";
    if (instant.base == "date") return "the same day";
    return instant.base.starts_with("enter") ? "the same stage" : "the same silence";
}

} // namespace

void collision(const Model& model) {
    const auto& p = model.program;
    std::map<std::string, std::vector<Candidate>> by_instant;
    for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
        if (!model.rules[r].fires) continue;
        for (const auto& site : model.rules[r].sites) {
            if (site.instant.base.empty()) continue;
            const auto instant = fmt::format("{} +{}", site.instant.base, site.instant.offset);
            if (site.instant.base == "came") { // at the event itself, as a rule on it
                by_instant[fmt::format("{} event +{}", p.rules[r].steps[site.came].pattern.event, site.instant.offset)].push_back({r, &site, none});
                continue;
            }
            if (!site.instant.base.starts_with("event")) {
                by_instant[instant].push_back({r, &site, none});
                continue;
            }
            const auto& patterns = p.rules[r].trigger.patterns;
            // A stage can be entered by the very event: where nothing else is asked, at its first.
            if (site.instant.base == "event" && site.instant.offset == 0 && !p.rules[r].when && p.rules[r].trigger.kind == TriggerKind::Event && patterns.size() == 1)
                for (std::uint32_t s = 0; s < p.stages.size(); ++s)
                    if (patterns[0].event != none && patterns[0].matches.empty() && speaks_of(model, p.stages[s].condition, patterns[0].event)) by_instant[fmt::format("enter {} +0", s)].push_back({r, &site, 0});
            for (std::uint32_t a = 0; a < patterns.size(); ++a)
                if (patterns[a].event != none && a < model.rules[r].known.size()) by_instant[fmt::format("{} {}", patterns[a].event, instant)].push_back({r, &site, a});
        }
    }
    constexpr std::size_t most_pairs = 20'000; // of one instant
    std::set<std::pair<std::uint32_t, std::uint32_t>> said;
    for (auto& [instant, all] : by_instant) {
        for (auto& candidate : all) find_fixed(model, candidate);
        std::size_t pairs = 0;
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t j = i + 1; j < all.size() && pairs < most_pairs; ++j) {
                if (told_apart(all[i], all[j]) && same_start(model, all[i], all[j])) continue;
                auto a = all[i];
                auto b = all[j];
                if (a.rule == b.rule || (instant.starts_with("enter") && a.alternative != none && b.alternative != none)) continue;
                if (a.rule > b.rule) std::swap(a, b);
                ++pairs;
                if (said.contains({a.rule, b.rule})) continue;
                if (model.full(Code::collision)) return; // pairs are many, and each costs a search
                const auto channel = shared_channel(model, a, b);
                if (channel == none) continue;
                if (const auto *x = pattern_of(model, a), *y = pattern_of(model, b); x && y && !same_event(*x, *y)) continue;
                if (a.alternative != none && b.alternative != none && !counts_meet(model, model.rule(a.rule), model.rule(b.rule))) continue;
                if (a.site->instant.base == "release") {
                    const auto x = release_of(model, model.rule(a.rule)), y = release_of(model, model.rule(b.rule));
                    if (x && y && !(*x == *y)) continue;
                }
                if (!both_possible(model, a, b)) continue;
                said.emplace(a.rule, b.rule);
                const auto& first = model.places.rules[a.rule];
                const auto& second = model.places.rules[b.rule];
                auto& d = model.warn(Code::collision, b.rule, second.steps[b.site->step].span,
                                     fmt::format("a fan can get two messages on `{}` at one instant", p.channels[channel].name));
                if (first.steps[a.site->step].span == second.steps[b.site->step].span) { // one template, twice
                    d.primary = fmt::format("of `{}` and of `{}`", model.rule(a.rule).name, model.rule(b.rule).name);
                } else {
                    if (d.labels.empty()) d.primary = "this one";
                    d.labels.push_back({first.steps[a.site->step].span, "and this one"});
                }
                d.labels.push_back({first.trigger, fmt::format("both at {}", moment_text(model, a.site->instant.base == "came" ? b : a))});
                d.help = "join the two rules, tell their conditions apart, or let one of them wait";
            }
    }
}

} // namespace segue::analysis
