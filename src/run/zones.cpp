#include "run/zones.hpp"

#include <algorithm>
#include <cerrno>
#include <date/tz.h>
#include <fmt/format.h>
#include <system_error>

#include "check/time_zones.hpp"

namespace segue {

namespace {

std::int64_t floor_days(std::int64_t ms) { return ms >= 0 ? ms / day_ms : -((-ms + day_ms - 1) / day_ms); }

template <class Duration> Span_ms ms_of(Duration duration) { return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count(); }

} // namespace

const Zones::Offset& Zones::Zone::keep(const date::sys_info& info) {
    const Offset found{ms_of(info.begin.time_since_epoch()), ms_of(info.end.time_since_epoch()), ms_of(info.offset)};
    for (const auto& known : offsets)
        if (known.begin == found.begin && known.end == found.end) return known;
    auto& place = offsets[oldest];
    oldest = (oldest + 1) % offsets.size();
    return place = found;
}

std::optional<Zones::Id> Zones::find(std::string_view name) {
    for (Id i = 0; i < zones_.size(); ++i)
        if (zones_[i].name == name) return i;
    if (name.empty()) return std::nullopt;
    const auto* data = find_time_zone(name);
    if (!data) return std::nullopt;
    errno = 0;
    try {
        data->get_info(date::sys_seconds{}); // its file is read now
    } catch (const std::runtime_error& error) { // that there is none is another thing
        const auto why = errno != 0 ? std::error_code(errno, std::generic_category()) : std::make_error_code(std::errc::io_error);
        throw std::system_error(why, fmt::format("cannot read the time zone {}: {}", name, error.what()));
    }
    zones_.push_back({std::string(name), data});
    return static_cast<Id>(zones_.size() - 1);
}

Local Zones::local(Id id, Time time) {
    auto& zone = zones_[id];
    const auto known = std::find_if(zone.offsets.begin(), zone.offsets.end(), [&](const Offset& o) { return o.begin <= time && time < o.end; });
    const auto& offset = known != zone.offsets.end() ? *known : zone.keep(zone.data->get_info(date::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time))));
    const auto shown = time + offset.ms;
    const auto day = floor_days(shown);
    return {day, shown - day * day_ms};
}

Time Zones::utc(Id id, Local local) {
    auto& zone = zones_[id];
    const auto shown = local.day * day_ms + local.of_day;
    // Well inside the time of an offset there is only one answer.
    constexpr Span_ms margin = 2 * day_ms;
    for (const auto& o : zone.offsets)
        if (const auto time = shown - o.ms; o.begin < o.end && time - margin >= o.begin && time + margin < o.end) return time;
    const auto info = zone.data->get_info(date::local_time<std::chrono::milliseconds>(std::chrono::milliseconds(shown)));
    if (info.result == date::local_info::unique) zone.keep(info.first);
    return shown - ms_of(info.first.offset);
}

Time Zones::next(Id zone, Time time, Span_ms of_day) {
    const auto here = local(zone, time);
    for (std::int64_t day = here.day; day < here.day + 3; ++day) {
        const auto moment = utc(zone, {day, of_day});
        if (moment >= time) return moment;
        // The hour that a clock change repeats: the first is past, but it is that time once more.
        const auto info = zones_[zone].data->get_info(date::local_time<std::chrono::milliseconds>(std::chrono::milliseconds(day * day_ms + of_day)));
        if (info.result != date::local_info::ambiguous) continue;
        const auto second = day * day_ms + of_day - ms_of(info.second.offset);
        if (second >= time) return second;
    }
    return time;
}

} // namespace segue
