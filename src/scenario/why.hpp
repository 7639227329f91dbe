// How something came about.
#pragma once

#include <string>
#include <vector>

#include "run/world.hpp"

namespace segue {

// An action: what began it, what was asked, what it waited for; in rows. `trace` and `actions`: all that is known.
std::string why_action(World& world, const Trace& trace, const std::vector<Action>& actions, std::size_t action);

// Which way a response took there: "`fan.country == \"DE\"` was not so", "the fan has the arm b of welcome", ...
std::string branch_text(const World& world, const Note& branch);

} // namespace segue
