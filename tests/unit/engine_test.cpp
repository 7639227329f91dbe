// What the files of tests/language don't show: bounds, determinism, and messages that never double.
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <set>

#include "support.hpp"

using namespace segue;
using namespace segue::test;

namespace {

std::string at(int minute, const std::string& rest) { return fmt::format(R"({{"fan":"ana","time":{},{}}})", 1772366400000 + minute * 60'000, rest) + "\n"; }

} // namespace

TEST_CASE("responses under way are bounded, and the trace says so") {
    const Script script("on visit => wait 30 days then tag late");
    std::string records;
    for (int i = 0; i < 1005; ++i) records += at(i, fmt::format(R"("type":"visit","page":"p{}")", i));
    const auto played = play(script, records);
    REQUIRE(played.actions.size() == 5);
    CHECK(played.actions[0].reason == "too_many");
}

TEST_CASE("events that record each other end after eight") {
    const Script script("on click => record share(\"t\")\non share => record click(\"l\")");
    const auto played = play(script, at(0, R"("type":"click","link":"l")"));
    REQUIRE(played.actions.size() == 1);
    CHECK(played.actions[0].reason == "too_deep");
}

TEST_CASE("the id of an action is its own, and the same in every run") {
    const Script script("flow f { a: on click => send page \"one\" then send page \"two\" b: on click => send page \"three\" }");
    std::string records;
    for (int i = 0; i < 50; ++i) records += at(i, R"("type":"click","link":"l")");
    const auto first = play(script, records);
    std::set<std::string> ids;
    for (const auto& action : first.actions) ids.insert(action.id);
    CHECK(first.actions.size() == 150);
    CHECK(ids.size() == first.actions.size());
    CHECK(first.lines() == play(script, records).lines());
}

TEST_CASE("a rule is found by the value that it needs") {
    std::string flow;
    for (int i = 0; i < 200; ++i) flow += fmt::format("on click when link == \"l{0}\" => tag t{0}\n", i);
    flow += "on click when link in [\"l3\", \"l7\"] => tag both\non click => tag always\n";
    const Script script(flow);
    const auto& wake = script.program->wakes[*script.program->event("click")];
    CHECK(wake.always.size() == 1);
    REQUIRE(wake.by_field.size() == 1);
    CHECK(wake.by_field[0].rules.size() == 200);
    const auto played = play(script, at(0, R"("type":"click","link":"l7")"));
    REQUIRE(played.actions.size() == 3);
    CHECK(played.actions[0].tag == "t7"); // in the order of the program
    CHECK(played.actions[1].tag == "both");
    CHECK(played.actions[2].tag == "always");
}

TEST_CASE("a release day of many fans comes in the order of their first sight, across zones") {
    const Script script("release neon { title \"Neon\" date 2026-03-03 link \"l\" }\non release day at 10:00 => tag out");
    std::string records;
    for (int i = 0; i < 20; ++i)
        records += fmt::format(R"({{"fan":"f{}","type":"profile","time":1772366400000,"timezone":"{}"}})", i, i % 2 ? "Europe/Berlin" : "Europe/Paris") + "\n";
    const auto played = play(script, records, "2026-03-04T00:00:00Z");
    REQUIRE(played.actions.size() == 20);
    for (int i = 0; i < 20; ++i) CHECK(played.actions[static_cast<std::size_t>(i)].fan == fmt::format("f{}", i));
}

TEST_CASE("a rule without a label keeps its identity when its layout changes") {
    const Script a("on visit => tag x\non share when sms => prompt follow");
    const Script b("# moved\non share\n when sms => prompt follow\non visit => tag x");
    CHECK(a.ledger->symbols.text(a.program->rules[1].key) == b.ledger->symbols.text(b.program->rules[0].key));
}
