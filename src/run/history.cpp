// Step 3: an event into what is kept of a fan.
#include <algorithm>

#include "run/engine.hpp"

namespace segue {

namespace {

Held& key_of(World& world, Fan& fan, std::uint32_t hold, const Value& key) {
    const auto hash = hash_of_key(key);
    if (auto* known = fan.holds.find(hold, hash, [&](const Held& h) { return h.key() == key; })) return *known;
    auto& fresh = fan.holds.add(hold, hash);
    fresh.set_key(key);
    world.holders.add(hold, hash, fan.number);
    return fresh;
}

// Those of an event's fields; none: it has no such field.
template <class Which> Values chosen(std::span<const Value> fields, const Which& which) {
    Values out;
    for (const auto field : which) out.push_back(field == none ? Value{} : fields[field]);
    return out;
}

// A hold not later than the last undo, and a repeat while held, are no new action.
bool take_hold(World& world, Fan& fan, const EventType& event, std::span<const Value> fields, Time time, const std::vector<std::uint32_t>& tracked) {
    auto& hold = key_of(world, fan, event.hold, event.held_by == none ? Value{} : fields[event.held_by]);
    if (hold.held || time <= hold.more->undone) return false;
    hold.held = true;
    hold.since = time;
    if (!tracked.empty()) hold.track(chosen(fields, tracked));
    return true;
}

void undo(World& world, Fan& fan, const EventType& event, std::span<const Value> fields, Time time) {
    const auto& undone = world.program().events[event.undoes];
    auto& hold = key_of(world, fan, undone.hold, event.undo_key == none ? Value{} : fields[event.undo_key]);
    hold.more.own().undone = std::max(hold.more->undone, time);
    if (hold.held && hold.since <= time) hold.held = false;
}

void add(Cell& cell, Time time, Span_ms window, Time now) {
    ++cell.count;
    cell.last = std::max(cell.last, time);
    if (window == 0) return;
    auto& times = cell.times;
    if (times.empty() || times.back() <= time) times.push_back(time);
    else times.insert(std::upper_bound(times.begin(), times.end(), time), time);
    // Of many, not before half of them are of no use: else each would be moved for each that comes.
    constexpr std::size_t many = 64;
    auto* const old = std::upper_bound(times.begin(), times.end(), now - window);
    if (times.size() < many || old - times.begin() > times.end() - old) times.erase(times.begin(), old);
}

void count_occurrence(Turn& turn, Fan& fan, std::uint32_t event, std::span<const Value> fields, Time time) {
    auto& world = turn.world;
    const auto& counted = world.event_needs[event].counted;
    const auto count_for = [&](const Counted& at) {
        if (!std::all_of(at.filters.begin(), at.filters.end(), [&](const auto& f) { return satisfies(f.first == none ? Value{} : fields[f.first], f.second.op, f.second.value); })) return;
        const auto tracked = chosen(fields, at.tracked);
        const auto hash = Cell::hash_of(tracked);
        auto* cell = fan.cells.find(at.need, hash, [&](const Cell& c) { return std::equal(tracked.begin(), tracked.end(), c.values().begin()); });
        if (!cell) {
            cell = &fan.cells.add(at.need, hash);
            cell->set_values(tracked);
        }
        add(*cell, time, at.window, turn.now);
        for (const auto silence : at.silences) queue_silence(world, fan, silence, cell->last);
    };
    for (const auto& at : counted.always) count_for(at);
    counted.each_found(fields, count_for);
}

} // namespace

Time silent_since(const Fan& fan, std::uint32_t need) {
    const auto* cell = fan.cells.find(need, Cell::hash_of({}), [](const Cell&) { return true; });
    return cell ? cell->last : fan.first_seen;
}

bool silence_comes(const World& world, Fan& fan, std::uint32_t silence, std::optional<Time> since) {
    const auto& trigger = world.program().rules[world.silences[silence]].trigger;
    if (trigger.need == none) return false;
    if (fan.silences.size() < world.silences.size()) fan.silences.resize(world.silences.size());
    auto& state = fan.silences[silence];
    const auto base = since ? *since : silent_since(fan, trigger.need);
    if (base == state.considered || base == never) return false;
    const auto due = base + trigger.span;
    if (due < world.clock) {
        state.considered = base; // made in the past: done without firing
        return false;
    }
    if (state.queued <= due) return false; // asked again then
    state.queued = due;
    return true;
}

void queue_silence(World& world, Fan& fan, std::uint32_t silence, std::optional<Time> since) {
    if (silence_comes(world, fan, silence, since)) world.timers.push(Timer::silence(fan.silences[silence].queued, world.silences[silence], fan.number, fan.first_seen));
}

bool apply(Turn& turn, Fan& fan, const Happening& h) {
    auto& world = turn.world;
    const auto& program = world.program();
    const auto& event = program.events[h.event];
    world.touch(fan);
    if (h.event == program.keyword && program.optout != none && world.stop_words.contains(h.fields[0].symbol())) {
        const auto& optout = program.events[program.optout];
        Row fields(optout.fields.size());
        for (std::size_t i = 0; i < fields.size(); ++i)
            if (optout.fields[i].type == Type::Channel) fields[i] = Value::of_symbol(world.intern("sms"));
        if (optout.undoes != none) undo(world, fan, optout, fields, h.time);
        if (!optout.held) count_occurrence(turn, fan, program.optout, fields, h.time);
    }
    if (event.held && !take_hold(world, fan, event, h.fields, h.time, world.event_needs[h.event].held_fields)) return false;
    if (event.undoes != none) undo(world, fan, event, h.fields, h.time);
    count_occurrence(turn, fan, h.event, h.fields, h.time);
    return true;
}

} // namespace segue
