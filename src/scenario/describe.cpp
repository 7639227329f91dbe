#include "scenario/describe.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "syntax/print.hpp"
#include "syntax/words.hpp"
#include "text/plain.hpp"

namespace segue {

namespace {

std::string_view sign(Compare op) {
    switch (op) {
    case Compare::Equal: return ":";
    case Compare::NotEqual: return " !=";
    case Compare::Less: return " <";
    case Compare::LessEqual: return " <=";
    case Compare::Greater: return " >";
    case Compare::GreaterEqual: return " >=";
    }
    return "";
}

bool is_name(std::string_view text) {
    if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    return plain && !is_word_of("reserved", text) && !is_word_of("unit", text);
}

const EventType* event_of(const Program& program, Symbol symbol) {
    for (const auto& event : program.events)
        if (event.symbol == symbol) return &event;
    return nullptr;
}

// A value of a field: a release or a channel by its name, what is free text in quotes.
std::string typed(const World& world, const Program& program, const Value& v, Type type) {
    if (v.kind == Value::Kind::Symbol) {
        const auto& text = world.ledger->symbols.text(v.symbol());
        const bool name = type == Type::Channel || (type == Type::Release && world.catalogue_index.contains(v.symbol()) && is_name(text));
        return name ? text : quoted(text);
    }
    return describe(world, program, v);
}

struct Part { // of a pattern or a query
    std::string field;
    Type type;
    Compare op;
    std::string value;
    bool key;
};

std::string with_parts(const std::string& name, const std::vector<Part>& parts) {
    std::string key, rest;
    for (const auto& part : parts) {
        if (part.key && part.op == Compare::Equal && key.empty()) key = part.value;
        else rest += fmt::format("{}{}{} {}", rest.empty() ? "" : ", ", part.field, sign(part.op), part.value);
    }
    if (!key.empty() && !rest.empty()) key += ", ";
    return key.empty() && rest.empty() ? name : fmt::format("{}({}{})", name, key, rest);
}

Part part_of(const World& world, const Program& program, const EventType& event, const std::string& field, Compare op, const Expr& value, const Rule* rule) {
    Part part{field, Type::Text, op, "", !event.fields.empty() && event.fields[0].name == field};
    for (const auto& f : event.fields)
        if (f.name == field) part.type = f.type;
    part.value = value.op == Op::Constant ? typed(world, program, value.value, part.type) : describe(world, program, value, rule);
    return part;
}

std::string describe_query(const World& world, const Program& program, const Query& q, const Rule* rule) {
    const auto& ledger = *world.ledger;
    const auto symbol = q.held ? ledger.holds[q.slot].event : ledger.needs[q.slot].event;
    const auto* event = event_of(program, symbol);
    if (!event) return ledger.symbols.text(symbol);
    const auto field = [&](std::uint32_t index) -> std::string {
        if (!q.held) return ledger.symbols.text(ledger.needs[q.slot].tracked[index]);
        if (index == 0) return event->held_by == none ? "" : event->fields[event->held_by].name;
        return ledger.symbols.text(ledger.holds[q.slot].tracked[index - 1]);
    };
    std::vector<Part> parts;
    for (const auto& m : q.matches) parts.push_back(part_of(world, program, *event, field(m.field), m.op, m.value, rule));
    if (!q.held)
        for (const auto& f : ledger.needs[q.slot].filters) {
            Expr value;
            value.value = f.value;
            parts.push_back(part_of(world, program, *event, ledger.symbols.text(f.field), f.op, value, rule));
        }
    const auto window = q.window > 0 ? " within " + duration_text(q.window) : std::string();
    if (q.distinct != none) return fmt::format("{}.{}{}", with_parts(event->name, parts), field(q.distinct), window);
    return with_parts(event->name, parts) + window;
}

struct Infix {
    std::string_view text;
    int level;
};
Infix infix(Op op) {
    switch (op) {
    case Op::Or: return {"or", 1};
    case Op::And: return {"and", 2};
    case Op::Equal: return {"==", 3};
    case Op::NotEqual: return {"!=", 3};
    case Op::Less: return {"<", 3};
    case Op::LessEqual: return {"<=", 3};
    case Op::Greater: return {">", 3};
    case Op::GreaterEqual: return {">=", 3};
    case Op::Fallback: return {"??", 4};
    case Op::Add: return {"+", 5};
    case Op::Subtract: return {"-", 5};
    case Op::Multiply: return {"*", 6};
    case Op::Divide: return {"/", 6};
    default: return {"", 8};
    }
}

constexpr const char* property_names[] = {"title", "date", "link", "artist"};

} // namespace

std::string clock_text(World& world, Zones::Id zone, Time time) {
    const auto here = world.zones.local(zone, time);
    auto out = fmt::format("{} {:02}:{:02}", iso_date(here.day), here.of_day / 3'600'000, here.of_day / 60'000 % 60);
    if (here.of_day % 60'000 != 0) out += fmt::format(":{:02}", here.of_day / 1000 % 60);
    if (here.of_day % 1000 != 0) out += fmt::format(".{:03}", here.of_day % 1000);
    return out;
}

std::string clock_text(World& world, const Fan& fan, Time time) {
    auto out = clock_text(world, 0, time);
    const auto there = clock_text(world, fan.zone, time);
    if (there == out) return out;
    const bool same_day = there.substr(0, 10) == out.substr(0, 10);
    return fmt::format("{} ({} for {})", out, same_day ? there.substr(11) : there, fan_name(fan.id));
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '\n') out += "\\n";
        else if (c == '\t') out += "\\t";
        else {
            if (c == '"' || c == '\\' || c == '{' || c == '}') out += '\\';
            out += c;
        }
    }
    return out + "\"";
}

std::string duration_text(Span_ms span) {
    if (span % day_ms == 0 && span != 0) return fmt::format("{} day{}", span / day_ms, span == day_ms ? "" : "s"); // as limits and windows are mostly written
    return span % 1000 == 0 ? canonical_duration(span) : fmt::format("{} ms", span);
}

std::string fan_name(const std::string& id) { return is_name(id) ? id : quoted(id); }

std::string describe(const World& world, const Program& program, const Value& v) {
    switch (v.kind) {
    case Value::Kind::Missing: return "missing";
    case Value::Kind::Symbol: return quoted(world.ledger->symbols.text(v.symbol()));
    case Value::Kind::Stage: return v.integer < 0 ? "none yet" : write(world, program, v);
    case Value::Kind::Duration: return duration_text(v.integer);
    case Value::Kind::Time: return to_rfc3339(v.integer);
    default: return write(world, program, v);
    }
}

std::string describe(const World& world, const Program& program, const EventPattern& pattern, const Rule* rule) {
    if (pattern.event == none) return "?";
    const auto& event = program.events[pattern.event];
    std::vector<Part> parts;
    for (const auto& m : pattern.matches) {
        if (m.if_known) continue; // the key of what is in scope: not written
        auto part = part_of(world, program, event, event.fields[m.field].name, m.op, m.value, rule);
        part.key = part.key || (part.op == Compare::Equal && part.value == part.field); // `listen(release)`
        parts.push_back(std::move(part));
    }
    return with_parts(event.name, parts);
}

std::string describe(const World& world, const Program& program, const EventPattern& pattern, const Value* values) {
    auto fixed = pattern;
    fixed.matches.clear();
    for (std::size_t i = 0; i < pattern.matches.size(); ++i) {
        if (pattern.matches[i].if_known && values[i].missing()) continue;
        Expr value;
        value.value = values[i];
        fixed.matches.push_back({pattern.matches[i].field, pattern.matches[i].op, std::move(value), false});
    }
    return describe(world, program, fixed, static_cast<const Rule*>(nullptr));
}

std::string describe(const World& world, const Program& program, const Need& need) {
    const auto* event = event_of(program, need.event);
    if (!event) return world.ledger->symbols.text(need.event);
    std::vector<Part> parts;
    for (const auto& f : need.filters) {
        Expr value;
        value.value = f.value;
        parts.push_back(part_of(world, program, *event, world.ledger->symbols.text(f.field), f.op, value, nullptr));
    }
    return with_parts(event->name, parts);
}

namespace {

std::string clock_of_day(Span_ms of_day) { return fmt::format("{:02}:{:02}", of_day / 3'600'000, of_day / 60'000 % 60); }
std::string target(const Program& program, const Scope& scope) {
    const auto what = scope.channel == none ? std::string("messages") : program.channels[scope.channel].name;
    return scope.flow == none ? what : fmt::format("{} of {}", what, program.flows[scope.flow]);
}

} // namespace

std::string describe(const Program& program, const Limit& l) {
    auto out = fmt::format("limit {} to {} per {}", target(program, l.scope), l.count, duration_text(l.per));
    if (l.else_wait) out += " else wait";
    if (l.up_to > 0) out += " up to " + duration_text(l.up_to);
    return out;
}

std::string describe(const Program& program, const Quiet& q) { return fmt::format("quiet {} from {} to {}", target(program, q.scope), clock_of_day(q.from), clock_of_day(q.to)); }

std::string describe(const World& world, const Program& program, const Trigger& t) {
    std::string out;
    for (const auto& pattern : t.patterns) out += (out.empty() ? "" : " or ") + describe(world, program, pattern);
    const auto clock = [&] { return t.clock == 0 ? std::string() : fmt::format(" at {:02}:{:02}", t.clock / 3'600'000, t.clock / 60'000 % 60); };
    const auto per = [&] { return t.per == none ? std::string() : " per " + program.events[t.patterns[0].event].fields[t.per].name; };
    switch (t.kind) {
    case TriggerKind::Event: return out;
    case TriggerKind::Count: {
        const auto window = program.queries[t.query].window;
        return fmt::format("{} >= {}{}{}", out, t.count, per(), window > 0 ? " within " + duration_text(window) : "");
    }
    case TriggerKind::Every: return fmt::format("{} every {}{}", out, t.count, per());
    case TriggerKind::Silence: {
        std::string of = "?";
        if (t.need != none) {
            Query q;
            q.slot = t.need;
            of = describe_query(world, program, q, nullptr);
        }
        return fmt::format("no {} for {}", of, duration_text(t.span));
    }
    case TriggerKind::Enter: return "enter " + program.stages[t.stage].name;
    case TriggerKind::Release:
        if (t.span == 0) return "release day" + clock();
        return fmt::format("{} {} release{}", duration_text(t.span < 0 ? -t.span : t.span), t.span < 0 ? "before" : "after", clock());
    case TriggerKind::Date: return iso_date(t.date) + clock();
    }
    return out;
}

std::string describe(const World& world, const Program& program, const std::vector<Goal>& goals, const Rule* rule) {
    std::string out;
    for (const auto& goal : goals) out += (out.empty() ? "" : " or ") + (goal.consent != none ? goal.name : describe(world, program, goal.pattern, rule));
    return out;
}

std::string describe(const World& world, const Program& program, const Expr& e, const Rule* rule) {
    const auto [text, level] = infix(e.op);
    const auto kid = [&, outer = level](std::size_t i) {
        auto inside = describe(world, program, e.kids[i], rule);
        const auto inner = infix(e.kids[i].op).level;
        return outer < 8 && (inner < outer || (inner == outer && i > 0 && outer > 2)) ? "(" + inside + ")" : inside;
    };
    switch (e.op) {
    case Op::Constant: return describe(world, program, e.value);
    case Op::Field: return rule ? rule->slots[e.index].name : "a field of the rule";
    case Op::Attribute: return "fan." + world.ledger->symbols.text(world.ledger->facts[e.index].name);
    case Op::Count: return describe_query(world, program, program.queries[e.index], rule);
    case Op::Distinct: return fmt::format("distinct({})", describe_query(world, program, program.queries[e.index], rule));
    case Op::Since: return fmt::format("since({})", describe_query(world, program, program.queries[e.index], rule));
    case Op::Consent: return world.ledger->symbols.text(e.value.symbol());
    case Op::Stage: return "stage";
    case Op::NextRelease: return "next release";
    case Op::LatestRelease: return "latest release";
    case Op::Out: return fmt::format("out({})", e.kids[0].op == Op::Constant ? typed(world, program, e.kids[0].value, Type::Release) : kid(0));
    case Op::Tagged: return fmt::format("tagged({})", world.ledger->symbols.text(e.value.symbol()));
    case Op::Now: return "now";
    case Op::Property: return fmt::format("{}.{}", e.kids[0].op == Op::Constant ? typed(world, program, e.kids[0].value, Type::Release) : kid(0), property_names[e.index]);
    case Op::Positive: return kid(0);
    case Op::Known: return "known " + kid(0);
    case Op::Not: return e.kids[0].op == Op::And || e.kids[0].op == Op::Or ? "not (" + kid(0) + ")" : "not " + kid(0);
    case Op::Negate: return "-" + kid(0);
    case Op::In: {
        std::string list;
        for (std::size_t i = 1; i < e.kids.size(); ++i) list += (i == 1 ? "" : ", ") + kid(i);
        return fmt::format("{} in [{}]", kid(0), list);
    }
    default: {
        std::string out;
        for (std::size_t i = 0; i < e.kids.size(); ++i) out += (i == 0 ? "" : fmt::format(" {} ", text)) + kid(i);
        return out;
    }
    }
}

std::string expectation_text(const World& world, const Program& program, const Statement& s) {
    const auto& e = s.expected;
    const auto to = s.fan.empty() ? std::string() : " to " + fan_name(s.fan);
    const auto of = s.fan.empty() ? std::string() : " of " + fan_name(s.fan);
    const auto channel = e.channel == none ? std::string() : program.channels[e.channel].name;
    std::string said;
    if (e.subject) said = " " + quoted(*e.subject) + " /";
    if (e.text) said += " " + quoted(*e.text);
    switch (e.kind) {
    case Expected::Kind::Prompt: return fmt::format("prompt {}{}{}{}", describe(world, program, e.goals), channel.empty() ? "" : " via " + channel, to, said);
    case Expected::Kind::Send: return fmt::format("send {}{}{}", channel, to, said);
    case Expected::Kind::Reply: return fmt::format("reply{}{}", to, said);
    case Expected::Kind::Tag: return fmt::format("tag {}{}", e.tag, to);
    case Expected::Kind::Untag: return fmt::format("untag {}{}", e.tag, to);
    case Expected::Kind::Arm: return fmt::format("arm {} of {}{}", e.arm, e.split, to);
    case Expected::Kind::Nothing: return "nothing" + to;
    case Expected::Kind::Stage: return fmt::format("stage {}{}", program.stages[e.stage].name, of);
    case Expected::Kind::Condition: return describe(world, program, e.condition) + of;
    case Expected::Kind::Suppressed: break;
    }
    auto what = e.goals.empty() ? channel : describe(world, program, e.goals);
    if (!what.empty()) what = " " + what;
    return fmt::format("suppressed{}{}{}{}", e.step.empty() ? "" : " " + e.step, what, to, e.reason.empty() ? "" : " because " + e.reason);
}

std::string until_text(const World& world, const Program& program, const Rule& rule) {
    std::string out;
    for (const auto& pattern : rule.until) out += (out.empty() ? "" : " or ") + describe(world, program, pattern, &rule);
    return out;
}

std::vector<std::string> consented(const World& world, const Fan& fan) {
    std::vector<std::string> out;
    for (const auto& channel : world.program().channels)
        if (channel.needs_consent && consents(world, world.program(), fan, channel.symbol)) out.push_back(channel.name);
    return out;
}

std::string expectation_of(const World& world, const Action& a) {
    const auto to = " to " + fan_name(a.fan);
    const auto said = [&] {
        if (!a.has_text) return std::string();
        const bool both = a.has_subject && a.subject != a.text.substr(0, a.text.find('\n'));
        return both ? fmt::format(" {} / {}", quoted(a.subject), quoted(a.text)) : " " + quoted(a.text);
    };
    switch (a.kind) {
    case Action::Kind::Prompt: return fmt::format("prompt {}{}{}{}", a.goal, a.channel == "page" ? "" : " via " + a.channel, to, said());
    case Action::Kind::Send: return fmt::format("send {}{}{}", a.channel, to, said());
    case Action::Kind::Reply: return fmt::format("reply{}{}", to, said());
    case Action::Kind::Tag: return fmt::format("tag {}{}", a.tag, to);
    case Action::Kind::Untag: return fmt::format("untag {}{}", a.tag, to);
    case Action::Kind::Stage: return fmt::format("stage {} of {}", a.stage, fan_name(a.fan));
    case Action::Kind::Arm: return fmt::format("arm {} of {}{}", a.arm, a.split, to);
    case Action::Kind::Suppressed: break;
    }
    std::string step = a.of == "response" ? "" : " " + a.of;
    if (!a.goal.empty()) step += " " + a.goal;
    else if (a.of == "send" && a.rule_index != none) {
        const auto& program = *world.versions[a.version].program;
        step += " " + program.channels[program.rules[a.rule_index].steps[a.step].routes[0].channel].name;
    }
    return fmt::format("suppressed{}{} because {}", step, to, a.reason);
}

} // namespace segue
