// `segue test`: what runs, what is told, in every form.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <thread>

#include "support.hpp"

using namespace segue;
using namespace segue::test;
using nlohmann::json;

namespace {

const std::string two = R"(on save >= 2 => prompt follow
if_so: on share => if fan.country == "DE" { tag german } else { tag other }
test "passes" { ana does save("a") ana does save("b") expect prompt follow to ana expect nothing }
test "fails <&> \"here\"" { ana does save("a") expect prompt follow to ana }
)";

Process run(const Scratch& s, const std::string& arguments) { return shell("cd '" + s.path() + "' && " + tool() + " test " + arguments); }

} // namespace

TEST_CASE("test: exit codes, filters, and what is said where nothing is tested") {
    Scratch s;
    s.write("two.flow", two);
    s.write("none.flow", "on save => prompt follow\n");
    s.write("broken.flow", "on sav => prompt follow\ntest \"x\" { expect nothing }\n");
    CHECK(run(s, "two.flow").exit == 1);
    CHECK(run(s, "two.flow --filter PASS").exit == 0);
    CHECK(run(s, "two.flow --filter passes --filter fails").exit == 1);
    auto p = run(s, "two.flow --filter pases");
    CHECK(p.exit == 2);
    CHECK(p.err.find("did you mean \"passes\"?") != std::string::npos);
    p = run(s, "none.flow");
    CHECK(p.exit == 2);
    CHECK(p.err.find("there are no tests") != std::string::npos);
    p = run(s, "broken.flow");
    CHECK(p.exit == 1);
    CHECK(p.out.find("error[E0201]") != std::string::npos);
    CHECK(p.out.find("did not run") != std::string::npos);
    CHECK(run(s, "missing.flow").exit == 2);
    p = run(s, "two.flow --format xml");
    CHECK(p.exit == 2);
    CHECK(p.err.find("there is no format `xml`") != std::string::npos);
    CHECK(run(s, "two.flow --report junit=two.flow").exit == 2); // a script is not written over
    CHECK(slurp(s / "two.flow") == two);
    CHECK(run(s, "two.flow --format json > /dev/full").exit == 2);
}

TEST_CASE("test: a folder is this one if not said, and a file that several programs use is tested once") {
    Scratch s;
    s.write("shared.flow", "on save => prompt follow\ntest \"shared\" { ana does save(\"a\") expect prompt follow }\n");
    s.write("a.flow", "use \"./shared.flow\"\ntest \"a\" { expect nothing }\n");
    s.write("b.flow", "use \"./shared.flow\"\ntest \"b\" { expect nothing }\n");
    const auto p = run(s, "");
    CHECK(p.exit == 0);
    CHECK(p.out.find("3 tests, all passed") != std::string::npos);
}

TEST_CASE("test: json, junit, lcov and the forms of findings") {
    Scratch s;
    s.write("two.flow", two);
    const auto p = run(s, "two.flow --format json --report junit=j.xml --report lcov=l.info --report sarif=s.sarif --report github=g.txt");
    CHECK(p.exit == 1);
    const auto document = json::parse(p.out);
    CHECK(document["passed"] == 1);
    CHECK(document["failed"] == 1);
    CHECK(document["tests"][0]["name"] == "passes");
    CHECK(document["tests"][0]["status"] == "passed");
    CHECK(document["tests"][1]["line"] == 4);
    CHECK(document["tests"][1]["failures"][0]["code"] == "E0901");
    CHECK(document["coverage"]["total"]["rules"]["reached"] == 1);
    CHECK(document["coverage"]["total"]["branches"]["all"] == 2);
    pugi::xml_document xml;
    REQUIRE(xml.load_file((s / "j.xml").c_str()));
    const auto suite = xml.child("testsuites").child("testsuite");
    CHECK(suite.attribute("tests").as_int() == 2);
    CHECK(suite.attribute("failures").as_int() == 1);
    CHECK(std::string(suite.child("testcase").next_sibling().attribute("name").value()) == "fails <&> \"here\"");
    CHECK(std::string(suite.child("testcase").next_sibling().child("failure").text().get()).find("why not") != std::string::npos);
    CHECK(slurp(s / "l.info") == "TN:\nSF:two.flow\nFN:1,two/#1\nFN:2,two/if_so\nFNDA:1,two/#1\nFNDA:0,two/if_so\nFNF:2\nFNH:1\n"
                                  "BRDA:2,1,0,-\nBRDA:2,1,1,-\nBRF:2\nBRH:0\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\n");
    CHECK(json::parse(slurp(s / "s.sarif"))["runs"][0]["results"].size() == 1);
    CHECK(slurp(s / "g.txt").find("::error file=two.flow,line=4") != std::string::npos);
}

