// `segue why` and the journal: what is told of a fan is what happened, is committed with the state, and goes when the fan is forgotten. `segue graph`
// and `segue doc`.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "support.hpp"

using namespace segue;
using namespace segue::test;
using nlohmann::json;

namespace {

struct Project {
    Scratch s;
    Process in(const std::string& command) const { return shell("cd '" + s.path() + "' && " + command); }
    Process run(const std::string& more = "") const { return in(tool() + " run f.flow --events e.jsonl --state s.db --actions a.jsonl " + more); }
    json story(const std::string& fan) const {
        const auto p = in(tool() + " why --state s.db '" + fan + "' --json");
        INFO(p.err);
        REQUIRE(p.exit == 0);
        return json::parse(p.out);
    }
    std::string told(const std::string& fan) const { return in(tool() + " why --state s.db '" + fan + "'").out; }
};

std::string record(const std::string& fan, const std::string& type, const std::string& time, const std::string& more = "", const std::string& id = "") {
    return fmt::format("{{\"fan\":\"{}\",\"type\":\"{}\",\"time\":\"{}\"{}{}}}\n", fan, type, time, more.empty() ? "" : "," + more, id.empty() ? "" : ",\"id\":\"" + id + "\"");
}

constexpr const char* flow = R"(
limit sms to 1 per 7 days
quiet sms from 21:00 to 09:00
ask:    on presave when not sms => prompt sms
greet:  on optin(sms) => send sms "Welcome."
remind: on presave when sms until listen(release) => wait 2 days then send sms "Did you hear it?"
deepen: on save >= 2 => prompt follow -> follower
)";

} // namespace

TEST_CASE("why: the story says what came, what it woke, what was sent, and what was not and why") {
    Project p;
    p.s.write("f.flow", flow);
    p.s.write("e.jsonl", record("ana", "presave", "2026-03-01T12:00:00Z", "\"release\":\"neon\"", "e1") + record("ana", "optin", "2026-03-01T22:00:00Z", "\"channel\":\"sms\"", "e2") +
                             record("ana", "save", "2026-03-02T10:00:00Z", "\"track\":\"t1\"", "e3") + record("ana", "save", "2026-03-02T10:01:00Z", "\"track\":\"t1\"", "e4") +
                             record("ana", "presave", "2026-03-02T11:00:00Z", "\"release\":\"other\"", "e5") + record("ana", "presave", "2026-03-02T12:00:00Z", "\"release\":\"third\"", "e6") +
                             record("ana", "listen", "2026-03-03T11:00:00Z", "\"track\":\"t9\",\"release\":\"third\"", "e7") + record("bo", "share", "2026-03-06T00:00:00Z"));
    REQUIRE(p.run().exit == 0);
    const auto told = p.told("ana");
    INFO(told);
    for (const std::string part : {
             "2026-03-01 12:00  e1", "presave(\"neon\")", "prompt sms to ana", "held back by quiet hours until 2026-03-02 09:00", "send sms to ana \"Welcome.\"", "not started: its count is not there yet: 1 for `save >= 2`",
             "save(\"t1\"): held already, no new action", "waits until 2026-03-04 11:00", "not started: its `when` was not so: `not sms`", "dropped by its `until listen(release)`",
             "suppressed send sms to ana because limit: a limit", "stage saver of ana"})
        CHECK(told.find(part) != std::string::npos);
    CHECK(told.find("bo") == std::string::npos);
    const auto story = p.story("ana");
    CHECK(story["fan"] == "ana");
    CHECK(story["stage"] == "saver");
    CHECK(story["story"][0]["cause"] == "e1");
    CHECK(story["story"][0]["happened"][0] == json{{"kind", "event"}, {"event", "presave"}, {"text", "presave(\"neon\")"}, {"new", true}, {"time", "2026-03-01T12:00:00Z"}});
    std::size_t actions = 0;
    for (const auto& entry : story["story"])
        for (const auto& item : entry["happened"]) actions += item["kind"] == "action";
    CHECK(actions == 4); // prompt, welcome, stage, suppressed
    CHECK(p.told("nobody").empty());
    const auto near = p.in(tool() + " why --state s.db an");
    CHECK(near.exit == 2);
    CHECK(near.err.find("did you mean ana?") != std::string::npos);
    CHECK(p.in(tool() + " why --state missing.db ana").exit == 2);
    CHECK(p.in(tool() + " why --state f.flow ana").exit == 2);
}

