// What a name, a call or a field stands for in an expression.
#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "check/checker.hpp"
#include "syntax/print.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

using ast::ExprKind;

Typed Checker::field_value(const FieldInScope& field, Visible& visible) {
    Typed t;
    t.type = field.type;
    t.optional = field.optional && !visible.known.contains(field.name);
    t.expr.op = Op::Field;
    auto& slots = visible.rule->slots;
    std::uint32_t i = 0;
    while (i < slots.size() && slots[i].name != field.name) ++i;
    if (i == slots.size()) {
        slots.push_back({field.name, field.fields});
        const auto& patterns = visible.rule->trigger.patterns;
        for (std::size_t p = 0; p < patterns.size() && p < field.fields.size(); ++p)
            if (patterns[p].event != none) program_.events[patterns[p].event].fields[field.fields[p]].used = true;
    }
    t.expr.index = i;
    return t;
}

Typed Checker::name(const ast::Expr& e, Visible& visible, Type hint) {
    const auto& text = e.name.text;
    for (const auto& field : visible.fields)
        if (field.name == text) return note_field(field, e.name, visible), field_value(field, visible);
    if (visible.parameters) {
        if (const auto it = visible.parameters->find(text); it != visible.parameters->end()) {
            note_parameter(e.name);
            const auto* parameters = std::exchange(visible.parameters, nullptr);
            auto t = expression(*it->second.value, visible, it->second.type);
            t = coerce(std::move(t), *it->second.value, it->second.type);
            visible.parameters = parameters;
            if (hint != Type::Channel && it->second.type == Type::Channel && t.type == Type::Channel) {
                t.expr = {Op::Consent, 0, t.expr.value, {}};
                t.type = Type::Bool;
            }
            return t;
        }
    }
    const auto refuse = [&](std::string_view what) {
        if (std::exchange(visible.refused, true)) return Typed{};
        auto& d = error(Code::wrong_type, e.span, fmt::format("the condition of a stage speaks of events and consent only, not of {}", what));
        d.help = "ask it in the `when` of a rule";
        return Typed{};
    };
    if (text == "stage") {
        if (visible.events_only) return refuse("the stage itself");
        return make(Op::Stage, Type::Stage, {});
    }
    if (text == "now") {
        if (visible.events_only) return refuse("the time");
        return make(Op::Now, Type::Time, {});
    }
    if (text == "release") {
        if (visible.partial) return {};
        auto& d = error(Code::no_such_field, e.span, fmt::format("there is no `release` {}", visible.place));
        d.primary = "no field of that name is in scope";
        d.help = "name one of the catalogue, or write `next release` or `latest release`";
        if (const auto without = event_without(text, visible)) d.help = fmt::format("`{}` has no field `release`, and only what all the events of a trigger have is in scope", *without);
        return {};
    }
    const auto* declared = find(text);
    if (const auto here = scope_.releases.find(text); !declared && here != scope_.releases.end()) return note(Named::Release, e.name), constant(Type::Release, Value::of_symbol(symbol(here->second)));
    if (!declared) {
        if (text == "any") {
            error(Code::not_a_value, e.span, "`any` stands for a key only, as in `save(any)`").help = "leave it out, or name a value";
            return {};
        }
        unknown_value(e, visible, hint);
        return {};
    }
    if (declared->what != What::Event) note(named(declared->what), e.name); // that is for `resolve`
    switch (declared->what) {
    case What::Event: {
        auto t = count_of(e, visible, 0, e.name, {});
        return t;
    }
    case What::Channel: {
        const auto& channel = program_.channels[declared->index];
        if (hint == Type::Channel) return constant(Type::Channel, Value::of_symbol(channel.symbol));
        if (!channel.needs_consent) {
            auto& d = error(Code::bad_channel, e.span, fmt::format("`{}` needs no consent, so there is nothing to ask here", text));
            d.help = "every fan can be reached on it";
            return {};
        }
        Typed t = make(Op::Consent, Type::Bool, {});
        t.expr.value = Value::of_symbol(channel.symbol);
        if (program_.optin != none) ledger_.hold(program_.events[program_.optin].symbol);
        return t;
    }
    case What::Stage:
        if (visible.events_only) return refuse("other stages");
        return constant(Type::Stage, Value::of(Value::Kind::Stage, declared->index));
    case What::Release: return constant(Type::Release, Value::of_symbol(symbol(program_.releases[declared->index].id)));
    case What::Define: {
        const auto* define = defines_[declared->index];
        for (const auto* outer : defining_) {
            if (outer != define) continue;
            bool said = false; // one circle is one mistake
            for (const auto* part : defining_) said = !circular_.insert(part).second || said;
            if (said) return {};
            auto& d = error(Code::circular_define, e.span, fmt::format("`{}` is defined by itself", text));
            d.labels.push_back({define->name.span, "defined here"});
            d.help = "say what it means without it";
            return {};
        }
        if (circular_.contains(define)) return {};
        if (defining_.size() >= 32) {
            error(Code::too_deep, e.span, "these definitions are nested more than 32 deep").help = "write some of them out";
            return {};
        }
        defining_.push_back(define);
        Visible inside;
        inside.place = "in a definition";
        inside.rule = visible.rule;
        inside.events_only = visible.events_only;
        Typed t;
        t.type = Type::Bool;
        t.expr = condition(define->condition, inside);
        defining_.pop_back();
        return t;
    }
    case What::Split:
    case What::Flow: {
        auto& d = error(Code::not_a_value, e.span, fmt::format("`{}` is a {}, which has no value", text, declared->what == What::Flow ? "flow" : "split"));
        d.labels.push_back({declared->span, "declared here"});
        d.help = "name an event, a segment or a stage";
        return {};
    }
    }
    return {};
}

