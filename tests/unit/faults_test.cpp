// Every read or write of a run that fails, or is the last: what comes out in the end is what one undisturbed run gives.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <random>

#include "store/store.hpp"
#include "streams.hpp"
#include "support.hpp"

using namespace segue::test;

namespace {

// Goes through the reads and writes of a small run one by one. Returns how many there were.
int disturb(const std::string& how, const std::string& options = "") {
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
        const auto state = fmt::format("--state '{0}/state.db' --actions '{0}/actions' --rejects '{0}/rejects' {1}", s.path(), options);
        const auto hurt = run(fmt::format("SEGUE_FAULT_AT={} SEGUE_FAULT_HOW={} SEGUE_FAULT_MARK='{}' LD_PRELOAD='{}'", n, how, mark, SEGUE_FAULTS), state);
        INFO(how << " at call " << n << ": exit " << hurt.exit << "\n" << hurt.err);
        if (!std::filesystem::exists(mark)) {
            CHECK(hurt.exit == 0);
            return n - 1;
        }
        // A fault at the very end may cost nothing; else it is told.
        if (how == "kill") CHECK(hurt.exit == 137);
        else CHECK((hurt.exit == 0 || (hurt.exit == 2 && (hurt.err.find("segue: cannot ") != std::string::npos || hurt.err.find("or the disk cannot read it") != std::string::npos))));
        const auto again = run("", state);
        INFO("then: exit " << again.exit << "\n" << again.err);
        CHECK(again.exit == 0);
        CHECK(slurp(s / "actions") == slurp(s / "wanted"));
        CHECK(slurp(s / "rejects") == slurp(s / "wanted_rejects"));
        for (const auto& file : std::filesystem::directory_iterator(s.path())) CHECK(file.path().filename().string().find(".new-") == std::string::npos);
    }
    return 0;
}

} // namespace

TEST_CASE("faults: a read or write that fails once, at each of a run") { CHECK(disturb("once") > 20); }
TEST_CASE("faults: a disk that stays broken or full, from each read or write of a run on") { CHECK(disturb("from") > 20); }
TEST_CASE("faults: a kill before each read or write of a run") { CHECK(disturb("kill") > 20); }
TEST_CASE("faults: fans who rest, and a disk that fails once, or from there on") {
    CHECK(disturb("once", "--cache-fans 2") > 100);
    CHECK(disturb("from", "--cache-fans 2") > 100);
}

TEST_CASE("faults: time zones that cannot be read, or not all of them, end a run before a record is refused for its zone") {
    Scratch s;
    const auto flow = s.write("f.flow", "on visit => tag x\n");
    const auto events = s.write("e.jsonl", event(1, "ana", "profile", R"("timezone":"Europe/Berlin")", 1) + event(2, "ana", "visit", "", 2));
    const auto run = fmt::format("{} run '{}' --events '{}' --state '{}' --actions '{}' --rejects '{}'", tool(), flow, events, s / "s.db", s / "a", s / "r");
    const auto check = fmt::format("{} check '{}'", tool(), s.write("zone.flow", "timezone \"Europe/Berlin\"\non visit => tag x\n"));
    for (const auto* folder : {"zoneinfo", "Europe", "Antarctica"})
        for (const auto& command : {run, check}) {
            const auto hurt = shell(fmt::format("SEGUE_FAULT_FOLDER={} LD_PRELOAD='{}' {}", folder, SEGUE_FAULTS, command));
            INFO(folder << ": " << command << "\n" << hurt.err);
            CHECK(hurt.exit == 2);
            CHECK(hurt.err.find("the time zones of this system cannot be read whole") != std::string::npos);
            CHECK(hurt.err.find("tzdata") != std::string::npos);
        }
    CHECK(slurp(s / "r").empty());
    REQUIRE(shell(run).exit == 0);
    CHECK(slurp(s / "r").empty());
    CHECK(slurp(s / "a").find("tag") != std::string::npos);
    CHECK(shell(check).exit == 0);
}

TEST_CASE("faults: a byte of the state that is another is told, or was of no meaning") {
    Scratch s;
    const auto flow = s.write("busy.flow", busy);
    const auto whole = stream(90, 7);
    const auto half = whole.find('\n', whole.size() / 2) + 1;
    const auto events = s.write("events.jsonl", whole.substr(0, half));
    const auto run = fmt::format("{} run '{}' --events '{}' --commit-records 10 --replay-records {{}} --state '{{}}' --actions '{{}}' --rejects /dev/null", tool(), flow, events);
    REQUIRE(shell(fmt::format(fmt::runtime(run), segue::usual_steps, s / "s.db", s / "a")).exit == 0);
    const auto state = slurp(s / "s.db"), actions = slurp(s / "a");
    s.write("events.jsonl", whole);
    REQUIRE(shell(fmt::format(fmt::runtime(run), segue::usual_steps, s / "s.db", s / "a")).exit == 0);
    const auto wanted = slurp(s / "a");
    REQUIRE(wanted.size() > actions.size());
    std::mt19937 random(11);
    int told = 0, meaningless = 0, late = 0;
    while (told + meaningless < 300) {
        const auto at = random() % state.size();
        auto bent = state;
        if (bent[at] == 0 && random() % 64 != 0) continue; // most of a file is nothing
        bent[at] = static_cast<char>(random() % 2 ? bent[at] ^ (1 << random() % 8) : random());
        if (bent == state) continue;
        // The file of actions is named in the state: it is the same one every time.
        s.write("s.db", bent);
        s.write("a", actions);
        const bool whole_commits = random() % 2;
        const auto p = shell(fmt::format(fmt::runtime(run), whole_commits ? 0 : segue::usual_steps, s / "s.db", s / "a"));
        INFO("byte " << at << " from " << int{state[at]} << " to " << int{bent[at]} << ": exit " << p.exit << "\n" << p.err);
        if (p.exit == 0) {
            CHECK(slurp(s / "a") == wanted);
            ++meaningless;
        } else {
            CHECK(p.exit == 2);
            CHECK(p.err.find("segue: ") != std::string::npos);
            // Where a commit writes down steps, a page that only a whole one needs is told then; what went out before is right.
            const auto out = slurp(s / "a");
            if (whole_commits) CHECK(out == actions);
            CHECK(out.starts_with(actions));
            CHECK(wanted.starts_with(out));
            late += out != actions;
            ++told;
        }
        for (const auto* file : {"s.db-wal", "s.db-shm"}) std::filesystem::remove(s / file);
    }
    CHECK(told > 50);
    CHECK(late < told / 10);
}
