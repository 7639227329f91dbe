// Streams of records from a seed: twice, late, broken, in jumps of the clock; fans that are joined and forgotten, releases that move.
#pragma once

#include "simulation/program.hpp"

namespace segue::simulation {

std::vector<std::string> random_records(Random& random, int count); // lines, without their ends
inline constexpr Instant stream_begins = 1772366400000;              // 2026-03-01 12:00

} // namespace segue::simulation
