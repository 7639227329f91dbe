#include "simulation/calendar.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace segue::simulation {

namespace {

// Summer time from one instant to another.
struct Summer { Instant from, to; };

Instant utc(int year, int month, int day, int hour) { return day_of(year, month, day) * day_ms + hour * hour_ms; }

int winter(const std::string& zone) { return zone == "Europe/Berlin" ? 60 : zone == "America/New_York" ? -300 : zone == "Asia/Kolkata" ? 330 : 0; }

Instant offset(const std::string& zone, Instant time) {
    static const std::vector<Summer> berlin = {{utc(2025, 3, 30, 1), utc(2025, 10, 26, 1)}, {utc(2026, 3, 29, 1), utc(2026, 10, 25, 1)}, {utc(2027, 3, 28, 1), utc(2027, 10, 31, 1)}};
    static const std::vector<Summer> new_york = {{utc(2025, 3, 9, 7), utc(2025, 11, 2, 6)}, {utc(2026, 3, 8, 7), utc(2026, 11, 1, 6)}, {utc(2027, 3, 14, 7), utc(2027, 11, 7, 6)}};
    static const std::vector<Summer> none;
    const auto& summers = zone == "Europe/Berlin" ? berlin : zone == "America/New_York" ? new_york : none;
    const bool summer = std::any_of(summers.begin(), summers.end(), [&](const Summer& s) { return s.from <= time && time < s.to; });
    return (winter(zone) + (summer ? 60 : 0)) * minute_ms;
}

// The instants at which the clocks show it: none, one or two.
std::vector<Instant> instants(const std::string& zone, Instant shown) {
    std::vector<Instant> all;
    for (const int more : {60, 0}) { // by summer time first: the earlier
        const auto time = shown - (winter(zone) + more) * minute_ms;
        if (local(zone, time) == shown) all.push_back(time);
    }
    return all;
}

} // namespace

int day_of(int year, int month, int day) {
    using namespace std::chrono;
    return static_cast<int>(sys_days(std::chrono::year(year) / month / day).time_since_epoch().count());
}

std::string date(int day) {
    const std::chrono::year_month_day d{std::chrono::sys_days{std::chrono::days{day}}};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()), static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
}

std::string rfc3339(Instant time) {
    const auto in_day = time % day_ms;
    auto text = fmt::format("{}T{:02}:{:02}:{:02}", date(static_cast<int>(time / day_ms)), in_day / hour_ms, in_day / minute_ms % 60, in_day / 1000 % 60);
    if (in_day % 1000 != 0) text += fmt::format(".{:03}", in_day % 1000);
    return text + "Z";
}

std::string clock(int minutes) { return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60); }

const std::vector<std::string>& zones() {
    static const std::vector<std::string> all = {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"};
    return all;
}
bool is_zone(const std::string& name) { return std::find(zones().begin(), zones().end(), name) != zones().end(); }

Instant local(const std::string& zone, Instant time) { return time + offset(zone, time); }

Instant moment(const std::string& zone, int day, int minutes) {
    const auto shown = day * day_ms + minutes * minute_ms;
    const auto all = instants(zone, shown);
    return all.empty() ? shown - winter(zone) * minute_ms : all.front(); // the clocks skip hours when summer begins
}

Instant next_clock(const std::string& zone, Instant from, int minutes, bool may_be_now) {
    for (auto day = static_cast<int>(local(zone, from) / day_ms) - 1;; ++day) {
        auto all = instants(zone, day * day_ms + minutes * minute_ms);
        if (all.empty()) all.push_back(moment(zone, day, minutes));
        for (const auto time : all)
            if (may_be_now ? time >= from : time > from) return time;
    }
}

} // namespace segue::simulation
