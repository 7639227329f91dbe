// Triggers, clauses and aims.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "check/checker.hpp"
#include "syntax/print.hpp"
#include "syntax/words.hpp"

namespace segue {

std::optional<std::uint32_t> Checker::stage_named(const ast::Name& name, const Visible& visible) {
    const auto* text = &name.text;
    if (visible.parameters)
        if (const auto it = visible.parameters->find(name.text); it != visible.parameters->end() && it->second.value->kind == ast::ExprKind::Name) text = &it->second.value->name.text, note_parameter(name);
    const auto* declared = find(*text);
    if (declared && declared->what == What::Stage && text == &name.text) note(Named::Stage, name);
    if (declared && declared->what == What::Stage) return declared->index;
    auto& d = unknown(name, "stage", stage_names());
    if (d.help.empty()) d.help = fmt::format("the stages: {}", fmt::join(stage_names(), ", "));
    return std::nullopt;
}

std::vector<std::string> Checker::stage_names() const {
    std::vector<std::string> out;
    for (const auto& stage : program_.stages) out.push_back(stage.name);
    return out;
}

void Checker::event_trigger(const ast::Trigger& t, Rule& rule, Visible& visible) {
    Visible outside; // a trigger sees no fields
    outside.place = "in a trigger";
    outside.parameters = visible.parameters;
    outside.rule = &rule;
    std::vector<Resolved> patterns;
    for (const auto& p : t.patterns) patterns.push_back(resolve(p.event, p.args, p.span, outside, Use::Trigger));
    for (const auto& p : patterns) rule.trigger.patterns.push_back(event_pattern(p));
    const bool whole = std::all_of(patterns.begin(), patterns.end(), [](const auto& p) { return p.event != none; });
    if (!whole) {
        // The fields of the events that are known stay in scope, so that one misspelt name is one error.
        std::erase_if(patterns, [](const auto& p) { return p.event == none; });
        visible.partial = true;
    }
    if (!patterns.empty()) {
        const auto& first = program_.events[patterns[0].event];
        for (const auto& field : first.fields) {
            FieldInScope in{field.name, field.type, field.optional, field.folded, {}};
            bool everywhere = true;
            for (const auto& p : patterns) {
                const auto& fields = program_.events[p.event].fields;
                const auto it = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.name == field.name && f.type == field.type; });
                everywhere = everywhere && it != fields.end();
                if (it == fields.end()) break;
                in.optional = in.optional || it->optional;
                in.fields.push_back(static_cast<std::uint32_t>(it - fields.begin()));
            }
            if (everywhere) visible.fields.push_back(std::move(in));
        }
        // What a pattern compares is there.
        for (const auto& field : visible.fields) {
            const bool compared = std::all_of(patterns.begin(), patterns.end(), [&](const Resolved& p) {
                return std::any_of(p.arguments.begin(), p.arguments.end(), [&](const Argument& a) {
                    return program_.events[p.event].fields[a.field].name == field.name && a.op != Compare::NotEqual;
                });
            });
            if (compared) visible.known.insert(field.name);
        }
    }
    if (t.kind == ast::TriggerKind::Event) {
        const auto stray = t.per ? t.per->span : t.within ? t.within->span : Span{};
        if (t.per || t.within) {
            auto& d = error(Code::bad_threshold, stray, fmt::format("`{}` needs a count", t.per ? "per" : "within"));
            d.help = fmt::format("write how many: `on {} >= 2 {}`", canonical(t.patterns[0]), t.per ? "per " + t.per->text : "within " + canonical(*t.within));
        }
        return;
    }
    rule.trigger.kind = t.kind == ast::TriggerKind::Count ? TriggerKind::Count : TriggerKind::Every;
    if (t.patterns.size() > 1) {
        auto& d = error(Code::one_event_only, {t.span.source, t.patterns[0].span.begin, t.patterns.back().span.end}, "a count is of one event, without alternatives");
        d.help = "write one rule for each event, or count in the condition: `on save or share when save + share >= 2`";
        return;
    }
    if (t.kind == ast::TriggerKind::Count && t.compare != ast::ArgOp::GreaterEqual) {
        auto& d = error(Code::only_at_least, t.compare_span, "a trigger waits for a count to be reached, with `>=`");
        const auto op = sources_[t.compare_span.source].slice(t.compare_span);
        d.primary = fmt::format("not with `{}`", op);
        if (t.compare == ast::ArgOp::Greater && t.count->kind == ast::ExprKind::Number) {
            const auto least = std::floor(t.count->number) + 1; // `> 2.5` is reached at 3
            d.help = fmt::format("write `>= {:.0f}`", std::max(least, 1.0));
            d.mend = {{t.compare_span, ">="}, {t.count->span, fmt::format("{:.0f}", least)}};
            d.safe = least >= 1 && least <= 1e9;
            if (!d.safe) d.mend.clear();
        } else if (t.compare == ast::ArgOp::Equal) {
            d.help = "write `>=`: the rule runs once, when the count is reached; with `once every` or `once per` it runs again";
            d.mend = {{t.compare_span, ">="}};
        } else d.help = "put the comparison into `when`";
        return;
    }
    const auto count = this->whole(*t.count, visible.parameters, "the number of a trigger");
    rule.trigger.count = count.value_or(1);
    const auto window = t.within ? duration(*t.within, visible.parameters) : 0;
    if (t.kind == ast::TriggerKind::Every && t.within) error(Code::bad_threshold, t.within->span, "`every` counts from the first, not `within` a time").help = "write `>= N within ...`";
    if (patterns.empty()) return;
    auto counted = patterns[0];
    if (t.per) {
        auto& event = program_.events[counted.event];
        for (std::uint32_t f = 0; f < event.fields.size(); ++f)
            if (event.fields[f].name == t.per->text) rule.trigger.per = f;
        if (rule.trigger.per == none) {
            auto& d = unknown(*t.per, fmt::format("field of `{}`", event.name), field_names(counted.event));
            d.code = Code::no_such_field;
            return;
        }
        auto& field = event.fields[rule.trigger.per];
        field.used = true;
        note(Named::Field, *t.per, event.name);
        visible.known.insert(field.name); // an occurrence without it is not considered
        for (const auto& f : visible.fields) {
            if (f.name != field.name) continue;
            Visible inside = visible;
            counted.arguments.push_back({rule.trigger.per, Compare::Equal, field_value(f, inside), t.per->span, false});
        }
    }
    rule.trigger.query = query(counted, window, none, rule.trigger.kind == TriggerKind::Every);
}

