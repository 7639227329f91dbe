#include "run/action.hpp"

#include <algorithm>
#include <date/date.h>
#include <nlohmann/json.hpp>

namespace segue {

std::string_view name_of(Action::Kind kind) {
    switch (kind) {
    case Action::Kind::Prompt: return "prompt";
    case Action::Kind::Send: return "send";
    case Action::Kind::Reply: return "reply";
    case Action::Kind::Tag: return "tag";
    case Action::Kind::Untag: return "untag";
    case Action::Kind::Stage: return "stage";
    case Action::Kind::Arm: return "arm";
    case Action::Kind::Suppressed: return "suppressed";
    }
    return "";
}

namespace {

void append_digits(std::string& out, std::int64_t number, std::size_t width) {
    char digits[20];
    auto* at = digits + sizeof digits;
    for (; number > 0 || width > 0; number /= 10, width -= width > 0) *--at = static_cast<char>('0' + number % 10);
    out.append(at, digits + sizeof digits);
}

void append_time(std::string& out, Time time) {
    const auto days = time >= 0 ? time / day_ms : -((-time + day_ms - 1) / day_ms);
    const auto ms = time - days * day_ms;
    const auto part = [&](char before, std::int64_t number, std::size_t width) {
        out += before;
        append_digits(out, number, width);
    };
    const date::year_month_day day{date::sys_days{date::days{static_cast<int>(days)}}};
    append_digits(out, static_cast<int>(day.year()), 4);
    part('-', static_cast<unsigned>(day.month()), 2);
    part('-', static_cast<unsigned>(day.day()), 2);
    part('T', ms / 3'600'000, 2);
    part(':', ms / 60'000 % 60, 2);
    part(':', ms / 1000 % 60, 2);
    if (ms % 1000 != 0) part('.', ms % 1000, 3);
    out += 'Z';
}

// Most texts stand as they are; the others are the library's.
void append_text(std::string& out, const std::string& text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c != '"' && c != '\\' && c < 0x7F; });
    if (plain) ((out += '"') += text) += '"';
    else out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

std::string to_rfc3339(Time time) {
    std::string out;
    append_time(out, time);
    return out;
}

void append_json(std::string& out, const Action& a) {
    const auto put = [&](std::string_view key, const std::string& value, bool there) {
        if (!there) return;
        out += key;
        append_text(out, value);
    };
    ((out += "{\"id\":\"") += a.id) += "\",\"time\":\"";
    append_time(out, a.time);
    ((out += "\",\"kind\":\"") += name_of(a.kind)) += '"';
    put(",\"fan\":", a.fan, true);
    put(",\"channel\":", a.channel, !a.channel.empty());
    put(",\"goal\":", a.goal, !a.goal.empty());
    put(",\"subject\":", a.subject, a.has_subject);
    put(",\"text\":", a.text, a.has_text);
    put(",\"stage\":", a.stage, !a.stage.empty());
    put(",\"from\":", a.from, !a.from.empty());
    put(",\"tag\":", a.tag, !a.tag.empty());
    put(",\"split\":", a.split, !a.split.empty());
    put(",\"arm\":", a.arm, !a.arm.empty());
    put(",\"of\":", a.of, !a.of.empty());
    put(",\"reason\":", a.reason, !a.reason.empty());
    put(",\"rule\":", a.rule, !a.rule.empty());
    put(",\"cause\":", a.cause, !a.cause.empty());
    out += '}';
}

std::string to_json(const Action& action) {
    std::string out;
    append_json(out, action);
    return out;
}

} // namespace segue
