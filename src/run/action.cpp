#include "run/action.hpp"

#include <array>
#include <cstring>
#include <date/date.h>
#include <limits>
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

template <class One> auto texts_of(One& a) { return std::array{&a.id, &a.fan, &a.channel, &a.goal, &a.text, &a.subject, &a.rule, &a.cause, &a.stage, &a.from, &a.tag, &a.split, &a.arm, &a.of, &a.reason}; }

} // namespace

void Action::clear() {
    for (auto* part : texts_of(*this)) part->clear();
    version = step = 0;
    rule_index = none;
    has_text = has_subject = false;
}

namespace {

inline char* put(char* to, std::string_view text) {
    std::memcpy(to, text.data(), text.size());
    return to + text.size();
}

char* put_digits(char* to, std::int64_t number, std::size_t width) {
    char digits[20];
    auto* at = digits + sizeof digits;
    for (; number > 0 || width > 0; number /= 10, width -= width > 0) *--at = static_cast<char>('0' + number % 10);
    return put(to, {at, digits + sizeof digits});
}

char* put_two(char* to, std::int64_t number) {
    to[0] = static_cast<char>('0' + number / 10);
    to[1] = static_cast<char>('0' + number % 10);
    return to + 2;
}

constexpr std::size_t longest_time = 40;

char* put_time(char* to, Time time) {
    const auto days = time >= 0 ? time / day_ms : -((-time + day_ms - 1) / day_ms);
    const auto ms = time - days * day_ms;
    // Most times are of the day of the one before.
    struct Day {
        std::int64_t days = std::numeric_limits<std::int64_t>::min();
        std::array<char, longest_time> text;
        std::size_t size = 0;
    };
    thread_local Day before;
    if (days != before.days) {
        const date::year_month_day day{date::sys_days{date::days{static_cast<int>(days)}}};
        auto* at = put_digits(before.text.data(), static_cast<int>(day.year()), 4);
        at = put_two(put(at, "-"), static_cast<unsigned>(day.month()));
        at = put(put_two(put(at, "-"), static_cast<unsigned>(day.day())), "T");
        before.size = static_cast<std::size_t>(at - before.text.data());
        before.days = days;
    }
    to = put(to, {before.text.data(), before.size});
    to = put_two(to, ms / 3'600'000);
    to = put_two(put(to, ":"), ms / 60'000 % 60);
    to = put_two(put(to, ":"), ms / 1000 % 60);
    if (ms % 1000 != 0) to = put_digits(put(to, "."), ms % 1000, 3);
    return put(to, "Z");
}

// Whether JSON shows a text as it stands.
bool plain(std::string_view text) {
    constexpr std::uint64_t each = 0x0101010101010101u, high = 0x8080808080808080u;
    const auto odd = [](std::uint64_t eight) { // some byte below a space, beyond ASCII, a quote or a backslash
        const auto none_of = [](std::uint64_t bytes) { return (bytes - each) & ~bytes; }; // the high bit of bytes that are zero, and perhaps of some above one
        return (((eight - 0x20 * each) | eight | none_of(eight ^ ('"' * each)) | none_of(eight ^ ('\\' * each))) & high) != 0;
    };
    const auto n = text.size();
    if (n < 8) return !odd(few_bytes(text.data(), n) | (~std::uint64_t{0} << (8 * n) & 0x20 * each)); // spaces behind them
    for (std::size_t at = 0; at + 8 < n; at += 8)
        if (odd(few_bytes(text.data() + at, 8))) return false;
    return !odd(few_bytes(text.data() + n - 8, 8)); // perhaps some once more
}

// Most texts stand as they are; the others are the library's, and so is their room.
std::string escaped(std::string_view text) { return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace); }

} // namespace

std::string to_rfc3339(Time time) {
    std::array<char, longest_time> text;
    return {text.data(), put_time(text.data(), time)};
}

void append_json(std::string& out, const Action& a) {
    const auto kind = name_of(a.kind);
    const auto begin = out.size();
    std::size_t room = 400; // for what is not a text
    for (const auto* text : texts_of(a)) room += text->size();
    out.resize(begin + room);
    auto* to = out.data() + begin;
    // `key` with all that stands before the value's first character.
    const auto put_member = [&]<std::size_t n>(const char(&key)[n], const std::string& value, bool there) {
        if (!there) return;
        std::memcpy(to, key, n - 1);
        to += n - 1;
        if (plain(value)) {
            to = put(to, value);
        } else {
            auto other = escaped(value);
            other.erase(0, 1).pop_back(); // the quotes
            const auto at = to - out.data();
            if (other.size() > value.size()) out.resize(out.size() + other.size() - value.size());
            to = put(out.data() + at, other);
        }
        *to++ = '"';
    };
    put_member("{\"id\":\"", a.id, true);
    to = put_time(put(to, ",\"time\":\""), a.time);
    to = put(put(put(to, "\",\"kind\":\""), kind), "\"");
    put_member(",\"fan\":\"", a.fan, true);
    put_member(",\"channel\":\"", a.channel, !a.channel.empty());
    put_member(",\"goal\":\"", a.goal, !a.goal.empty());
    put_member(",\"subject\":\"", a.subject, a.has_subject);
    put_member(",\"text\":\"", a.text, a.has_text);
    put_member(",\"stage\":\"", a.stage, !a.stage.empty());
    put_member(",\"from\":\"", a.from, !a.from.empty());
    put_member(",\"tag\":\"", a.tag, !a.tag.empty());
    put_member(",\"split\":\"", a.split, !a.split.empty());
    put_member(",\"arm\":\"", a.arm, !a.arm.empty());
    put_member(",\"of\":\"", a.of, !a.of.empty());
    put_member(",\"reason\":\"", a.reason, !a.reason.empty());
    put_member(",\"rule\":\"", a.rule, !a.rule.empty());
    put_member(",\"cause\":\"", a.cause, !a.cause.empty());
    *to++ = '}';
    out.resize(static_cast<std::size_t>(to - out.data()));
}

std::string to_json(const Action& action) {
    std::string out;
    append_json(out, action);
    return out;
}

} // namespace segue
