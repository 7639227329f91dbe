// SARIF: Microsoft's validator has no error to tell, and what stands in it is true of the scripts.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "support.hpp"
#include "text/diagnostic.hpp"

using namespace segue;
using namespace segue::test;
using nlohmann::json;

namespace {

const std::string validator = SEGUE_NODE_MODULES "/@microsoft/sarif-multitool-linux/Sarif.Multitool";

std::string sarif(const std::string& folder, const std::string& arguments) { return shell("cd '" + folder + "' && " + tool() + " check " + arguments + " --format sarif").out; }

json run_of(const std::string& folder, const std::string& arguments) { return json::parse(sarif(folder, arguments))["runs"][0]; }

// What the validator calls an error; "" where it finds none. It was installed by script/setup-tests.
std::string errors_in(const std::string& log) {
    INFO(validator << " is missing: script/setup-tests installs it, script/test does so by itself");
    REQUIRE(std::filesystem::exists(validator));
    Scratch s;
    const auto path = s.write("log.sarif", log);
    const auto p = shell("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_BUNDLE_EXTRACT_BASE_DIR='" + (s / "net") + "' '" + validator + "' validate --level 'Error;Warning;Note' '" + path + "'");
    INFO(p.out << p.err);
    REQUIRE(p.out.find("1 files scanned") != std::string::npos);
    std::string out;
    std::istringstream in(p.out);
    for (std::string line; std::getline(in, line);)
        if (line.find(": error ") != std::string::npos) out += line + "\n";
    CHECK(p.exit == 0); // it ran; what it found is told in its lines only
    return out;
}

std::vector<std::string> fingerprints(const json& run) {
    std::vector<std::string> out;
    for (const auto& result : run["results"]) out.push_back(result["partialFingerprints"]["segueFinding/v1"]);
    return out;
}

} // namespace

TEST_CASE("sarif: the validator finds no error, with every code of the catalogue in it") {
    const auto folder = SEGUE_ROOT "/tests/golden/check";
    const auto run = run_of(folder, ".");
    std::set<std::string> rules;
    for (const auto& rule : run["tool"]["driver"]["rules"]) rules.insert(rule["id"].get<std::string>());
    const auto tested = json::parse(shell("cd '" SEGUE_ROOT "/tests/golden/test' && " + tool() + " test . --format sarif").out)["runs"][0];
    for (const auto& rule : tested["tool"]["driver"]["rules"]) rules.insert(rule["id"].get<std::string>());
    CHECK(errors_in(shell("cd '" SEGUE_ROOT "/tests/golden/test' && " + tool() + " test . --format sarif").out).empty());
    CHECK(rules.size() == diagnostic_catalogue().size());
    CHECK(errors_in(sarif(folder, ".")).empty());
    CHECK(errors_in(sarif(folder, ". --deny warnings")).empty());
    for (const auto& result : run["results"]) CHECK(run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()]["id"] == result["ruleId"]);
}

TEST_CASE("sarif: the validator finds no error in odd paths, odd texts and an empty log") {
    Scratch s;
    s.write("in/caf\xC3\xA9 50%/a:b #1?.flow", "on presve => prompt sms \"{0} [a](1) \xFF \x01\"");
    s.write("1:2.flow", "on presve => prompt sms");
    s.write("in/right.flow", "on presave => prompt sms");
    const auto run = run_of(s / "in", ". ../1:2.flow");
    REQUIRE(run["results"].size() >= 2);
    std::set<std::string> uris;
    for (const auto& artifact : run["artifacts"]) {
        uris.insert(artifact["location"]["uri"].get<std::string>());
        CHECK(artifact["location"].contains("uriBaseId") == !artifact["location"]["uri"].get<std::string>().starts_with("file:///"));
    }
    CHECK(uris == std::set<std::string>{"caf%C3%A9%2050%25/a%3Ab%20%231%3F.flow", "right.flow", "file://" + s.path() + "/1%3A2.flow"});
    CHECK(errors_in(sarif(s / "in", ". ../1:2.flow")).empty());
    CHECK(run_of(s / "in", "right.flow")["results"].empty());
    CHECK(errors_in(sarif(s / "in", "right.flow")).empty());
}

