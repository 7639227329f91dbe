// The script as its author wrote it: names unresolved, types unknown, every piece with its place.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "text/source.hpp"

namespace segue::ast {

struct Name {
    std::string text;
    Span span;
    explicit operator bool() const { return !text.empty(); }
};

struct Expr;
struct Step;
using Block = std::vector<Step>;

enum class ExprKind : std::uint8_t {
    Error, Number, Percent, Duration, Clock, Date, Text, Bool,
    Name,            // `name`; also `release`, `stage`, `now`
    Call,            // `name(args)`
    Field,           // kids[0] `.name`
    Within,          // kids[0] within kids[1]
    List,            // [kids...]
    NextRelease, LatestRelease,
    Not, Negate, Known,
    Or, And, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, In, Fallback, Add, Subtract, Multiply, Divide,
};

enum class ArgOp : std::uint8_t { Bare, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };

struct Arg;

// A piece of a text: literal characters, or a hole.
struct TextPart {
    std::string literal;
    std::unique_ptr<Expr> hole;
};

struct Expr {
    ExprKind kind = ExprKind::Error;
    Span span;
    Name name;                    // Name, Call, Field
    double number = 0;            // Number, Percent
    std::int64_t integer = 0;     // Duration: ms. Clock: ms of the day. Date: days since 1970. Bool
    std::vector<Expr> kids;
    std::vector<Arg> args;        // Call
    std::vector<TextPart> parts;  // Text
    bool long_text = false;       // written with """
    bool grouped = false;         // stood in parentheses

