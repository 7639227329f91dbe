// All that is kept of one fan.
#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "check/hash.hpp"
#include "check/program.hpp"
#include "run/slim.hpp"

namespace segue {

inline constexpr Time never = std::numeric_limits<Time>::max();
inline constexpr Time before_all = std::numeric_limits<Time>::min();

// Occurrences of one need that agree in the tracked fields.
struct Cell {
    static std::uint32_t hash_of(std::span<const Value> values) {
        std::uint64_t hash = 0;
        for (const auto& value : values) hash = fold64(hash ^ ValueHash()(value), 0xA0761D6478BD642Fu);
        return static_cast<std::uint32_t>(hash);
    }
    std::uint32_t hash() const { return hash_of(values); }

    std::uint32_t of = 0;      // need of the Ledger
    std::uint32_t count = 0;
    Time last = before_all;
    absl::InlinedVector<Value, 1> values; // of the tracked fields
    Slim<Time> times;          // sorted; only as far back as the need's window
};

// One key of a held event.
struct Held {
    static std::uint32_t hash_of(const Value& key) { return static_cast<std::uint32_t>(ValueHash()(key)); }
    std::uint32_t hash() const { return hash_of(key); }

    std::uint32_t of = 0;      // hold of the Ledger
    bool held = false;
    Value key;
    Time since = before_all;
    Time undone = before_all;  // the last undo, whether it undid or not
    Slim<Value> tracked;
};

// A message that went out, for the limits.
struct Sent {
    Time at;
    Symbol channel;
    Symbol flow;
};

// A frequency that was used: once for `key`, at `at`, by the response `response`.
struct Taken {
    Symbol rule;
    Value key;
    Time at;
    std::uint64_t response;
};

// The last message that asked for a stage.
struct Credit {
    Symbol stage;
    Symbol rule; // its name
    Time at;
};

struct Wait {
    enum class Kind : std::uint8_t { Length, Days, Clock, Date, Release, For, Quiet, Limit };
    Kind kind = Kind::Length;
    Time begin = 0;
    Time due = never;
    Symbol release = 0;                // Release
    Slim<Value> values;    // For: what its pattern compares with, fixed when it began
    Slim<std::uint32_t> quiets;        // Quiet: those that held
};

// A response under way.
struct Response {
    std::uint64_t seq = 0;      // in the order of their start, over all fans
    std::uint32_t version = 0;  // of the programs of the world
    std::uint32_t rule = 0;
    Symbol rule_key = 0;
    Value key;
    Values slots;
    Slim<Value> until; // what the `until` patterns compare with, fixed when it began
    std::uint32_t pc = 0;
    bool emitted = false;
    bool keyword = false;       // started or resumed by a keyword, and no wait since
    Time asked = before_all;    // when the message at `pc` was first asked, if it pauses there
    bool fixed = false;         // the message at `pc` has begun:
    absl::InlinedVector<Value, 1> goals; // ... what its goals compare with stays
    Digest seed;        // of this instance: the ids of its actions are made of it
    std::string cause;  // empty in the turn in which it starts
    Wait wait;
};

struct Silence {
    Time considered = before_all; // the start of the last silence that was considered
    Time queued = never;            // when the timer that watches it is due
};

// In the order in which a record asks for its parts: who it is, what most rules look at, and the rest (see `prefetch`).
struct Fan {
    std::string id;
    Time first_seen = never;
    std::uint32_t number = 0;    // in the order of their first record
    std::uint32_t started = 0;   // responses so far
    std::uint32_t zone = 0;
    int stage = -1;
    std::uint16_t listening = 0; // responses that an event may end or resume
    bool gone = false;
    bool dirty = false;          // World::touch
    bool used = true;            // lately; for `Fans`
    bool settled = false;        // no stage is open but by what happens next

    Groups<Cell> cells;                    // by need of the Ledger
    Groups<Held> holds;                    // by hold of the Ledger
    absl::InlinedVector<Silence, 1> silences; // by silence rule of the current program
    Slim<Taken> taken;
    Slim<Sent> sent;
    Slim<Response> responses;              // in the order of their start

    Slim<Value> attributes;                // by fact of the Ledger
    Slim<std::uint64_t> set_at;            // likewise: when it was set, as World::settings counts
    Slim<Symbol> tags;
    Slim<Credit> credits;
    Slim<std::pair<Symbol, Symbol>> arms;  // splits whose arm was told, and which
    Slim<std::pair<Symbol, Symbol>> moments; // rule and release that are done
    Slim<std::string> aliases;

    static void* operator new(std::size_t bytes) { return Blocks::take(bytes); }
    static void operator delete(void* fan, std::size_t bytes) { Blocks::give(fan, bytes); }
};

} // namespace segue
