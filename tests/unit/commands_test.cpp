// The tool as a process: exit codes, streams, the state file, kills.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

#include "streams.hpp"
#include "support.hpp"

using namespace segue::test;

namespace {

const std::string card = "on presave => prompt sms; on save >= 2 => prompt follow";

} // namespace

TEST_CASE("one file by two paths is one file") {
    Scratch scratch;
    scratch.write("a/x.flow", "one: on save => prompt follow");
    const auto p = shell("cd '" + scratch.path() + "/a' && " + tool() + " check x.flow ../a/x.flow ./x.flow");
    CHECK(p.out.empty());
    CHECK(p.exit == 0);
}

TEST_CASE("exit codes: done, wrong scripts, a world that refuses") {
    Scratch s;
    const auto good = s.write("good.flow", card);
    const auto bad = s.write("bad.flow", "on presve => prompt sms");
    CHECK(shell(tool() + " check " + good).exit == 0);
    CHECK(shell(tool() + " check " + good).out.empty());
    CHECK(shell(tool() + " check " + bad).exit == 1);
    CHECK(shell(tool() + " check " + (s / "none.flow")).exit == 2);
    CHECK(shell(tool() + " run " + s.path() + " --events /dev/null").err.find("it is a folder") != std::string::npos);
    CHECK(shell(tool()).exit == 2);
    CHECK(shell(tool() + " chekc").err.find("did you mean `segue check`?") != std::string::npos);
    CHECK(shell(tool() + " run " + bad + " --events /dev/null").exit == 1);
    CHECK(shell(tool() + " run " + good + " --events " + (s / "none")).exit == 2);
    CHECK(shell(tool() + " run " + good + " --events /dev/null --actions " + (s / "no/where")).exit == 2);
    CHECK(shell(tool() + " run " + good + " --events /dev/null --until soon").exit == 2);
    CHECK(shell(tool() + " run " + good + " --events /dev/null --cache-fans 5").err.find("name one with --state") != std::string::npos);
    CHECK(shell(tool() + " --version").exit == 0);
    CHECK(shell(tool() + " --help").out.find("run") != std::string::npos);
}

TEST_CASE("colours: never in a pipe, always when asked, and NO_COLOR") {
    Scratch s;
    const auto bad = s.write("bad.flow", "on presve => prompt sms");
    CHECK(shell(tool() + " check " + bad).out.find('\033') == std::string::npos);
    CHECK(shell(tool() + " check --color always " + bad).out.find('\033') != std::string::npos);
    CHECK(shell("NO_COLOR=1 " + tool() + " check --color auto " + bad).out.find('\033') == std::string::npos);
}

TEST_CASE("run: actions on standard output, the summary and rejects apart") {
    Scratch s;
    const auto flow = s.write("card.flow", card);
    const auto events = event(1, "ana", "presave", R"("release":"r")", 0) + "oops\n" + event(1, "ana", "presave", R"("release":"r")", 1) + event(2, "ana", "dance", "", 2);
    const auto p = shell("printf '%s' '" + events + "' | " + tool() + " run " + flow + " --events - --rejects " + (s / "r"));
    CHECK(p.exit == 0);
    const auto action = nlohmann::json::parse(p.out);
    CHECK(action["kind"] == "prompt");
    CHECK(action["channel"] == "page");
    CHECK(action["goal"] == "sms");
    CHECK(action["rule"] == "card/#1");
    CHECK(action["cause"] == "e1");
    CHECK(p.err.find("4 records (1 duplicate, 1 of an unknown type, 1 rejected); 1 action") != std::string::npos);
    const auto reject = nlohmann::json::parse(slurp(s / "r"));
    CHECK(reject["line"] == 2);
    CHECK(reject["reason"] == "not JSON");
    CHECK(reject["record"] == "oops");
}

