// Scripts as a benchmark needs them: many, long, and such as people write.
#pragma once

#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <random>
#include <string>
#include <vector>

// Scripts as people write them: settings, one flow, six kinds of rules. The same for one seed on every machine.
class Generator {
public:
    explicit Generator(std::uint32_t seed) : random_(seed) {}

    std::string script(int number, int lines) {
        std::vector<std::string> out = {fmt::format("# Campaign {}.", number), "timezone \"Europe/Berlin\"", "limit messages to 3 per 7 days else wait up to 2 days", "quiet sms from 21:00 to 09:00", "",
                                        fmt::format("flow campaign_{} {{", number)};
        for (int rule = 0;; ++rule) {
            auto next = this->rule(number, rule);
            if (static_cast<int>(out.size() + next.size()) + 1 > lines) break;
            out.insert(out.end(), next.begin(), next.end());
        }
        out.emplace_back("}");
        while (static_cast<int>(out.size()) < lines) out.emplace_back("# The end.");
        return fmt::format("{}\n", fmt::join(out, "\n"));
    }

    // Five rules, and tests of six statements, all of which pass.
    static std::string tests(int n) {
        std::string out = "greet: on presave when not sms => prompt sms\ndeepen: on save >= 2 => prompt follow -> follower\nthank: on follow => tag thanked\n"
                          "win: on no listen for 30 days once every 30 days => tag gone\nshare: on share => wait 1 day then tag sharer\n";
        for (int i = 0; i < n; ++i)
            out += fmt::format("test \"number {0}\" {{\n  ana does save(\"a{0}\")\n  ana does save(\"b\")\n  expect prompt follow to ana\n  ana does share\n  after 1 day\n  expect tag sharer to ana\n}}\n", i);
        return out;
    }

    static std::string session(int n) {
        std::string out;
        for (int i = 0; i < n; ++i) out += fmt::format("fan_{} does save(\"t{}\")\n", i % 7, i);
        return out;
    }

private:
    int below(int n) { return static_cast<int>(random_() % static_cast<std::uint32_t>(n)); }
    const char* event() {
        constexpr const char* all[] = {"save", "listen", "share", "follow", "visit", "click", "purchase", "playlist_add"};
        return all[below(8)];
    }
    std::vector<std::string> rule(int number, int n) {
        switch (below(6)) {
        case 0: return {fmt::format("  r{}:", n), fmt::format("    on {} >= {} when not follow", event(), 1 + below(8)), fmt::format("      => prompt follow via page \"Follow {}?\"", number), "      -> follower", ""};
        case 1: return {fmt::format("  r{}:", n), fmt::format("    on {} when {} >= 2 within 30 days and sms once every 7 days", event(), event()), "      => wait 2 days then prompt save(any) via sms \"Keep {fan.name ?? \"it\"}?\"", ""};
        case 2: return {fmt::format("  r{}:", n), "    on presave until listen(release)", "      => wait until release day at 10:00", "         then send sms \"{release.title} is out: {release.link}\"", "      -> listener", ""};
        case 3:
            return {fmt::format("  r{}: on {} when fan.country in [\"US\", \"CA\"] and tagged(t{}) => tag t{}", n, event(), n % 7, (n + 1) % 7), ""};
        case 4:
            return {"  ## Those who are quiet.", fmt::format("  r{}:", n), fmt::format("    on no {} for {} days when stage >= saver once every 90 days", event(), 10 + below(50)),
                    "      => prompt listen(any)", "           via email \"We miss you\"", "                   / \"Come back, {fan.name ?? \"friend\"}\"", "      -> retained", ""};
        default: return {fmt::format("  r{}: on enter {} => prompt sms", n, below(2) ? "listener" : "follower"), ""};
        }
    }

    std::mt19937 random_;
};
