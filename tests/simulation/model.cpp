#include "simulation/model.hpp"

#include <algorithm>
#include <cstdio>

#include "simulation/calendar.hpp"
#include "simulation/pools.hpp"

namespace segue::simulation {

namespace {

std::optional<int> read_date(const std::string& text) {
    int year = 0, month = 0, day = 0, used = 0;
    if (std::sscanf(text.c_str(), "%4d-%2d-%2d%n", &year, &month, &day, &used) != 3 || used != static_cast<int>(text.size())) return std::nullopt;
    const auto number = day_of(year, month, day);
    return date(number) == text ? std::optional(number) : std::nullopt;
}

std::optional<Instant> read_time(const nlohmann::json& json) {
    if (json.is_number_integer()) return json.get<Instant>() >= 0 ? std::optional(json.get<Instant>()) : std::nullopt;
    if (!json.is_string()) return std::nullopt;
    const auto text = json.get<std::string>();
    int hour = 0, minute = 0, second = 0, used = 0;
    if (text.size() < 20 || std::sscanf(text.c_str() + 10, "T%2d:%2d:%2d%n", &hour, &minute, &second, &used) != 3) return std::nullopt;
    const auto day = read_date(text.substr(0, 10));
    if (!day) return std::nullopt;
    auto time = *day * day_ms + hour * hour_ms + minute * minute_ms + second * 1000;
    auto rest = text.substr(static_cast<std::size_t>(10 + used));
    if (rest.size() > 4 && rest[0] == '.') time += std::stoi(rest.substr(1, 3)), rest = rest.substr(4);
    if (rest == "Z") return time;
    int hours = 0, minutes = 0;
    char sign = 0;
    if (std::sscanf(rest.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) != 3 || (sign != '+' && sign != '-')) return std::nullopt;
    return time - (sign == '+' ? 1 : -1) * (hours * 60 + minutes) * minute_ms;
}

bool is_text(const nlohmann::json& json, const char* name) { return json.contains(name) && json[name].is_string() && !json[name].get<std::string>().empty(); }
bool missing(const nlohmann::json& json, const std::string& name) { return !json.contains(name) || json[name].is_null(); }
bool known_event(const std::string& type) { return std::any_of(events().begin(), events().end(), [&](const EventType& e) { return e.name == type; }); }

bool fits(const nlohmann::json& value, const std::string& type) {
    if (type == "number") return value.is_number();
    if (!value.is_string()) return false;
    return type != "channel" || value == "page" || std::find(consent_channels().begin(), consent_channels().end(), value.get<std::string>()) != consent_channels().end();
}

std::string trimmed(std::string word) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!word.empty() && blank(word.back())) word.pop_back();
    while (!word.empty() && blank(word.front())) word.erase(0, 1);
    for (auto& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return word;
}

} // namespace

Model::Model(const Program& program, Altered altered) : program_(program), altered_(altered) {
    for (const auto& rule : program_.rules) {
        ops_.emplace_back();
        flatten(rule.steps, ops_.back());
    }
    for (const auto& r : program_.releases) catalogue_.push_back({r.id, r.title, "https://x.example/" + r.name, r.day, true});
}

void Model::line(const std::string& text, int number) {
    if (text.find_first_not_of(" \t\r") == std::string::npos) return;
    const auto json = nlohmann::json::parse(text, nullptr, false);
    const auto* reason = wrong(json);
    // The reference does not say what a `forget` sent twice is; the tool calls it a duplicate, and any other record of a forgotten fan a reject.
    if (reason && reason == std::string_view("forgotten") && json["type"] == "forget" && duplicate(json, *clock_)) return;
    if (reason) return rejects_.push_back(number);
    record(json, number);
}

