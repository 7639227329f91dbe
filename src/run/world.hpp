// The whole state of a run: the fans, the catalogue, the clock and what is due. It does no I/O; a store writes down what it
// marks as changed.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "run/action.hpp"
#include "run/fans.hpp"
#include "run/holders.hpp"
#include "run/past_moments.hpp"
#include "run/record.hpp"
#include "run/seen.hpp"
#include "run/timer_queue.hpp"
#include "run/trace.hpp"
#include "run/zones.hpp"

namespace segue {

// Bounds of one fan; past them nothing more is started, and the trace says so.
inline constexpr std::size_t most_responses = 1'000; // fits into Fan::listening
inline constexpr std::uint32_t most_record_depth = 8;
inline constexpr std::size_t most_recorded = 10'000; // events that one record or timer leads to

struct CatalogueEntry {
    Symbol id = 0;
    std::optional<std::string> title, link, artist;
    std::optional<std::int64_t> date;
    bool live = true;
    std::uint32_t said = none; // of World::changes: what records said of it
};

// What is counted of the events of one kind: a need of the ledger.
struct Counted {
    std::uint32_t need;
    Span_ms window;                                                   // within which times are kept; 0: only counted
    absl::InlinedVector<std::pair<std::uint32_t, Filter>, 1> filters; // by field; none: the event has no such field. Without that of the value by which it was found
    absl::InlinedVector<std::uint32_t, 2> tracked;                    // fields; none likewise
    absl::InlinedVector<std::uint32_t, 2> silences;                   // of World::silences: those that it ends
};

// A rule as an event wakes it. What is looked at of it before it starts is laid together: a program has many rules, and the next event wakes others.
struct Waking {
    Woken woken;
    bool matched;                               // what its trigger's pattern asks for is so wherever it is found
    TriggerKind kind;
    std::uint32_t count, per;                   // as in Trigger
    const Query* query;                         // of the count; null: none
    std::optional<Values> values;               // that the query compares with, where they are constants
    absl::InlinedVector<std::uint32_t, 4> slots; // from which field of the event each is
};

// What one event of the current program means, prepared once.
struct EventNeeds {
    ByValue<Counted> counted;
    ByValue<Waking> wakes;
    std::vector<std::uint32_t> held_fields; // of the hold's tracked fields
    std::vector<int> stages;                // that a fan may rise to by it; the highest first
};

// One version of the program and what the engine prepared of it.
struct Version {
    std::shared_ptr<const Program> program;
    std::vector<Symbol> flows;
    std::vector<Symbol> names; // of the rules
    std::vector<bool> pauses;  // by rule: a response of one with its key may be under way, of this version or of one before
    Span_ms longest_limit = 0;
};

// A moment of the calendar that has come, while the fans who are there have their turns.
struct MomentCome {
    Timer timer{};
    std::vector<std::uint32_t> fans; // who have a turn, in their order
    std::size_t at = 0;              // whose turn is next
    bool under_way() const { return at < fans.size(); }
};

struct World {
    explicit World(std::shared_ptr<Ledger> of) : ledger(std::move(of)), interner(ledger->symbols) {}

    std::shared_ptr<Ledger> ledger;
    Interner interner;                      // of the thread that does the steps
    std::vector<Version> versions;          // the last is the current one
    std::vector<EventNeeds> event_needs;    // by event of the current program
    std::vector<std::uint32_t> silences;    // rules of the current program
    std::vector<std::uint32_t> moments;     // likewise
    std::vector<std::uint32_t> enters;      // likewise
    std::unordered_set<Symbol> stop_words;

    Time clock = before_all;
    // While more is due than is done between two records: when what is done now was due. Everything before it is done; for the fans of the records that came since, everything up to the clock.
    std::optional<Time> behind;
    std::uint32_t came_before = 0;          // while `behind`: fans below that number came before it began. Of a world that was read, 0: nobody knows
    std::uint64_t turns = 0;                // of timers and moments, so far
    std::size_t at_once = 1'000;            // of them, before a record
    std::uint64_t next_response = 1;
    std::uint64_t settings = 0;             // attributes set so far
    Zones zones;
    Fans fans;                              // forgotten and joined ones are `gone`
    HashIndex ids;                          // of fans by their ids and aliases
    std::unordered_map<std::string, Time> forgotten;    // hash of an id, and when
    std::vector<CatalogueEntry> catalogue;
    std::unordered_map<Symbol, std::uint32_t> catalogue_index;
    std::vector<ReleaseChange> changes;     // what records said of the catalogue, merged by id
    Seen seen;                              // ids of records
    Timers timers;                          // of fans
    Timers calendar;                        // moments
    std::vector<Timer> moments_due;         // those that have come, and are not `moment_come` yet; sorted
    std::size_t stale = 0;                  // about how many of them are not wanted any more
    std::vector<Timer> moments_now;         // those that came at one instant, the last such
    MomentCome moment_come;
    PastMoments past;                       // who had which
    Holders holders;                        // of what moments of the current program ask for, from the first such moment on

