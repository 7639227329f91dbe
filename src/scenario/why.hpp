// How something came about.
#pragma once

#include <string>
#include <vector>

#include "run/world.hpp"

namespace segue {

// An action: what began it, what was asked, what it waited for; in rows. `trace` and `actions`: all that is known.
std::string why_action(World& world, const Trace& trace, const std::vector<Action>& actions, std::size_t action);

// The limits that closed every way of a message then, and what held a response back, as scripts say them.
std::vector<std::string> limits_at(const World& world, const Fan& fan, std::uint32_t version, const Rule& rule, std::uint32_t step, Time time);
std::vector<std::string> held_by(World& world, const Fan& fan, const Rule& rule, const Note& paused);

// "waits until 2026-03-13 10:00", "held back by a limit until ...".
std::string paused_text(World& world, const Fan& fan, const Note& paused);

// Which way a response took there: "`fan.country == \"DE\"` was not so", "the fan has the arm b of welcome", ...
std::string branch_text(const World& world, const Note& branch);

} // namespace segue
