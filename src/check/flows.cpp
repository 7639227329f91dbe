// Flows, templates and their inclusion; and the index of the rules that each event can wake.
#include <algorithm>
#include <fmt/format.h>
#include <memory>

#include "check/checker.hpp"
#include "check/hash.hpp"
#include "syntax/print.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

std::uint32_t Checker::flow_index(const std::string& name, Span span) {
    for (std::uint32_t i = 0; i < program_.flows.size(); ++i)
        if (program_.flows[i] == name) return i;
    program_.flows.push_back(name);
    places_.flows.push_back(span);
    return static_cast<std::uint32_t>(program_.flows.size() - 1);
}

void Checker::rules_of(const ast::Flow& flow, const std::string& name, const Parameters* parameters) {
    const auto index = flow_index(name, include_.end != 0 ? include_ : flow.name.span);
    template_ = flow.name.text;
    for (const auto& l : flow.limits) limit(l, index, parameters);
    for (const auto& q : flow.quiets) quiet(q, index, parameters);
    for (const auto& r : flow.rules) add_rule(r, index, parameters, ++rules_in_flow_[name]);
}

void Checker::add_rule(const ast::Rule& r, std::uint32_t flow, const Parameters* parameters, std::size_t position) {
    if (program_.rules.size() >= most_rules) {
        if (program_.rules.size() == most_rules) error(Code::too_large, r.on, fmt::format("a program has at most {} rules", most_rules)).help = "make templates of what repeats";
        return;
    }
    Rule rule;
    place_ = {};
    place_.rule = r.span;
    place_.on = r.on;
    place_.trigger = r.trigger.span;
    place_.included = include_;
    if (r.when) place_.when = r.when->span;
    if (r.frequency) place_.frequency = r.frequency->span;
    if (r.aim) place_.aim = r.aim.span;
    for (const auto& p : r.until) place_.until.push_back(p.span);
    const auto& flow_name = program_.flows[flow];
    rule.flow = flow;
    rule.name = r.label ? fmt::format("{}/{}", flow_name, r.label.text) : fmt::format("{}/#{}", flow_name, position);
    std::string key = rule.name;
    std::string text = canonical(r);
    if (parameters)
        for (const auto& [name, parameter] : *parameters) text += fmt::format("\n{} = {}", name, canonical(*parameter.value));
    rule.text = text_hash(text);
    if (!r.label) {
        key = fmt::format("{}/{}", flow_name, rule.text);
        if (const auto copy = ++copies_[key]; copy > 1) key += fmt::format("+{}", copy);
    } else if (const auto it = rule_keys_.find(key); it != rule_keys_.end()) {
        auto& d = error(Code::duplicate_name, r.label.span, fmt::format("two rules of the flow `{}` have the label `{}`", flow_name, r.label.text));
        d.labels.push_back({it->second, "the first is here"});
        d.help = "rename one of them: a label is how a rule is known in the state";
    }
    rule_keys_.emplace(key, r.label ? r.label.span : r.on);
    if (r.label) note(Named::Rule, r.label, parameters ? template_ : flow_name, true);
    rule.key = symbol(key);
    auto visible = trigger(r.trigger, rule, parameters);
    visible.rule = &rule;
    note_rule(visible);
    clauses(r, rule, visible);
    Standing standing;
    standing.known = visible.known;
    standing.keyword = !rule.trigger.patterns.empty() && program_.keyword != none;
    for (const auto& p : rule.trigger.patterns) standing.keyword = standing.keyword && p.event == program_.keyword;
    if (rule.trigger.kind == TriggerKind::Silence) standing.keyword = false;
    steps(r.response, rule, visible, standing);
    emit(rule, Act::Stop, r.span);
    if (rule.steps.size() > most_steps) error(Code::too_large, r.on, fmt::format("a rule has at most {} steps", most_steps)).help = "split it into several rules";
    aim(r, rule, visible);
    program_.rules.push_back(std::move(rule));
    places_.rules.push_back(std::move(place_));
}

