#include "simulation/records.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "simulation/calendar.hpp"
#include "simulation/pools.hpp"

namespace segue::simulation {

namespace {

class Stream {
public:
    Stream(Random& random, int count) : r(random), count_(count) {}

    std::vector<std::string> lines() {
        std::vector<std::string> out;
        const auto fans = 1 + r.below(4);
        auto now = stream_begins;
        for (int i = 0; i < count_; ++i) {
            now += step();
            nlohmann::json record = {{"time", time(r.one_in(8) ? now - late() : now)}};
            if (!r.one_in(5)) record["id"] = r.one_in(12) ? fmt::format("e{}", i - r.below(std::min(i + 1, 10))) : fmt::format("e{}", i);
            record["fan"] = fmt::format("f{}", r.below(fans));
            what(record, fans, now);
            if (r.one_in(20)) spoil(record);
            auto line = record.dump();
            if (r.one_in(40)) line = line.substr(0, static_cast<std::size_t>(r.below(static_cast<int>(line.size()))));
            if (r.one_in(60)) out.push_back(r.one_in(2) ? "" : "not json");
            out.push_back(line);
            if (r.one_in(25) && !out.empty()) out.push_back(r.of(out)); // the very same again
        }
        return out;
    }

private:
    Instant step() {
        switch (r.below(10)) {
        case 0: case 1: return 0;
        case 2: return r.below(5000);
        case 3: return r.one_in(4) ? r.below(12) * day_ms : day_ms;
        case 4: return (1 + r.below(3)) * day_ms;
        case 5: return (1 + r.below(48)) * hour_ms; // on the hour, where timers are
        default: return r.below(600) * minute_ms;
        }
    }
    Instant late() { return r.one_in(3) ? r.below(10) * day_ms : r.one_in(2) ? r.below(24) * hour_ms : r.below(120) * minute_ms; }

    nlohmann::json time(Instant t) {
        switch (r.below(4)) {
        case 0: return rfc3339(t);
        case 1: {
            auto text = rfc3339(t + hour_ms);
            return text.substr(0, text.size() - 1) + "+01:00";
        }
        default: return t;
        }
    }

    std::string anyone(int fans) { return r.one_in(8) ? fmt::format("d{}", r.below(2)) : fmt::format("f{}", r.below(fans)); }

    void what(nlohmann::json& record, int fans, Instant now) {
        switch (r.below(30)) {
        case 0: case 1:
            record["type"] = "profile";
            if (r.one_in(2)) record["timezone"] = r.of(zones());
            else if (r.one_in(4)) record["timezone"] = r.one_in(2) ? nlohmann::json(nullptr) : nlohmann::json("Europe/Nowhere");
            if (r.one_in(3)) record["country"] = r.one_in(4) ? nlohmann::json(nullptr) : nlohmann::json(r.of({"DE", "US", "FR"}));
            if (r.one_in(3)) record["name"] = r.of({"Ana", "Bo"});
            return;
        case 2: case 3: {
            record["type"] = "release";
            record.erase("fan");
            record["release"] = r.of(pool("release", ""));
            const auto day = static_cast<int>(now / day_ms) + r.below(12) - 4;
            if (!r.one_in(3)) record["date"] = date(day);
            if (r.one_in(3)) record["live"] = !r.one_in(2);
            if (r.one_in(2)) record["title"] = r.of({"One", "Two"}), record["link"] = "https://x.example/l";
            return;
        }
        case 4: record["type"] = "identify", record["fan"] = anyone(fans), record["alias"] = anyone(fans); return;
        case 5: record["type"] = r.one_in(2) ? "forget" : "unheard_of"; return;
        default: break;
        }
        const auto type = r.of({"listen", "listen", "listen", "listen", "save", "save", "unsave", "follow", "unfollow", "optin", "optin", "optin", "optout", "click", "share", "visit", "visit",
            "presave", "presave", "playlist_add", "purchase", "rsvp", "cancel_rsvp", "keyword", "keyword"});
        record["type"] = type;
        for (const auto& f : event(type).fields) {
            if (f.optional && r.one_in(3)) {
                if (r.one_in(2)) record[f.name] = nullptr;
                continue;
            }
            const auto value = r.of(pool(f.type, f.name));
            if (f.type == "number") record[f.name] = std::stoi(value);
            else record[f.name] = f.name == "word" && r.one_in(3) ? " Yes " : value;
        }
    }

    void spoil(nlohmann::json& record) {
        switch (r.below(6)) {
        case 0: record.erase("time"); break;
        case 1: record.erase("type"); break;
        case 2: record["fan"] = 7; break;
        case 3: record["time"] = "yesterday"; break;
        case 4: record["track"] = 7, record["channel"] = "pigeon", record["seconds"] = "long", record["page"] = false; break;
        default: record.erase("track"), record.erase("fan"); break;
        }
    }

    Random& r;
    int count_;
};

} // namespace

std::vector<std::string> random_records(Random& random, int count) { return Stream(random, count).lines(); }

} // namespace segue::simulation
