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
};

// For each rule of the program that could do what is expected, in their order. `trace`: what happened so far, as far as it is known.
// Of a stage or a condition: what of it is not so. Empty: nothing stands in its way.
std::vector<Obstacle> why_not(World& world, const Fan& fan, const Expected& expected, const Trace& trace, const std::vector<Action>& actions);

} // namespace segue
