// Tests, checked: what happens in them and what is expected, with every name resolved. `scenario/` plays them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "check/program.hpp"
#include "text/source.hpp"

namespace segue {

struct Expected {
    enum class Kind : std::uint8_t { Prompt, Send, Reply, Tag, Untag, Arm, Nothing, Suppressed, Stage, Condition };

    Kind kind = Kind::Nothing;
    std::string step;             // Suppressed: the word of the step; empty: any
    std::vector<Goal> goals;      // Prompt, Suppressed
    std::uint32_t channel = none; // Prompt, Send, Suppressed; none: any
    std::optional<std::string> text, subject;
    std::string tag;              // Tag, Untag
    std::string split, arm;       // Arm
    std::string reason;           // Suppressed; empty: any
    std::uint32_t stage = none;   // Stage
    Expr condition{};             // Condition
};

struct Statement {
    enum class Kind : std::uint8_t { Fan, Release, At, After, Does, Expect, Ask };

    Kind kind = Kind::Expect;
    Span span;
    std::string fan;                                      // id. Fan, Does; Expect: empty: any
    std::vector<std::pair<std::uint32_t, Value>> facts;   // Fan: fact of the Ledger and value
    ReleaseEntry release;                                 // Release: what is said of it
    std::optional<bool> live;                             // Release
    std::optional<std::int64_t> date;                     // At: days since 1970
    std::optional<Span_ms> clock;                         // At: ms of the day
    std::optional<Expr> release_day;                      // At: whose day
    std::string zone;                                     // At; empty: the program's
    Span_ms length = 0;                                   // After
    std::uint32_t event = none;                           // Does
    std::vector<std::pair<std::uint32_t, Expr>> fields;   // Does: what is said of it
    Expected expected;                                    // Expect; Ask: its `condition` is any expression
};

struct Scenario {
    std::string name;
    Span span;
    Span head;  // `test "its name"`
    std::vector<Statement> statements;
};

// What the statements before have named.
struct ScenarioScope {
    std::set<std::string> fans;
    std::map<std::string, std::string> releases; // by name, the id
    bool live = false; // a session: fans may be known from elsewhere
};

} // namespace segue
