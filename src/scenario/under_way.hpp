// Rules and responses by name, and what a response waits for. A rule can have changed since a response began under it.
#pragma once

#include <string>

#include "run/world.hpp"

namespace segue {

// "neon has no date yet": why nobody knows when a release comes out.
std::string awaited(const World& world, Symbol release);
// What a response under way waits for: "for `follow`, until 2026-03-13 09:00"; and its rule, with its key where several of that rule are under way.
std::string wait_text(World& world, const Fan& fan, const Response& response);
std::string response_name(const World& world, const Fan& fan, const Response& response);
bool in_vain(const World& world, const Fan& fan, const Response& response); // it waits for a limit that opens later than it waits
std::string until_time(World& world, const Fan& fan, Time due); // "until 2026-03-13 09:00"
std::string held_back(Note::Why why, bool in_vain);             // "held back by quiet hours"
std::string per_text(const Program& program, const Rule& rule); // what a rule runs once for each of: "track"

// The same rule in the program as it is now: by its key and its text. None: it was replaced, or dropped.
std::uint32_t current_rule(const World& world, std::uint32_t version, std::uint32_t rule);
std::string rule_name(const World& world, std::uint32_t version, std::uint32_t rule); // with "(replaced)" or "(dropped)"

} // namespace segue
