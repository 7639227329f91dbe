#include "ingest/decode.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <date/date.h>
#include <fmt/format.h>

#include "check/time_zones.hpp"
#include "text/did_you_mean.hpp"
#include "text/utf8.hpp"

namespace segue {

namespace {

constexpr Time latest_time = 253402300799999; // the end of 9999

bool digits(std::string_view text, std::size_t at, std::size_t n, int& out) {
    if (at + n > text.size()) return false;
    out = 0;
    for (std::size_t i = at; i < at + n; ++i) {
        if (text[i] < '0' || text[i] > '9') return false;
        out = out * 10 + (text[i] - '0');
    }
    return true;
}

std::optional<std::int64_t> whole(std::string_view text) {
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return n;
}

std::string_view found(const Scalar& s) {
    switch (s.kind) {
    case Scalar::Kind::Null: return "nothing";
    case Scalar::Kind::Text: return "a text";
    case Scalar::Kind::Number: return "a number";
    case Scalar::Kind::Bool: return "true or false";
    case Scalar::Kind::Other: break;
    }
    return "a list or an object";
}

// A duration is written as scripts write it, or in whole milliseconds.
std::optional<std::int64_t> read_duration(std::string_view text) {
    const auto space = text.find(' ');
    if (space == std::string_view::npos) return whole(text);
    double n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + space, n);
    if (error != std::errc() || end != text.data() + space || n < 0) return std::nullopt;
    auto unit = text.substr(space + 1);
    if (unit.ends_with('s')) unit.remove_suffix(1);
    constexpr std::pair<std::string_view, double> units[] = {{"second", 1e3}, {"minute", 6e4}, {"hour", 36e5}, {"day", 864e5}, {"week", 6048e5}};
    for (const auto& [name, ms] : units)
        if (unit == name && n * ms < 4e12) return std::llround(n * ms);
    return std::nullopt;
}

bool nothing(const Scalar* s) { return !s || s->kind == Scalar::Kind::Null || (s->loose && s->text.empty()); }

} // namespace

std::optional<std::int64_t> read_date(std::string_view t) {
    int year = 0, month = 0, day = 0;
    if (t.size() != 10 || t[4] != '-' || t[7] != '-' || !digits(t, 0, 4, year) || !digits(t, 5, 2, month) || !digits(t, 8, 2, day)) return std::nullopt;
    const auto ymd = date::year(year) / date::month(static_cast<unsigned>(month)) / date::day(static_cast<unsigned>(day));
    if (!ymd.ok() || year < 1970) return std::nullopt;
    return date::sys_days(ymd).time_since_epoch().count();
}

namespace {

// `day`: days since 1970 of the first ten characters. `out` is the time only where this is true. Not an optional: put together in memory from a flag and a number and
// read at once, that waited for all that was written before.
bool time_on(std::int64_t day, std::string_view t, Time& out) {
    int hour = 0, minute = 0, second = 0;
    if ((t[10] != 'T' && t[10] != 't' && t[10] != ' ') || t[13] != ':' || t[16] != ':' || !digits(t, 11, 2, hour) || !digits(t, 14, 2, minute) || !digits(t, 17, 2, second) || hour > 23 || minute > 59 ||
        second > 60)
        return false;
    std::size_t at = 19;
    int ms = 0;
    if (t[at] == '.') {
        ++at;
        int scale = 100;
        const auto begin = at;
        for (; at < t.size() && t[at] >= '0' && t[at] <= '9'; ++at, scale /= 10) ms += (t[at] - '0') * scale;
        if (at == begin) return false;
    }
    Time offset = 0;
    if (at >= t.size()) return false;
    if (t[at] == 'Z' || t[at] == 'z') ++at;
    else {
        int h = 0, m = 0;
        if ((t[at] != '+' && t[at] != '-') || at + 6 > t.size() || t[at + 3] != ':' || !digits(t, at + 1, 2, h) || !digits(t, at + 4, 2, m) || h > 23 || m > 59) return false;
        offset = (t[at] == '-' ? -1 : 1) * (h * Time{60} + m) * 60'000;
        at += 6;
    }
    out = day * day_ms + ((hour * Time{60} + minute) * 60 + second) * 1000 + ms - offset;
    return at == t.size() && out >= 0 && out <= latest_time;
}

} // namespace