TEST_CASE("run: what is suppressed is counted, whoever asks to see it") {
    Scratch s;
    const auto flow = s.write("texts.flow", "on presave => send sms \"hello\"\n");
    const auto events = s.write("events", event(1, "ana", "presave", R"("release":"r")", 0) + event(2, "bo", "presave", R"("release":"r")", 1));
    for (const auto& how : {std::string(), " --state " + (s / "journal.db"), " --journal 0 --state " + (s / "none.db")})
        for (const auto* trace : {"", " --trace"}) {
            std::filesystem::remove(s / "journal.db");
            std::filesystem::remove(s / "none.db");
            const auto p = shell(tool() + " run " + flow + " --events " + events + how + trace);
            INFO(how << trace);
            CHECK(p.exit == 0);
            CHECK(p.err.find("2 records; 0 actions, 2 suppressed") != std::string::npos);
            CHECK(std::count(p.out.begin(), p.out.end(), '\n') == (*trace ? 2 : 0));
        }
}

TEST_CASE("a slow stream: what is done is written while it is silent, and a signal ends it") {
    Scratch s;
    const auto flow = s.write("card.flow", card);
    const auto first = s.write("first", event(1, "ana", "presave", R"("release":"r")", 0) + R"({"id":"e2",)"); // and half a record
    for (const std::string state : {"", " --state state.db"}) {
        INFO(state);
        const auto p = shell("cd " + s.path() + "; rm -f out pipe; mkfifo pipe; { cat " + first + "; exec sleep 30; } > pipe & feed=$!; " + tool() + " run " + flow + state +
                             " --commit-ms 20 --actions out < pipe & run=$!; for i in $(seq 200); do [ -s out ] && break; sleep 0.05; done; kill -TERM $run; wait $run; code=$?; " +
                             "kill $feed; wc -l < out; exit $code");
        CHECK(p.exit == 2);
        CHECK(p.out.find('1') != std::string::npos);
        CHECK(p.err.find("1 record; 1 action") != std::string::npos);
        CHECK(p.err.find("segue: interrupted") != std::string::npos);
    }
}

TEST_CASE("a CloudEvents batch may come by standard input") {
    Scratch s;
    const auto flow = s.write("card.flow", card);
    const std::string one = R"({"specversion":"1.0","id":"1","source":"s","type":"presave","subject":"ana","time":"2026-03-01T12:00:00Z","data":{"release":"r"}})";
    for (const auto& body : {one + "\n", "[\n" + one + "\n]\n", "{\n" + one.substr(1)}) {
        const auto p = shell(tool() + " run " + flow + " --format cloudevents < " + s.write("in", body));
        INFO(p.err);
        CHECK(p.exit == 0);
        CHECK(p.out.find("\"goal\":\"sms\"") != std::string::npos);
        CHECK(p.out.find("\"cause\":\"s 1\"") != std::string::npos);
    }
}

TEST_CASE("a full disk is told, and is exit 2") {
    Scratch s;
    const auto flow = s.write("card.flow", card);
    const auto events = s.write("e", event(1, "ana", "presave", R"("release":"r")", 0));
    const auto p = shell(tool() + " run " + flow + " --events " + events + " --actions /dev/full");
    CHECK(p.exit == 2);
    CHECK(p.err.find("No space left on device") != std::string::npos);
}