    Expr();
    Expr(ExprKind of_kind, Span at);
    Expr(Expr&&) noexcept;
    Expr& operator=(Expr&&) noexcept;
    ~Expr();
};

struct Arg {
    Span span;
    Name field; // empty when bare
    ArgOp op = ArgOp::Bare;
    Expr value;
};

// Here, where an Arg is known: each holds the other.
inline Expr::Expr() = default;
inline Expr::Expr(ExprKind of_kind, Span at) : kind(of_kind), span(at) {}
inline Expr::Expr(Expr&&) noexcept = default;
inline Expr& Expr::operator=(Expr&&) noexcept = default;
inline Expr::~Expr() = default;

// A text without holes, and what it says.
inline bool is_plain_text(const Expr& e) { return e.kind == ExprKind::Text && (e.parts.empty() || (e.parts.size() == 1 && !e.parts[0].hole)); }
inline std::string plain(const Expr& e) { return e.parts.empty() ? std::string() : e.parts[0].literal; }

struct Pattern {
    Span span;
    Name event;
    bool parenthesized = false;
    std::vector<Arg> args;
};

enum class TriggerKind : std::uint8_t { Event, Count, Every, Silence, Enter, Release, Date };

struct Trigger {
    TriggerKind kind = TriggerKind::Event;
    Span span;
    std::vector<Pattern> patterns;      // Event, Count, Every, Silence
    ArgOp compare = ArgOp::GreaterEqual; // Count
    Span compare_span;
    std::optional<Expr> count;          // Count, Every
    std::optional<Name> per;
    std::optional<Expr> within;
    std::optional<Expr> silence;        // how long
    std::int64_t offset = 0;            // Release: ms before (negative) or after
    std::optional<Expr> offset_length;  // as written
    std::optional<Expr> date;
    std::optional<Expr> clock;
    Name stage;                         // Enter
};

struct Frequency {
    Span span;
    std::optional<Name> per;
    std::optional<Expr> every;
};

// `channel "subject" / "body"`; a text may be a literal or the name of a parameter.
struct Route {
    Span span;
    Name channel;
    std::optional<Expr> subject;
    std::optional<Expr> text;
};

enum class StepKind : std::uint8_t {
    Prompt, Send, Reply, WaitFor, WaitLength, WaitClock, WaitDate, WaitRelease, Record, Tag, Untag, If, Split, Stop, Block
};

struct Share {
    Span span;
    double percent = 0;
    Span percent_span;
    Name arm;
    Block block;
};

struct Step {
    StepKind kind = StepKind::Stop;
    Span span;
    std::vector<Pattern> patterns; // Prompt: goals. WaitFor, Record: one
    std::vector<Route> routes;     // Prompt, Send
    std::optional<Expr> subject;   // Prompt without via: a subject is an error of its own
    std::optional<Expr> value;     // Prompt without via and Reply: the text. WaitLength, WaitFor: how long. WaitClock, WaitDate: when.
                                   // WaitRelease: of which, if said. If: the condition
    std::optional<Expr> clock;     // waits with `at`
    Name name;                     // Tag, Untag, Split
    Block block;                   // If, Block
    std::optional<Block> other;    // If, WaitFor: else
    std::vector<Share> shares;     // Split
};

struct Rule {
    Span span;
    std::string doc;
    Name label;
    Span on;                       // the word `on` with its trigger, for pointing at the rule
    Trigger trigger;
    std::optional<Expr> when;
    std::optional<Frequency> frequency;
    std::vector<Pattern> until;
    Block response;
    Name aim;
};

struct Type {
    Name name;
    bool optional = false;
    std::optional<double> bound;
    Span bound_span;
};

struct EventField {
    Span span;
    Name name;
    Type type;
    std::string from;
};

struct Event {
    Span span;
    std::string doc;
    Name name;
    std::vector<EventField> fields;
    bool once = false;
    Name once_per;
    Name undoes;
    std::vector<Name> from;
};

struct Attribute {
    Span span;
    std::string doc;
    Name name;
    Type type;
};

struct Channel {
    Span span;
    std::string doc;
    Name name;
    bool needs_consent = false;
    bool has_subject = false;
};

struct StageRow {
    Name name;
    Expr condition;
};

struct Stages {
    Span span;
    std::string doc;
    std::vector<StageRow> rows;
};

struct Property {
    Span span;
    Name name;
    Expr value;
};

struct Release {
    Span span;
    std::string doc;
    Name name;
    std::vector<Property> properties;
};

struct Define {
    Span span;
    std::string doc;
    Name name;
    Expr condition;
};

struct Limit {
    Span span;
    Name target;
    Expr count;
    Expr per;
    bool else_wait = false;
    std::optional<Expr> up_to;
};

struct Promise {
    Span span;
    Name target;
    Expr count;
    Expr per;
};

struct Quiet {
    Span span;
    Name target;
    Expr from;
    Expr to;
};

struct Parameter {
    Span span;
    Name name;
    Type type;
    std::optional<Expr> default_value;
};

struct Flow {
    Span span;
    std::string doc;
    Name name;
    bool has_parameters = false;
    std::vector<Parameter> parameters;
    std::vector<Rule> rules;
    std::vector<Limit> limits;
    std::vector<Quiet> quiets;
};

struct Include {
    Span span;
    Name flow;
    std::vector<Arg> args;
    Name as;
    const Name& known_as() const { return as ? as : flow; } // within its file
};

struct Use {
    Span span;
    Span target;
    std::string module; // "std.recipes", or empty
    std::string file;   // "./shared.flow", or empty
};

struct Setting { // timezone, attribution
    Span span;
    Expr value;
};

enum class ExpectKind : std::uint8_t { Prompt, Send, Reply, Tag, Untag, Arm, Nothing, Suppressed, Stage, Condition };

struct Expect {
    ExpectKind kind = ExpectKind::Nothing;
    std::vector<Pattern> goals;      // Prompt; Suppressed: of a prompt
    Name step;                       // Suppressed: `prompt`, `send`, `reply`, `wait` or `record`; empty: any
    Name channel;                    // Send; Prompt with `via`; Suppressed: of a send
    std::optional<Expr> subject, text;
    Name name;                       // Tag, Untag, Stage, Arm
    Name split;                      // Arm
    Name reason;                     // Suppressed
    std::optional<Expr> condition;   // Condition; Ask: the question
};

enum class StatementKind : std::uint8_t { Fan, Release, At, After, Does, Expect, Ask };

struct Statement {
    StatementKind kind = StatementKind::Expect;
    Span span;
    Name who;                        // a fan's id. Fan, Does; Expect: to or of whom, empty if not said
    Name release;                    // Release
    std::vector<Property> properties; // Fan, Release
    std::optional<Expr> date, clock; // At
    std::optional<Expr> of;          // At: the release whose day it is
    std::optional<Expr> zone;        // At
    std::optional<Expr> length;      // After
    Pattern pattern;                 // Does
    Expect expect;
};

struct Test {
    Span span;
    Span head;                       // `test "its name"`
    std::string name;
    std::vector<Statement> statements;
};

// What was entered in the REPL, in its order. An item is a text to be put into the program.
struct EntryPart {
    std::optional<Statement> statement; // none: an item
    Span span;
    Name replaces; // Item: the label of a rule, or the name of a declaration or an include; empty: none
    bool rule = false;
    bool include = false;
    std::string setting; // Item without a name, of which a program has one: "stages", "timezone", "attribution"
};

// One file. Rules outside any flow are in `flow`, named after the file.
struct File {
    std::uint32_t source = 0;
    std::vector<Use> uses;
    std::vector<Event> events;
    std::vector<Attribute> attributes;
    std::vector<Channel> channels;
    std::vector<Stages> stages;
    std::vector<Release> releases;
    std::vector<Define> defines;
    std::vector<Limit> limits;
    std::vector<Promise> promises;
    std::vector<Quiet> quiets;
    std::vector<Setting> timezones;
    std::vector<Setting> attributions;
    std::vector<Flow> flows;
    std::vector<Include> includes;
    std::vector<Test> tests;
    Flow flow;
    // The order in which flows, includes and the file's own rules stand: what `in the order of the program` means.
    enum class Place : std::uint8_t { Rule, Flow, Include };
    std::vector<std::pair<Place, std::size_t>> order;
    std::vector<Span> comments;
    std::vector<std::string> broken; // names of declarations that could not be read
};

} // namespace segue::ast
