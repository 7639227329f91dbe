// A program as the simulation has it: written out as a script for the tool, and read by the model as it is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace segue::simulation {

using Instant = std::int64_t; // milliseconds since 1970
inline constexpr Instant minute_ms = 60'000, hour_ms = 60 * minute_ms, day_ms = 24 * hour_ms;

using Fields = std::map<std::string, std::string>; // whole numbers as their digits; what is missing is not there

// std::uniform_int_distribution differs between libraries; a remainder does not.
class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed * 0x9E3779B97F4A7C15u + 0x1234567) {}
    int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(n)); }
    bool one_in(int n) { return below(n) == 0; }
    template <class T>
    const T& of(const std::vector<T>& choices) { return choices[static_cast<std::size_t>(below(static_cast<int>(choices.size())))]; }
    std::string of(std::initializer_list<const char*> choices) { return choices.begin()[below(static_cast<int>(choices.size()))]; }

private:
    std::mt19937_64 engine_;
};

struct Field {
    std::string name, type;
    bool optional = false;
    bool operator==(const Field&) const = default;
};

struct EventType {
    std::string name;
    std::vector<Field> fields;
    bool held = false;
    std::string per = {};    // of a held one; "": one key
    std::string undoes = {};
    const Field* field(const std::string& name) const;
};
const std::vector<EventType>& events();
const EventType& event(const std::string& name);
const EventType* undo_of(const std::string& name);
const std::vector<std::string>& consent_channels();

enum class Compare { Eq, Ne, Lt, Le, Gt, Ge };
const char* written(Compare compare);

struct Operand {
    enum Kind { Text, Number, Channel, Scope, Declared, Next, Latest } kind = Text;
    std::string text; // of Scope the field, of Declared the name
};

struct Argument {
    std::string field;
    Compare compare = Compare::Eq;
    Operand value;
    bool bare = false; // written without the field's name
};

struct Pattern {
    std::string event;
    std::vector<Argument> arguments;
    bool any = false;
};

struct Condition {
    enum Kind { And, Or, Not, Count, Channel, Tagged, Stage, FieldIs, FieldNumber, KnownField, KnownAttribute, AttributeIn, Distinct, Since, Out, KnownNext, Defined } kind = And;
    std::vector<Condition> of;
    Pattern pattern;
    Compare compare = Compare::Ge;
    int number = 0;      // of Count: 0 stands for the pattern alone
    Instant within = 0;  // 0: all time
    Instant span = 0;    // of Since
    std::string name;    // of a channel, tag, stage, field, attribute or definition
    Operand value;
    std::vector<std::string> texts;
};

// A text in parts: words, or a hole.
struct Part {
    enum Kind { Words, Scope, ScopeOr, Name, Number, Title, Date, DeclaredTitle } kind = Words;
    std::string text;
    Instant within = 0;
};
using Text = std::vector<Part>;

struct Route {
    std::string channel;
    std::optional<Text> text;
    std::optional<Text> subject;
};

struct Step {
    enum Kind { Prompt, Send, Reply, Wait, WaitDays, WaitClock, WaitDate, WaitRelease, WaitFor, Record, Tag, Untag, If, Split, Stop } kind = Stop;
    std::vector<Pattern> goals; // of Prompt
    bool via = false;
    std::vector<Route> routes;  // of Reply: one, by sms
    Instant span = 0;           // Wait, WaitFor
    int days = 0;               // WaitDays; the day of WaitDate
    int clock = 0;              // minutes of the day
    bool says_clock = false;
    Operand release;            // WaitRelease
    Pattern pattern;            // WaitFor, Record
    std::string name;           // of a tag or a split
    Condition condition;
    std::vector<Step> block, otherwise;
    bool has_else = false;
    struct Arm { int percent = 0; std::string name; std::vector<Step> block; };
    std::vector<Arm> arms;
};

struct Trigger {
    enum Kind { Event, Count, Every, Silence, Release, Date, Enter } kind = Event;
    std::vector<Pattern> patterns;
    int number = 0;
    std::string per;
    Instant span = 0; // within, or of the silence
    int days = 0;     // after the release; the day of Date
    int clock = 0;
    bool says_clock = false;
    std::string stage;
};

struct Rule {
    std::string flow, label, name;
    Trigger trigger;
    std::optional<Condition> when;
    enum Frequency { Always, Once, OncePer, OnceEvery } frequency = Always;
    std::string once_per;
    Instant once_every = 0;
    std::vector<Pattern> until;
    std::vector<Step> steps;
    std::string aim;
};

struct Limit {
    std::string flow, channel; // "" is the program; `messages` is every channel that needs consent
    int number = 1;
    Instant span = day_ms;
    bool waits = false;
    Instant up_to = 0;
};

struct Quiet {
    std::string flow, channel;
    int from = 0, to = 0;
};

struct Release {
    std::string name, id, title;
    int day = 0;
};

struct Stage {
    std::string name;
    Condition when;
};

struct Program {
    std::string zone = "UTC";
    Instant attribution = 7 * day_ms;
    std::vector<Release> releases;
    std::vector<std::pair<std::string, Condition>> definitions;
    bool own_stages = false;
    std::vector<Stage> stages;
    std::vector<Limit> limits;
    std::vector<Quiet> quiets;
    std::vector<Rule> rules; // in the order of the program; those of one flow stand together
    std::string text() const; // as a script; its file is `p.flow`
};

Program random_program(Random& random);

} // namespace segue::simulation
