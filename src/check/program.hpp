// A checked program: names resolved, types settled, texts and conditions ready to be asked. The engine runs this and
// never sees source text. Symbols are those of the Ledger that the program was checked with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "check/by_value.hpp"
#include "check/ledger.hpp"
#include "check/value.hpp"

namespace segue {

inline constexpr std::uint32_t none = 0xFFFFFFFF;

// ---- expressions -----------------------------------------------------------------------------------------------------

enum class Op : std::uint8_t {
    Constant,        // value
    Field,           // index: slot of the rule
    Attribute,       // index: fact of the Ledger
    Count,           // index: query
    Distinct,        // index: query
    Since,           // index: query
    Consent,         // value: the channel
    Stage,           // the fan's rank
    NextRelease, LatestRelease,
    Out,             // kids[0]: a release
    Tagged,          // value: the tag
    Now,
    Property,        // kids[0]: a release; index: which
    Positive,        // kids[0] > 0: a count where a condition is wanted
    And, Or,         // of two kids or more
    Known, Not, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, Fallback, Add, Subtract, Multiply, Divide, Negate,
};

enum class Property : std::uint32_t { Title, Date, Link, Artist };

struct Expr {
    Op op = Op::Constant;
    std::uint32_t index = 0;
    Value value{};
    std::vector<Expr> kids; // In: the value, then the list
};

// A test of one tracked field against a value known only when asked.
struct Match {
    std::uint32_t field; // Query of a held event: 0 is the key, 1 + i its tracked field i. Of another: tracked field. Pattern: the event's field
    Compare op;
    Expr value;
    bool if_known = false; // a key taken from scope: not asked where it is missing
};

// A question to a fan's history.
struct Query {
    bool held = false;
    std::uint32_t slot = 0;        // hold or need of the Ledger
    std::vector<Match> matches;
    Span_ms window = 0;            // 0: ever
    std::uint32_t distinct = none; // of which field, as in Match::field
};

// A test of one occurrence as it happens.
struct EventPattern {
    std::uint32_t event = none;
    std::vector<Match> matches;
    std::uint32_t query = none; // the same, asked of the history: is it held already? Only for held events
};

struct TextPart {
    std::string literal;
    std::optional<Expr> hole;
};
using Text = std::vector<TextPart>;

// ---- the vocabulary --------------------------------------------------------------------------------------------------

struct Field {
    std::string name;
    Type type = Type::Text;
    bool optional = false;
    bool used = false;    // something asks for its value
    bool folded = false;  // the word of a keyword: compared trimmed and without case
    std::string from;     // the outside world's name, dotted; may be empty
};

struct EventType {
    std::string name;
    Symbol symbol = 0;
    std::vector<Field> fields; // the first is the key
    std::vector<std::string> from;
    bool held = false;
    std::uint32_t held_by = none; // field; none: held as a whole
    std::uint32_t hold = none;    // of the Ledger
    std::uint32_t undoes = none;  // event
    std::uint32_t undo_key = none; // the field that says which key is let go
};

struct Attribute {
    std::string name;
    std::uint32_t fact = 0; // of the Ledger
    Type type = Type::Text;
    std::optional<std::uint32_t> bound; // longest text, in characters
};

struct Channel {
    std::string name;
    Symbol symbol = 0;
    bool needs_consent = false;
    bool has_subject = false;
};

struct Stage {
    std::string name;
    Symbol symbol = 0;
    Expr condition;
};

struct ReleaseEntry {
    std::string id;
    std::optional<std::string> title, link, artist;
    std::optional<std::int64_t> date; // days since 1970
};

// Which messages a limit or a quiet speaks of.
struct Scope {
    std::uint32_t channel = none; // none: every channel that needs consent
    std::uint32_t flow = none;    // none: every flow
};

struct Limit {
    Scope scope;
    std::uint32_t count = 0;
    Span_ms per = 0;
    bool else_wait = false;
    Span_ms up_to = 0; // 0: as long as it takes
};

struct Quiet {
    Scope scope;
    Span_ms from = 0; // ms of the fan's own day
    Span_ms to = 0;
};

struct Promise {
    Scope scope;
    std::uint32_t count = 0;
    Span_ms per = 0;
};

struct Split {
    std::string name;
    std::vector<std::uint32_t> shares; // of 10,000
    std::vector<std::string> arms;
};

// ---- rules -----------------------------------------------------------------------------------------------------------

struct Route {
    std::uint32_t channel = 0;
    std::optional<Text> text;
    std::optional<Text> subject;
};

struct Goal {
    EventPattern pattern;
    std::uint32_t key = none;           // of pattern.matches: for the action's `goal`
    bool any = false;                   // the key was said to be `any`
    std::uint32_t consent = none;       // a channel: `optin` of it, shown by its bare name
    std::string name;                   // of the event or the channel
};

enum class Act : std::uint8_t {
    Prompt, Send, Reply,
    WaitLength,   // span; with clock: whole days on the fan's calendar
    WaitClock, WaitDate, WaitRelease,
    WaitFor,      // goes on at the next step; at `target` when the time is up
    Record, Tag, Untag,
    If,           // at `target` when the condition is false
    Split,        // at targets[arm]
    Jump, Stop,
};

struct Step {
    Act act = Act::Stop;
    std::vector<Goal> goals;      // Prompt
    std::vector<Route> routes;    // Prompt, Send; Reply: one
    std::optional<Expr> value;    // If: condition. WaitRelease: which
    EventPattern pattern;         // WaitFor
    std::uint32_t event = none;   // Record
    std::vector<std::pair<std::uint32_t, Expr>> fields; // Record
    Span_ms span = 0;             // WaitLength, WaitFor
    std::int64_t date = 0;        // WaitDate: days
    std::optional<Span_ms> clock; // ms of the day
    Symbol tag = 0;
    std::uint32_t split = none;
    std::uint32_t target = 0;
    std::vector<std::uint32_t> targets;
};

enum class TriggerKind : std::uint8_t { Event, Count, Every, Silence, Enter, Release, Date };

struct Trigger {
    TriggerKind kind = TriggerKind::Event;
    std::vector<EventPattern> patterns;
    std::uint32_t query = none;           // Count, Every: the fan's (or group's) count
    std::uint32_t need = none;            // Silence: whose `last` is asked
    std::uint32_t count = 0;
    std::uint32_t per = none;             // Count, Every: field of the event
    Span_ms span = 0;                     // Silence: how long. Release: offset from the day
    Span_ms clock = 0;                    // Release, Date
    std::int64_t date = 0;                // Date: days
    std::uint32_t stage = none;           // Enter
};

enum class Frequency : std::uint8_t { Always, Once, OncePer, OnceEvery };

// A field in scope that the rule really uses; where to find it in each event that can start it.
struct Slot {
    std::string name;
    std::vector<std::uint32_t> fields; // by pattern of the trigger; unused for the release triggers, whose only field is `release`
};

struct Rule {
    std::string name;      // "flow/label" or "flow/#2"
    Symbol key = 0;        // in the state: "flow/label", or "flow/" and the hash of the canonical text
    std::string text;      // hash of its canonical text: whether it is still the same
    std::uint32_t flow = 0;
    Trigger trigger;
    std::vector<Slot> slots;
    std::optional<Expr> when;
    std::optional<Expr> asked;            // of `when`, what is still to be asked where the rule was found by the value of a field (`Wake`)
    Frequency frequency = Frequency::Always;
    Span_ms every = 0;
    std::uint32_t per_slot = none;     // OncePer: the slot; none with `per` triggers: the group's value
    std::vector<EventPattern> until;
    std::vector<Step> steps;
    std::uint32_t aim = none;          // stage
};

// A rule, and by which of its trigger's patterns.
struct Woken {
    std::uint32_t rule;
    std::uint32_t pattern;
};

// The rules that an event can wake: by a value that they need, by their trigger or by `when`.
using Wake = ByValue<Woken>;

struct Program {
    std::string version;              // hash of its texts
    std::vector<EventType> events;
    std::vector<Attribute> attributes;
    std::vector<Channel> channels;
    std::vector<Stage> stages;        // lowest first
    std::vector<ReleaseEntry> releases;
    std::vector<Limit> limits;
    std::vector<Quiet> quiets;
    std::vector<Promise> promises;
    std::vector<Split> splits;
    std::vector<std::string> flows;
    std::vector<Query> queries;
    std::vector<Rule> rules;          // in the order of the program
    std::vector<Wake> wakes;          // by event
    std::string timezone = "UTC";
    Span_ms attribution = 7 * day_ms;
    std::uint32_t optin = none;       // the event, if there is one
    std::uint32_t optout = none;
    std::uint32_t keyword = none;
    std::uint32_t timezone_fact = none; // of the Ledger

    std::optional<std::uint32_t> event(std::string_view name) const;
    std::optional<std::uint32_t> channel(std::string_view name) const;
};

// Whether a limit, a promise or quiet hours of that scope are for messages of the flow by the channel.
bool speaks_of(const Scope& scope, const Program& program, std::uint32_t channel, std::uint32_t flow);

} // namespace segue