std::optional<Time> read_time(std::string_view t) {
    if (t.size() < 20) return std::nullopt;
    const auto day = read_date(t.substr(0, 10));
    Time time = 0;
    return day && time_on(*day, t, time) ? std::optional(time) : std::nullopt;
}

Decoder::Decoder(const Program& program, Symbols& symbols) : program_(program), symbols_(symbols) {
    const auto type = [&](const std::string& text, Record::Kind kind, std::uint32_t event) {
        if (type_names_.add(text) == types_.size()) types_.push_back({kind, event}); // what came first stays
    };
    type("profile", Record::Kind::Profile, none);
    type("release", Record::Kind::Release, none);
    type("identify", Record::Kind::Identify, none);
    type("forget", Record::Kind::Forget, none);
    for (std::uint32_t i = 0; i < program.events.size(); ++i) {
        const auto& event = program.events[i];
        type(event.name, Record::Kind::Event, i);
        for (const auto& from : event.from) type(from, Record::Kind::Event, i);
        auto& names = event_names_.emplace_back();
        for (const auto& field : event.fields) {
            names.push_back({names_.add(field.name), field.from.empty() ? none : names_.add(field.from), !field.folded && is_textual(field.type)});
            nested_ = nested_ || field.from.find('.') != std::string::npos;
        }
    }
    for (const auto& attribute : program.attributes) attribute_names_.push_back(names_.add(attribute.name));
    type_ = names_.add("type"), fan_ = names_.add("fan"), time_ = names_.add("time"), id_ = names_.add("id"), alias_ = names_.add("alias");
    release_ = names_.add("release"), title_ = names_.add("title"), link_ = names_.add("link"), artist_ = names_.add("artist"), date_ = names_.add("date"), live_ = names_.add("live");
}

template <class Out> bool Decoder::text(Name name, std::size_t most, bool needed, Out& out, std::string& reason) const {
    const auto* s = find(name);
    if (nothing(s)) {
        out.clear();
        if (needed) reason = fmt::format("`{}` is missing", names_.text(name));
        return !needed;
    }
    if (s->kind != Scalar::Kind::Text) {
        reason = fmt::format("`{}` is {}, not a text", names_.text(name), found(*s));
        return false;
    }
    if (s->text.empty() && needed) reason = fmt::format("`{}` is empty", names_.text(name));
    else if (s->text.size() > most) reason = fmt::format("`{}` is longer than {} bytes", names_.text(name), most);
    else {
        out = s->text;
        return true;
    }
    return false;
}

bool Decoder::time(std::string_view text, Time& out) {
    if (text.size() < 20) return false;
    if (std::memcmp(text.data(), day_text_.data(), day_text_.size()) != 0) {
        const auto day = read_date(text.substr(0, 10));
        if (!day) return false;
        day_ = *day;
        std::memcpy(day_text_.data(), text.data(), day_text_.size());
    }
    return time_on(day_, text, out);
}