Visible Checker::trigger(const ast::Trigger& t, Rule& rule, const Parameters* parameters) {
    Visible visible;
    visible.parameters = parameters;
    visible.rule = &rule;
    switch (t.kind) {
    case ast::TriggerKind::Event:
    case ast::TriggerKind::Count:
    case ast::TriggerKind::Every:
        visible.place = "in this rule";
        event_trigger(t, rule, visible);
        break;
    case ast::TriggerKind::Silence: {
        visible.place = "in a rule on silence";
        rule.trigger.kind = TriggerKind::Silence;
        rule.trigger.span = duration(*t.silence, parameters);
        Visible outside;
        outside.place = "in a trigger";
        outside.parameters = parameters;
        outside.rule = &rule;
        const auto pattern = resolve(t.patterns[0].event, t.patterns[0].args, t.patterns[0].span, outside, Use::Trigger);
        if (pattern.event == none) break;
        rule.trigger.patterns.push_back(event_pattern(pattern));
        Need need;
        need.event = program_.events[pattern.event].symbol;
        for (const auto& a : pattern.arguments) {
            if (a.value.constant()) {
                program_.events[pattern.event].fields[a.field].used = true;
                need.filters.push_back({symbol(program_.events[pattern.event].fields[a.field].name), a.op, a.value.expr.value});
            } else error(Code::bad_argument, a.span, "the silence of a fan is asked with constants only").help = "compare with a number, a text or a name of the catalogue";
        }
        rule.trigger.need = ledger_.need(std::move(need));
        break;
    }
    case ast::TriggerKind::Enter:
        visible.place = "in a rule on a stage";
        rule.trigger.kind = TriggerKind::Enter;
        rule.trigger.stage = stage_named(t.stage, visible).value_or(none);
        break;
    case ast::TriggerKind::Release:
        visible.place = "in a rule on the release day";
        rule.trigger.kind = TriggerKind::Release;
        rule.trigger.span = t.offset;
        if (t.offset % day_ms != 0) error(Code::bad_literal, t.offset_length->span, "this counts whole days of the fan's calendar").help = "write days or weeks, and the hour with `at`";
        rule.trigger.clock = t.clock ? clock(*t.clock, parameters) : 0;
        visible.fields.push_back({"release", Type::Release, false, false, {}});
        break;
    case ast::TriggerKind::Date:
        visible.place = "in a rule on a date";
        rule.trigger.kind = TriggerKind::Date;
        rule.trigger.date = t.date->integer;
        rule.trigger.clock = t.clock ? clock(*t.clock, parameters) : 0;
        break;
    }
    return visible;
}

