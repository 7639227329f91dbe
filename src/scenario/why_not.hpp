// Why something did not come to a fan, and what would make it come.
#pragma once

#include <string>
#include <vector>

#include "check/scenario.hpp"
#include "run/world.hpp"

namespace segue {

// One rule that could do it, and what stands in its way now.
struct Obstacle {
    std::uint32_t rule = none; // of the current program; none: of no rule
    std::string what;          // "deepen/#2 (on save >= 2)"
    std::vector<std::string> because;
    int near = 0;              // 2: it started, 1: it was considered, 0: neither
};

// For each rule of the program that could do what is expected, those that came nearest to it first. `trace`: what happened so far, as far as it is known.
// `asked`: the program that `expected` was checked with. Of a stage or a condition: what of it is not so. Empty: nothing stands in its way.
std::vector<Obstacle> why_not(World& world, const Fan& fan, const Expected& expected, const Trace& trace, const std::vector<Action>& actions, const Program& asked);

// Why a rule of the current program that is just now considered does not start, in its own words. For World::explain.
std::string why_passed(World& world, const Fan& fan, const Note& passed, const Values& slots);

// `save("t1")`: what happened, as a statement says it.
std::string event_text(const World& world, const Note& event);

} // namespace segue