TEST_CASE("state: the second half of a stream goes on where the first ended") {
    Scratch s;
    const auto flow = s.write("busy.flow", busy);
    const auto all = stream(300, 1);
    const auto run = tool() + " run " + flow + " --until 2026-03-20T00:00:00Z --trace";
    const auto whole = shell(run + " --events " + s.write("all", all));
    REQUIRE(whole.exit == 0);
    REQUIRE(whole.out.size() > 10'000);
    const auto cut = all.find('\n', all.size() / 2) + 1;
    const auto state = " --state " + (s / "s.db") + " --actions " + (s / "a");
    const auto half = tool() + " run " + flow + " --trace --events " + s.write("grows", all.substr(0, cut)) + state;
    CHECK(shell(half).exit == 0);
    s.write("grows", all);
    const auto rest = run + " --events " + (s / "grows") + state;
    CHECK(shell(rest).exit == 0);
    CHECK(slurp(s / "a") == whole.out);
    CHECK(shell(rest).exit == 0); // once more: nothing is left to do
    CHECK(slurp(s / "a") == whole.out);
}

TEST_CASE("state: killed at any instant and started again, each action comes once") {
    Scratch s;
    const auto flow = s.write("busy.flow", busy);
    const auto events = s.write("e", stream(400, 2));
    const auto run = tool() + " run " + flow + " --until 2026-03-20T00:00:00Z --trace --events " + events;
    const auto whole = shell(run + " --rejects " + (s / "r0"));
    REQUIRE(whole.exit == 0);
    std::mt19937 random(7);
    int kills = 0;
    for (int round = 0; round < 6; ++round) {
        for (const auto* file : {"s.db", "s.db-wal", "s.db-shm", "a", "r"}) std::filesystem::remove(s / file);
        const auto durable = run + fmt::format(" --commit-records {} --state {} --actions {} --rejects {}", 1 + round * 3, s / "s.db", s / "a", s / "r");
        for (int attempt = 0; attempt < 60; ++attempt) {
            const auto limit = 0.005 + static_cast<double>(random() % 60) / 1000 + attempt * 0.002;
            const auto p = shell(fmt::format("timeout -s KILL {:.3f} {}", limit, durable));
            if (p.exit == 0) break;
            if (p.err.find("is in use by another process") != std::string::npos) continue; // the one that was killed is still dying
            INFO(p.err);
            REQUIRE(p.exit == 137); // 128 + SIGKILL
            ++kills;
        }
        auto last = shell(durable);
        while (last.err.find("is in use by another process") != std::string::npos) last = shell(durable);
        INFO(last.err);
        REQUIRE(last.exit == 0);
        CHECK(slurp(s / "a") == whole.out);
        CHECK(slurp(s / "r") == slurp(s / "r0"));
    }
    CHECK(kills > 5);
}

TEST_CASE("state: a foreign, damaged or newer file is refused and left as it is") {
    Scratch s;
    const auto flow = s.write("busy.flow", busy);
    const auto run = tool() + " run " + flow + " --events " + s.write("e", stream(50, 3)) + " --actions " + (s / "a") + " --state ";
    const auto refused = [&](const std::string& path, const std::string& why) {
        const auto before = slurp(path);
        const auto p = shell(run + path);
        INFO(p.err);
        CHECK(p.exit == 2);
        CHECK(p.err.find(why) != std::string::npos);
        CHECK(slurp(path) == before);
    };
    refused(s.write("text.db", "this is a shopping list"), "is not a state file of segue");
    refused(s.write("zeros.db", std::string(8192, '\0')), "is not a state file of segue");
    CHECK(shell(run + s.path()).err.find("it is a folder") != std::string::npos);
    REQUIRE(shell(run + (s / "s.db")).exit == 0);
    auto bytes = slurp(s / "s.db");
    REQUIRE(bytes.size() > 8192);
    auto newer = bytes;
    newer[63] = 99;
    refused(s.write("newer.db", newer), "has format 99");
    auto torn = bytes;
    for (std::size_t i = 4096; i < torn.size(); ++i) torn[i] = static_cast<char>(i * 31);
    refused(s.write("torn.db", torn), "is damaged");
    refused(s.write("short.db", bytes.substr(0, bytes.size() / 2)), "is damaged");
    // One bit of what a fan is made of, as often as it stands there.
    const std::string id("\x02" "f3"); // a length, and a text
    int flipped = 0;
    for (auto at = bytes.find(id); at != std::string::npos; at = bytes.find(id, at + 1)) {
        auto bent = bytes;
        bent[at] ^= 1;
        const auto path = s.write(fmt::format("bent{}.db", flipped), bent);
        refused(path, "is damaged");
        if (++flipped == 3) break;
    }
    CHECK(flipped > 0);
}

TEST_CASE("state: two processes at once") {
    Scratch s;
    const auto flow = s.write("card.flow", card);
    const auto p = shell(fmt::format("(sleep 6 | {0} run {1} --events - --state {2} --actions /dev/null 2>/dev/null) & sleep 0.7; {0} run {1} --events /dev/null --state {2}; code=$?; wait; exit $code",
                                     tool(), flow, s / "s.db"));
    CHECK(p.exit == 2);
    CHECK(p.err.find("is in use by another process") != std::string::npos);
}

TEST_CASE("state: another version of the program goes on, and responses under way finish on theirs") {
    Scratch s;
    const auto old_flow = "flow f { a: on visit => wait 1 day then send page \"old\" b: on share => tag one }";
    const auto new_flow = "flow f { a: on visit => wait 1 day then send page \"new\" c: on share once => tag two }";
    const auto flow = s.write("p.flow", old_flow);
    const auto run = tool() + " run " + flow + " --state " + (s / "s.db") + " --actions " + (s / "a") + " --events ";
    REQUIRE(shell(run + s.write("e1", event(1, "ana", "visit", "", 0) + event(2, "ana", "share", "", 1))).exit == 0);
    s.write("p.flow", new_flow);
    const auto p = shell(run + s.write("e2", event(3, "bo", "visit", "", 10) + event(4, "ana", "share", "", 11)) + " --until 2026-03-05T00:00:00Z");
    CHECK(p.exit == 0);
    CHECK(p.err.find("another version of the program") != std::string::npos);
    const auto actions = slurp(s / "a");
    const auto at = [&](const std::string& what) { return actions.find(what); };
    CHECK(at("\"old\"") != std::string::npos);
    CHECK(at("\"new\"") != std::string::npos);
    CHECK(at("\"old\"") < at("\"new\""));
    CHECK(at("\"tag\":\"one\"") < at("\"tag\":\"two\""));
}

TEST_CASE("state: an input that is not the one that was read is read from its start") {
    Scratch s;
    const auto flow = s.write("card.flow", card);
    const auto run = tool() + " run " + flow + " --state " + (s / "s.db") + " --actions " + (s / "a") + " --events " + (s / "e");
    s.write("e", event(1, "ana", "presave", R"("release":"r1")", 0));
    REQUIRE(shell(run).exit == 0);
    s.write("e", event(2, "bo", "presave", R"("release":"r1")", 5) + event(3, "cy", "presave", R"("release":"r1")", 6));
    const auto p = shell(run);
    CHECK(p.err.find("is not the file that was read before") != std::string::npos);
    std::size_t lines = 0;
    for (const char c : slurp(s / "a")) lines += c == '\n';
    CHECK(lines == 3);
}

TEST_CASE("state: nothing of a forgotten fan stays in the file") {
    Scratch s;
    const auto flow = s.write("f.flow", "on visit => tag seen then wait 9 days then send page \"hello {fan.name ?? \"you\"}\"");
    const auto events = s.write("e", event(1, "zanzibar-fan", "visit", "", 0) + event(2, "zanzibar-fan", "profile", R"("name":"Zanzi")", 1) + event(3, "zanzibar-phone", "visit", "", 2) +
                                event(4, "zanzibar-fan", "identify", R"("alias":"zanzibar-phone")", 3) + event(5, "other", "visit", "", 4) + event(6, "zanzibar-fan", "forget", "", 5));
    const auto run = tool() + " run " + flow + " --state " + (s / "s.db") + " --actions /dev/null --commit-records 1 --events " + events;
    REQUIRE(shell(run).exit == 0);
    const auto bytes = slurp(s / "s.db") + slurp(s / "s.db-wal");
    CHECK(bytes.find("zanzibar") == std::string::npos);
    CHECK(bytes.find("Zanzi") == std::string::npos);
}

TEST_CASE("closed streams: nothing is written into a file that took their place") {
    Scratch s;
    const auto script = s.write("x.flow", "on presve => prompt sms\n");
    const auto p = shell(tool() + " check '" + script + "' >&-");
    CHECK(p.exit == 2);
    CHECK(p.err.find("cannot write standard output") != std::string::npos);
    CHECK(shell(tool() + " fmt '" + script + "' <&- >&- 2>&-").exit == 0);
    CHECK(shell(tool() + " check --report json='" + (s / "r.json") + "' '" + script + "' >&- 2>&-").exit == 2);
    CHECK(slurp(s / "r.json").starts_with("{"));
    CHECK(slurp(script) == "on presve => prompt sms\n");
}
