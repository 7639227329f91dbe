// Whether conditions can hold together: a search over their alternatives, with intervals for numbers and sets for values. It may
// call possible what is not (it knows little of arithmetic); it never calls impossible what could be.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "check/program.hpp"

namespace segue::analysis {

// `field OP value`, the value as a text that is equal where the values are.
struct Restriction {
    Symbol field;
    Compare op;
    std::string value;
    friend bool operator==(const Restriction&, const Restriction&) = default;
};

// How often a fan did something, in a form in which two questions can be compared.
struct Question {
    Symbol event = 0;
    bool held = false;
    std::vector<Restriction> restrictions;
    Span_ms window = 0; // 0: ever
    Symbol distinct = 0;

    // Whether this count can never be more than the other's.
    bool at_most(const Question& other) const;
    std::string key() const;
};

struct Fact { // low <= count <= high
    Question question;
    double low = 0;
    double high = 0;
};

struct Wanted { // a condition, and whether it is to hold
    const Expr* condition;
    bool holds = true;
};

// What is known before any condition is asked.
struct Known {
    std::vector<Fact> facts;
    int stage_low = -1;
    int stage_high = 1'000;
    std::vector<Wanted> wanted; // conditions that are known to hold, or not
};

class Possible {
public:
    Possible(const Program& program, Ledger& ledger) : program_(program), ledger_(ledger) {}

    // Conditions with the fields of one rule in scope.
    bool together(const Known& known, const std::vector<Wanted>& wanted) const;

    Question question(const Query& query) const;
    std::string key(const Expr& e) const; // equal for expressions that have equal values
    Question consent(const Value& channel) const;
    Question occurrence(std::uint32_t event, const std::vector<Match>& matches) const;

    // Of a held event, which is there or not: the count of one key is 1 at most.
    bool of_one_key(const Question& question) const;

private:
    Symbol field(const std::string& name) const { return ledger_.symbols.intern(name); }
    struct Search;
    const Program& program_;
    Ledger& ledger_;
};

} // namespace segue::analysis
