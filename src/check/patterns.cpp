#include <fmt/format.h>

#include "check/checker.hpp"
#include "syntax/print.hpp"
#include "text/did_you_mean.hpp"
#include "text/utf8.hpp"

namespace segue {

namespace {

Compare compare_of(ast::ArgOp op) {
    switch (op) {
    case ast::ArgOp::NotEqual: return Compare::NotEqual;
    case ast::ArgOp::Less: return Compare::Less;
    case ast::ArgOp::LessEqual: return Compare::LessEqual;
    case ast::ArgOp::Greater: return Compare::Greater;
    case ast::ArgOp::GreaterEqual: return Compare::GreaterEqual;
    default: return Compare::Equal;
    }
}

bool equality(Compare op) { return op == Compare::Equal || op == Compare::NotEqual; }

} // namespace

std::optional<std::uint32_t> Checker::event_named(const ast::Name& name, Use use) {
    const auto* declared = find(name.text);
    if (declared && declared->what == What::Event) return note(Named::Event, name), declared->index;
    if (!declared) {
        auto& d = unknown(name, "event", names({What::Event}));
        if (d.help.empty()) d.help = fmt::format("if it is a thing that fans do, declare it: `event {}`", name.text);
        return std::nullopt;
    }
    constexpr std::string_view kinds[] = {"an event", "a channel", "a stage", "a release", "a segment", "a split", "a flow"};
    auto& d = error(Code::not_a_value, name.span, fmt::format("`{}` is {}, not an event", name.text, kinds[static_cast<std::size_t>(declared->what)]));
    d.labels.push_back({declared->span, "declared here"});
    if (declared->what == What::Channel && program_.channels[declared->index].needs_consent) {
        d.help = fmt::format("consent to it is the event `optin({})`", name.text);
        d.mend.push_back({name.span, fmt::format("optin({})", name.text)});
    } else if (declared->what == What::Stage) {
        d.help = fmt::format("the moment a fan reaches it is `on enter {}`", name.text);
        std::set<std::string> events;
        if (declared->index < stage_rows_.size()) mentioned(stage_rows_[declared->index]->condition, events, 0);
        if (use != Use::Trigger && !events.empty()) d.help = fmt::format("name what leads there: `{}`", *events.begin());
    }
    else d.help = "name an event";
    return std::nullopt;
}

void Checker::argument(const ast::Arg& arg, Resolved& into, Visible& visible, Use use) {
    auto& event = program_.events[into.event];
    std::uint32_t field = none;
    bool same_name = false; // a bare value that names a field of both
    if (arg.op != ast::ArgOp::Bare) {
        for (std::uint32_t i = 0; i < event.fields.size(); ++i)
            if (event.fields[i].name == arg.field.text) field = i, note(Named::Field, arg.field, event.name);
        if (field == none) {
            auto& d = unknown(arg.field, fmt::format("field of `{}`", event.name), field_names(into.event));
            d.code = Code::no_such_field;
            if (d.help.empty()) d.help = event.fields.empty() ? fmt::format("`{}` has no fields", event.name) : fmt::format("its fields: {}", fmt::join(field_names(into.event), ", "));
            return;
        }
    } else {
        if (event.fields.empty()) {
            error(Code::bad_argument, arg.span, fmt::format("`{}` has no fields to match", event.name)).help = "leave the argument out";
            return;
        }
        if (arg.value.kind == ast::ExprKind::Name) {
            const auto& text = arg.value.name.text;
            const auto in_scope = [&] {
                for (const auto& f : visible.fields)
                    if (f.name == text) return true;
                return false;
            };
            if (text == "any" && !in_scope() && !find("any") && !(visible.parameters && visible.parameters->contains(text))) {
                if (use == Use::Record) error(Code::bad_argument, arg.span, "a recorded event needs a value, not `any`").help = "name the value";
                into.any = true;
                return;
            }
            for (std::uint32_t i = 0; i < event.fields.size(); ++i)
                if (event.fields[i].name == text && in_scope()) field = i, same_name = true;
        }
        if (field == none) field = 0;
    }
    const auto op = compare_of(arg.op);
    for (const auto& other : into.arguments) {
        if (other.field != field || other.op != op || op != Compare::Equal) continue;
        auto& d = error(Code::bad_argument, arg.span, fmt::format("`{}` is given twice", event.fields[field].name));
        d.labels.push_back({other.span, "the first"});
        d.help = arg.op == ast::ArgOp::Bare && !same_name ? "a bare value is the key; write the field's name before another" : "keep one";
        return;
    }
    if (use == Use::Record && op != Compare::Equal) {
        error(Code::bad_argument, arg.span, "a recorded event has one value a field").help = fmt::format("write `{}: VALUE`", arg.field.text);
        return;
    }
    const auto wanted = event.fields[field].type;
    auto value = coerce(expression(arg.value, visible, wanted), arg.value, wanted);
    if (value.bad() || wanted == Type::Error) return;
    if (value.type != wanted) {
        auto& d = wrong_type(arg.value.span, with_article(wanted), value);
        d.message = fmt::format("`{}` of `{}` is {}, not {}", event.fields[field].name, event.name, with_article(wanted), with_article(value.type));
        fits(d, arg.value, wanted);
        for (const auto& f : event.fields)
            if (arg.op == ast::ArgOp::Bare && f.type == value.type && d.help.empty()) {
                d.help = fmt::format("a bare value is the key; write `{}: {}`", f.name, canonical(arg.value));
                d.mend.push_back({arg.span, fmt::format("{}: {}", f.name, canonical(arg.value))});
                break;
            }
        const auto& source = sources_[arg.span.source];
        const bool thousands = arg.op == ast::ArgOp::Bare && value.type == Type::Number && arg.span.begin > 1 && source.text()[arg.span.begin - 1] == ',' && source.text()[arg.span.begin - 2] >= '0' && source.text()[arg.span.begin - 2] <= '9';
        if (thousands) d.help = "a number is written without commas: `1000`", d.mend.clear();
        if (d.help.empty()) d.help = fmt::format("`{}` takes {}", event.fields[field].name, with_article(wanted));
        return;
    }
    if (!equality(op) && (is_textual(wanted) || wanted == Type::Bool || wanted == Type::Channel)) {
        error(Code::wrong_type, arg.span, fmt::format("{} has no order", with_article(wanted))).help = "compare it with `:` or `!=`";
        return;
    }
    // Matching is equality, and missing is equal to nothing; but what is asked for or recorded is a value, and order needs one.
    const bool from_catalogue = arg.value.kind == ast::ExprKind::NextRelease || arg.value.kind == ast::ExprKind::LatestRelease;
    if (((use == Use::Goal || use == Use::Record) && !from_catalogue) || !equality(op)) {
        const bool optional_field = use == Use::Record && event.fields[field].optional;
        if (!optional_field) value = present(std::move(value), arg.value, visible);
    }
    if (event.fields[field].folded && value.constant()) value.expr.value = Value::of_symbol(symbol(fold_keyword(ledger_.symbols.text(value.expr.value.symbol()))));
    event.fields[field].used = true;
    into.arguments.push_back({field, op, std::move(value), arg.span, false});
}

Checker::Resolved Checker::resolve(const ast::Name& name, const std::vector<ast::Arg>& args, Span span, Visible& visible, Use use) {
    Resolved out;
    out.span = span;
    const auto event = event_named(name, use);
    if (!event) return out;
    out.event = *event;
    for (const auto& arg : args) argument(arg, out, visible, use);
    return out;
}

// A goal, `wait for` and `until` take a key that is not given from the field of the same name in scope.
void Checker::key_from_scope(Resolved& pattern, Visible& visible) {
    if (pattern.event == none || pattern.any) return;
    auto& event = program_.events[pattern.event];
    if (event.fields.empty()) return;
    for (const auto& argument : pattern.arguments)
        if (argument.field == 0) return;
    for (const auto& field : visible.fields) {
        if (field.name != event.fields[0].name || field.type != event.fields[0].type) continue;
        event.fields[0].used = true;
        auto value = field_value(field, visible);
        pattern.arguments.push_back({0, Compare::Equal, std::move(value), pattern.span, true});
    }
}

// `occurrences`: of a held event, count all of them, not the keys that are held.
std::uint32_t Checker::query(const Resolved& pattern, Span_ms window, std::uint32_t distinct, bool occurrences) {
    auto& event = program_.events[pattern.event];
    Query q;
    q.window = window;
    q.held = event.held && !occurrences;
    if (q.held) {
        q.slot = event.hold;
        const auto place = [&](std::uint32_t field) {
            event.fields[field].used = true;
            return field == event.held_by ? 0 : 1 + ledger_.track(event.hold, symbol(event.fields[field].name));
        };
        for (const auto& a : pattern.arguments) q.matches.push_back({place(a.field), a.op, a.value.expr, a.if_known});
        if (distinct != none) q.distinct = place(distinct);
    } else {
        Need need;
        need.event = event.symbol;
        need.window = window;
        const auto track = [&](std::uint32_t field) {
            event.fields[field].used = true;
            const auto name = symbol(event.fields[field].name);
            for (std::uint32_t i = 0; i < need.tracked.size(); ++i)
                if (need.tracked[i] == name) return i;
            need.tracked.push_back(name);
            return static_cast<std::uint32_t>(need.tracked.size() - 1);
        };
        for (const auto& a : pattern.arguments) {
            if (a.value.constant()) {
                event.fields[a.field].used = true;
                need.filters.push_back({symbol(event.fields[a.field].name), a.op, a.value.expr.value});
            } else q.matches.push_back({track(a.field), a.op, a.value.expr, a.if_known});
        }
        if (distinct != none) q.distinct = track(distinct);
        q.slot = ledger_.need(std::move(need));
    }
    program_.queries.push_back(std::move(q));
    return static_cast<std::uint32_t>(program_.queries.size() - 1);
}

EventPattern Checker::event_pattern(const Resolved& pattern) {
    EventPattern p;
    p.event = pattern.event;
    if (p.event == none) return p;
    for (const auto& a : pattern.arguments) p.matches.push_back({a.field, a.op, a.value.expr, a.if_known});
    if (program_.events[p.event].held) p.query = query(pattern, 0);
    return p;
}

} // namespace segue
