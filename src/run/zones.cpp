#include "run/zones.hpp"

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

void Zones::Zone::keep(const date::sys_info& info) {
    begin = ms_of(info.begin.time_since_epoch());
    end = ms_of(info.end.time_since_epoch());
    offset = ms_of(info.offset);
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
    zones_.push_back({std::string(name), data, 1, 0, 0});
    return static_cast<Id>(zones_.size() - 1);
}

Local Zones::local(Id id, Time time) {
    auto& zone = zones_[id];
    if (time < zone.begin || time >= zone.end) zone.keep(zone.data->get_info(date::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(time))));
    const auto shown = time + zone.offset;
    const auto day = floor_days(shown);
    return {day, shown - day * day_ms};
}

Time Zones::utc(Id id, Local local) {
    auto& zone = zones_[id];
    const auto shown = local.day * day_ms + local.of_day;
    // Well inside the span of the last offset there is only one answer.
    constexpr Span_ms margin = 2 * day_ms;
    if (const auto time = shown - zone.offset; zone.begin < zone.end && time - margin >= zone.begin && time + margin < zone.end) return time;
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