TEST_CASE("test: coverage has to be as much as is asked for") {
    Scratch s;
    s.write("half.flow", "a: on save => prompt follow\nb: on share => tag sharer\ntest \"a\" { ana does save(\"x\") expect prompt follow }\n");
    CHECK(run(s, "half.flow --min-coverage 50").exit == 0);
    const auto p = run(s, "half.flow --min-coverage 51");
    CHECK(p.exit == 1);
    CHECK(p.err.find("coverage is 50.0%, and 51% are asked for") != std::string::npos);
    CHECK(run(s, "half.flow --min-coverage 101").exit == 2);
}

TEST_CASE("test: any number of threads gives the same report") {
    Scratch s;
    std::string text = "on save >= 2 => prompt follow\n";
    for (int i = 0; i < 300; ++i) text += fmt::format("test \"t{}\" {{ ana does save(\"a\") {} expect prompt follow }}\n", i, i % 7 == 0 ? "" : "ana does save(\"b\")");
    s.write("many.flow", text);
    const auto first = run(s, "many.flow --format json");
    CHECK(first.exit == 1);
    for (int i = 0; i < 3; ++i) CHECK(run(s, "many.flow --format json").out == first.out);
    CHECK(json::parse(first.out)["failed"] == 43);
}

TEST_CASE("test: what only a test asks is not kept by a run, and a change to it is no new version") {
    const Script plain("on save => prompt follow\n");
    const Script tested("on save => prompt follow\ntest \"t\" { ana does listen(\"a\") expect listen(seconds >= 30) within 7 days >= 0 of ana }\n");
    CHECK(plain.program->version.size() == tested.program->version.size());
    Scratch s;
    s.write("t.flow", "on save => prompt follow\n");
    s.write("e.jsonl", "{\"fan\":\"ana\",\"type\":\"save\",\"track\":\"t\",\"time\":1000}\n");
    CHECK(shell("cd '" + s.path() + "' && " + tool() + " run t.flow --events e.jsonl --state s.db --actions a.jsonl").exit == 0);
    s.write("t.flow", "on save => prompt follow\ntest \"t\" { ana does save(\"a\") expect prompt follow expect listen >= 0 of ana }");
    const auto p = shell("cd '" + s.path() + "' && " + tool() + " run t.flow --events e.jsonl --state s.db --actions a.jsonl");
    CHECK(p.exit == 0);
    CHECK(p.err.find("another version") == std::string::npos);
}

TEST_CASE("test: --watch tests again what has changed, until it is interrupted") {
    Scratch s;
    s.write("a.flow", "on save => prompt follow\ntest \"a\" { ana does save(\"x\") expect prompt follow }\n");
    s.write("b.flow", "on share => prompt follow\ntest \"b\" { ana does share expect prompt follow }\n");
    const auto started = shell(fmt::format("cd '{}' && ({} test . --watch > out.txt 2> err.txt & echo $!)", s.path(), tool()));
    CHECK(shows(s / "out.txt", "2 tests, all passed"));
    CHECK(shows(s / "err.txt", "watching 2 files"));
    s.write("b.flow", "on share => prompt save\ntest \"b\" { ana does share expect prompt follow }\n");
    CHECK(shows(s / "out.txt", "FAILED"));
    CHECK(shows(s / "err.txt", "b.flow changed"));
    CHECK(shows(s / "out.txt", "1 test: 0 passed, 1 failed")); // of b alone
    s.write("c.flow", "on follow => prompt save(any)\ntest \"new\" { ana does follow expect prompt save }\n");
    CHECK(shows(s / "out.txt", "1 test passed"));
    CHECK(shell("kill -INT " + started.out).exit == 0);
}