    // What a store has to write down since it last did.
    std::vector<std::uint32_t> dirty_fans;  // each with its flag
    std::vector<std::string> new_forgotten;
    std::vector<std::uint32_t> forgotten_fans; // their numbers: what was written of them goes
    bool catalogue_changed = false;

    Trace* trace = nullptr;                 // gets what is done and why, if somebody asks
    // Likewise: puts into words, just then, why a rule of the current program is passed over; for Note::said.
    std::string (*explain)(World& world, const Fan& fan, const Note& passed, const Values& slots) = nullptr;

    std::uint64_t duplicates = 0;
    std::uint64_t too_deep = 0;             // recorded events that were dropped

    const Version& current() const { return versions.back(); }
    const Program& program() const { return *versions.back().program; }
    Symbols& symbols() { return ledger->symbols; }
    Symbol intern(std::string_view text) { return interner.intern(text); }
    void touch(Fan& fan) {
        fan.used = true;
        if (fan.dirty) return;
        fan.dirty = true;
        dirty_fans.push_back(fan.number);
    }
    bool due(Time until) const { // whether something is
        return timers.due(until) || moment_come.under_way() || calendar.due(until) || (!moments_due.empty() && moments_due.front().due <= until);
    }
    Time frontier() const { return behind.value_or(clock); } // all that was due before is done
    const CatalogueEntry* entry(Symbol release) const;
    std::uint32_t number_of(std::string_view id) const { return number_of(id, quick_hash(id)); } // of the fan who has that id, or had it before it was known that two are one; none: nobody
    std::uint32_t number_of(const Record& record) const { return record.sight != Record::Sight::Unasked ? record.who : number_of(record.fan.text(), record.fan.digest().a); }
    std::uint32_t number_of(std::string_view id, std::uint64_t hash) const;
    Fan* fan(std::string_view id) const;                // null likewise
};

// Prepares a program to run.
void attach(World& world, std::shared_ptr<const Program> program);

// An older version, for the responses that started under it; before `attach`.
void attach_old(World& world, std::shared_ptr<const Program> program);

// Another version from now on, while fans are alive. Responses under way finish on theirs; moments before now do not fire.
void change_program(World& world, std::shared_ptr<const Program> program);

// What a store puts back, after `attach`: the clock, what records said of the catalogue, then `wind`, and fans by their number.
void adopt_change(World& world, const ReleaseChange& change);
void wind(World& world); // builds the timers anew, of moments and of the fans who are there
void adopt_fan(World& world, Fan fan);
void enrol(World& world, Fan& fan); // the same of one who goes to rest then: the ids and the timers
void awake(World& world, Fan& fan); // one who was enrolled as it is kept: what is not kept of it is as it was

// Why a record is refused by the world, or empty: a fan who is forgotten, an entry that lacks something.
[[gnu::cold]] std::string find_refusal(const World& world, const Record& record);
inline std::string refusal(const World& world, const Record& record) { // for most records there is nothing to look at
    return record.kind == Record::Kind::Release || !world.forgotten.empty() ? find_refusal(world, record) : std::string();
}

// Tells the processor what will be looked at: most of what a record costs is waiting for memory. All that a fan is made of, in rounds, each of which
// needs what the one before has asked for.
inline constexpr std::size_t fetching_rounds = 3;
void prefetch(const Fan& fan, std::size_t round);

// The same of the records that come, while others are handled. It changes nothing, and a record that never comes costs nothing more.
class Fetcher {
public:
    static constexpr std::size_t distance = 12; // records between the first round of one and its own turn

    // Before a record is handled: the one that comes `distance` later; none, if that is not known.
    void next(const World& world, const Record* coming);

private:
    static constexpr std::size_t rounds = fetching_rounds + 1, apart = distance / (rounds + 1);
    struct Wanted {
        std::uint64_t hash = 0; // of the fan's id, if the number is to be found
        std::uint32_t fan = none;
        bool unknown = false;
    };
    std::array<Wanted, 16> ring_; // the last that were asked for
    static_assert(rounds * apart < 16 && 16 > distance);
    std::size_t at_ = 0;
};

// Takes one record that is not refused. Section 18 of docs/reference.md. Of what is due before it, so much as `at_once` says, and all that is due for its own fan.
void step(World& world, const Record& record, Actions& actions);

// Moves the clock on to `time`, firing what is due, but at most so many timers and turns of moments (or what one fan has at once); false if it did not come that far.
inline constexpr std::size_t all_timers = std::numeric_limits<std::size_t>::max();
bool advance(World& world, Time time, Actions& actions, std::size_t most = all_timers);

std::vector<const Fan*> fans_of(const World& world); // those who are there, by their number

// The hash under which a forgotten id is remembered.
std::string forgotten_key(std::string_view id);

} // namespace segue