bool Decoder::value(const Scalar& s, Type type, bool keep, Value& out, std::string& problem) {
    const auto wrong = [&](std::string_view wanted) {
        problem = s.kind == Scalar::Kind::Text ? fmt::format("is `{}`, not {}", repair_utf8(s.text.substr(0, 60)), wanted) : fmt::format("is {}, not {}", found(s), wanted);
        return false;
    };
    const bool text = s.kind == Scalar::Kind::Text;
    switch (type) {
    case Type::Number: {
        double n = s.number;
        if (s.kind != Scalar::Kind::Number) {
            if (!s.loose) return wrong("a number");
            const auto [end, error] = std::from_chars(s.text.data(), s.text.data() + s.text.size(), n);
            if (error != std::errc() || end != s.text.data() + s.text.size() || !std::isfinite(n)) return wrong("a number");
        }
        out = Value::of_number(n);
        return true;
    }
    case Type::Bool:
        if (s.kind == Scalar::Kind::Bool) out = Value::of_bool(s.boolean);
        else if (s.loose && (s.text == "true" || s.text == "false")) out = Value::of_bool(s.text == "true");
        else return wrong("true or false");
        return true;
    case Type::Duration: {
        const auto ms = s.kind == Scalar::Kind::Number && s.whole ? std::optional(s.integer) : text ? read_duration(s.text) : std::nullopt;
        if (!ms) return wrong("a duration such as \"30 minutes\"");
        out = Value::of(Value::Kind::Duration, *ms);
        return true;
    }
    case Type::Time: {
        Time read = 0;
        auto time = s.kind == Scalar::Kind::Number && s.whole ? std::optional(s.integer) : text && this->time(s.text, read) ? std::optional(read) : std::nullopt;
        if (!time && s.loose) time = whole(s.text);
        if (!time || *time < 0 || *time > latest_time) return wrong("a time");
        out = Value::of(Value::Kind::Time, *time);
        return true;
    }
    case Type::Date: {
        const auto day = text ? read_date(s.text) : std::nullopt;
        if (!day) return wrong("a date such as \"2026-03-13\"");
        out = Value::of(Value::Kind::Date, *day);
        return true;
    }
    case Type::Channel: {
        const auto channel = text ? program_.channel(s.text) : std::nullopt;
        if (!channel) return wrong("a channel of the program");
        out = Value::of_symbol(program_.channels[*channel].symbol);
        return true;
    }
    case Type::Stage: {
        for (std::size_t i = 0; text && i < program_.stages.size(); ++i) {
            if (program_.stages[i].name != s.text) continue;
            out = Value::of(Value::Kind::Stage, static_cast<std::int64_t>(i));
            return true;
        }
        return wrong("a stage of the program");
    }
    default:
        if (text_value(s, keep, out)) return true;
        if (!text) return wrong("a text");
        problem = fmt::format("is longer than {} bytes", most_text_bytes);
        return false;
    }
}

bool Decoder::event(std::uint32_t index, Record& record, std::string& reason) {
    const auto& event = program_.events[index];
    const auto& names = event_names_[index];
    record.event = index;
    const auto count = event.fields.size();
    if (record.fields.size() != count) record.fields.resize(count);
    std::string problem;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& field = event.fields[i];
        const auto* s = find(names[i].name);
        if (!s && names[i].from != none) s = find(names[i].from);
        if (nothing(s)) {
            record.fields[i] = {};
            if (field.optional) continue;
            reason = fmt::format("`{}` of `{}` is missing", field.name, event.name);
            return false;
        }
        if (names[i].textual && text_value(*s, field.used, record.fields[i])) continue; // most are
        bool good = false;
        if (field.folded && s->kind == Scalar::Kind::Text) {
            const auto word = fold_keyword(s->text);
            auto folded = *s;
            folded.text = word;
            good = value(folded, field.type, field.used, record.fields[i], problem);
        } else good = value(*s, field.type, field.used, record.fields[i], problem);
        if (good) continue;
        reason = fmt::format("`{}` of `{}` {}", field.name, event.name, problem);
        return false;
    }
    return true;
}

