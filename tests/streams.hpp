// Programs and records that several tests run: small, and with something of everything that waits.
#pragma once

#include <string>

namespace segue::test {

extern const std::string busy; // waits, limits, quiet hours, frequencies, a silence and a split

// A record as a line; `more` are further members, `minute` counts from 2026-03-01 12:00.
std::string event(int n, const std::string& fan, const std::string& type, const std::string& more, int minute);

// Records for `busy`, some late, some twice, some broken: every batch border cuts through something.
std::string stream(int records, unsigned seed);

extern const std::string gathering; // moments of many fans: several of one instant, with a condition and without, and what follows them

// Records for `gathering`: of so many fans, all the time from two days before its first moment to its last.
std::string crowd(int fans, unsigned seed);

} // namespace segue::test
