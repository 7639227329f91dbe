// All that is kept of one fan.
#pragma once

#include <algorithm>
#include <compare>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "check/hash.hpp"
#include "check/program.hpp"
#include "run/slim.hpp"
#include "run/zones.hpp"

namespace segue {

inline constexpr Time never = std::numeric_limits<Time>::max();
inline constexpr Time before_all = std::numeric_limits<Time>::min();

// Occurrences of one need of the Ledger that agree in the tracked fields.
class Cell {
public:
    static std::uint32_t hash_of(std::span<const Value> values) {
        std::uint64_t hash = 0;
        for (const auto& value : values) hash = fold64(hash ^ ValueHash()(value), 0xA0761D6478BD642Fu);
        return static_cast<std::uint32_t>(hash);
    }
    std::uint32_t hash() const { return hash_of(values()); }

    std::uint32_t count = 0;

    // Of the tracked fields: one, as for most, stands here, several elsewhere.
    class Tracked {
    public:
        explicit Tracked(const Cell& cell) : one_(Value::of(cell.kind_, cell.one_)), row_(cell.several_ ? cell.row_.data() : nullptr), size_(cell.several_ ? cell.row_.size() : cell.any_) {}
        const Value* begin() const { return row_ ? row_ : &one_; }
        const Value* end() const { return begin() + size_; }
        std::size_t size() const { return size_; }
        const Value& operator[](std::size_t i) const { return begin()[i]; }

    private:
        Value one_;
        const Value* row_;
        std::size_t size_;
    };
    Tracked values() const { return Tracked(*this); }
    void set_values(std::span<const Value> values);

private:
    Value::Kind kind_ = Value::Kind::Missing;
    bool any_ = false, several_ = false;

public:
    Time last = before_all;
    Slim<Time> times;          // sorted; as far back as the need's window, and perhaps some before

    Cell() : one_(0) {}
    Cell(Cell&& other) noexcept : Cell() { *this = std::move(other); }
    Cell(const Cell& other) : count(other.count), last(other.last), times(other.times), one_(0) { set_values(other.values()); }
    Cell& operator=(Cell&& other) noexcept {
        std::swap(count, other.count);
        std::swap(kind_, other.kind_);
        std::swap(any_, other.any_);
        std::swap(several_, other.several_);
        std::swap(last, other.last);
        std::swap(times, other.times);
        std::swap(one_, other.one_); // whichever it is: a pointer is as good at another place
        return *this;
    }
    ~Cell() {
        if (several_) std::destroy_at(&row_);
    }

private:
    union {
        std::int64_t one_; // as in a Value of `kind_`
        Slim<Value> row_;
    };
    static_assert(sizeof(Slim<Value>) == sizeof(std::int64_t));
};

inline void Cell::set_values(std::span<const Value> values) { // once
    any_ = !values.empty();
    several_ = values.size() > 1;
    if (several_) std::construct_at(&row_, values);
    else if (any_) kind_ = values[0].kind, one_ = values[0].integer;
}

inline std::uint32_t hash_of_key(const Value& key) { return static_cast<std::uint32_t>(ValueHash()(key)); }

// One key of a held event, a hold of the Ledger.
class Held {
public:
    std::uint32_t hash() const { return hash_of_key(key()); }
    Value key() const { return Value::of(kind_, key_); }
    void set_key(const Value& key) { kind_ = key.kind, key_ = key.integer; }

    bool held = false;

private:
    Value::Kind kind_ = Value::Kind::Missing;
    // Of the tracked fields: one that is a name or missing, as for most, stands here, others elsewhere.
    bool one_ = false;
    Value::Kind one_kind_ = Value::Kind::Missing;
    Symbol one_symbol_ = 0;
    std::int64_t key_ = 0; // as in a Value of `kind_`

public:
    Time since = before_all;
    struct More {
        Time undone = before_all;  // the last undo, whether it undid or not
        Slim<Value> tracked;
    };
    Seldom<More> more;

