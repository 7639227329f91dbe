// A stream of records, as a page and a streaming service would send them: the same for the same arguments on every machine.
// Usage: bench_stream EVENTS FANS [SEED] [SKEW] [DAYS] [RELEASES] > events.jsonl
//
// EVENTS records of FANS fans over DAYS days from 2026-01-01, at even distances, behind one record for each release of the catalogue. Fans and
// tracks are drawn by Zipf's law with the exponent SKEW (0: all alike), shifted so that no single one dominates; half of what a fan hears and
// saves is a favourite of theirs. A release has four tracks and comes out between the fourth day and the last.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fmt/format.h>
#include <string>

namespace {

// SplitMix64, by Sebastiano Vigna (public domain).
struct Random {
    std::uint64_t state;
    std::uint64_t next() {
        state += 0x9E3779B97F4A7C15u;
        return mix(state);
    }
    static std::uint64_t mix(std::uint64_t x) {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
        return x ^ (x >> 31);
    }
    std::uint64_t below(std::uint64_t n) { return next() % n; }
    double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }
};

// A rank from 0 to n - 1, the lower the likelier: the inverse of the integral of 1 / (rank + shift)^skew.
class Zipf {
public:
    Zipf(std::uint64_t n, double skew, double shift) : n_(n), power_(1 - skew), shift_(shift), low_(std::pow(shift, power_)), high_(std::pow(static_cast<double>(n) + shift, power_)) {}
    std::uint64_t operator()(Random& random) const {
        const auto at = std::pow(low_ + random.unit() * (high_ - low_), 1 / power_) - shift_;
        return std::min(static_cast<std::uint64_t>(std::max(at, 0.0)), n_ - 1);
    }

private:
    std::uint64_t n_;
    double power_, shift_, low_, high_;
};

struct Share {
    const char* type;
    unsigned percent;
};
constexpr Share shares[] = {{"listen", 45}, {"save", 10}, {"presave", 12}, {"click", 10}, {"playlist_add", 6}, {"share", 4}, {"follow", 4}, {"optin sms", 4}, {"optin email", 5}};

constexpr std::int64_t begin = 1'767'225'600; // 2026-01-01, in seconds
constexpr std::int64_t day = 86'400;
constexpr std::uint64_t tracks_each = 4;

void append_time(std::string& out, std::int64_t seconds) {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{seconds / day}}};
    const auto of_day = seconds % day;
    fmt::format_to(std::back_inserter(out), "{}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), of_day / 3600, of_day / 60 % 60, of_day % 60);
}

} // namespace

int main(int argc, char** argv) try {
    const auto argument = [&](int i, double otherwise) { return argc > i ? std::atof(argv[i]) : otherwise; };
    const auto events = static_cast<std::uint64_t>(argument(1, 0));
    const auto fans = static_cast<std::uint64_t>(argument(2, 0));
    const auto skew = argument(4, 0.8);
    const auto days = static_cast<std::int64_t>(argument(5, 90));
    const auto releases = static_cast<std::uint64_t>(argument(6, 100));
    if (events == 0 || fans == 0 || skew < 0 || skew == 1 || days < 5 || releases == 0) {
        std::fprintf(stderr, "usage: bench_stream EVENTS FANS [SEED] [SKEW, not 1] [DAYS, 5 or more] [RELEASES]\n");
        return 2;
    }
    Random random{static_cast<std::uint64_t>(argument(3, 1))};
    const Zipf fan_rank(fans, skew, 10), track_rank(releases * tracks_each, skew * 0.9, 5);
    const auto comes_out = [&](std::uint64_t release) { return begin + day * static_cast<std::int64_t>(3 + release * 37 % static_cast<std::uint64_t>(days - 4)); };
    std::string out;
    for (std::uint64_t r = 1; r <= releases; ++r) {
        out += R"({"type":"release","time":"2025-12-31T00:00:00Z","release":")" + fmt::format(R"(r{}","title":"Release {}","link":"https://nova.example/r{}","date":")", r, r, r);
        std::string date;
        append_time(date, comes_out(r));
        out += date.substr(0, 10) + "\"}\n";
    }
    for (std::uint64_t i = 0; i < events; ++i) {
        const auto time = begin + static_cast<std::int64_t>(static_cast<double>(i) * static_cast<double>(days * day) / static_cast<double>(events));
        const auto fan = fan_rank(random) * 7919 % fans + 1; // the ranks are spread over the ids
        auto draw = static_cast<unsigned>(random.below(100));
        const auto* share = shares;
        while (draw >= share->percent) draw -= share++->percent;
        const std::string_view type = share->type;
        auto track = track_rank(random);
        const bool plays = type == "listen" || type == "save";
        if (plays && random.below(2) == 0) track = Random::mix(fan) % (releases * tracks_each);
        auto release = track / tracks_each + 1;
        for (int again = 0; type == "presave" && again < 3 && comes_out(release) <= time; ++again) release = track_rank(random) / tracks_each + 1; // mostly of what is to come
        const auto space = type.find(' ');
        fmt::format_to(std::back_inserter(out), R"({{"id":"e{}","fan":"f{}","type":"{}","time":")", i + 1, fan, type.substr(0, space));
        append_time(out, time);
        out += '"';
        if (space != std::string_view::npos) fmt::format_to(std::back_inserter(out), R"(,"channel":"{}")", type.substr(space + 1));
        if (type == "listen" || type == "save") fmt::format_to(std::back_inserter(out), R"(,"track":"t{}","release":"r{}")", track + 1, release);
        if (type == "playlist_add" || type == "share") fmt::format_to(std::back_inserter(out), R"(,"track":"t{}")", track + 1);
        if (type == "click") fmt::format_to(std::back_inserter(out), R"(,"link":"https://nova.example/r{0}","release":"r{0}")", release);
        if (type == "presave") fmt::format_to(std::back_inserter(out), R"(,"release":"r{}")", release);
        out += "}\n";
        if (out.size() > (1u << 20)) {
            std::fwrite(out.data(), 1, out.size(), stdout);
            out.clear();
        }
    }
    std::fwrite(out.data(), 1, out.size(), stdout);
    return std::fflush(stdout) == 0 ? 0 : 1;
} catch (const std::exception& e) {
    std::fprintf(stderr, "bench_stream: %s\n", e.what());
    return 2;
}
