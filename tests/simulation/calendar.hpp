// Days, clocks and four zones, written out by hand for the years around 2026.
#pragma once

#include "simulation/program.hpp"

namespace segue::simulation {

int day_of(int year, int month, int day);     // since 1970
std::string date(int day);                    // 2026-03-13
std::string rfc3339(Instant time);            // in UTC
std::string clock(int minutes);               // 09:00

const std::vector<std::string>& zones();
bool is_zone(const std::string& name);
Instant local(const std::string& zone, Instant time);              // what the clocks there show, as if it were UTC
Instant moment(const std::string& zone, int day, int minutes);     // of two the first; a skipped one by the offset before
Instant next_clock(const std::string& zone, Instant from, int minutes, bool may_be_now);

} // namespace segue::simulation