TEST_CASE("sarif: the validator is one: it finds the errors of a log that has some") {
    auto log = json::parse(sarif(SEGUE_ROOT "/tests/golden/report", "release_day.flow"));
    CHECK(errors_in(log.dump(1)).empty());
    auto wrong_place = log;
    wrong_place["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["endColumn"] = 1;
    CHECK_FALSE(errors_in(wrong_place.dump(1)).empty());
    auto wrong_uri = log;
    wrong_uri["runs"][0]["artifacts"][0]["location"]["uri"] = "a b%.flow";
    CHECK_FALSE(errors_in(wrong_uri.dump(1)).empty());
    auto wrong_type = log;
    wrong_type["runs"][0]["results"][0]["message"] = "no object";
    CHECK_FALSE(errors_in(wrong_type.dump(1)).empty());
    log["runs"][0]["results"][0]["severity"] = "error"; // no property of SARIF
    CHECK_FALSE(errors_in(log.dump(1)).empty());
}

TEST_CASE("sarif: regions count UTF-16, a fix mends, places of the library bring their text") {
    Scratch s;
    s.write("x.flow", "\nchannel sms\non visit => prompt follow \"\xF0\x9F\x8E\xB5\xC3\xA9\"; on presve => prompt sms");
    const auto run = run_of(s.path(), "x.flow");
    CHECK(run["columnKind"] == "utf16CodeUnits");
    CHECK(run["invocations"][0]["exitCode"] == 1);
    REQUIRE(run["results"].size() == 2);
    const auto& library = run["results"][0]["relatedLocations"][0]["physicalLocation"];
    CHECK(library["artifactLocation"]["uri"] == "segue:///std/prelude.flow");
    CHECK(library["region"]["snippet"]["text"] == "sms");
    const auto& artifact = run["artifacts"][library["artifactLocation"]["index"].get<std::size_t>()];
    CHECK(artifact["contents"]["text"] == slurp(SEGUE_ROOT "/stdlib/prelude.flow"));

    const auto& unknown = run["results"][1];
    const auto& region = unknown["locations"][0]["physicalLocation"]["region"];
    CHECK(region["startLine"] == 3);
    CHECK(region["startColumn"] == 37); // the emoji is two, the letter one
    CHECK(region["endColumn"] == 43);
    const auto& change = unknown["fixes"][0]["artifactChanges"][0];
    CHECK(change["artifactLocation"]["uri"] == "x.flow");
    CHECK(change["replacements"][0]["insertedContent"]["text"] == "presave");
    auto deleted = region;
    deleted.erase("snippet");
    CHECK(change["replacements"][0]["deletedRegion"] == deleted);
}

TEST_CASE("sarif: the level of a denied warning is error, its rule's stays warning") {
    const auto run = run_of(SEGUE_ROOT "/tests/golden/check", "W0602_always_known.flow --deny warnings");
    CHECK(run["results"][0]["level"] == "error");
    CHECK(run["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"] == "warning");
    CHECK(run["tool"]["driver"]["rules"][0]["name"] == "AlwaysKnown");
    CHECK(run["invocations"][0]["exitCode"] == 1);
}

TEST_CASE("sarif: fingerprints stay when lines move, and tell findings apart") {
    Scratch s;
    const std::string script = "on presve => prompt sms\non presve => prompt follow\non presve => prompt sms\n";
    s.write("x.flow", script);
    const auto before = fingerprints(run_of(s.path(), "x.flow"));
    REQUIRE(before.size() == 3);
    CHECK(std::set<std::string>(before.begin(), before.end()).size() == 3); // also of two lines that are the same
    s.write("x.flow", "# a comment\n\n  on save >= 2 => prompt follow\n\n  " + script);
    CHECK(fingerprints(run_of(s.path(), "x.flow")) == before);
    CHECK(fingerprints(run_of(s.path(), "\"$PWD\"/x.flow")) == before); // however the file is named
    s.write("y.flow", script);
    CHECK(fingerprints(run_of(s.path(), "y.flow")) != before);
}