TEST_CASE("why: a release day is told to those who had to do with the release") {
    Project p;
    p.s.write("f.flow", "release neon { title \"Neon\" date 2026-03-05 link \"l\" }\nout: on release day at 10:00 when presave(release) and sms => send sms \"out\"\n");
    p.s.write("e.jsonl", record("ana", "presave", "2026-03-01T12:00:00Z", "\"release\":\"neon\"") + record("bo", "presave", "2026-03-01T12:01:00Z", "\"release\":\"neon\"") + record("bo", "optin", "2026-03-01T12:02:00Z", "\"channel\":\"sms\"") +
                             record("cleo", "optin", "2026-03-01T12:03:00Z", "\"channel\":\"sms\""));
    REQUIRE(p.run("--until 2026-03-06").exit == 0);
    CHECK(p.told("ana").find("not started: its `when` was not so: `presave(release) and sms`") != std::string::npos);
    CHECK(p.told("bo").find("send sms to bo \"out\"") != std::string::npos);
    CHECK(p.told("cleo").find("2026-03-05") == std::string::npos);
}

TEST_CASE("why: two ids that are one fan have one story, and who is forgotten has none, under any of them") {
    Project p;
    p.s.write("f.flow", flow);
    const auto begin = record("ana", "presave", "2026-03-01T12:00:00Z", "\"release\":\"neon\"") + record("phone-1", "save", "2026-03-01T13:00:00Z", "\"track\":\"t1\"") + record("bo", "save", "2026-03-01T13:30:00Z", "\"track\":\"secret_of_bo\"") +
                       "{\"type\":\"identify\",\"fan\":\"ana\",\"alias\":\"phone-1\",\"time\":\"2026-03-01T14:00:00Z\"}\n" + record("phone-1", "save", "2026-03-01T15:00:00Z", "\"track\":\"t2\"");
    p.s.write("e.jsonl", begin);
    REQUIRE(p.run().exit == 0);
    for (const auto* id : {"ana", "phone-1"}) {
        const auto told = p.told(id);
        INFO(told);
        CHECK(told.find("presave(\"neon\")") != std::string::npos);
        CHECK(told.find("save(\"t1\")") != std::string::npos);
        CHECK(told.find("save(\"t2\")") != std::string::npos);
        CHECK(told.find("\"phone-1\" turned out to be this fan") != std::string::npos);
        CHECK(told.find("secret_of_bo") == std::string::npos);
    }
    p.s.write("e.jsonl", begin + "{\"type\":\"forget\",\"fan\":\"ana\",\"time\":\"2026-03-02T00:00:00Z\"}\n" + record("bo", "share", "2026-03-02T01:00:00Z"));
    REQUIRE(p.run().exit == 0);
    const auto gone = p.in(tool() + " why --state s.db phone-1");
    CHECK(gone.exit == 2);
    CHECK(gone.err.find("was forgotten") != std::string::npos);
    for (const auto& file : files(p.s.path(), "")) {
        if (file.find("s.db") == std::string::npos) continue;
        INFO(file);
        CHECK(slurp(file).find("phone-1") == std::string::npos);
        CHECK(slurp(file).find("neon") == std::string::npos);
    }
    CHECK(p.told("bo").find("secret_of_bo") != std::string::npos);
    // Forgotten in the batch in which it happened.
    Project q;
    q.s.write("f.flow", flow);
    q.s.write("e.jsonl", begin + "{\"type\":\"forget\",\"fan\":\"phone-1\",\"time\":\"2026-03-02T00:00:00Z\"}\n");
    REQUIRE(q.run().exit == 0);
    CHECK(slurp(q.s / "s.db").find("neon") == std::string::npos);
    CHECK(q.told("bo").find("secret_of_bo") != std::string::npos);
}