void Checker::clauses(const ast::Rule& r, Rule& rule, Visible& visible) {
    if (r.when) {
        rule.when = condition(*r.when, visible);
        learn(*r.when, true, visible.known);
    }
    const bool counted = rule.trigger.kind == TriggerKind::Count;
    if (counted) {
        rule.frequency = rule.trigger.per == none ? Frequency::Once : Frequency::OncePer;
    }
    if (r.frequency) {
        rule.per_slot = none;
        if (r.frequency->every) {
            rule.frequency = Frequency::OnceEvery;
            rule.every = duration(*r.frequency->every, visible.parameters);
        } else if (r.frequency->per) {
            rule.frequency = Frequency::OncePer;
            const auto& name = *r.frequency->per;
            const auto it = std::find_if(visible.fields.begin(), visible.fields.end(), [&](const auto& f) { return f.name == name.text; });
            if (it == visible.fields.end()) {
                std::vector<std::string> candidates;
                for (const auto& f : visible.fields) candidates.push_back(f.name);
                auto& d = unknown(name, "field", candidates);
                d.code = Code::no_such_field;
                if (is_word_of("unit", name.text)) d.help = fmt::format("a span of time is written with `every`: `once every 1 {}`", name.text), d.mend.clear();
                else if (d.help.empty()) d.help = candidates.empty() ? fmt::format("no field is in scope {}: write `once`", visible.place) : fmt::format("in scope: {}", fmt::join(candidates, ", "));
            } else rule.per_slot = field_value(*it, visible).expr.index, note_field(*it, name, visible);
        } else rule.frequency = Frequency::Once;
    }
    for (const auto& p : r.until) {
        auto pattern = resolve(p.event, p.args, p.span, visible, Use::Wait);
        key_from_scope(pattern, visible);
        if (pattern.event != none) rule.until.push_back(event_pattern(pattern));
    }
}

// The events that a condition speaks of; consent is `optin`.
void Checker::mentioned(const ast::Expr& e, std::set<std::string>& events, int depth) {
    if (depth > 32) return;
    if (e.kind == ast::ExprKind::Name || e.kind == ast::ExprKind::Call) {
        if (const auto* declared = find(e.name.text)) {
            if (declared->what == What::Event) events.insert(e.name.text);
            if (declared->what == What::Channel) events.insert("optin");
            if (declared->what == What::Define) mentioned(defines_[declared->index]->condition, events, depth + 1);
        }
    }
    for (const auto& kid : e.kids) mentioned(kid, events, depth);
    for (const auto& arg : e.args) mentioned(arg.value, events, depth);
}

std::set<std::string> Checker::goals_of(const ast::Block& steps, const Visible& visible) {
    std::set<std::string> goals;
    for (const auto& s : steps) {
        if (s.kind == ast::StepKind::Prompt) {
            for (const auto& p : s.patterns) {
                const ast::Expr* bound_to = nullptr;
                if (visible.parameters)
                    if (const auto it = visible.parameters->find(p.event.text); it != visible.parameters->end()) bound_to = it->second.value;
                const auto& name = bound_to && bound_to->kind == ast::ExprKind::Name ? bound_to->name.text : p.event.text;
                const auto* declared = find(name);
                goals.insert(declared && declared->what == What::Channel ? "optin" : name);
            }
        }
        const auto add = [&](const ast::Block& block) { goals.merge(goals_of(block, visible)); };
        add(s.block);
        if (s.other) add(*s.other);
        for (const auto& share : s.shares) add(share.block);
    }
    return goals;
}