const char* Model::wrong(const nlohmann::json& json) const {
    if (!json.is_object()) return "not an object";
    if (!is_text(json, "type")) return "type";
    const auto type = json["type"].get<std::string>();
    const auto time = missing(json, "time") ? std::nullopt : read_time(json["time"]);
    if (!time) return "time";
    if (!missing(json, "id") && !is_text(json, "id")) return "id";
    if (type == "release") {
        if (!is_text(json, "release")) return "release";
        for (const char* name : {"title", "link", "artist"})
            if (!missing(json, name) && !json[name].is_string()) return name;
        if (!missing(json, "date") && !(json["date"].is_string() && read_date(json["date"]))) return "date";
        if (!missing(json, "live") && !json["live"].is_boolean()) return "live";
        if (!entry(json["release"]) && (missing(json, "title") || missing(json, "date") || missing(json, "link"))) return "new entry";
        return nullptr;
    }
    if (!is_text(json, "fan")) return "fan";
    const auto is_forgotten = [&](const char* name) {
        const auto at = forgotten_.find(json[name]);
        return at != forgotten_.end() && *time <= at->second;
    };
    if (type == "identify") return !is_text(json, "alias") ? "alias" : is_forgotten("fan") || is_forgotten("alias") ? "forgotten" : nullptr;
    if (type == "profile") {
        for (const char* name : {"name", "country", "timezone"})
            if (!missing(json, name) && !json[name].is_string()) return name;
        if (!missing(json, "timezone") && !is_zone(json["timezone"])) return "timezone";
    } else if (type != "forget") {
        if (!known_event(type)) return nullptr;
        for (const auto& f : event(type).fields)
            if (missing(json, f.name) ? !f.optional : !fits(json[f.name], f.type)) return "field";
    }
    return is_forgotten("fan") ? "forgotten" : nullptr;
}

bool Model::duplicate(const nlohmann::json& json, Instant now) const {
    const auto seen = missing(json, "id") ? ids_.end() : ids_.find(json["id"]);
    return seen != ids_.end() && now - seen->second < 7 * day_ms;
}

void Model::record(const nlohmann::json& json, int number) {
    const auto type = json["type"].get<std::string>();
    const bool reserved = type == "release" || type == "identify" || type == "profile" || type == "forget";
    if (!reserved && !known_event(type)) return;
    const auto time = *read_time(json["time"]);
    const auto to = std::max(clock_.value_or(time), time);
    if (clock_) fire_due(to);
    clock_ = to;

    auto cause = "#" + std::to_string(number);
    if (!missing(json, "id")) {
        cause = json["id"];
        if (duplicate(json, *clock_) && altered_ != Altered::Duplicate) return fire_due(std::nullopt);
        ids_[cause] = *clock_;
    }
    if (type == "release") {
        set_release(json);
    } else if (type == "forget") {
        forget(json["fan"], time);
    } else if (type == "identify") {
        identify(json["fan"], json["alias"], time);
    } else {
        auto& fan = *seen(json["fan"], time);
        turn_ = cause;
        if (type == "profile") {
            set_attributes(fan, json);
            rise(fan, cause, find_stage(fan, cause));
        } else {
            Occurrence what{type, {}, altered_ == Altered::Late ? *clock_ : time};
            for (const auto& f : event(type).fields)
                if (!missing(json, f.name)) what.fields[f.name] = json[f.name].is_string() ? json[f.name].get<std::string>() : std::to_string(json[f.name].get<long long>());
            if (type == "keyword") what.fields["word"] = trimmed(what.fields["word"]);
            handle(fan, what, cause, 0);
        }
        drain();
        turn_.clear();
    }
    fire_due(std::nullopt);
}

void Model::advance_to(Instant time) {
    if (!clock_ || time <= *clock_) return;
    fire_due(time);
    clock_ = time;
}

Model::Fan* Model::known(const std::string& id) {
    const auto at = names_.find(id);
    return at == names_.end() ? nullptr : at->second;
}

Model::Fan* Model::seen(const std::string& id, Instant time) {
    auto* fan = known(id);
    if (!fan) {
        fan = &fans_.emplace_back();
        fan->id = id;
        fan->arrival = ++counter_;
        fan->first = time;
        names_[id] = fan;
    }
    fan->first = std::min(fan->first, time);
    return fan;
}

