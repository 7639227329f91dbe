// Moments of the calendar: when they are, who has them, and the turns of those who do.
#include <algorithm>
#include <optional>
#include <span>

#include "run/engine.hpp"

namespace segue {

namespace {

Moment moment_of(const World& world, const Timer& timer) {
    const auto& rule = world.program().rules[timer.rule];
    return {rule.key, release_of(world, rule, timer.who)};
}

Value key_of(Symbol release) { return release == 0 ? Value{} : Value::of_symbol(release); }
Values slots_of(const Rule& rule, Symbol release) { return Values(rule.slots.size(), key_of(release)); }

// What a fan has to hold for a condition: each hold, the key of it, and whether it is asked for as a consent.
template <class Each> void each_needed(const Program& program, const Expr& e, const Values& slots, Each each) {
    if (e.op == Op::And)
        for (const auto& part : e.kids) each_needed(program, part, slots, each);
    if (e.op == Op::Consent && program.optin != none && program.events[program.optin].hold != none) each(program.events[program.optin].hold, Value::of_symbol(e.value.symbol()), true);
    if (e.op != Op::Positive || e.kids[0].op != Op::Count) return;
    const auto& query = program.queries[e.kids[0].index];
    if (!query.held) return;
    for (const auto& m : query.matches) {
        if (m.field != 0 || m.op != Compare::Equal || m.if_known) continue;
        if (m.value.op == Op::Constant) each(query.slot, m.value.value, false);
        if (m.value.op == Op::Field) each(query.slot, slots[m.value.index], false);
    }
}

// The same, seen without asking the condition: most fans do not.
class Needed {
public:
    // `but_consent`: consents are not looked at.
    Needed(const World& world, const Expr& condition, const Values& slots, bool but_consent) {
        each_needed(world.program(), condition, slots, [&](std::uint32_t hold, const Value& key, bool consent) {
            if (!consent || !but_consent) all_.push_back({hold, hash_of_key(key)});
        });
    }
    bool empty() const { return all_.empty(); }
    bool may_be(const Fan& fan) const {
        return std::all_of(all_.begin(), all_.end(), [&](const Key& key) { return fan.holds.may_have(key.hold, key.hash); });
    }
    // Of a condition that is not empty: all who may be, and others; by their numbers.
    std::vector<std::uint32_t> fans(const Holders& holders) const {
        const std::vector<std::uint32_t>* fewest = nullptr;
        for (const auto& key : all_)
            if (const auto& those = holders.of(key.hold, key.hash); !fewest || those.size() < fewest->size()) fewest = &those;
        auto out = *fewest;
        std::sort(out.begin(), out.end());
        out.erase(std::unique(out.begin(), out.end()), out.end());
        return out;
    }

private:
    struct Key {
        std::uint32_t hold, hash;
    };
    std::vector<Key> all_;
};

// Goes through all fans, once: from then on each adds what they come to hold.
void begin_holders(World& world) {
    const auto& program = world.program();
    std::vector<bool> holds(world.ledger->holds.size());
    for (const auto index : world.moments)
        if (const auto& rule = program.rules[index]; rule.asked) each_needed(program, *rule.asked, slots_of(rule, 0), [&](std::uint32_t hold, const Value&, bool) { holds[hold] = true; });
    world.holders.begin(std::move(holds));
    for (const auto& fan : world.fans)
        for (const auto& entry : fan.holds.all()) world.holders.add(entry.of, entry.item.hash(), fan.number);
}

bool is_asked_for(World& world, const Fan& fan, const Rule& rule, const Values& slots) {
    return !rule.asked || holds({world, world.program(), fan, slots.data(), world.clock}, *rule.asked);
}

// While fans are gone through: what the next ones are asked for.
void fetch_next(const World& world, std::span<const std::uint32_t> coming, bool holds_only) {
    if (!holds_only) return fetch_ahead(world, [&](std::size_t n) { return n < coming.size() ? coming[n] : none; });
    constexpr std::size_t soon = 6, far = 2 * soon;
    const auto here = [&](std::size_t n) { return n < coming.size() ? world.fans.here(coming[n]) : nullptr; };
    if (const auto* fan = here(far)) prefetch(*fan, 0);
    if (const auto* fan = here(soon)) fan->holds.prefetch();
}

} // namespace

Symbol release_of(const World& world, const Rule& rule, std::uint32_t entry) { return rule.trigger.kind == TriggerKind::Date ? 0 : world.catalogue[entry].id; }

Time moment(World& world, std::uint32_t index, std::uint32_t entry, Zones::Id zone) {
    const auto& trigger = world.program().rules[index].trigger;
    if (trigger.kind == TriggerKind::Date) return world.zones.utc(zone, {trigger.date, trigger.clock});
    const auto& date = world.catalogue[entry].date;
    return date ? world.zones.utc(zone, {*date + trigger.span / day_ms, trigger.clock}) : never;
}

bool has_moment(const World& world, const Fan& fan, const Moment& moment, Time due) {
    return fan.first_seen <= due && !world.past.has(moment, fan.number);
}

namespace {

std::uint32_t entries_of(const World& world, std::uint32_t index) { // that the rule has moments of: one, if it is of no release
    return world.program().rules[index].trigger.kind == TriggerKind::Date ? 1 : static_cast<std::uint32_t>(world.catalogue.size());
}

void schedule(World& world, std::uint32_t index, std::uint32_t entry, Zones::Id zone) {
    const auto due = moment(world, index, entry, zone);
    if (due != never && due >= world.clock) world.calendar.push(Timer::moment(due, index, entry, zone));
}

void settle(World& world, const Fan& fan, std::uint32_t index, std::uint32_t entry) {
    const auto& rule = world.program().rules[index];
    const auto due = moment(world, index, entry, fan.zone);
    if (due < world.clock && fan.first_seen <= due) world.past.of({rule.key, release_of(world, rule, entry)}).add(fan.number);
}

} // namespace

void schedule_moments(World& world, std::uint32_t entry) {
    for (const auto rule : world.moments)
        for (Zones::Id zone = 0; zone < world.zones.size() && world.program().rules[rule].trigger.kind != TriggerKind::Date; ++zone) schedule(world, rule, entry, zone);
}

void schedule_zone(World& world, Zones::Id zone) {
    for (const auto rule : world.moments)
        for (std::uint32_t entry = 0; entry < entries_of(world, rule); ++entry) schedule(world, rule, entry, zone);
}

void settle_moments(World& world, const Fan& fan) {
    for (const auto rule : world.moments)
        for (std::uint32_t entry = 0; entry < entries_of(world, rule); ++entry) settle(world, fan, rule, entry);
}

void settle_moments(World& world, const Fan& fan, std::uint32_t entry) {
    for (const auto rule : world.moments)
        if (world.program().rules[rule].trigger.kind != TriggerKind::Date) settle(world, fan, rule, entry);
}

namespace {

// The same moment may come in several zones at once: whether it does, by zone.
std::vector<char> zones_of(World& world, const Timer& first) {
    std::vector<char> zones(world.zones.size());
    zones[first.zone()] = true;
    std::erase_if(world.moments_due, [&](const Timer& next) {
        if (next.due != first.due || next.rule != first.rule || next.who != first.who) return false;
        zones[next.zone()] = true;
        return true;
    });
    for (Zones::Id zone = 0; zone < zones.size(); ++zone)
        if (zones[zone] && moment(world, first.rule, first.who, zone) != first.due) zones[zone] = false; // it moved meanwhile
    return zones;
}

} // namespace

// Who is there when a moment comes: their turns follow, one by one. The fans of several zones are taken together, in the order of their first sight.
void begin_moment(World& world, const Timer& first, Time now, Actions& actions) {
    const auto zones = zones_of(world, first);
    if (!world.moments_now.empty() && world.moments_now[0].due != first.due) world.moments_now.clear();
    for (Zones::Id zone = 0; zone < zones.size(); ++zone)
        if (zones[zone]) world.moments_now.push_back(Timer::moment(first.due, first.rule, first.who, zone));
    // Those whose condition does not hold have had it thereby: no turn of another changes that, and their own records wait for it.
    const AsOf then(world, now);
    const auto what = moment_of(world, first);
    const auto& rule = world.program().rules[first.rule];
    const auto slots = slots_of(rule, what.release);
    // A journal tells of those who had to do with it: who never pre-saved the release has no part in its day, who did and takes no texts has.
    std::optional<Needed> needed;
    if (rule.asked && !world.explain) needed.emplace(world, *rule.asked, slots, world.trace);
    if (needed && needed->empty()) needed.reset();
    auto& past = world.past.of(what);
    const auto all = static_cast<std::uint32_t>(world.fans.size()), before = world.behind ? world.came_before : all;
    const auto is_there = [&, theirs = zones.data(), before](std::uint32_t number) { // in one of the zones, and not only since; while nobody holds a fan
        if (!theirs[world.fans.zone(number)]) return false;
        if (number < before) return true;
        world.fans.relax();
        const auto& fan = world.fans[number];
        return fan.gone || fan.first_seen <= first.due;
    };
    if (needed && !world.holders.begun()) begin_holders(world);
    std::vector<std::uint32_t> here;
    if (needed) {
        here = needed->fans(world.holders);
        std::erase_if(here, [&](std::uint32_t number) { return past.fans.has(number) || !is_there(number); });
    } else {
        for (std::uint32_t number = past.fans.all_below(); number < all; ++number)
            if (!past.fans.has(number) && is_there(number)) here.push_back(number);
    }
    std::vector<std::pair<Time, std::uint32_t>> turns;
    for (std::size_t i = 0; i < here.size(); ++i) {
        world.fans.relax();
        fetch_next(world, {here.begin() + static_cast<std::ptrdiff_t>(i), here.end()}, needed.has_value());
        auto& fan = world.fans[here[i]];
        if (fan.gone || (needed && !needed->may_be(fan))) continue;
        // Whether somebody listens must not change who has a turn: what is done again after a kill is done without.
        if (is_asked_for(world, fan, rule, slots)) turns.emplace_back(fan.first_seen, fan.number);
        else if (world.trace) fire_moment(world, fan, first, actions); // it only tells
    }
    auto turn = turns.begin(); // they have had it when their turn was
    past.add_those(all, [&](std::uint32_t number) {
        const bool its = turn != turns.end() && turn->second == number;
        turn += its;
        return !its && is_there(number);
    });
    std::sort(turns.begin(), turns.end());
    auto& come = world.moment_come;
    come = {first, {}, 0};
    for (const auto& [seen, number] : turns) come.fans.push_back(number);
    if (!come.under_way()) end_moment(world);
}

bool fire_moment(World& world, Fan& fan, const Timer& timer, Actions& actions) {
    const auto what = moment_of(world, timer);
    if (fan.first_seen > timer.due || !world.past.of(what).add(fan.number)) return false; // it was theirs before the others'
    const auto& rule = world.program().rules[timer.rule];
    auto slots = slots_of(rule, what.release);
    const bool asked_for = is_asked_for(world, fan, rule, slots);
    if (!asked_for && !world.trace) return false;
    auto cause = cause_of(rule, timer.due);
    if (what.release != 0) cause.append("/").append(world.symbols().text(what.release));
    Turn turn{world, actions, cause, world.clock};
    consider(turn, fan, timer.rule, key_of(what.release), std::move(slots), false);
    drain(turn, fan);
    return asked_for;
}

void end_moment(World& world) { world.past.of(moment_of(world, world.moment_come.timer)).fans.pack(); }

} // namespace segue
