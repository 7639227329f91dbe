// Ast to Program: every name resolved, every type settled, everything that sections 3 to 5 of the language call an error told.
#pragma once

#include "check/names.hpp"
#include "check/places.hpp"
#include "check/program.hpp"
#include "check/scenario.hpp"
#include "syntax/load.hpp"
#include "text/diagnostic.hpp"

namespace segue {

// Bounds of a program; past them is a located error.
inline constexpr std::size_t most_rules = 20'000;
inline constexpr std::size_t most_steps = 1'000;      // of one rule
inline constexpr std::size_t most_fields = 64;        // of one event
inline constexpr std::size_t most_stages = 100;
inline constexpr std::size_t most_depth = 1'000;      // of one expression, with the definitions that it speaks of

// The tests of a program, and what they begin with.
struct Scenarios {
    std::vector<Scenario> tests;
    ScenarioScope scope;
};

// Always returns a Program; it may be run only if `diagnostics` has no errors. Its symbols and needs are `ledger`'s.
// `places`, if given, gets where its parts stand, `names` every name in it. Tests are always checked; what only they ask of a fan's history is kept
// where they are wanted.
Program check(const Loaded& loaded, const Sources& sources, Ledger& ledger, Diagnostics& diagnostics, Places* places = nullptr, Scenarios* scenarios = nullptr, Names* names = nullptr);

} // namespace segue