void Checker::include(const ast::Include& i) {
    const auto* declared = find(i.flow.text);
    if (!declared || declared->what != What::Flow) {
        std::vector<std::string> candidates;
        for (const auto* t : templates_)
            if (t->has_parameters) candidates.push_back(t->name.text);
        auto& d = unknown(i.flow, "flow", candidates);
        if (d.help.empty()) d.help = "a template is declared `flow NAME(parameter: type) { ... }`; those of the standard library come with `use std.recipes`";
        return;
    }
    const auto& flow = *templates_[declared->index];
    if (!flow.has_parameters) {
        auto& d = error(Code::bad_include, i.flow.span, fmt::format("the flow `{}` has no parameters: it runs as it stands", flow.name.text));
        d.labels.push_back({flow.name.span, "declared here"});
        d.help = "leave the `include` out";
        return;
    }
    included_.insert(&flow);
    note(Named::Flow, i.flow);
    std::map<std::string, const ast::Arg*> given;
    for (const auto& arg : i.args) {
        if (arg.op != ast::ArgOp::Equal) {
            auto& d = error(Code::bad_include, arg.span, "an argument of `include` is named");
            d.help = flow.parameters.empty() ? "write `parameter: value`" : fmt::format("write `{}: ...`", flow.parameters[std::min(given.size(), flow.parameters.size() - 1)].name.text);
            continue;
        }
        std::vector<std::string> candidates;
        for (const auto& p : flow.parameters) candidates.push_back(p.name.text);
        if (std::find(candidates.begin(), candidates.end(), arg.field.text) == candidates.end()) {
            auto& d = unknown(arg.field, fmt::format("parameter of `{}`", flow.name.text), candidates);
            if (d.help.empty()) d.help = candidates.empty() ? "it has none" : fmt::format("it has: {}", fmt::join(candidates, ", "));
            continue;
        }
        note(Named::Parameter, arg.field, flow.name.text);
        if (const auto [first, fresh] = given.emplace(arg.field.text, &arg); !fresh) {
            auto& d = error(Code::bad_include, arg.span, fmt::format("`{}` is given twice", arg.field.text));
            d.labels.push_back({first->second->span, "the first is here"});
            d.help = "keep one";
        }
    }
    bool complete = true;
    for (const auto& p : flow.parameters) {
        if (p.default_value || given.contains(p.name.text)) continue;
        auto& d = error(Code::bad_include, i.flow.span, fmt::format("`{}` needs `{}`", flow.name.text, p.name.text));
        d.labels.push_back({p.span, "declared here, with no default"});
        d.help = fmt::format("add `{}: ...`, {}", p.name.text, with_article(p.type.name.text));
        complete = false;
    }
    const auto bound = bind(flow, given, complete);
    const auto& name = i.as ? i.as : i.flow;
    if (i.as) {
        declare(i.as, What::Flow, declared->index, false);
    } else if (rules_in_flow_.contains(name.text)) {
        error(Code::bad_include, i.flow.span, fmt::format("the template `{}` is included twice under one name", flow.name.text)).help = "name the second one: `include ... as NAME`";
        return;
    }
    if (!complete) return;
    const auto before = diagnostics_.all().size();
    include_ = i.span;
    rules_of(flow, name.text, &bound);
    include_ = {};
    blame_include(before, i, bound);
}