    std::size_t tracked() const { return one_ ? 1 : more->tracked.size(); } // how many
    Value field(std::uint32_t i) const { // as queries number them: the key, and the tracked ones; missing where there is none
        if (i == 0) return key();
        if (one_) return i == 1 ? Value::of(one_kind_, one_symbol_) : Value{};
        return i - 1 < more->tracked.size() ? more->tracked[i - 1] : Value{};
    }
    void track(std::span<const Value> values) {
        one_ = values.size() == 1 && (values[0].kind == Value::Kind::Symbol || values[0].missing());
        one_kind_ = one_ ? values[0].kind : Value::Kind::Missing;
        one_symbol_ = one_ && !values[0].missing() ? values[0].symbol() : 0;
        if (one_) values = {};
        if (!values.empty() || !more->tracked.empty()) more.own().tracked = Slim<Value>(values);
    }
};

// A message that went out, for the limits.
struct Sent {
    Time at;
    Symbol channel;
    Symbol flow;
};

// A frequency that was used: once for `key`, at `at`, by the response `response`.
struct Taken {
    std::uint32_t hash() const { return hash_of_key(key); }
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
    Symbol release = 0;                // Release
    Time begin = 0;
    Time due = never;
    Slim<Value> values;    // For: what its pattern compares with, fixed when it began
    Slim<std::uint32_t> quiets;        // Quiet: those that held
};

// A response under way. Most fans wait for something, so each byte of it counts.
struct Response {
    std::uint64_t seq = 0;      // in the order of their start, over all fans
    std::uint32_t version = 0;  // of the programs of the world
    std::uint32_t rule = 0;
    Symbol rule_key = 0;
    std::uint32_t pc = 0;
    Value key;
    absl::InlinedVector<Value, 1> slots;
    Slim<Value> until; // what the `until` patterns compare with, fixed when it began
    Time asked = before_all;    // when the message at `pc` was first asked, if it pauses there
    Slim<Value> goals; // where it is `fixed`: what the goals of the message at `pc` compare with
    Digest seed;        // of this instance: the ids of its actions are made of it
    std::string cause;  // empty in the turn in which it starts
    Wait wait;
    bool emitted = false;
    bool keyword = false;       // started or resumed by a keyword, and no wait since
    bool fixed = false;         // the message at `pc` has begun
};
static_assert(sizeof(Response) <= 3 * 64 - 8); // what stands before it in a Slim goes into the same three lines

struct Silence {
    Time considered = before_all; // the start of the last silence that was considered
    Time queued = never;            // when the timer that watches it is due
};

// What is known of a fan and what he was given, which most rules do not look at.
struct FanMore {
    Slim<Value> attributes;                // by fact of the Ledger
    Slim<std::uint64_t> set_at;            // likewise: when it was set, as World::settings counts
    Slim<Symbol> tags;
    Slim<Credit> credits;
    Slim<std::pair<Symbol, Symbol>> arms;  // splits whose arm was told, and which
    Slim<std::string> aliases;
};

// In the order in which a record asks for its parts: who it is, and what most rules look at (see `prefetch`).
struct Fan {
    std::string id;
    Time first_seen = never;
    std::uint32_t number = 0;    // in the order of their first record
    std::uint32_t started = 0;   // responses so far
    int stage = -1;
    Zones::Id zone = 0;
    std::uint16_t listening : 12 = 0; // responses that an event may end or resume
    void listen(std::size_t responses) { listening = responses & 0xFFF; } // `most_responses` at most
    bool gone : 1 = false;
    bool dirty : 1 = false;          // World::touch
    bool used : 1 = true;            // lately; for `Fans`
    bool settled : 1 = false;        // no stage is open but by what happens next

    Groups<Cell> cells;                    // by need of the Ledger
    Groups<Held> holds;                    // by hold of the Ledger
    absl::InlinedVector<Silence, 1> silences; // by silence rule of the current program
    Groups<Taken> taken;                   // by rule
    Slim<Sent> sent;
    Slim<Response> responses;              // in the order of their start
    Seldom<FanMore> more;

    static void* operator new(std::size_t bytes) { return Blocks::take(bytes); }
    static void operator delete(void* fan, std::size_t bytes) { Blocks::give(fan, bytes); }
};
static_assert(sizeof(Fan) == 2 * 64);

} // namespace segue