void Model::set_attributes(Fan& fan, const nlohmann::json& json) {
    for (const char* name : {"name", "country", "timezone"})
        if (json.contains(name)) fan.attributes[name] = {json[name].is_null() ? std::nullopt : std::optional(json[name].get<std::string>()), ++counter_};
}

void Model::set_release(const nlohmann::json& json) {
    const auto id = json["release"].get<std::string>();
    auto at = std::find_if(catalogue_.begin(), catalogue_.end(), [&](const Entry& e) { return e.id == id; });
    if (at == catalogue_.end()) at = catalogue_.insert(catalogue_.end(), {id, "", "", 0, true});
    if (!missing(json, "title")) at->title = json["title"];
    if (!missing(json, "link")) at->link = json["link"];
    if (!missing(json, "date")) at->day = *read_date(json["date"]);
    if (!missing(json, "live")) at->live = json["live"];
}

void Model::identify(const std::string& id, const std::string& alias, Instant time) {
    auto* fan = seen(id, time); // by this record, at its own time: it may be the older one just so
    auto* other = known(alias);
    if (!other) names_[alias] = fan;
    else if (other != fan) {
        const bool first = std::pair(fan->first, fan->arrival) < std::pair(other->first, other->arrival);
        join(first ? *fan : *other, first ? *other : *fan);
    }
}

void Model::join(Fan& older, Fan& younger) {
    for (const auto& [key, theirs] : younger.holds) {
        auto& mine = older.holds[key];
        if (theirs.undone) mine.undone = std::max(mine.undone.value_or(*theirs.undone), *theirs.undone);
        std::optional<Occurrence> earliest; // of what is later than the last undo of both
        for (const auto& by : {mine.by, theirs.by})
            if (by && (!mine.undone || by->time > *mine.undone) && (!earliest || by->time < earliest->time)) earliest = by;
        mine.by = earliest;
    }
    for (const auto& [name, set] : younger.attributes)
        if (auto& mine = older.attributes[name]; mine.second < set.second) mine = set;
    older.past.insert(older.past.end(), younger.past.begin(), younger.past.end());
    older.tags.insert(younger.tags.begin(), younger.tags.end());
    older.arms.insert(younger.arms.begin(), younger.arms.end());
    older.stage = std::max(older.stage, younger.stage);
    older.first = std::min(older.first, younger.first);
    older.sent.insert(older.sent.end(), younger.sent.begin(), younger.sent.end());
    older.takings.insert(older.takings.end(), younger.takings.begin(), younger.takings.end());
    for (const auto& [rule, start] : younger.silences) older.silences[rule] = std::max(older.silences.count(rule) ? older.silences[rule] : start, start);
    older.moments.insert(younger.moments.begin(), younger.moments.end());
    for (auto& [name, fan] : names_)
        if (fan == &younger) fan = &older;
    const auto waits = [&](const Fan& fan) { return std::any_of(responses_.begin(), responses_.end(), [&](const Response& r) { return r.fan == &fan && !r.ended; }); };
    if (met_.contains(younger.id) || (waits(older) && waits(younger))) met_.emplace(older.id, *clock_);
    for (auto& response : responses_)
        if (response.fan == &younger) response.fan = &older;
    for (auto& a : responses_)
        for (auto& b : responses_)
            if (!a.ended && !b.ended && a.fan == &older && b.fan == &older && a.order < b.order && a.rule == b.rule && a.key == b.key) end(b);
    responses_.remove_if([](const Response& r) { return r.ended; });
    fans_.remove_if([&](const Fan& f) { return &f == &younger; });
}

void Model::forget(const std::string& id, Instant time) {
    forgotten_[id] = time;
    auto* fan = known(id);
    if (!fan) return;
    for (const auto& [name, of] : names_)
        if (of == fan) forgotten_[name] = std::max(forgotten_.count(name) ? forgotten_[name] : time, time);
    std::erase_if(names_, [&](const auto& n) { return n.second == fan; });
    responses_.remove_if([&](const Response& r) { return r.fan == fan; });
    fans_.remove_if([&](const Fan& f) { return &f == fan; });
}

} // namespace segue::simulation
