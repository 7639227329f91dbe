// Every write of a run that fails, or is the last: what comes out in the end is what one undisturbed run gives.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>

#include "streams.hpp"
#include "support.hpp"

using namespace segue::test;

namespace {

// Goes through the writes of a small run one by one. Returns how many there were.
int disturb(const std::string& how) {
    Scratch s;
    const auto flow = s.write("busy.flow", busy);
    const auto events = s.write("events.jsonl", stream(90, 7));
    const auto run = [&](const std::string& before, const std::string& state) {
        return shell(fmt::format("{} {} run '{}' --events '{}' --until 2026-03-20T00:00:00Z --commit-records 30 --commit-ms 3600000 {}", before, tool(), flow, events, state));
    };
    const auto wanted = run("", fmt::format("--actions '{0}/wanted' --rejects '{0}/wanted_rejects'", s.path()));
    REQUIRE(wanted.exit == 0);
    REQUIRE(slurp(s / "wanted").size() > 5'000);
    for (int n = 1; n < 2'000; ++n) {
        const auto mark = s / "struck";
        for (const auto* file : {"state.db", "state.db-wal", "state.db-shm", "state.db-journal", "actions", "rejects", "struck"}) std::filesystem::remove(s / file);
        const auto state = fmt::format("--state '{0}/state.db' --actions '{0}/actions' --rejects '{0}/rejects'", s.path());
        const auto hurt = run(fmt::format("SEGUE_FAULT_AT={} SEGUE_FAULT_HOW={} SEGUE_FAULT_MARK='{}' LD_PRELOAD='{}'", n, how, mark, SEGUE_FAULTS), state);
        INFO(how << " at write " << n << ": exit " << hurt.exit << "\n" << hurt.err);
        if (!std::filesystem::exists(mark)) {
            CHECK(hurt.exit == 0);
            return n - 1;
        }
        // A fault at the very end may cost nothing; else it is told.
        if (how == "kill") CHECK(hurt.exit == 137);
        else CHECK((hurt.exit == 0 || (hurt.exit == 2 && hurt.err.find("segue: cannot ") != std::string::npos)));
        const auto again = run("", state);
        INFO("then: exit " << again.exit << "\n" << again.err);
        CHECK(again.exit == 0);
        CHECK(slurp(s / "actions") == slurp(s / "wanted"));
        CHECK(slurp(s / "rejects") == slurp(s / "wanted_rejects"));
    }
    return 0;
}

} // namespace

TEST_CASE("faults: a write that fails once, at each write of a run") { CHECK(disturb("once") > 20); }
TEST_CASE("faults: a disk that stays full, from each write of a run on") { CHECK(disturb("from") > 20); }
TEST_CASE("faults: a kill before each write of a run") { CHECK(disturb("kill") > 20); }
