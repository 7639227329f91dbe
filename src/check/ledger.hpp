// What is kept of a fan's history: only what some program asks for. Shared by all versions of a program that have
// responses under way, so that one fan's state serves them all.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "check/value.hpp"

namespace segue {

enum class Compare : std::uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };

// `field OP constant`: an occurrence that does not satisfy it is not counted by the need.
struct Filter {
    Symbol field;
    Compare op;
    Value value;
    friend bool operator==(const Filter&, const Filter&) = default;
};

// Occurrences of one event, counted for each combination of the tracked fields' values.
struct Need {
    Symbol event;
    std::vector<Filter> filters;
    std::vector<Symbol> tracked;
    Span_ms window = 0; // the longest `within` that is asked; 0: none
    friend bool same(const Need& a, const Need& b) { return a.event == b.event && a.filters == b.filters && a.tracked == b.tracked; }
};

// A held event: its keys are always kept, with the other fields that some pattern looks at.
struct Hold {
    Symbol event;
    std::vector<Symbol> tracked; // beside the key
};

// A fact about a fan; one name with two types is two facts.
struct Fact {
    Symbol name;
    Type type;
};

struct Ledger {
    Symbols symbols;
    std::vector<Fact> facts;
    std::vector<Need> needs;
    std::vector<Hold> holds;

    // One of its own for whoever runs the same programs beside others.
    std::shared_ptr<Ledger> copy() const;

    std::uint32_t need(Need wanted); // finds or adds; widens the window
    std::uint32_t hold(Symbol event);
    std::uint32_t fact(Symbol name, Type type);
    std::uint32_t track(std::uint32_t hold, Symbol field); // position among `tracked`
};

} // namespace segue