TEST_CASE("why: the journal goes back as far as was asked, and can be left out") {
    std::string events;
    for (int day = 1; day <= 20; ++day) events += record("ana", "share", fmt::format("2026-03-{:02}T12:00:00Z", day));
    const auto entries = [&](const std::string& option) {
        Project p;
        p.s.write("f.flow", flow);
        p.s.write("e.jsonl", events);
        REQUIRE(p.run("--commit-records 1 " + option).exit == 0);
        return p.story("ana")["story"].size();
    };
    CHECK(entries("") == 20);
    CHECK(entries("--journal 5") == 5);
    CHECK(entries("--journal 0") == 0);
}

TEST_CASE("why: of a long message its beginning is kept, and that it goes on") {
    for (const std::size_t n : {159, 160, 161, 400}) {
        Project p;
        p.s.write("f.flow", "greet: on visit => prompt follow via page \"a" + std::string(n - 1, 'x') + "\"\nlong: on share => prompt follow via page \"a" + [&] {
            std::string wide; // of two bytes each: 160 is in the middle of one
            for (std::size_t i = 0; i < n / 2; ++i) wide += "é";
            return wide;
        }() + "\"\n");
        p.s.write("e.jsonl", record("ana", "visit", "2026-03-01T12:00:00Z") + record("ana", "share", "2026-03-02T12:00:00Z"));
        REQUIRE(p.run().exit == 0);
        const auto story = p.story("ana")["story"];
        const std::string narrow = story[0]["happened"][2]["action"]["text"], wide = story[1]["happened"][2]["action"]["text"];
        INFO(n << ": " << narrow << "\n" << wide);
        CHECK(narrow.ends_with("...") == (n > 160));
        CHECK(narrow.size() == std::min<std::size_t>(n, 160) + (n > 160 ? 3 : 0));
        CHECK(wide.ends_with("...") == (1 + n / 2 * 2 > 160));
        CHECK(wide.size() <= 163);
        if (n > 160) CHECK(p.told("ana").find("...\"") != std::string::npos);
    }
}

TEST_CASE("why: what a kill leaves is the story of what was committed, and going on doubles nothing of it") {
    std::string events;
    for (int i = 0; i < 400; ++i) events += record(fmt::format("f{}", i % 7), i % 3 == 0 ? "save" : "presave", fmt::format("2026-03-01T12:{:02}:{:02}Z", i / 60, i % 60), i % 3 == 0 ? fmt::format("\"track\":\"t{}\"", i) : fmt::format("\"release\":\"r{}\"", i), fmt::format("e{}", i));
    const auto stories = [](const Project& p) {
        std::string out;
        for (int f = 0; f < 7; ++f) out += p.story(fmt::format("f{}", f))["story"].dump() + "\n";
        return out;
    };
    Project whole;
    whole.s.write("f.flow", flow);
    whole.s.write("e.jsonl", events);
    REQUIRE(whole.run("--commit-records 10").exit == 0);
    const auto expected = stories(whole);
    for (const int write : {9, 23, 41, 77}) {
        Project p;
        p.s.write("f.flow", flow);
        p.s.write("e.jsonl", events);
        // Killed by the n-th write to the state; then it goes on.
        p.in(fmt::format("LD_PRELOAD='{}' SEGUE_FAULT_AT={} SEGUE_FAULT_HOW=kill {} run f.flow --events e.jsonl --state s.db --actions a.jsonl --commit-records 10", SEGUE_FAULTS, write, tool()));
        REQUIRE(p.run("--commit-records 10").exit == 0);
        CHECK(stories(p) == expected);
    }
}

