// Fans as people: first sight, profiles, two ids that are one, and forgetting.
#include <algorithm>

#include "run/engine.hpp"

namespace segue {

namespace {

void see(World& world, Fan& fan, Time time) {
    if (time >= fan.first_seen) return;
    fan.first_seen = time;
    world.touch(fan);
    if (time < world.clock) settle_moments(world, fan);
    for (auto& silence : fan.silences) silence.queued = never; // the order at one instant is that of first sight
    for (std::uint32_t s = 0; s < world.silences.size(); ++s) queue_silence(world, fan, s);
}

void join_holds(World& world, Fan& to, const Fan& from) {
    for (const auto& entry : from.holds.all()) {
        const auto of = entry.of;
        const auto& h = entry.item;
        auto* it = to.holds.find(of, h.hash(), [&](const Held& other) { return other.key() == h.key(); });
        if (!it) {
            to.holds.add(of, h);
            world.holders.add(of, h.hash(), to.number);
            continue;
        }
        const auto undone = std::max(it->more->undone, h.more->undone);
        // The earliest hold that is later than the last undo of either.
        const bool mine = it->held && it->since > undone;
        const bool theirs = h.held && h.since > undone;
        if (theirs && (!mine || h.since < it->since)) *it = h;
        if (undone != it->more->undone) it->more.own().undone = undone;
        it->held = mine || theirs;
    }
}

void join_cells(Fan& to, const Fan& from) {
    for (const auto& entry : from.cells.all()) {
        const auto of = entry.of;
        const auto& c = entry.item;
        const auto values = c.values();
        auto* it = to.cells.find(of, c.hash(), [&](const Cell& other) { return std::equal(values.begin(), values.end(), other.values().begin()); });
        if (!it) {
            to.cells.add(of, c);
            continue;
        }
        it->count += c.count;
        it->last = std::max(it->last, c.last);
        Slim<Time> times;
        times.reserve(it->times.size() + c.times.size());
        std::merge(it->times.begin(), it->times.end(), c.times.begin(), c.times.end(), std::back_inserter(times));
        it->times = std::move(times);
    }
}

void join_responses(const World& world, Fan& to, Fan& from) {
    std::vector<Response> all;
    std::merge(std::make_move_iterator(to.responses.begin()), std::make_move_iterator(to.responses.end()), std::make_move_iterator(from.responses.begin()),
               std::make_move_iterator(from.responses.end()), std::back_inserter(all), [](const Response& a, const Response& b) { return a.seq < b.seq; });
    to.responses.clear();
    for (auto& r : all) {
        const bool there = std::any_of(to.responses.begin(), to.responses.end(), [&](const Response& o) { return o.rule_key == r.rule_key && o.key == r.key; });
        if (there) give_back(world, to, r);
        else to.responses.push_back(std::move(r));
    }
    count_listening(world, to);
}

template <class T, class Same> void join_latest(Slim<T>& to, const Slim<T>& from, Same same) {
    for (const auto& item : from) {
        const auto it = std::find_if(to.begin(), to.end(), [&](const T& other) { return same(other, item); });
        if (it == to.end()) to.push_back(item);
        else if (it->at < item.at) *it = item;
    }
}

void join(World& world, Fan& to, Fan& from) {
    to.first_seen = std::min(to.first_seen, from.first_seen);
    to.stage = std::max(to.stage, from.stage);
    to.settled = false;
    to.started += from.started;
    auto& more = to.more.own();
    const auto& others = *from.more;
    more.attributes.resize(std::max(more.attributes.size(), others.attributes.size()));
    more.set_at.resize(more.attributes.size());
    for (std::size_t i = 0; i < others.attributes.size(); ++i) {
        const auto theirs = i < others.set_at.size() ? others.set_at[i] : 0;
        if (theirs > more.set_at[i]) more.attributes[i] = others.attributes[i], more.set_at[i] = theirs;
    }
    join_holds(world, to, from);
    join_cells(to, from);
    Slim<Sent> sent;
    std::merge(to.sent.begin(), to.sent.end(), from.sent.begin(), from.sent.end(), std::back_inserter(sent), [](const Sent& a, const Sent& b) { return a.at < b.at; });
    to.sent = std::move(sent);
    for (const auto tag : others.tags)
        if (std::find(more.tags.begin(), more.tags.end(), tag) == more.tags.end()) more.tags.push_back(tag);
    for (const auto& arm : others.arms)
        if (std::none_of(more.arms.begin(), more.arms.end(), [&](const auto& mine) { return mine.first == arm.first; })) more.arms.push_back(arm);
    world.past.join(to.number, from.number);
    for (const auto& entry : from.taken.all()) to.taken.add(entry.of, entry.item); // each until its own response gives it back
    join_latest(more.credits, others.credits, [](const Credit& a, const Credit& b) { return a.stage == b.stage; });
    to.silences.resize(world.silences.size());
    from.silences.resize(world.silences.size());
    for (std::size_t i = 0; i < to.silences.size(); ++i) {
        to.silences[i].considered = std::max(to.silences[i].considered, from.silences[i].considered);
        to.silences[i].queued = never;
    }
    join_responses(world, to, from);
    more.aliases.push_back(from.id);
    for (const auto& alias : others.aliases) more.aliases.push_back(alias);
}

// In another zone other hours are quiet: what waits for the end of some is asked anew, now.
void ask_quiet_again(World& world, const Fan& fan, Response& r) {
    if (r.wait.kind != Wait::Kind::Quiet) return;
    r.wait.quiets.clear();
    r.wait.begin = r.wait.due = world.clock;
    schedule(world, fan, r);
}

// To the zone that is theirs now; what waits is for the caller. False if they are in it.
bool move_zone(World& world, Fan& fan) {
    const auto before = world.zones.size();
    const auto zone = zone_of(world, fan);
    if (world.zones.size() != before) schedule_zone(world, zone);
    if (zone == fan.zone) return false;
    world.fans.set_zone(fan, zone);
    settle_moments(world, fan);
    // A moment that is just now there is theirs too.
    for (const auto& m : world.moments_now)
        if (m.due == world.clock && m.zone() == zone) world.calendar.push(m);
    return true;
}

} // namespace

Zones::Id zone_of(World& world, const Fan& fan) {
    const auto attribute = world.program().timezone_fact;
    const auto& known = fan.more->attributes;
    if (attribute == none || attribute >= known.size() || known[attribute].missing()) return 0;
    return world.zones.find(world.symbols().text(known[attribute].symbol())).value_or(0);
}

void enrol(World& world, Fan& fan) {
    const AsOf then(world, world.frontier());
    world.ids.add(quick_hash(fan.id), fan.number);
    for (const auto& alias : fan.more->aliases) world.ids.add(quick_hash(alias), fan.number);
    const auto zones = world.zones.size();
    world.fans.set_zone(fan, zone_of(world, fan));
    if (world.zones.size() != zones) schedule_zone(world, fan.zone);
    count_listening(world, fan);
    wind_fan(world, fan, true);
}

void awake(World& world, Fan& fan) {
    const AsOf then(world, world.frontier());
    fan.zone = world.fans.zone(fan.number);
    count_listening(world, fan);
    wind_fan(world, fan, false);
}

void adopt_fan(World& world, Fan fan) {
    enrol(world, fan);
    world.fans.put(std::move(fan));
}

Fan& fan_of(World& world, const Record& record) {
    auto number = world.number_of(record);
    if (number >= world.fans.size()) {
        auto& fan = world.fans.add();
        fan.id = record.fan.text();
        number = fan.number;
        if (record.sight == Record::Sight::Unasked) world.ids.add(record.fan.digest().a, number); // else the lookout knows
        world.touch(fan);
        // A moment that is just now is theirs too.
        for (const auto& m : world.moments_now)
            if (m.due == world.clock && m.zone() == 0) world.calendar.push(m);
    }
    auto& fan = world.fans[number];
    see(world, fan, record.time);
    return fan;
}

void profile(Turn& turn, Fan& fan, const Record& record) {
    auto& world = turn.world;
    auto& more = fan.more.own();
    more.attributes.resize(world.ledger->facts.size());
    more.set_at.resize(more.attributes.size());
    for (const auto& [attribute, value] : record.profile) {
        more.attributes[attribute] = value;
        more.set_at[attribute] = ++world.settings;
    }
    world.touch(fan);
    noting(turn, fan, Note::Kind::Known);
    if (move_zone(world, fan)) {
        for (auto& r : fan.responses) ask_quiet_again(world, fan, r);
        reschedule(world, fan);
    }
    find_stage(turn, fan);
}

void identify(Turn& turn, Fan& fan, const std::string& alias, Time) {
    auto& world = turn.world;
    const auto known = world.number_of(alias);
    if (known == none) {
        world.ids.add(quick_hash(alias), fan.number);
        fan.more.own().aliases.push_back(alias);
        world.touch(fan);
        return;
    }
    if (known == fan.number) return;
    auto& other = world.fans[known];
    const bool fan_older = std::pair(fan.first_seen, fan.number) < std::pair(other.first_seen, other.number);
    auto& to = fan_older ? fan : other;
    auto& from = fan_older ? other : fan;
    if (auto* note = noting(turn, to, Note::Kind::Joined)) {
        note->branch = from.number;
        note->said = from.id;
    }
    std::vector<std::uint64_t> theirs; // responses, which were in the other's zone
    for (const auto& r : from.responses) theirs.push_back(r.seq);
    const auto mine_were_in = to.zone;
    join(world, to, from);
    const auto belongs = [&](const std::string& id) {
        world.ids.remove(quick_hash(id), from.number);
        world.ids.add(quick_hash(id), to.number);
    };
    belongs(from.id);
    for (const auto& name : from.more->aliases) belongs(name);
    from.gone = true;
    for (auto& r : to.responses) schedule(world, to, r);
    move_zone(world, to);
    for (auto& r : to.responses)
        if ((std::find(theirs.begin(), theirs.end(), r.seq) == theirs.end() ? mine_were_in : from.zone) != to.zone) ask_quiet_again(world, to, r);
    reschedule(world, to);
    settle_moments(world, to);
    for (std::uint32_t s = 0; s < world.silences.size(); ++s) queue_silence(world, to, s);
    world.touch(to);
    world.touch(from);
}

void forget(World& world, const std::string& id, Time time) {
    std::vector<std::string> ids{id};
    if (const auto known = world.number_of(id); known != none) {
        auto& fan = world.fans[known];
        ids.assign(fan.more->aliases.begin(), fan.more->aliases.end());
        ids.push_back(fan.id);
        fan.gone = true;
        world.touch(fan);
        const auto number = fan.number;
        world.forgotten_fans.push_back(number);
        for (const auto& name : ids) world.ids.remove(quick_hash(name), number);
        fan = Fan{};
        fan.number = number;
        fan.gone = fan.dirty = true;
    }
    for (const auto& name : ids) {
        const auto key = forgotten_key(name);
        auto& when = world.forgotten.emplace(key, time).first->second;
        when = std::max(when, time);
        world.new_forgotten.push_back(key);
    }
}

} // namespace segue
