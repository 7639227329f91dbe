#include "check/time_zones.hpp"

#include <algorithm>
#include <date/tz.h>
#include <fmt/format.h>
#include <system_error>

namespace segue {

namespace {

// The library passes over a folder that it cannot open, for want of memory or of a file descriptor. Without this, what
// such a folder holds would be names that do not exist, and a record that has one would be refused for good.
constexpr std::string_view folders[] = {
    "Africa/", "America/", "America/Argentina/", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Etc/", "Europe/", "Indian/", "Pacific/",
};

[[noreturn]] void refuse(std::string_view why) {
    throw std::system_error(std::make_error_code(std::errc::no_such_file_or_directory), fmt::format("the time zones of this system cannot be read whole (memory or open files ran out, or the package tzdata is missing): {}", why));
}

const std::vector<date::time_zone>& read_whole() {
    try {
        const auto& zones = date::get_tzdb().zones;
        for (const auto folder : folders)
            if (std::none_of(zones.begin(), zones.end(), [&](const auto& zone) { return zone.name().starts_with(folder); })) refuse(folder);
        return zones;
    } catch (const std::system_error&) {
        throw;
    } catch (const std::runtime_error& error) {
        refuse(error.what());
    }
}

} // namespace

const date::time_zone* find_time_zone(std::string_view name) {
    static const auto& zones = read_whole(); // where it throws, it is tried again the next time
    const auto at = std::lower_bound(zones.begin(), zones.end(), name, [](const auto& zone, const auto& wanted) { return zone.name() < wanted; });
    return at != zones.end() && at->name() == name ? &*at : nullptr;
}

std::vector<std::string> time_zone_names() {
    std::vector<std::string> out;
    for (const auto& zone : read_whole()) out.push_back(zone.name());
    return out;
}

} // namespace segue
