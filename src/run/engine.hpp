// The parts of step, one file each: what happens to a fan (events), responses, messages, timers, people, the catalogue.
#pragma once

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "run/ask.hpp"

namespace segue {

// An event that happens to a fan: from a record, or recorded by a response.
struct Happening {
    std::uint32_t event;
    std::span<const Value> fields;
    Time time;
    std::uint32_t depth;
};

// One that was recorded, until its turn comes.
struct Recorded {
    std::uint32_t event;
    Row fields;
    std::uint32_t depth;
};

// One turn: a record or a timer, and all that it leads to.
struct Turn {
    World& world;
    Actions& actions;
    std::string_view cause;
    Time now;
    std::vector<Recorded> recorded{}; // in their order; `drain` empties it
    std::uint32_t depth = 0;    // of the happening being handled
    std::size_t recordings = 0; // so far
};

Asking asking(Turn& turn, const Version& version, const Fan& fan, const Value* slots);

// The action of the step that a response is at, with what all have. It is told when it is whole; only the last can be dropped before.
Action& add_action(Turn& turn, const Fan& fan, const Response& response, Action::Kind kind);
void tell(Turn& turn, const Fan& fan, const Action& last);

// A note to fill in, or null where nobody asks.
[[gnu::cold]] Note* note(Turn& turn, const Fan& fan, Note::Kind kind);
[[gnu::cold]] Note* note(Turn& turn, const Fan& fan, Note::Kind kind, const Response& response);
inline Note* noting(Turn& turn, const Fan& fan, Note::Kind kind) { return turn.world.trace ? note(turn, fan, kind) : nullptr; }
inline Note* noting(Turn& turn, const Fan& fan, Note::Kind kind, const Response& response) { return turn.world.trace ? note(turn, fan, kind, response) : nullptr; }

// events.cpp: from step 3 of section 7 on, and the events that are recorded meanwhile.
void happen(Turn& turn, Fan& fan, const Happening& first);
void handle_recorded(Turn& turn, Fan& fan);
inline void drain(Turn& turn, Fan& fan) { // the recorded ones
    if (!turn.recorded.empty()) handle_recorded(turn, fan);
}
void find_stage(Turn& turn, Fan& fan); // anew, outside of an event
// Steps of a rule that matched: condition, until, frequency, under way; then the response. False if it did not start.
bool consider(Turn& turn, Fan& fan, std::uint32_t rule, const Value& key, Values slots, bool keyword);

// history.cpp
bool apply(Turn& turn, Fan& fan, const Happening& happening); // false: not a new action
bool silence_comes(const World& world, Fan& fan, std::uint32_t silence, std::optional<Time> since = {}); // whether it is queued now, and was not; `since`: `silent_since`, for who knows it
void queue_silence(World& world, Fan& fan, std::uint32_t silence, std::optional<Time> since = {});
Time silent_since(const Fan& fan, std::uint32_t need); // the last occurrence, or first sight

// responses.cpp
void start(Turn& turn, Fan& fan, Response& response); // which may be under way then, and moved
void resume(Turn& turn, Fan& fan, std::uint64_t seq, bool in_time); // in_time: what a `wait for` waited for came
void drop(Turn& turn, Fan& fan, std::uint64_t seq);
void give_back(const World& world, Fan& fan, const Response& response); // its frequency, if it emitted nothing
Value once_key(const Rule& rule, const Value& key, const Value* slots); // what it is once for: missing, but with `once per`
bool listens(const World& world, const Response& response); // counted in Fan::listening
void count_listening(const World& world, Fan& fan);
Time due_of(World& world, const Fan& fan, const Response& response); // of a wait on the calendar
void schedule(World& world, const Fan& fan, Response& response);
void reschedule(World& world, Fan& fan); // after the zone or the catalogue moved
std::uint32_t arm_of(const Fan& fan, const Split& split); // the same wherever a split of that name stands

// messages.cpp
struct Closed {             // whether limits let a message of that flow go out by that channel
    bool closed = false;
    bool waits = true;      // every closing cap says `else wait`
    Time opens = before_all;
    Time gives_up = never;  // the earliest end of an `up to`
};
// `by`, for who wants to name them, gets the limits that close it.
Closed closed(Time now, const Version& version, const Fan& fan, std::uint32_t channel, std::uint32_t flow, Time asked, std::vector<std::uint32_t>* by = nullptr);
using QuietOnes = absl::InlinedVector<std::uint32_t, 4>; // of the program
QuietOnes quiet_now(World& world, Time now, const Program& program, const Fan& fan, std::uint32_t channel, std::uint32_t flow);
enum class Sending : std::uint8_t { Done, Paused };
Sending message(Turn& turn, Fan& fan, Response& response, const Step& step);
void reply(Turn& turn, Fan& fan, Response& response, const Step& step);
Action* suppress(Turn& turn, const Fan& fan, const Response& response, std::string_view of, std::string_view reason); // null: it is left out

// timers.cpp
// For a while another clock: what is due late happens when it was due.
class AsOf {
public:
    AsOf(World& world, Time then) : world_(world), now_(std::exchange(world.clock, then)) {}
    ~AsOf() { world_.clock = now_; }
    AsOf(const AsOf&) = delete;
    AsOf& operator=(const AsOf&) = delete;

private:
    World& world_;
    Time now_;
};
bool fire_what_is_due(World& world, Time until, Actions& actions, std::size_t most);
inline bool fire_due(World& world, Time until, Actions& actions, std::size_t most = all_timers) { // false: there is more
    until = std::max(until, world.clock);
    if (world.due(until)) return fire_what_is_due(world, until, actions, most);
    world.clock = until;
    world.behind.reset();
    return true;
}
// What is due for one fan by `until`, before what is due for others; from `now` on, or when it is due, if that is later. Gives the number of turns.
std::size_t catch_up(World& world, std::uint32_t fan, Time until, Time now, Actions& actions);
void sweep(World& world); // drops the timers that are not wanted any more, where they are many
void wind_fan(World& world, Fan& fan, bool push);                     // when it is due, and the timers for that; not `push`: they are there
std::string cause_of(const Rule& rule, Time due); // of what a rule's own timer leads to
// Many come at one instant, of fans who are anywhere: what the next ones will look at is fetched while others fire. `coming(n)`: the fan of the n-th from
// now, or none.
template <class Coming> void fetch_ahead(const World& world, Coming coming) {
    constexpr std::size_t first = fetching_rounds + 1;
    if (const auto who = coming(first); who < world.fans.size()) world.fans.prefetch(who);
    for (std::size_t n = first; --n > 0;)
        if (const auto who = coming(n); who < world.fans.size())
            if (const auto* fan = world.fans.here(who)) prefetch(*fan, first - 1 - n);
}

// moments.cpp
Time moment(World& world, std::uint32_t rule, std::uint32_t entry, Zones::Id zone); // never: no date
Symbol release_of(const World& world, const Rule& rule, std::uint32_t entry);           // 0: of no release
// A fan who came after a moment does not get it; whoever had it does not get it again.
bool has_moment(const World& world, const Fan& fan, const Moment& moment, Time due);
void schedule_moments(World& world, std::uint32_t entry);             // of one entry, for every zone in use
void schedule_zone(World& world, Zones::Id zone);                     // of every entry, for one zone
void settle_moments(World& world, const Fan& fan);                    // those made due in the past are had
void settle_moments(World& world, const Fan& fan, std::uint32_t entry); // of one entry
void begin_moment(World& world, const Timer& timer, Time now, Actions& actions); // gathers who has a turn
bool fire_moment(World& world, Fan& fan, const Timer& timer, Actions& actions); // the turn of one; false: it is not theirs, or their condition does not hold
void end_moment(World& world);                                        // all who were there had their turns

// people.cpp
Fan& fan_of(World& world, const Record& record); // who may be new
void profile(Turn& turn, Fan& fan, const Record& record);
void identify(Turn& turn, Fan& fan, const std::string& alias, Time time);
void forget(World& world, const std::string& id, Time time);
Zones::Id zone_of(World& world, const Fan& fan); // the program's, where the fan's own is not known

// catalogue.cpp
void change_release(World& world, const ReleaseChange& change);

} // namespace segue