// An event of the rule's trigger that lacks a field which another of them has.
std::optional<std::string> Checker::event_without(const std::string& field, const Visible& visible) const {
    if (!visible.rule) return std::nullopt;
    std::optional<std::string> lacks;
    bool has = false;
    for (const auto& pattern : visible.rule->trigger.patterns) {
        if (pattern.event == none) continue;
        const auto names = field_names(pattern.event);
        if (std::find(names.begin(), names.end(), field) != names.end()) has = true;
        else if (!lacks) lacks = program_.events[pattern.event].name;
    }
    return has ? lacks : std::nullopt;
}

// A name in an expression that nothing declares: what could have been meant where a value of type `hint` is wanted.
void Checker::unknown_value(const ast::Expr& e, const Visible& visible, Type hint) {
    if (visible.partial) return;
    const auto& text = e.name.text;
    std::vector<std::string> fields;
    for (const auto& field : visible.fields) fields.push_back(field.name);
    auto candidates = hint == Type::Stage ? stage_names() : hint == Type::Channel ? names({What::Channel}) : hint == Type::Release ? names({What::Release})
                      : is_textual(hint) || hint == Type::Clock || hint == Type::Duration ? std::vector<std::string>{} : names({What::Event, What::Channel, What::Stage, What::Release, What::Define});
    candidates.insert(candidates.end(), fields.begin(), fields.end());
    if (visible.parameters)
        for (const auto& [parameter, _] : *visible.parameters) candidates.push_back(parameter);
    if (hint == Type::Error) candidates.emplace_back("fan");
    auto& d = unknown(e.name, hint == Type::Stage ? "stage" : hint == Type::Channel ? "channel" : "", candidates);
    for (const auto& attribute : program_.attributes)
        if (attribute.name == text) {
            d.help = fmt::format("an attribute of the fan is written `fan.{}`", text);
            d.mend = {{e.span, "fan." + text}};
            d.safe = true;
        }
    if (!d.help.empty()) return;
    if (const auto without = event_without(text, visible)) d.help = fmt::format("`{}` has no field `{}`, and only what all the events of a trigger have is in scope", *without, text);
    else if (text == "fan") d.help = "write what of the fan is meant, such as `fan.name`";
    else if (hint == Type::Stage) d.help = fmt::format("the stages: {}", fmt::join(stage_names(), ", "));
    else if (hint == Type::Channel) d.help = fmt::format("the channels: {}", fmt::join(names({What::Channel}), ", "));
    else if (hint == Type::Release) d.help = "declare it, write its id in quotes, or write `next release` or `latest release`";
    else if (is_textual(hint)) {
        d.help = fmt::format("a text stands in quotes: `\"{}\"`", text);
        d.mend.push_back({e.span, fmt::format("\"{}\"", text)});
    } else if ((text == "title" || text == "link" || text == "date" || text == "artist") && std::find(fields.begin(), fields.end(), "release") != fields.end()) {
        d.help = fmt::format("of the release: `release.{}`", text);
        d.mend.push_back({e.span, "release." + text});
        d.safe = true;
    } else d.help = fields.empty() ? fmt::format("no field is in scope {}", visible.place) : fmt::format("the fields in scope {}: {}", visible.place, fmt::join(fields, ", "));
}