// What a rule's response asks for, waits for or aims at, as events.
std::set<std::string> Checker::outcomes_of(const ast::Rule& r, const Rule& rule, const Visible& visible) {
    auto out = goals_of(r.response, visible);
    for (const auto& pattern : rule.until)
        if (pattern.event != none) out.insert(program_.events[pattern.event].name);
    for (const auto& step : rule.steps) {
        if (step.act == Act::WaitFor && step.pattern.event != none) out.insert(program_.events[step.pattern.event].name);
        if (step.act == Act::Record) out.insert(program_.events[step.event].name);
    }
    if (rule.aim != none) mentioned(stage_rows_[rule.aim]->condition, out, 0);
    return out;
}

void Checker::aim(const ast::Rule& r, Rule& rule, const Visible& visible) {
    if (r.aim)
        if (const auto stage = stage_named(r.aim, visible)) {
            rule.aim = *stage;
            auto goals = goals_of(r.response, visible);
            if (!goals.empty()) aims_.push_back({r.aim.span, *stage, std::move(goals)}); // no prompt: not held to it
        }
    const auto outcomes = outcomes_of(r, rule, visible);
    for (const auto& pattern : rule.trigger.patterns)
        if (pattern.event != none) leads_[program_.events[pattern.event].name].insert(outcomes.begin(), outcomes.end());
}

// A stage that counts different values of a type is led to by what is keyed by that type: pre-saving a release leads to
// `distinct(listen.release)`.
bool Checker::counts_keys_of(const ast::Expr& condition, const std::string& goal) {
    if (condition.kind == ast::ExprKind::Call && condition.name.text == "distinct" && condition.args.size() == 1) {
        const auto* field = &condition.args[0].value;
        if (field->kind == ast::ExprKind::Within) field = &field->kids[0];
        const auto* of = field->kind == ast::ExprKind::Field ? find(field->kids[0].name.text) : nullptr;
        const auto* asked = find(goal);
        if (of && of->what == What::Event && asked && asked->what == What::Event && !program_.events[asked->index].fields.empty())
            for (const auto& f : program_.events[of->index].fields)
                if (f.name == field->name.text && f.type == program_.events[asked->index].fields[0].type && f.type != Type::Text) return true;
    }
    return std::any_of(condition.kids.begin(), condition.kids.end(), [&](const auto& kid) { return counts_keys_of(kid, goal); });
}

// Some goal must occur in the condition of the stage or of a higher one, itself or by what the program makes of it.
void Checker::impossible_aims() {
    for (const auto& aim : aims_) {
        std::set<std::string> wanted;
        for (std::size_t i = aim.stage; i < stage_rows_.size(); ++i) mentioned(stage_rows_[i]->condition, wanted, 0);
        auto reached = aim.goals;
        std::vector<std::string> next(reached.begin(), reached.end());
        while (!next.empty()) {
            const auto event = next.back();
            next.pop_back();
            for (const auto& outcome : leads_[event])
                if (reached.insert(outcome).second) next.push_back(outcome);
        }
        const auto& condition = stage_rows_[aim.stage]->condition;
        const bool possible = std::any_of(reached.begin(), reached.end(), [&](const auto& e) { return wanted.contains(e); }) ||
                              std::any_of(aim.goals.begin(), aim.goals.end(), [&](const auto& g) { return counts_keys_of(condition, g); });
        if (possible) continue;
        const auto& name = program_.stages[aim.stage].name;
        auto& d = error(Code::impossible_aim, aim.span, fmt::format("nothing that this response asks for leads to `{}`", name));
        d.primary = fmt::format("it asks for {}", fmt::join(aim.goals, ", "));
        d.labels.push_back({condition.span, fmt::format("`{}` is reached so", name)});
        std::set<std::string> own; // what the stage itself speaks of, before what higher ones do
        mentioned(condition, own, 0);
        const auto& lead = own.empty() ? wanted : own;
        const auto instead = lead.empty() ? std::string("leave the aim out") : fmt::format("ask for `{}`, or leave the aim out", *lead.begin());
        d.help = instead;
        for (std::size_t i = 0; i < stage_rows_.size(); ++i) {
            std::set<std::string> events;
            mentioned(stage_rows_[i]->condition, events, 0);
            if (std::none_of(aim.goals.begin(), aim.goals.end(), [&](const auto& g) { return events.contains(g); })) continue;
            d.help = fmt::format("aim at `{}`, or ask for {}", program_.stages[i].name, lead.empty() ? "something else" : "`" + *lead.begin() + "`");
            break;
        }
    }
}

} // namespace segue
