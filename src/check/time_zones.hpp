// The IANA time zones, as the system has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace date {
class time_zone;
}

namespace segue {

// The zone of that name; nullptr where the database has none. Its file is read when it is first asked for a time. Both
// functions throw std::system_error where the system has no database, or it could not be read whole.
const date::time_zone* find_time_zone(std::string_view name);
std::vector<std::string> time_zone_names();

} // namespace segue
