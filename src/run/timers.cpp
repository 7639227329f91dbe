// What falls due: moments of the calendar, silences, and waiting responses.
#include <algorithm>
#include <fmt/format.h>

#include "run/engine.hpp"

namespace segue {

namespace {

// Who is there when a moment comes: their turns follow, one by one. The same moment may come in several zones at once: their fans are taken together, in
// the order of their first sight.
void gather(World& world, const Timer& first) {
    std::vector<bool> zones(world.zones.size());
    zones[first.zone()] = true;
    while (world.timers.due(first.due)) {
        const auto& next = world.timers.top();
        if (next.kind != Timer::Kind::Moment || next.due != first.due || next.rule != first.rule || next.who != first.who) break;
        zones[next.zone()] = true;
        world.timers.pop();
    }
    for (std::uint32_t zone = 0; zone < zones.size(); ++zone)
        if (zones[zone] && moment(world, first.rule, first.who, zone) != first.due) zones[zone] = false; // it moved meanwhile
    if (!world.moments_now.empty() && world.moments_now[0].due != first.due) world.moments_now.clear();
    for (std::uint32_t zone = 0; zone < zones.size(); ++zone)
        if (zones[zone]) world.moments_now.push_back(Timer::moment(first.due, first.rule, first.who, zone));
    const auto& rule = world.program().rules[first.rule];
    const auto release = release_of(world, rule, first.who);
    std::vector<std::pair<Time, std::uint32_t>> there;
    for (const auto& fan : world.fans)
        if (!fan.gone && zones[fan.zone] && has_moment(fan, rule.key, release, first.due)) there.emplace_back(fan.first_seen, fan.number);
    std::sort(there.begin(), there.end());
    auto& come = world.moment_come;
    come = {first, {}, 0};
    for (const auto& [seen, number] : there) come.fans.push_back(number);
}

// The turn of the next of them.
void fire_moment(World& world, Actions& actions) {
    auto& come = world.moment_come;
    const auto& rule = world.program().rules[come.timer.rule];
    const auto release = release_of(world, rule, come.timer.who);
    auto& fan = world.fans[come.fans[come.at++]];
    const auto cause = fmt::format("{}@{}{}{}", rule.name, to_rfc3339(come.timer.due), release == 0 ? "" : "/", release == 0 ? "" : world.symbols().text(release));
    world.touch(fan);
    fan.moments.emplace_back(rule.key, release);
    Turn turn{world, actions, cause, world.clock};
    Values slots(rule.slots.size(), release == 0 ? Value{} : Value::of_symbol(release));
    consider(turn, fan, come.timer.rule, release == 0 ? Value{} : Value::of_symbol(release), std::move(slots), false);
    drain(turn, fan);
}

// These two: false if nobody wants the timer any more.
bool fire_silence(World& world, const Timer& timer, Actions& actions) {
    if (timer.who >= world.fans.size() || world.fans[timer.who].gone) return false;
    auto& fan = world.fans[timer.who];
    const auto& rule = world.program().rules[timer.rule];
    std::uint32_t index = 0;
    while (world.silences[index] != timer.rule) ++index;
    auto& state = fan.silences[index];
    if (timer.due != state.queued || timer.which != fan.first_seen) return false; // it was queued anew
    state.queued = never;
    const auto base = silent_since(fan, rule.trigger.need);
    if (base == state.considered) return false;
    if (base + rule.trigger.span != timer.due) { // the fan has been there since
        queue_silence(world, fan, index);
        return false;
    }
    state.considered = base;
    world.touch(fan);
    const auto cause = fmt::format("{}@{}", rule.name, to_rfc3339(timer.due));
    Turn turn{world, actions, cause, world.clock};
    consider(turn, fan, timer.rule, {}, Values(rule.slots.size()), false);
    drain(turn, fan);
    return true;
}

bool fire_response(World& world, const Timer& timer, Actions& actions) {
    if (timer.who >= world.fans.size() || world.fans[timer.who].gone) return false;
    auto& fan = world.fans[timer.who];
    const auto at = std::find_if(fan.responses.begin(), fan.responses.end(), [&](const Response& r) { return r.seq == timer.seq(); });
    if (at == fan.responses.end() || at->wait.due != timer.due) return false; // ended, or moved
    const auto cause = at->cause; // the response moves meanwhile
    Turn turn{world, actions, cause, world.clock};
    resume(turn, fan, timer.seq(), false);
    drain(turn, fan);
    return true;
}

} // namespace

bool has_moment(const Fan& fan, Symbol rule, Symbol release, Time due) {
    return fan.first_seen <= due && std::find(fan.moments.begin(), fan.moments.end(), std::pair(rule, release)) == fan.moments.end();
}

Symbol release_of(const World& world, const Rule& rule, std::uint32_t entry) { return rule.trigger.kind == TriggerKind::Date ? 0 : world.catalogue[entry].id; }

Time moment(World& world, std::uint32_t index, std::uint32_t entry, std::uint32_t zone) {
    const auto& trigger = world.program().rules[index].trigger;
    if (trigger.kind == TriggerKind::Date) return world.zones.utc(zone, {trigger.date, trigger.clock});
    const auto& date = world.catalogue[entry].date;
    return date ? world.zones.utc(zone, {*date + trigger.span / day_ms, trigger.clock}) : never;
}

void schedule_moments(World& world, std::uint32_t entry) {
    for (const auto rule : world.moments) {
        if (world.program().rules[rule].trigger.kind == TriggerKind::Date) continue;
        for (std::uint32_t zone = 0; zone < world.zones.size(); ++zone) {
            const auto due = moment(world, rule, entry, zone);
            if (due != never && due >= world.clock) world.timers.push(Timer::moment(due, rule, entry, zone));
        }
    }
}

void schedule_zone(World& world, std::uint32_t zone) {
    for (const auto rule : world.moments) {
        const bool date = world.program().rules[rule].trigger.kind == TriggerKind::Date;
        const auto entries = date ? 1 : world.catalogue.size();
        for (std::uint32_t entry = 0; entry < entries; ++entry) {
            const auto due = moment(world, rule, entry, zone);
            if (due != never && due >= world.clock) world.timers.push(Timer::moment(due, rule, entry, zone));
        }
    }
}

void settle_moments(World& world, Fan& fan) {
    for (const auto index : world.moments) {
        const auto& rule = world.program().rules[index];
        const auto entries = rule.trigger.kind == TriggerKind::Date ? 1 : world.catalogue.size();
        for (std::uint32_t entry = 0; entry < entries; ++entry) {
            const auto due = moment(world, index, entry, fan.zone);
            if (due >= world.clock || !has_moment(fan, rule.key, release_of(world, rule, entry), due)) continue;
            fan.moments.emplace_back(rule.key, release_of(world, rule, entry));
            world.touch(fan);
        }
    }
}

namespace {

// Many come at one instant, of fans who are anywhere: what the next ones will look at is fetched while others fire.
void fetch_ahead(const World& world) {
    constexpr std::size_t apart = 1, first = apart * (fetching_rounds + 1);
    const auto fan_of = [&](const Timer* timer) { return timer && timer->kind != Timer::Kind::Moment && timer->who < world.fans.size() ? timer->who : none; };
    if (const auto who = fan_of(world.timers.coming(first)); who != none) world.fans.prefetch(who);
    for (std::size_t round = 0; round < fetching_rounds; ++round)
        if (const auto who = fan_of(world.timers.coming(first - (round + 1) * apart)); who != none)
            if (const auto* fan = world.fans.here(who)) prefetch(*fan, round);
}

} // namespace

bool fire_due(World& world, Time until, Actions& actions, std::size_t most) {
    // Only what is done counts, not what nobody wants any more: a world that was kept and wound again has none of that, and does the same in as many.
    for (std::size_t fired = 0; world.due(until);) {
        if (fired >= most) return false;
        if (world.moment_come.under_way()) {
            world.fans.relax();
            fire_moment(world, actions);
            ++fired;
            continue;
        }
        const auto timer = world.timers.top();
        world.timers.pop();
        world.fans.relax();
        fetch_ahead(world);
        world.clock = std::max(world.clock, timer.due);
        switch (timer.kind) {
        case Timer::Kind::Moment: gather(world, timer); break;
        case Timer::Kind::Silence: fired += fire_silence(world, timer, actions); break;
        case Timer::Kind::Response: fired += fire_response(world, timer, actions); break;
        }
    }
    world.clock = std::max(world.clock, until);
    return true;
}

void sweep(World& world) {
    if (world.stale < 1'000 || world.stale < world.timers.size() / 2) return;
    world.stale = 0;
    world.timers.keep_if([&](const Timer& t) {
        if (t.kind == Timer::Kind::Moment) return moment(world, t.rule, t.who, t.zone()) == t.due;
        if (t.who >= world.fans.size()) return false;
        if (world.fans.rests(t.who)) return true; // nobody is woken for that
        const auto& fan = world.fans[t.who];
        if (fan.gone) return false;
        if (t.kind == Timer::Kind::Response)
            return std::any_of(fan.responses.begin(), fan.responses.end(), [&](const Response& r) { return r.seq == t.seq() && r.wait.due == t.due; });
        return t.which == fan.first_seen && std::any_of(fan.silences.begin(), fan.silences.end(), [&](const Silence& s) { return s.queued == t.due; });
    });
}

void wind(World& world) {
    world.timers.clear();
    world.stale = 0;
    for (std::uint32_t zone = 0; zone < world.zones.size(); ++zone) schedule_zone(world, zone);
    for (auto& fan : world.fans)
        if (!fan.gone) wind_fan(world, fan, true);
}

void wind_fan(World& world, Fan& fan, bool push) {
    for (std::uint32_t s = 0; s < world.silences.size(); ++s) {
        if (fan.silences.size() > s) fan.silences[s].queued = never;
        if (push) queue_silence(world, fan, s);
        else silence_comes(world, fan, s);
    }
    for (auto& r : fan.responses) {
        r.wait.due = due_of(world, fan, r);
        if (push) schedule(world, fan, r);
    }
}

} // namespace segue
