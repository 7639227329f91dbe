// A fan's story: what happened to them, what each thing woke, what was sent, what was suppressed and why.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "run/world.hpp"
#include "store/journal.hpp"

namespace segue {

// A timeline, the oldest first. Times are the program's, and the fan's own beside where they differ.
std::string render_story(World& world, const Fan& fan, const std::vector<JournalEntry>& entries, bool color);
nlohmann::ordered_json json_of_story(World& world, const Fan& fan, const std::vector<JournalEntry>& entries);

} // namespace segue