// The parameters of a template with what stands for each: an argument, or its default. `good` becomes false where a value
// is of another type.
Parameters Checker::bind(const ast::Flow& flow, const std::map<std::string, const ast::Arg*>& given, bool& good) {
    Parameters bound;
    for (const auto& p : flow.parameters) {
        const auto wanted = type(p.type, true);
        const auto it = given.find(p.name.text);
        const ast::Expr* value = it != given.end() ? &it->second->value : p.default_value ? &*p.default_value : nullptr;
        if (bound.contains(p.name.text)) {
            auto& d = error(Code::duplicate_name, p.name.span, fmt::format("`{}` has two parameters named `{}`", flow.name.text, p.name.text));
            d.labels.push_back({bound[p.name.text].declared, "the first is here"});
            d.help = "rename one of them";
            good = false;
            continue;
        }
        note(Named::Parameter, p.name, flow.name.text, true);
        bound[p.name.text] = BoundParameter{value, wanted, p.type.optional, p.name.span};
        if (wanted == Type::Error) good = false;
        if (wanted == Type::Error || !value) continue; // one without a value: the caller's to say
        // A text may have holes: it is read where it is used, and sees the fields there.
        if (wanted == Type::Text && value->kind == ast::ExprKind::Text) continue;
        Visible visible;
        visible.place = "in an argument";
        const auto v = coerce(expression(*value, visible, wanted), *value, wanted);
        if (v.bad()) good = false;
        else if (v.type != wanted) {
            auto& d = wrong_type(value->span, with_article(wanted), v);
            d.labels.push_back({p.type.name.span, "declared so here"});
            fits(d, *value, wanted);
            good = false;
        }
    }
    return bound;
}

// A template that nothing includes is checked all the same, with a stand-in for each parameter without a default.
void Checker::try_template(const ast::Flow& flow) {
    bool good = true;
    auto bound = bind(flow, {}, good);
    std::vector<std::unique_ptr<ast::Expr>> made;
    if (!good) return;
    for (auto& each : bound) {
        auto& b = each.second;
        if (b.value) continue;
        using K = ast::ExprKind;
        auto e = std::make_unique<ast::Expr>(K::Text, b.declared);
        const auto named = [&](const std::string& text) {
            e->kind = K::Name;
            e->name = {text, b.declared};
        };
        switch (b.type) {
        case Type::Number: e->kind = K::Number, e->number = 1; break;
        case Type::Duration: e->kind = K::Duration, e->integer = day_ms; break;
        case Type::Clock: e->kind = K::Clock; break;
        case Type::Date: e->kind = K::Date; break;
        case Type::Bool: e->kind = K::Bool; break;
        case Type::Time: named("now"); break;
        case Type::Channel: named("sms"); break;
        case Type::Stage: named(program_.stages.empty() ? "follower" : program_.stages.back().name); break;
        default: e->parts.emplace_back(), e->parts[0].literal = each.first; break;
        }
        b.value = e.get();
        made.push_back(std::move(e));
    }
    // Only what is wrong in it is wanted: the program stays as it was.
    auto before = program_;
    const auto places = places_;
    const auto keys = rule_keys_;
    const auto counted = rules_in_flow_;
    const auto copies = copies_;
    const auto splits = split_places_;
    const auto quiets = quiet_places_;
    const auto leads = leads_;
    auto aims = std::exchange(aims_, {});
    rules_of(flow, flow.name.text, &bound);
    impossible_aims();
    leads_ = leads;
    aims_ = std::move(aims);
    program_ = std::move(before);
    places_ = places;
    rule_keys_ = keys;
    rules_in_flow_ = counted;
    copies_ = copies;
    split_places_ = splits;
    quiet_places_ = quiets;
}

void Checker::flows() {
    for (const auto& file : loaded_.files) {
        for (const auto& [place, index] : file.order) {
            switch (place) {
            case ast::File::Place::Rule: add_rule(file.flow.rules[index], flow_index(file.flow.name.text, file.flow.rules[index].on), nullptr, ++rules_in_flow_[file.flow.name.text]); break;
            case ast::File::Place::Flow: {
                const auto& flow = file.flows[index];
                const auto* declared = find(flow.name.text);
                const bool replaced = !declared || declared->what != What::Flow || templates_[declared->index] != &flow;
                if (!flow.has_parameters && !replaced) rules_of(flow, flow.name.text, nullptr);
                break;
            }
            case ast::File::Place::Include: include(file.includes[index]); break;
            }
        }
    }
    for (const auto* flow : templates_) {
        const auto* declared = find(flow->name.text);
        if (flow->has_parameters && !included_.contains(flow) && declared && !declared->stdlib) try_template(*flow);
    }
}

} // namespace segue
