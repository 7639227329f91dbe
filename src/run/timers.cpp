// What falls due, in its order: moments of the calendar, silences, and waiting responses.
#include <algorithm>
#include <fmt/compile.h>
#include <optional>

#include "run/engine.hpp"

namespace segue {

std::string cause_of(const Rule& rule, Time due) { return fmt::format(FMT_COMPILE("{}@{}"), rule.name, to_rfc3339(due)); }

namespace {

// These, and `fire_moment`: one turn of a fan; false if nobody wants the timer any more.
bool fire_silence(World& world, Fan& fan, const Timer& timer, Actions& actions) {
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
    const auto cause = cause_of(rule, timer.due);
    Turn turn{world, actions, cause, world.clock};
    consider(turn, fan, timer.rule, {}, Values(rule.slots.size()), false);
    drain(turn, fan);
    return true;
}

bool fire_response(World& world, Fan& fan, const Timer& timer, Actions& actions) {
    const auto at = std::find_if(fan.responses.begin(), fan.responses.end(), [&](const Response& r) { return r.seq == timer.seq(); });
    if (at == fan.responses.end() || at->wait.due != timer.due) return false; // ended, or moved
    const auto cause = at->cause; // the response moves meanwhile
    Turn turn{world, actions, cause, world.clock};
    resume(turn, fan, timer.seq(), false);
    drain(turn, fan);
    return true;
}

bool fire(World& world, Fan& fan, const Timer& timer, Actions& actions) {
    switch (timer.kind) {
    case Timer::Kind::Moment: return fire_moment(world, fan, timer, actions);
    case Timer::Kind::Silence: return fire_silence(world, fan, timer, actions);
    case Timer::Kind::Response: return fire_response(world, fan, timer, actions);
    }
    return false;
}

// What is due first for that fan.
std::optional<Timer> first_of(World& world, const Fan& fan, Time until) {
    std::optional<Timer> first;
    const auto take = [&](const Timer& timer) {
        if (timer.due <= until && (!first || timer < *first)) first = timer;
    };
    for (std::size_t s = 0; s < fan.silences.size(); ++s) take(Timer::silence(fan.silences[s].queued, world.silences[s], fan.number, fan.first_seen));
    for (const auto& r : fan.responses) take(Timer::response(r.wait.due, fan.number, r.seq));
    const auto take_moment = [&](const Timer& m) {
        const auto& rule = world.program().rules[m.rule];
        if (moment(world, m.rule, m.who, fan.zone) == m.due && has_moment(world, fan, {rule.key, release_of(world, rule, m.who)}, m.due)) take(m);
    };
    if (world.moment_come.under_way()) take_moment(world.moment_come.timer);
    for (const auto& m : world.moments_due)
        if (m.due <= until) take_moment(m);
    return first;
}

// What is due first, of all fans and of the calendar.
Timer take_first(World& world, Time until) {
    auto& moments = world.moments_due;
    const bool moment = !moments.empty() && moments.front().due <= until;
    if (moment && (!world.timers.due(until) || moments.front() < world.timers.top())) {
        const auto first = moments.front();
        moments.erase(moments.begin());
        return first;
    }
    const auto first = world.timers.top();
    world.timers.pop();
    return first;
}

} // namespace

std::size_t catch_up(World& world, std::uint32_t number, Time until, Time now, Actions& actions) {
    std::size_t fired = 0;
    while (number < world.fans.size() && !world.fans[number].gone) {
        auto& fan = world.fans[number];
        const auto first = first_of(world, fan, until);
        if (!first) break;
        now = std::max(now, first->due);
        const AsOf then(world, now);
        fired += fire(world, fan, *first, actions);
    }
    world.turns += fired;
    return fired;
}

bool fire_what_is_due(World& world, Time until, Actions& actions, std::size_t most) {
    auto& moments = world.moments_due;
    if (world.calendar.due(until)) {
        for (; world.calendar.due(until); world.calendar.pop()) moments.push_back(world.calendar.top());
        std::sort(moments.begin(), moments.end());
    }
    // Each turn is that of one timer, and no more of its fan: who had a turn before, or comes to none, must make no difference to what follows.
    // Only what is done counts, not what nobody wants any more: a world that was kept and wound again has none of that, and does the same in as many.
    for (std::size_t fired = 0; world.due(until);) {
        if (fired >= most) return false;
        world.fans.relax();
        std::size_t done = 0;
        if (auto& come = world.moment_come; come.under_way()) {
            const auto number = come.fans[come.at];
            const auto coming = [&](std::size_t n) { return come.at + n < come.fans.size() ? come.fans[come.at + n] : none; };
            fetch_ahead(world, coming);
            const AsOf then(world, world.frontier());
            if (!world.fans[number].gone) done = fire_moment(world, world.fans[number], come.timer, actions);
            if (++come.at == come.fans.size()) end_moment(world);
        } else {
            const auto timer = take_first(world, until);
            auto& now = world.behind ? *world.behind : world.clock;
            now = std::max(now, timer.due);
            const auto coming = [&](std::size_t n) {
                const auto* next = world.timers.coming(n);
                return next ? next->who : none;
            };
            fetch_ahead(world, coming);
            if (timer.kind == Timer::Kind::Moment) begin_moment(world, timer, now, actions);
            else if (timer.who < world.fans.size() && !world.fans[timer.who].gone) {
                const AsOf then(world, now);
                done = fire(world, world.fans[timer.who], timer, actions);
            }
        }
        fired += done;
        world.turns += done;
    }
    world.clock = until;
    world.behind.reset();
    return true;
}

void sweep(World& world) {
    if (world.stale < 1'000 || world.stale < (world.timers.size() + world.calendar.size()) / 2) return;
    world.stale = 0;
    world.calendar.keep_if([&](const Timer& t) { return moment(world, t.rule, t.who, t.zone()) == t.due; });
    world.timers.keep_if([&](const Timer& t) {
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
    const AsOf then(world, world.frontier());
    world.timers.clear();
    world.calendar.clear();
    world.moments_due.clear();
    world.stale = 0;
    for (Zones::Id zone = 0; zone < world.zones.size(); ++zone) schedule_zone(world, zone);
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
