// What can never be: rules that cannot fire, conditions that contradict themselves, messages that cannot go out, stages that nothing
// reaches.
#include <algorithm>
#include <fmt/format.h>

#include "check/analysis/findings.hpp"
#include "text/did_you_mean.hpp"

namespace segue::analysis {

namespace {

// Of the trigger alone: `on listen(seconds > 60, seconds < 30)`.
bool contradicts(const Model& model, const EventPattern& pattern) {
    std::vector<Expr> tests;
    for (const auto& m : pattern.matches) {
        constexpr Op ops[] = {Op::Equal, Op::NotEqual, Op::Less, Op::LessEqual, Op::Greater, Op::GreaterEqual};
        Expr test{ops[static_cast<std::size_t>(m.op)], 0, {}, {}};
        test.kids.push_back(Expr{Op::Field, 1'000'000 + m.field, {}, {}}); // of the event, not a slot of the rule
        test.kids.push_back(m.value);
        tests.push_back(std::move(test));
    }
    std::vector<Wanted> wanted;
    wanted.reserve(tests.size());
    for (const auto& t : tests) wanted.push_back({&t, true});
    return !wanted.empty() && !model.possible.together({}, wanted);
}

// The same, with the condition: what the pattern says of a field that the condition speaks of.
std::vector<Expr> known_of_fields(const Rule& rule, std::size_t p) {
    std::vector<Expr> out;
    for (const auto& m : rule.trigger.patterns[p].matches)
        for (std::uint32_t s = 0; s < rule.slots.size(); ++s) {
            if (p >= rule.slots[s].fields.size() || rule.slots[s].fields[p] != m.field) continue;
            constexpr Op ops[] = {Op::Equal, Op::NotEqual, Op::Less, Op::LessEqual, Op::Greater, Op::GreaterEqual};
            Expr test{ops[static_cast<std::size_t>(m.op)], 0, {}, {}};
            test.kids.push_back(Expr{Op::Field, s, {}, {}});
            test.kids.push_back(m.value);
            out.push_back(std::move(test));
        }
    return out;
}

bool speaks_of_stage(const Expr& e) { return e.op == Op::Stage || std::any_of(e.kids.begin(), e.kids.end(), speaks_of_stage); }

bool can_fire(const Model& model, std::uint32_t index) {
    const auto& rule = model.rule(index);
    const auto& known = model.rules[index].known;
    for (std::size_t p = 0; p < known.size(); ++p) {
        std::vector<Expr> fields;
        const bool by_event = !rule.trigger.patterns.empty() && rule.trigger.kind != TriggerKind::Silence && p < rule.trigger.patterns.size();
        if (by_event) {
            if (contradicts(model, rule.trigger.patterns[p])) continue;
            fields = known_of_fields(rule, p);
        }
        std::vector<Wanted> wanted;
        wanted.reserve(fields.size());
        for (const auto& f : fields) wanted.push_back({&f, true});
        if (rule.when) wanted.push_back({&*rule.when, true});
        // The stage was found before the rules are asked: who is below one does not fulfil its condition.
        std::vector<Expr> ranks;
        if (rule.when && (rule.trigger.kind == TriggerKind::Enter || speaks_of_stage(*rule.when)))
            for (std::size_t s = 0; s < model.program.stages.size(); ++s) {
                Expr reached{Op::GreaterEqual, 0, {}, {}};
                reached.kids.push_back(Expr{Op::Stage, 0, {}, {}});
                reached.kids.push_back(Expr{Op::Constant, 0, Value::of_number(static_cast<double>(s)), {}});
                ranks.push_back(std::move(reached));
            }
        const auto asked = wanted;
        for (std::size_t s = 0; s < ranks.size(); ++s) {
            auto reached = asked;
            reached.push_back({&ranks[s], true});
            if (!model.possible.together(known[p], reached)) wanted.push_back({&model.program.stages[s].condition, false});
        }
        if (model.possible.together(known[p], wanted)) return true;
    }
    return known.empty();
}

// What a pattern asks of the history, without what it takes from the occurrence that woke the rule: that has its own values.
Question asked_of(const Model& model, const Rule& rule, std::uint32_t query) {
    auto q = model.possible.question(model.program.queries[query]);
    std::erase_if(q.restrictions, [&](const Restriction& r) {
        for (std::uint32_t s = 0; s < rule.slots.size(); ++s)
            if (r.op == Compare::Equal && model.ledger.symbols.text(r.field) == rule.slots[s].name && r.value == model.possible.key(Expr{Op::Field, s, {}, {}})) return true;
        return false;
    });
    return q;
}

// `until` of what has just been done: a held event that is held already does not let the rule start.
std::size_t stopped_by_until(const Model& model, std::uint32_t index) {
    const auto& rule = model.rule(index);
    for (std::size_t u = 0; u < rule.until.size(); ++u) {
        const auto& until = rule.until[u];
        if (until.query == none || rule.trigger.patterns.empty() || rule.trigger.kind == TriggerKind::Silence) continue;
        const auto asked = asked_of(model, rule, until.query);
        const bool always = std::all_of(model.rules[index].known.begin(), model.rules[index].known.end(), [&](const Known& known) {
            return std::any_of(known.facts.begin(), known.facts.end(), [&](const Fact& f) { return f.low >= 1 && f.question.at_most(asked); });
        });
        if (always) return u;
    }
    return rule.until.size();
}

// `until` of what `when` asks for: the same, in other words.
bool stopped_by_when(const Model& model, std::uint32_t index) {
    const auto& rule = model.rule(index);
    return rule.when && !model.rules[index].known.empty() && !model.possible_at_start(index, model.asked_at_start(index));
}

// The goal of a message that is held whenever the message is reached without a wait.
bool held_already(const Model& model, std::uint32_t index, const Step& step) {
    return std::any_of(step.goals.begin(), step.goals.end(), [&](const Goal& goal) {
        if (goal.pattern.query == none) return false;
        const auto asked = asked_of(model, model.rule(index), goal.pattern.query);
        const auto& known = model.rules[index].known;
        return !known.empty() && std::all_of(known.begin(), known.end(), [&](const Known& k) {
            return std::any_of(k.facts.begin(), k.facts.end(), [&](const Fact& f) { return f.low >= 1 && f.question.at_most(asked); });
        });
    });
}

// Tags that are asked for, and that no rule sets: a misspelt name, most often.
void unset_tags(const Model& model) {
    std::vector<std::string> set;
    for (const auto& rule : model.program.rules)
        for (const auto& step : rule.steps)
            if (step.act == Act::Tag) set.push_back(model.ledger.symbols.text(step.tag));
    const auto look = [&](auto&& self, const Expr& e, std::uint32_t r, Span at) -> void {
        for (const auto& kid : e.kids) self(self, kid, r, at);
        if (e.op != Op::Tagged) return;
        const auto tag = model.ledger.symbols.text(e.value.symbol());
        if (std::find(set.begin(), set.end(), tag) != set.end()) return;
        const auto near = did_you_mean(tag, set);
        model.warn(Code::never, r, at, fmt::format("no rule sets the tag `{}`: nobody has it", tag)).help = near ? fmt::format("did you mean `{}`?", *near) : fmt::format("set it somewhere: `tag {}`", tag);
    };
    for (std::uint32_t r = 0; r < model.program.rules.size(); ++r) {
        const auto& rule = model.rule(r);
        if (rule.when) look(look, *rule.when, r, model.places.rules[r].when);
        for (std::uint32_t s = 0; s < rule.steps.size(); ++s)
            if (rule.steps[s].act == Act::If) look(look, *rule.steps[s].value, r, model.places.rules[r].steps[s].span);
    }
}

// Whether the message can find an open way: some channel that needs no consent, or whose consent can be there.
bool reachable(const Model& model, std::uint32_t index, const Site& site) {
    const auto& step = model.rule(index).steps[site.step];
    for (const auto& route : step.routes) {
        const auto& channel = model.program.channels[route.channel];
        if (!channel.needs_consent) return true;
        // A prompt for the consent itself is silent where the consent is.
        const bool for_itself = std::any_of(step.goals.begin(), step.goals.end(), [&](const Goal& g) { return g.consent == route.channel; });
        if (for_itself) continue;
        if (site.waited && site.path.empty()) return true;
        const Expr consent{Op::Consent, 0, Value::of_symbol(channel.symbol), {}};
        auto wanted = model.conditions(index, site);
        wanted.push_back({&consent, true});
        if (model.possible_at(index, site, wanted)) return true;
    }
    return step.routes.empty();
}

void messages(const Model& model, std::uint32_t r) {
    const auto& rule = model.rule(r);
    const auto& place = model.places.rules[r];
    for (std::uint32_t s = 0; s < rule.steps.size(); ++s) {
        const auto& step = rule.steps[s];
        if (!Model::is_message(step)) continue;
        std::vector<const Site*> sites;
        for (const auto& site : model.rules[r].sites)
            if (site.step == s) sites.push_back(&site);
        if (sites.empty()) {
            if (!model.rules[r].whole) continue;
            model.warn(Code::never, r, place.steps[s].span, "nobody ever comes to this message: the response has ended before it").help = "leave it out, or take away the `stop` before it";
            continue;
        }
        const bool at_once = std::none_of(sites.begin(), sites.end(), [](const Site* site) { return site->waited; });
        if (at_once && held_already(model, r, step)) {
            auto& d = model.warn(Code::never, r, place.steps[s].span, "this prompt is never sent: what it asks for has just been done");
            d.labels.push_back({place.trigger, "done here"});
            d.help = "ask for something else";
        } else if (const auto there = model.already(step); there && std::none_of(sites.begin(), sites.end(), [&](const Site* site) {
            auto wanted = model.conditions(r, *site);
            wanted.push_back({&*there, false});
            return model.possible_at(r, *site, wanted);
        }) && std::any_of(sites.begin(), sites.end(), [&](const Site* site) { return model.possible_at(r, *site, model.conditions(r, *site)); })) {
            auto& d = model.warn(Code::never, r, place.steps[s].span, "this prompt is never sent: what it asks for is there whenever it is reached");
            if (place.when.end != 0 && at_once) d.labels.push_back({place.when, "asked for here"});
            d.help = "ask for something else, or ask those who have not done it";
        } else if (std::none_of(sites.begin(), sites.end(), [&](const Site* site) { return model.possible_at(r, *site, model.conditions(r, *site)); })) {
            // An `if` that contradicts itself is told where it stands.
            const auto impossible = [&](const Wanted& asked) { return !model.possible.together({}, {asked}); };
            if (std::all_of(sites.begin(), sites.end(), [&](const Site* site) { return std::any_of(site->path.begin(), site->path.end(), impossible); })) continue;
            auto& d = model.warn(Code::never, r, place.steps[s].span, "nobody ever comes to this message: what is asked before it has ruled it out");
            if (place.when.end != 0 && at_once) d.labels.push_back({place.when, "not together with the `if`"});
            d.help = "ask for what can be, or leave the branch out";
        } else if (std::none_of(sites.begin(), sites.end(), [&](const Site* site) { return reachable(model, r, *site); })) {
            auto& d = model.warn(Code::never, r, place.steps[s].span, "this message never goes out: the fan has not consented to its channel when it is reached");
            if (place.when.end != 0 && at_once) d.labels.push_back({place.when, "this lets only others through"});
            d.help = fmt::format("a prompt for consent goes by another channel, such as `via page`; a message to {} needs the consent", model.channels_of(step));
        }
    }
}

} // namespace

void find_unreachable(Model& model) {
    for (std::uint32_t r = 0; r < model.rules.size(); ++r) {
        const auto& rule = model.rule(r);
        model.rules[r].fires = can_fire(model, r) && stopped_by_until(model, r) == rule.until.size() && !stopped_by_when(model, r);
    }
}

void never(const Model& model) {
    unset_tags(model);
    const auto& p = model.program;
    for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
        const auto& rule = p.rules[r];
        const auto& place = model.places.rules[r];
        if (!model.rules[r].fires) {
            if (const auto u = stopped_by_until(model, r); u < rule.until.size()) {
                auto& d = model.warn(Code::never, r, place.until[u], "this rule never starts: what ends it has been done already");
                d.labels.push_back({place.trigger, "done here"});
                d.help = "leave it out, or name another event";
                continue;
            }
            if (can_fire(model, r) && !rule.until.empty()) {
                auto& d = model.warn(Code::never, r, place.until[0], "this rule never starts: what ends it is there whenever `when` holds");
                d.labels.push_back({place.when, "asked for here"});
                d.help = "leave one of them out";
                continue;
            }
            const bool by_itself = rule.when && !model.possible.together({}, {{&*rule.when, true}});
            auto& d = model.warn(Code::never, r, rule.when ? place.when : place.trigger, "this rule never fires");
            if (d.span == place.when || d.span == place.trigger) d.primary = by_itself || !rule.when ? "this contradicts itself" : "this cannot be when the rule is woken";
            if (rule.when && !by_itself) d.labels.push_back({place.trigger, "woken by this"});
            d.help = "ask for what can be, or leave the rule out";
            continue;
        }
        for (std::uint32_t s = 0; s < rule.steps.size(); ++s) {
            if (rule.steps[s].act != Act::If) continue;
            const auto& condition = *rule.steps[s].value;
            if (condition.op == Op::Constant || model.possible.together({}, {{&condition, true}})) continue;
            auto& d = model.warn(Code::never, r, place.steps[s].span, "this `if` never holds: its condition contradicts itself");
            d.help = "ask for what can be";
        }
        messages(model, r);
    }
    // A stage is the highest whose condition holds: one that always comes with a higher one is never it.
    for (std::size_t low = 0; low < p.stages.size(); ++low) {
        const auto span = model.places.stages[low];
        if (!model.possible.together({}, {{&p.stages[low].condition, true}})) {
            auto& d = model.warn(Code::never, span, fmt::format("nothing reaches the stage `{}`: its condition contradicts itself", p.stages[low].name));
            d.labels.push_back({model.places.stage_conditions[low], "this can never hold"});
            d.help = "ask for what can be";
            continue;
        }
        for (std::size_t high = p.stages.size(); --high > low;) {
            if (model.possible.together({}, {{&p.stages[low].condition, true}, {&p.stages[high].condition, false}})) continue;
            auto& d = model.warn(Code::never, span, fmt::format("nothing reaches the stage `{}`: whoever comes so far is `{}` at once", p.stages[low].name, p.stages[high].name));
            d.labels.push_back({model.places.stage_conditions[high], "holds whenever the other does"});
            d.help = "the lowest stage stands first: change their order, or ask for more in the higher one";
            break;
        }
    }
}

} // namespace segue::analysis