TEST_CASE("graph: every form draws the same program, and numbers come from the state") {
    Project p;
    p.s.write("f.flow", R"(
flow a {
  x: on save >= 2 when fan.country == "DE" => if sms { send sms "A" } else { prompt follow } -> follower
  y: on share => split s { 50% one: { prompt follow } 50% two: { wait for follow up to 2 days else { tag "quoted" } then tag done } }
}
)");
    auto bad = p.in(tool() + " graph f.flow");
    CHECK(bad.exit == 1); // a tag is a name
    p.s.write("f.flow", R"(
flow a {
  x: on save >= 2 when fan.country == "DE" => if sms { send sms "A" } else { prompt follow } -> follower
  y: on share => split s { 50% one: { prompt follow } 50% two: { wait for follow up to 2 days else { tag late } then tag done } }
  z: on enter follower => record optin(sms)
  r: on 7 days before release at 09:00 => wait until release day then untag late
}
)");
    const auto mermaid = p.in(tool() + " graph f.flow");
    CHECK(mermaid.exit == 0);
    CHECK(mermaid.out.starts_with("flowchart LR\n"));
    for (const std::string part : {"when fan.country == #quot;DE#quot;", "|\"yes\"|", "|\"no\"|", "|\"one 50%\"|", "|\"time is up\"|", "|\"aims at\"|", "(\"wait for follow<br/>up to 2 days\")", "7 days before release at 09:00", "subgraph f0 [\"a\"]"}) {
        INFO(part << "\n" << mermaid.out);
        CHECK(mermaid.out.find(part) != std::string::npos);
    }
    INFO("dot is missing: script/setup tests installs it, script/test does so by itself");
    const auto svg = p.in(tool() + " graph f.flow --format svg --output g.svg");
    CHECK(svg.err.empty());
    CHECK(svg.exit == 0);
    CHECK(slurp(p.s / "g.svg").find("</svg>") != std::string::npos);
    CHECK(p.in("env PATH=/nowhere " + tool() + " graph f.flow --format svg").err.find("install it") != std::string::npos);
    CHECK(p.in(tool() + " graph f.flow --output f.flow").exit == 2);
    CHECK(p.in(tool() + " graph").exit == 2);
    p.s.write("e.jsonl", record("ana", "profile", "2026-03-01T12:00:00Z", "\"country\":\"DE\"") + record("ana", "save", "2026-03-01T12:00:00Z", "\"track\":\"t1\"") + record("ana", "save", "2026-03-01T12:00:00Z", "\"track\":\"t2\"") +
                             record("bo", "listen", "2026-03-01T13:00:00Z", "\"track\":\"t\""));
    REQUIRE(p.run().exit == 0);
    const auto numbers = p.in(tool() + " graph --state s.db --format text");
    INFO(numbers.out << numbers.err);
    CHECK(numbers.exit == 0);
    const auto dot = p.in(tool() + " graph f.flow --state s.db --format dot").out;
    CHECK(dot.find("started 1, suppressed 0, converted 0, under way 0") != std::string::npos);
    CHECK(dot.find("saver\\n1 fan\"") != std::string::npos);
    CHECK(dot.find("listener\\n1 fan\"") != std::string::npos);
}

TEST_CASE("doc: the library, a program, one name") {
    Scratch s;
    const auto file = s.write("f.flow", "## How it greets.\n##\n## Two paragraphs.\nflow greet {\n  ## The first.\n  first: on visit => prompt sms\n}\n## A show.\nevent rsvp(\n  show: text  # which\n) once per show\n");
    const auto page = shell(tool() + " doc '" + file + "' --format markdown").out;
    CHECK(page.find("## flow `greet`\n\n```flow\nflow greet\n```\n\nHow it greets.\n\nTwo paragraphs.\n") != std::string::npos);
    CHECK(page.find("## rule `greet/first`") != std::string::npos);
    CHECK(page.find("event rsvp(show: text) once per show") != std::string::npos);
    CHECK(page.find("presave") == std::string::npos);
    const auto library = shell(tool() + " doc").out;
    for (const std::string name : {"event presave(release: release) once per release", "template std/recipes/win_back.flow", "stage std/prelude.flow"}) CHECK(library.find(name) != std::string::npos);
    CHECK(shell(tool() + " doc '" + file + "' --name first").out.find("The first.") != std::string::npos);
    const auto wrong = shell(tool() + " doc --name presav");
    CHECK(wrong.exit == 2);
    CHECK(wrong.err.find("did you mean `presave`?") != std::string::npos);
    // What is declared in the library says what it is.
    const auto all = shell(tool() + " doc --format markdown").out;
    for (std::size_t at = all.find("\n## event "); at != std::string::npos; at = all.find("\n## event ", at + 1)) {
        const auto end = all.find("\n## ", at + 4);
        INFO(all.substr(at, end - at));
        CHECK(all.substr(at, end - at).find("```\n\n") != std::string::npos);
    }
}
