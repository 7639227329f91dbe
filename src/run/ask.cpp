#include "run/ask.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

#include "text/plain.hpp"

namespace segue {

namespace {

using K = Value::Kind;

double as_number(const Value& v) { return v.kind == K::Number ? v.number : static_cast<double>(v.integer); }

int order(const Value& a, const Value& b) {
    if (a.kind == K::Number || b.kind == K::Number) {
        const auto x = as_number(a);
        const auto y = as_number(b);
        return x < y ? -1 : x > y ? 1 : 0;
    }
    return a.integer < b.integer ? -1 : a.integer > b.integer ? 1 : 0;
}

Value duration(double ms) {
    if (!std::isfinite(ms) || std::abs(ms) > 9e15) return {};
    return Value::of(K::Duration, std::llround(ms));
}

// As large as a number can be, where it would be larger.
Value number(double n) {
    constexpr auto largest = std::numeric_limits<double>::max();
    return Value::of_number(std::clamp(n, -largest, largest));
}

Value arithmetic(Op op, const Value& a, const Value& b) {
    if (a.missing() || b.missing()) return {};
    const auto both = [&](K kind) { return a.kind == kind && b.kind == kind; };
    switch (op) {
    case Op::Add:
    case Op::Subtract: {
        const int sign = op == Op::Add ? 1 : -1;
        if (both(K::Number)) return number(a.number + sign * b.number);
        if (both(K::Duration)) return Value::of(K::Duration, a.integer + sign * b.integer);
        if (both(K::Time)) return Value::of(K::Duration, a.integer - b.integer);
        if (both(K::Date)) return Value::of(K::Duration, (a.integer - b.integer) * day_ms);
        if (a.kind == K::Date) {
            const auto days = b.integer >= 0 ? b.integer / day_ms : -((-b.integer + day_ms - 1) / day_ms);
            return Value::of(K::Date, a.integer + sign * days);
        }
        return Value::of(K::Time, a.integer + sign * b.integer);
    }
    case Op::Multiply:
        if (both(K::Number)) return number(a.number * b.number);
        return duration(as_number(a) * as_number(b));
    default:
        if (as_number(b) == 0) return {};
        if (a.kind == K::Duration && b.kind == K::Number) return duration(as_number(a) / b.number);
        return number(as_number(a) / as_number(b));
    }
}

std::uint64_t within(const Slim<Time>& times, Time now, Span_ms window) {
    const auto from = std::upper_bound(times.begin(), times.end(), now - window);
    const auto to = std::upper_bound(from, times.end(), now);
    return static_cast<std::uint64_t>(to - from);
}

bool passes(const Match& match, const Value& field, const Value& value) { return (match.if_known && value.missing()) || satisfies(field, match.op, value); }

bool held_matches(const Query& query, const Held& h, const Value* values) {
    for (std::size_t i = 0; i < query.matches.size(); ++i)
        if (!passes(query.matches[i], h.field(query.matches[i].field), values[i])) return false;
    return true;
}

bool cell_matches(const Query& query, const Cell& c, const Value* values) {
    const auto tracked = c.values();
    for (std::size_t i = 0; i < query.matches.size(); ++i)
        if (!passes(query.matches[i], tracked[query.matches[i].field], values[i])) return false;
    return true;
}

// Whether that match leaves one value only.
bool exact(const Match& match, std::uint32_t field, const Value& value) { return match.field == field && match.op == Compare::Equal && !(match.if_known && value.missing()); }

// Those that match, until `each` says false.
template <class Each> void each_held(const Asking& asking, const Query& query, const Value* values, Each each) {
    const auto look = [&](const Held& h) {
        if (!h.held || (query.window > 0 && h.since <= asking.now - query.window)) return true;
        return !held_matches(query, h, values) || each(h);
    };
    if (!query.matches.empty() && exact(query.matches[0], 0, values[0])) {
        if (const auto* h = asking.fan.holds.find(query.slot, hash_of_key(values[0]), [&](const Held& other) { return other.key() == values[0]; })) look(*h);
        return;
    }
    for (const auto& h : asking.fan.holds[query.slot])
        if (!look(h)) return;
}

template <class Each> void each_cell(const Asking& asking, const Query& query, const Value* values, Each each) {
    const auto look = [&](const Cell& c) { return !cell_matches(query, c, values) || each(c); };
    const auto tracked = asking.world.ledger->needs[query.slot].tracked.size();
    // One cell only: that of the values, each of which is asked for, or the one of no values.
    bool one = query.matches.size() == tracked;
    for (std::size_t i = 0; one && i < tracked; ++i) one = exact(query.matches[i], static_cast<std::uint32_t>(i), values[i]);
    if (one) {
        const auto same = [&](const Cell& other) { return std::equal(values, values + tracked, other.values().begin()); };
        if (const auto* c = asking.fan.cells.find(query.slot, Cell::hash_of({values, tracked}), same)) each(*c);
        return;
    }
    for (const auto& c : asking.fan.cells[query.slot])
        if (!look(c)) return;
}

// Different values, few or many.
class Different {
public:
    std::uint64_t add(const Value& v) { // how many there are then
        if (v.missing()) return size();
        if (many_.empty()) {
            if (std::find(few_.begin(), few_.end(), v) != few_.end()) return size();
            few_.push_back(v);
            if (few_.size() > 32) many_.insert(few_.begin(), few_.end());
        } else many_.insert(v);
        return size();
    }
    std::uint64_t size() const { return many_.empty() ? few_.size() : many_.size(); }

private:
    absl::InlinedVector<Value, 8> few_;
    ValueSet many_;
};

std::uint64_t distinct(const Asking& asking, const Query& query, const Value* values, std::uint64_t most) {
    if (query.held) {
        Different found;
        each_held(asking, query, values, [&](const Held& h) { return found.add(h.field(query.distinct)) < most; });
        return found.size();
    }
    const auto in_time = [&](const Cell& c) { return query.window == 0 || c.last > asking.now - query.window; };
    if (asking.world.ledger->needs[query.slot].tracked.size() == 1) { // a value has one cell
        std::uint64_t n = 0;
        each_cell(asking, query, values, [&](const Cell& c) { return (n += in_time(c) && !c.values()[0].missing()) < most; });
        return n;
    }
    Different found;
    each_cell(asking, query, values, [&](const Cell& c) { return (in_time(c) ? found.add(c.values()[query.distinct]) : found.size()) < most; });
    return found.size();
}

Value since(const Asking& asking, const Query& query, const Value* values) {
    Time last = before_all;
    const auto later = [&](Time time) { return last = std::max(last, time), true; };
    if (query.held) each_held(asking, query, values, [&](const Held& h) { return later(h.since); });
    else each_cell(asking, query, values, [&](const Cell& c) { return later(c.last); });
    return last == before_all ? Value{} : Value::of(K::Duration, asking.now - last);
}

Value release(const Asking& asking, bool next) {
    const CatalogueEntry* best = nullptr;
    for (const auto& entry : asking.world.catalogue) {
        if (!entry.date || is_out(asking.world, asking.fan, entry, asking.now) == next) continue;
        if (!best || (next ? *entry.date < *best->date : *entry.date >= *best->date)) best = &entry;
    }
    return best ? Value::of_symbol(best->id) : Value{};
}

Value property(const Asking& asking, const Expr& e) {
    const auto which = evaluate(asking, e.kids[0]);
    const auto* entry = which.missing() ? nullptr : asking.world.entry(which.symbol());
    if (!entry) return {};
    const auto text = [&](const std::optional<std::string>& t) { return t ? Value::of_symbol(asking.world.intern(*t)) : Value{}; };
    switch (static_cast<Property>(e.index)) {
    case Property::Title: return text(entry->title);
    case Property::Link: return text(entry->link);
    case Property::Artist: return text(entry->artist);
    case Property::Date: return entry->date ? Value::of(K::Date, *entry->date) : Value{};
    }
    return {};
}

bool is_number_of(const Expr& e) { return e.op == Op::Count || e.op == Op::Distinct; }

// A count, or how many different values; where it is more than `most`, any number that is.
Value number_of(const Asking& asking, const Expr& e, std::uint64_t most) {
    const auto& query = asking.program.queries[e.index];
    const auto values = compared_with(asking, query.matches);
    return Value::of_number(static_cast<double>(e.op == Op::Count ? count(asking, query, values.data(), most) : distinct(asking, query, values.data(), most)));
}

// A side of a comparison: what is compared with a constant is counted no further than to where one more would make no difference.
Value side(const Asking& asking, const Expr& comparison, std::size_t i) {
    const auto& e = comparison.kids[i];
    const auto& other = comparison.kids[1 - i];
    if (!is_number_of(e)) return evaluate(asking, e);
    const bool known = other.op == Op::Constant && other.value.kind == K::Number && other.value.number < 1e15;
    return number_of(asking, e, known ? static_cast<std::uint64_t>(std::max(other.value.number, 0.0)) + 1 : all_of_them);
}

// The fan's rank on the ladder of the program that asks: an older version may have another one.
int rank(const Asking& asking) {
    const auto& current = asking.world.program();
    return &asking.program == &current ? asking.fan.stage : rank_on(asking.program, current, asking.fan.stage);
}

bool equal(const Value& a, const Value& b) { return !a.missing() && !b.missing() && a == b; }

} // namespace

int rank_on(const Program& ladder, const Program& other, int stage) {
    for (; stage >= 0; --stage)
        for (std::size_t i = 0; i < ladder.stages.size(); ++i)
            if (ladder.stages[i].symbol == other.stages[static_cast<std::size_t>(stage)].symbol) return static_cast<int>(i);
    return -1;
}

bool satisfies(const Value& value, Compare op, const Value& other) {
    if (op == Compare::NotEqual) return !equal(value, other);
    if (value.missing() || other.missing()) return false;
    switch (op) {
    case Compare::Equal: return value == other;
    case Compare::Less: return order(value, other) < 0;
    case Compare::LessEqual: return order(value, other) <= 0;
    case Compare::Greater: return order(value, other) > 0;
    default: return order(value, other) >= 0;
    }
}

bool is_out(World& world, const Fan& fan, const CatalogueEntry& entry, Time now) {
    if (!entry.live || !entry.date) return false;
    const auto midnight = *entry.date * day_ms; // of UTC; that of no zone is as far as a day from it
    if (now < midnight - day_ms || now >= midnight + day_ms) return now >= midnight;
    return world.zones.utc(fan.zone, {*entry.date, 0}) <= now;
}

bool consents(const World& world, const Program& program, const Fan& fan, Symbol channel) {
    (void)world;
    if (program.optin == none) return false;
    const auto hold = program.events[program.optin].hold;
    if (hold == none) return false;
    const auto key = Value::of_symbol(channel);
    const auto* h = fan.holds.find(hold, hash_of_key(key), [&](const Held& other) { return other.key() == key; });
    return h && h->held;
}

Values compared_with(const Asking& asking, const std::vector<Match>& matches) {
    Values values;
    if (matches.size() > values.capacity()) values.reserve(matches.size());
    for (const auto& m : matches) values.push_back(evaluate(asking, m.value));
    return values;
}

bool matches(const std::vector<Match>& matches, const Value* values, std::span<const Value> fields) {
    for (std::size_t i = 0; i < matches.size(); ++i)
        if (!passes(matches[i], fields[matches[i].field], values[i])) return false;
    return true;
}

std::uint64_t count(const Asking& asking, const Query& query, const Value* values, std::uint64_t most) {
    std::uint64_t n = 0;
    if (query.held) each_held(asking, query, values, [&](const Held&) { return ++n < most; });
    else each_cell(asking, query, values, [&](const Cell& c) { return (n += query.window == 0 ? c.count : within(c.times, asking.now, query.window)) < most; });
    return n;
}

std::uint64_t count(const Asking& asking, const Query& query, std::uint64_t most) { return count(asking, query, compared_with(asking, query.matches).data(), most); }

bool holds(const Asking& asking, const Expr& condition) {
    const auto v = evaluate(asking, condition);
    return v.kind == K::Bool && v.integer != 0;
}

Value evaluate(const Asking& asking, const Expr& e) {
    const auto kid = [&](std::size_t i) { return evaluate(asking, e.kids[i]); };
    const auto compare = [&](Compare op) { return Value::of_bool(satisfies(side(asking, e, 0), op, side(asking, e, 1))); };
    switch (e.op) {
    case Op::Constant: return e.value;
    case Op::Field: return asking.slots ? asking.slots[e.index] : Value{};
    case Op::Attribute: return e.index < asking.fan.more->attributes.size() ? asking.fan.more->attributes[e.index] : Value{};
    case Op::Count:
    case Op::Distinct: return number_of(asking, e, all_of_them);
    case Op::Since: {
        const auto& q = asking.program.queries[e.index];
        return since(asking, q, compared_with(asking, q.matches).data());
    }
    case Op::Consent: return Value::of_bool(consents(asking.world, asking.program, asking.fan, e.value.symbol()));
    case Op::Stage: return Value::of(K::Stage, rank(asking));
    case Op::NextRelease: return release(asking, true);
    case Op::LatestRelease: return release(asking, false);
    case Op::Out: {
        const auto v = kid(0);
        const auto* entry = v.missing() ? nullptr : asking.world.entry(v.symbol());
        return Value::of_bool(entry && is_out(asking.world, asking.fan, *entry, asking.now));
    }
    case Op::Tagged: return Value::of_bool(std::find(asking.fan.more->tags.begin(), asking.fan.more->tags.end(), e.value.symbol()) != asking.fan.more->tags.end());
    case Op::Now: return Value::of(K::Time, asking.now);
    case Op::Property: return property(asking, e);
    case Op::Positive: {
        const auto v = is_number_of(e.kids[0]) ? number_of(asking, e.kids[0], 1) : kid(0);
        return Value::of_bool(v.kind == K::Number && v.number > 0);
    }
    case Op::Known: return Value::of_bool(!kid(0).missing());
    case Op::Not: return Value::of_bool(!holds(asking, e.kids[0]));
    case Op::And: return Value::of_bool(std::all_of(e.kids.begin(), e.kids.end(), [&](const Expr& part) { return holds(asking, part); }));
    case Op::Or: return Value::of_bool(std::any_of(e.kids.begin(), e.kids.end(), [&](const Expr& part) { return holds(asking, part); }));
    case Op::Equal: return compare(Compare::Equal);
    case Op::NotEqual: return compare(Compare::NotEqual);
    case Op::Less: return compare(Compare::Less);
    case Op::LessEqual: return compare(Compare::LessEqual);
    case Op::Greater: return compare(Compare::Greater);
    case Op::GreaterEqual: return compare(Compare::GreaterEqual);
    case Op::In: {
        const auto v = kid(0);
        for (std::size_t i = 1; i < e.kids.size(); ++i)
            if (equal(v, kid(i))) return Value::of_bool(true);
        return Value::of_bool(false);
    }
    case Op::Fallback: {
        const auto v = kid(0);
        return v.missing() ? kid(1) : v;
    }
    case Op::Negate: {
        const auto v = kid(0);
        if (v.kind == K::Number) return Value::of_number(-v.number);
        return v.missing() ? v : Value::of(v.kind, -v.integer);
    }
    case Op::Add:
    case Op::Subtract:
    case Op::Multiply:
    case Op::Divide: return arithmetic(e.op, kid(0), kid(1));
    }
    return {};
}

std::string write(const World& world, const Program& program, const Value& v) {
    switch (v.kind) {
    case K::Missing: return {};
    case K::Number: return plain_number(v.number);
    case K::Bool: return v.integer ? "true" : "false";
    case K::Date: return iso_date(v.integer);
    case K::Stage: return v.integer >= 0 && static_cast<std::size_t>(v.integer) < program.stages.size() ? program.stages[static_cast<std::size_t>(v.integer)].name : "";
    case K::Symbol: return world.ledger->symbols.text(v.symbol());
    default: return fmt::format("{}", v.integer);
    }
}

namespace {

// Whether a value is missing because an entry of the catalogue, or a part of one, is not there.
bool lacks_entry(const Asking& asking, const Expr& e) {
    if (e.op == Op::Property) return static_cast<Property>(e.index) != Property::Artist && evaluate(asking, e).missing();
    if (e.op == Op::Fallback) return evaluate(asking, e).missing();
    for (const auto& kid : e.kids)
        if (lacks_entry(asking, kid)) return true;
    return false;
}

} // namespace

bool write(const Asking& asking, const Text& text, std::string& out) {
    for (const auto& part : text) {
        if (!part.hole) {
            out += part.literal;
            continue;
        }
        const auto value = evaluate(asking, *part.hole);
        if (value.missing() && lacks_entry(asking, *part.hole)) return false;
        out += write(asking.world, asking.program, value);
    }
    return true;
}

void append_goals(const Asking& context, const std::vector<Goal>& goals, const Value* values, std::string& out) {
    for (const auto& goal : goals) {
        if (&goal != goals.data()) out += " or ";
        out += goal.name;
        // The key as it is, what else was asked by its name.
        std::string key, args;
        const auto& fields = context.program.events[goal.pattern.event].fields;
        for (std::size_t m = 0; m < goal.pattern.matches.size(); ++m) {
            const auto& match = goal.pattern.matches[m];
            if (match.op != Compare::Equal || values[m].missing()) continue;
            const auto value = write(context.world, context.program, values[m]);
            if (match.field == 0) key = value;
            else args += fmt::format("{}{}: {}", args.empty() ? "" : ", ", fields[match.field].name, value);
        }
        values += goal.pattern.matches.size();
        if (goal.consent != none || (key.empty() && args.empty())) continue;
        ((out += "(") += key) += key.empty() || args.empty() ? "" : ", ";
        (out += args) += ")";
    }
}

} // namespace segue
