#include <algorithm>

#include "simulation/calendar.hpp"
#include "simulation/model.hpp"

namespace segue::simulation {

namespace {

bool compared(long long a, Compare compare, long long b) {
    switch (compare) {
    case Compare::Eq: return a == b;
    case Compare::Ne: return a != b;
    case Compare::Lt: return a < b;
    case Compare::Le: return a <= b;
    case Compare::Gt: return a > b;
    default: return a >= b;
    }
}

std::optional<std::string> field(const Fields& fields, const std::string& name) {
    const auto at = fields.find(name);
    return at == fields.end() ? std::nullopt : std::optional(at->second);
}

} // namespace

bool Model::matches(const Fixed& pattern, const Occurrence& what) const {
    if (pattern.event != what.event) return false;
    return std::all_of(pattern.arguments.begin(), pattern.arguments.end(), [&](const Fixed::One& a) {
        const auto there = field(what.fields, a.field);
        if (!there || !a.value) return a.compare == Compare::Ne;
        if (a.compare == Compare::Eq || a.compare == Compare::Ne) return (*there == *a.value) == (a.compare == Compare::Eq);
        return compared(std::stoll(*there), a.compare, std::stoll(*a.value));
    });
}

// What counts: of a held event what is held, of any other every occurrence.
std::vector<const Model::Occurrence*> Model::matching(const Fixed& pattern, const Fan& fan, Instant within) const {
    std::vector<const Occurrence*> found;
    const auto look = [&](const Occurrence& o) {
        if (!matches(pattern, o)) return;
        if (within > 0 && (o.time < *clock_ - within || (o.time == *clock_ - within && altered_ != Altered::Window) || o.time > *clock_)) return;
        found.push_back(&o);
    };
    if (event(pattern.event).held) {
        for (const auto& [key, hold] : fan.holds)
            if (hold.by) look(*hold.by);
    } else {
        for (const auto& o : fan.past) look(o);
    }
    return found;
}

bool Model::held(const Fixed& pattern, const Fan& fan) const { return event(pattern.event).held && !matching(pattern, fan, 0).empty(); }

bool Model::consents(const Fan& fan, const std::string& channel) const {
    return channel == "page" || held({"optin", {{"channel", Compare::Eq, channel}}}, fan);
}

std::string Model::zone(const Fan& fan) const {
    const auto at = fan.attributes.find("timezone");
    return at != fan.attributes.end() && at->second.first ? *at->second.first : program_.zone;
}

const Model::Entry* Model::entry(const std::string& id) const {
    for (const auto& e : catalogue_)
        if (e.id == id) return &e;
    return nullptr;
}

bool Model::out(const Entry& entry, const Fan& fan) const { return entry.live && moment(zone(fan), entry.day, 0) <= *clock_; }

const Model::Entry* Model::next(const Fan& fan) const {
    const Entry* found = nullptr;
    for (const auto& e : catalogue_)
        if (!out(e, fan) && (!found || e.day < found->day)) found = &e;
    return found;
}

const Model::Entry* Model::latest(const Fan& fan) const {
    const Entry* found = nullptr;
    for (const auto& e : catalogue_)
        if (out(e, fan) && (!found || e.day >= found->day)) found = &e;
    return found;
}

std::string Model::id_of(const std::string& declared) const {
    for (const auto& r : program_.releases)
        if (r.name == declared) return r.id;
    return declared;
}

std::optional<std::string> Model::value(const Operand& operand, const Fields& scope, const Fan& fan) const {
    switch (operand.kind) {
    case Operand::Scope: return field(scope, operand.text);
    case Operand::Declared: return id_of(operand.text);
    case Operand::Next: {
        const auto* e = next(fan);
        return e ? std::optional(e->id) : std::nullopt;
    }
    case Operand::Latest: {
        const auto* e = latest(fan);
        return e ? std::optional(e->id) : std::nullopt;
    }
    default: return operand.text;
    }
}

Model::Fixed Model::fix(const Pattern& pattern, const Fields& scope, const Fan& fan, bool from_scope) const {
    Fixed fixed{pattern.event, {}, false};
    const auto& key = event(pattern.event).fields.front();
    bool has_key = pattern.any;
    for (const auto& a : pattern.arguments) {
        has_key = has_key || a.field == key.name;
        fixed.arguments.push_back({a.field, a.compare, value(a.value, scope, fan)});
        if ((a.value.kind == Operand::Next || a.value.kind == Operand::Latest) && !fixed.arguments.back().value) fixed.missing_release = true;
    }
    // fields of one name have one type in this vocabulary
    if (from_scope && !has_key)
        if (const auto there = field(scope, key.name)) fixed.arguments.insert(fixed.arguments.begin(), {key.name, Compare::Eq, there});
    return fixed;
}

bool Model::holds(const Condition& c, const Fan& fan, const Fields& scope) const {
    const auto fixed = [&] { return fix(c.pattern, scope, fan, false); };
    switch (c.kind) {
    case Condition::And: return std::all_of(c.of.begin(), c.of.end(), [&](const Condition& part) { return holds(part, fan, scope); });
    case Condition::Or: return std::any_of(c.of.begin(), c.of.end(), [&](const Condition& part) { return holds(part, fan, scope); });
    case Condition::Not: return !holds(c.of[0], fan, scope);
    case Condition::Count: {
        const auto count = static_cast<long long>(matching(fixed(), fan, c.within).size());
        return c.number == 0 ? count > 0 : compared(count, c.compare, c.number);
    }
    case Condition::Channel: return consents(fan, c.name);
    case Condition::Tagged: return fan.tags.count(c.name) > 0;
    case Condition::Stage: {
        int asked = 0;
        while (program_.stages[static_cast<std::size_t>(asked)].name != c.name) ++asked;
        return compared(fan.stage, c.compare, asked);
    }
    case Condition::FieldIs: {
        const auto there = field(scope, c.name), wanted = value(c.value, scope, fan);
        return (there && wanted && *there == *wanted) == (c.compare == Compare::Eq);
    }
    case Condition::FieldNumber: return compared(std::stoll(field(scope, c.name).value_or("0")), c.compare, c.number);
    case Condition::KnownField: return field(scope, c.name).has_value();
    case Condition::KnownAttribute:
    case Condition::AttributeIn: {
        const auto at = fan.attributes.find(c.name);
        if (at == fan.attributes.end() || !at->second.first) return false;
        return c.kind == Condition::KnownAttribute || std::find(c.texts.begin(), c.texts.end(), *at->second.first) != c.texts.end();
    }
    case Condition::Distinct: {
        std::set<std::string> values;
        for (const auto* o : matching(fixed(), fan, c.within))
            if (const auto there = field(o->fields, c.name)) values.insert(*there);
        return compared(static_cast<long long>(values.size()), c.compare, c.number);
    }
    case Condition::Since: {
        std::optional<Instant> last;
        for (const auto* o : matching(fixed(), fan, 0)) last = std::max(last.value_or(o->time), o->time);
        return compared(last ? *clock_ - *last : 100 * day_ms, c.compare, c.span);
    }
    case Condition::Out: {
        const auto id = value(c.value, scope, fan);
        const auto* e = id ? entry(*id) : nullptr;
        return e && out(*e, fan);
    }
    case Condition::KnownNext: return next(fan) != nullptr;
    case Condition::Defined:
        for (const auto& [name, what] : program_.definitions)
            if (name == c.name) return holds(what, fan, {});
        return false;
    }
    return false;
}

bool Model::about(const std::string& of, const std::string& channel) const { return of == channel || (of == "messages" && channel != "page"); }

std::optional<Instant> Model::closed_until(const Limit& limit, const Fan& fan) const {
    std::vector<Instant> times;
    for (const auto& s : fan.sent)
        if (about(limit.channel, s.channel) && (limit.flow.empty() || limit.flow == s.flow) && s.time > *clock_ - limit.span) times.push_back(s.time);
    const auto most = static_cast<std::size_t>(limit.number + (altered_ == Altered::Limit ? 1 : 0));
    if (times.size() < most) return std::nullopt;
    std::sort(times.begin(), times.end());
    return times[times.size() - most] + limit.span;
}

} // namespace segue::simulation
