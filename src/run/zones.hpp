// Time zones, by IANA name from the system's zone files. A local time that a clock change skips is read with the offset
// before the change; one that comes twice is the first.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "check/value.hpp"

namespace date {
class time_zone;
struct sys_info;
}

namespace segue {

// A moment as a fan's clock and calendar show it.
struct Local {
    std::int64_t day = 0;   // days since 1970
    Span_ms of_day = 0;     // ms since that midnight
};

class Zones {
public:
    using Id = std::uint16_t; // the database has some 600

    // Nothing where the name is not in the database. Throws std::system_error where that, or the zone's file, cannot be read.
    std::optional<Id> find(std::string_view name);
    const std::string& name(Id zone) const { return zones_[zone].name; }
    std::size_t size() const { return zones_.size(); }

    Local local(Id zone, Time time);
    Time utc(Id zone, Local local);
    // The first moment at or after `time` at which it is that time of day.
    Time next(Id zone, Time time, Span_ms of_day);

private:
    struct Offset {
        Time begin = 0, end = 0; // when it is used; empty: never
        Span_ms ms = 0;
    };
    struct Zone {
        std::string name;
        const date::time_zone* data;
        std::array<Offset, 4> offsets{}; // those that were asked for last: a campaign goes over the changes of a year
        std::size_t oldest = 0;
        const Offset& keep(const date::sys_info& info);
    };
    std::vector<Zone> zones_;
};

} // namespace segue