bool Checker::counts(const ast::Expr& e, const Visible& visible) {
    if (e.kind == ExprKind::Within) return counts(e.kids[0], visible);
    if (e.kind != ExprKind::Name && e.kind != ExprKind::Call) return false;
    if (e.kind == ExprKind::Name) {
        for (const auto& field : visible.fields)
            if (field.name == e.name.text) return false;
        if (visible.parameters && visible.parameters->contains(e.name.text)) return false;
    }
    const auto* declared = find(e.name.text);
    return declared && declared->what == What::Event;
}

Typed Checker::count_of(const ast::Expr& e, Visible& visible, Span_ms window, const ast::Name& event, const std::vector<ast::Arg>& args) {
    const auto pattern = resolve(event, args, e.span, visible, Use::Question);
    if (pattern.event == none) return {};
    Typed t = make(Op::Count, Type::Number, {});
    t.expr.index = query(pattern, window);
    t.count = true;
    return t;
}

Typed Checker::distinct(const ast::Expr& e, Visible& visible) {
    const auto shape = [&](Span span) {
        error(Code::bad_argument, span, "`distinct` counts the different values of a field of an event").help = "write `distinct(listen.release)`";
        return Typed{};
    };
    if (e.args.size() != 1 || e.args[0].op != ast::ArgOp::Bare) return shape(e.span);
    const auto* inner = &e.args[0].value;
    Span_ms window = 0;
    if (inner->kind == ExprKind::Within) {
        window = duration(inner->kids[1], visible.parameters);
        inner = &inner->kids[0];
    }
    if (inner->kind != ExprKind::Field || (inner->kids[0].kind != ExprKind::Name && inner->kids[0].kind != ExprKind::Call)) return shape(inner->span);
    const auto& event = inner->kids[0];
    const auto pattern = resolve(event.name, event.args, event.span, visible, Use::Question);
    if (pattern.event == none) return {};
    const auto& fields = program_.events[pattern.event].fields;
    std::uint32_t field = 0;
    while (field < fields.size() && fields[field].name != inner->name.text) ++field;
    if (field == fields.size()) {
        unknown(inner->name, fmt::format("field of `{}`", event.name.text), field_names(pattern.event)).code = Code::no_such_field;
        return {};
    }
    note(Named::Field, inner->name, program_.events[pattern.event].name);
    Typed t = make(Op::Distinct, Type::Number, {});
    t.expr.index = query(pattern, window, field);
    return t;
}

Typed Checker::call(const ast::Expr& e, Visible& visible, Span_ms window) {
    const auto& text = e.name.text;
    const auto* declared = find(text);
    if (declared && declared->what == What::Event) return count_of(e, visible, window, e.name, e.args);
    if (text == "distinct" || text == "since" || text == "out" || text == "tagged") note(Named::Function, e.name);
    const auto one_argument = [&](std::string_view example) {
        if (e.args.size() == 1 && e.args[0].op == ast::ArgOp::Bare) return true;
        error(Code::bad_argument, e.span, fmt::format("`{}` takes one argument", text)).help = fmt::format("write `{}`", example);
        return false;
    };
    if (text == "distinct") return distinct(e, visible);
    if (text == "since") {
        if (!one_argument("since(listen)")) return {};
        const auto& inner = e.args[0].value;
        if (inner.kind != ExprKind::Name && inner.kind != ExprKind::Call) {
            error(Code::bad_argument, inner.span, "`since` asks for an event").help = "write `since(listen)`";
            return {};
        }
        const auto pattern = resolve(inner.name, inner.args, inner.span, visible, Use::Question);
        if (pattern.event == none) return {};
        Typed t = make(Op::Since, Type::Duration, {}, true);
        t.expr.index = query(pattern, 0);
        t.optional = !visible.known.contains(canonical(e));
        return t;
    }
    if (visible.events_only && (text == "out" || text == "tagged")) {
        if (std::exchange(visible.refused, true)) return {};
        error(Code::wrong_type, e.span, "the condition of a stage speaks of events and consent only").help = "ask it in the `when` of a rule";
        return {};
    }
    if (text == "out") {
        if (!one_argument("out(release)")) return {};
        const auto& inner = e.args[0].value;
        auto t = coerce(expression(inner, visible, Type::Release), inner, Type::Release);
        if (t.bad()) return {};
        if (t.type != Type::Release) {
            wrong_type(inner.span, "a release", t);
            return {};
        }
        t = present(std::move(t), inner, visible);
        return make(Op::Out, Type::Bool, kids_of(std::move(t.expr)));
    }
    if (text == "tagged") {
        if (!one_argument("tagged(vip)")) return {};
        const auto& inner = e.args[0].value;
        if (inner.kind != ExprKind::Name) {
            error(Code::bad_argument, inner.span, "`tagged` takes the name of a tag").help = "write `tagged(vip)`";
            return {};
        }
        note(Named::Tag, inner.name);
        Typed t = make(Op::Tagged, Type::Bool, {});
        t.expr.value = Value::of_symbol(symbol(inner.name.text));
        return t;
    }
    if (declared) {
        auto& d = error(Code::not_a_value, e.span, fmt::format("`{}` takes no arguments", text));
        d.labels.push_back({declared->span, "declared here"});
        d.help = "only events take arguments";
        return {};
    }
    auto candidates = names({What::Event});
    for (const auto* function : {"distinct", "since", "out", "tagged"}) candidates.emplace_back(function);
    auto& d = unknown(e.name, "event", candidates);
    if (text == "count" && e.args.size() == 1) {
        d.help = "an event in a condition is its count: `listen >= 3`";
        d.mend = {{e.span, canonical(e.args[0].value)}};
        d.safe = true;
    }
    if (d.help.empty()) d.help = "beside events there are `distinct(...)`, `since(...)`, `out(...)` and `tagged(...)`";
    return {};
}