TEST_CASE("test: --watch waits for a file that has gone, and tests it when it is back") {
    Scratch s;
    const auto text = "on save => prompt follow\ntest \"a\" { ana does save(\"x\") expect prompt follow }\n";
    s.write("a.flow", text);
    const auto started = shell(fmt::format("cd '{}' && ({} test a.flow --watch > out.txt 2> err.txt & echo $!)", s.path(), tool()));
    CHECK(shows(s / "err.txt", "watching 1 file;"));
    std::filesystem::remove(s / "a.flow");
    CHECK(shows(s / "err.txt", "cannot read a.flow"));
    std::this_thread::sleep_for(std::chrono::milliseconds(600)); // four looks
    CHECK(times(slurp(s / "err.txt"), "cannot read") == 1);
    s.write("a.flow", text);
    CHECK(shows(s / "out.txt", "1 test passed", 2));
    CHECK(shell("kill -INT " + started.out).exit == 0);
}

TEST_CASE("test: statements that could not be done, at the edges of time") {
    const auto outcome = [](const std::string& body) {
        const Script script("on presave until listen(release) => wait until release day at 10:00 then send sms \"Out.\"\nrelease neon { title \"N\" date 2026-03-29 link \"x\" }\ntest \"t\" { " + body + " }\n");
        INFO(script.messages());
        REQUIRE(script.tests.size() == 1);
        return script.has_when_tested("E0901") ? "unmet" : script.has_when_tested("E0902") ? "undone" : "passed";
    };
    CHECK(outcome("fan ana at 2026-03-01 12:00 after 1 day at 09:00 expect since(visit) ?? 0 days == 0 days of ana") == std::string("passed"));
    CHECK(outcome("fan ana after 0 seconds") == std::string("passed"));
    CHECK(outcome("at 2025-12-31") == std::string("undone"));
    CHECK(outcome("at release day of \"gone\"") == std::string("undone"));
    CHECK(outcome("ana does optin(sms) ana does optout(sms) ana does optin(sms) expect sms of ana") == std::string("passed"));
    CHECK(outcome("fan ana { timezone \"Europe/Berlin\" } ana does optin(sms) ana does presave(neon) at 2026-03-29 10:00 in \"Europe/Berlin\" expect send sms") == std::string("passed")); // the clocks go forward that night
    CHECK(outcome("ana does optin(sms) ana does presave(neon) release neon { live false } at 2026-04-05 expect nothing release neon { live true } expect send sms to ana") == std::string("passed"));
    CHECK(outcome("ana does optin(sms) ana does presave(neon) at release day of neon at 10:00 expect send sms to ana \"Out.\" expect nothing") == std::string("passed"));
    CHECK(outcome("\"a b\" does visit expect nothing to \"a b\"") == std::string("passed"));
    CHECK(outcome("release new { title \"A\" date 2026-05-01 link \"x\" } ana does presave(new) ana does optin(sms) at release day of new at 10:00 expect send sms") == std::string("passed"));
}

TEST_CASE("test: every test of the examples and of the standard library passes, and the examples are covered") {
    const auto p = shell("cd '" SEGUE_ROOT "' && " + tool() + " test examples --min-coverage 100");
    INFO(p.out << p.err);
    CHECK(p.exit == 0);
    const auto library = shell("cd '" SEGUE_ROOT "' && " + tool() + " test tests/stdlib --format json");
    INFO(library.out.substr(0, 2000) << library.err);
    CHECK(library.exit == 0);
    CHECK(json::parse(library.out)["passed"] >= 100);
    CHECK(shell("cd '" SEGUE_ROOT "' && " + tool() + " check tests/stdlib examples --deny warnings").exit == 0);
    for (const auto& path : files(SEGUE_ROOT "/stdlib/recipes", ".flow")) {
        INFO(path << " has no script in tests/stdlib");
        CHECK(std::filesystem::exists(SEGUE_ROOT "/tests/stdlib/" + std::filesystem::path(path).filename().string()));
    }
}