bool Decoder::profile(Record& record, std::string& reason) {
    for (std::uint32_t i = 0; i < program_.attributes.size(); ++i) {
        const auto& attribute = program_.attributes[i];
        const auto* s = find(attribute_names_[i]);
        if (!s || (s->loose && s->text.empty())) continue;
        Value v;
        std::string problem;
        if (s->kind != Scalar::Kind::Null && !value(*s, attribute.type, true, v, problem)) {
            reason = fmt::format("`{}` {}", attribute.name, problem);
            return false;
        }
        if (attribute.bound && s->kind == Scalar::Kind::Text && code_points(s->text) > *attribute.bound) {
            reason = fmt::format("`{}` is longer than {} characters", attribute.name, *attribute.bound);
            return false;
        }
        if (attribute.fact == program_.timezone_fact && !v.missing() && !find_time_zone(s->text)) {
            reason = fmt::format("there is no time zone `{}`", repair_utf8(s->text.substr(0, 60)));
            return false;
        }
        record.profile.emplace_back(attribute.fact, v);
    }
    return true;
}

bool Decoder::release(Record& record, std::string& reason) {
    auto& r = record.release;
    if (!text(release_, most_id_bytes, true, r.id, reason)) return false;
    const auto put = [&](Name name, std::optional<std::string>& to) {
        if (nothing(find(name))) return true;
        std::string said;
        if (!text(name, most_text_bytes, false, said, reason)) return false;
        to = std::move(said);
        return true;
    };
    if (!put(title_, r.title) || !put(link_, r.link) || !put(artist_, r.artist)) return false;
    std::string problem;
    Value v;
    if (const auto* day = find(date_); !nothing(day)) {
        if (!value(*day, Type::Date, true, v, problem)) return reason = "`date` " + problem, false;
        r.date = v.integer;
    }
    if (const auto* live = find(live_); !nothing(live)) {
        if (!value(*live, Type::Bool, true, v, problem)) return reason = "`live` " + problem, false;
        r.live = v.integer != 0;
    }
    return true;
}

Decoded Decoder::decode(const Fields& fields, Record& record, std::string& reason) {
    if (!fields.bad.empty()) return reason = fields.bad, Decoded::Rejected;
    if (!reason.empty()) reason.clear();
    fields_ = &fields;
    record.line = fields.line;
    if (record.kind != Record::Kind::Event) {
        record.alias.clear();
        record.profile.clear();
        record.release = {};
    }
    record.kind = Record::Kind::Event;
    record.sight = Record::Sight::Unasked;
    const auto* name = find(type_);
    if (nothing(name) || name->kind != Scalar::Kind::Text || name->text.empty() || name->text.size() > most_id_bytes) {
        std::string none_yet;
        text(type_, most_id_bytes, true, none_yet, reason);
        return Decoded::Rejected;
    }
    const auto known = type_names_.find(name->text);
    const auto* type = known == KnownNames::unknown ? nullptr : &types_[known];
    if (type) record.kind = type->kind;
    if (record.kind == Record::Kind::Release) record.fan.clear();
    else if (!text(fan_, most_id_bytes, true, record.fan, reason)) return Decoded::Rejected;
    const auto* time = find(time_);
    if (nothing(time)) return reason = "`time` is missing", Decoded::Rejected;
    if (time->kind != Scalar::Kind::Text || !this->time(time->text, record.time)) { // else it is as most are
        Value at;
        std::string problem;
        if (!value(*time, Type::Time, true, at, problem))
            return reason = fmt::format("`time` {}", problem == "is a number, not a time" ? "is not whole milliseconds since 1970" : problem + ": write RFC 3339 or whole milliseconds since 1970"), Decoded::Rejected;
        record.time = at.integer;
    }
    if (!text(id_, most_id_bytes, false, record.id, reason)) return Decoded::Rejected;
    if (!type) return Decoded::Unknown;
    bool good = true;
    switch (record.kind) {
    case Record::Kind::Event: good = event(type->event, record, reason); break;
    case Record::Kind::Profile: good = profile(record, reason); break;
    case Record::Kind::Release: good = release(record, reason); break;
    case Record::Kind::Identify: good = text(alias_, most_id_bytes, true, record.alias, reason); break;
    case Record::Kind::Forget: break;
    }
    return good ? Decoded::Record : Decoded::Rejected;
}

} // namespace segue