Typed Checker::field(const ast::Expr& e, Visible& visible, Type hint) {
    const auto& of = e.kids[0];
    const auto& wanted = e.name.text;
    if (of.kind == ExprKind::Name && !find(of.name.text) && did_you_mean(of.name.text, {"fan"}) && std::none_of(visible.fields.begin(), visible.fields.end(), [&](const auto& f) { return f.name == of.name.text; }) &&
        !(visible.parameters && visible.parameters->contains(of.name.text))) {
        unknown(of.name, "", {"fan"});
        return {};
    }
    const bool is_fan = of.kind == ExprKind::Name && of.name.text == "fan" && !find("fan");
    if (is_fan) {
        if (visible.events_only) {
            if (std::exchange(visible.refused, true)) return {};
            error(Code::wrong_type, e.span, "the condition of a stage speaks of events and consent only, not of the fan's attributes").help = "ask it in the `when` of a rule";
            return {};
        }
        for (std::size_t i = 0; i < program_.attributes.size(); ++i) {
            if (program_.attributes[i].name != wanted) continue;
            note(Named::Attribute, e.name);
            Typed t = make(Op::Attribute, program_.attributes[i].type, {}, !visible.known.contains(canonical(e)));
            t.expr.index = program_.attributes[i].fact;
            return t;
        }
        std::vector<std::string> candidates;
        for (const auto& attribute : program_.attributes) candidates.push_back(attribute.name);
        auto& d = unknown(e.name, "attribute", candidates);
        if (d.help.empty()) d.help = fmt::format("declare it: `attribute {}: {}`", wanted, hint == Type::Error ? "text" : type_name(hint));
        return {};
    }
    if (counts(of, visible)) {
        auto& d = error(Code::not_a_value, e.span, fmt::format("`{}` has as many values as it happened", canonical(e)));
        d.help = fmt::format("count the different ones: `distinct({})`", canonical(e));
        d.mend.push_back({e.span, fmt::format("distinct({})", canonical(e))});
        return {};
    }
    auto t = expression(of, visible, Type::Release);
    if (t.bad()) return {};
    if (t.type != Type::Release) {
        auto& d = error(Code::no_such_field, e.span, fmt::format("{} has no fields", with_article(t.type)));
        d.help = "`fan` and a release have: `fan.name`, `release.title`";
        return {};
    }
    t = present(std::move(t), of, visible);
    constexpr std::pair<std::string_view, Type> properties[] = {{"title", Type::Text}, {"date", Type::Date}, {"link", Type::Text}, {"artist", Type::Artist}};
    std::vector<std::string> candidates;
    for (std::uint32_t i = 0; i < std::size(properties); ++i) {
        candidates.emplace_back(properties[i].first);
        if (properties[i].first != wanted) continue;
        note(Named::Property, e.name);
        auto out = make(Op::Property, properties[i].second, kids_of(std::move(t.expr)));
        out.expr.index = i;
        out.optional = wanted == "artist" && !visible.known.contains(canonical(e));
        return out;
    }
    auto& d = unknown(e.name, "field of a release", candidates);
    d.code = Code::no_such_field;
    if (d.help.empty()) d.help = "a release has `title`, `date`, `link` and `artist`";
    return {};
}

} // namespace segue
