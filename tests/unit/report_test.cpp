// How diagnostics leave the tool: the forms, the report files, and what is true of them whatever stands in them.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <regex>
#include <sstream>

#include "support.hpp"
#include "text/report.hpp"

using namespace segue;
using namespace segue::test;

namespace {

const std::string golden = SEGUE_ROOT "/tests/golden/report";

std::vector<std::string> lines(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

Process check_in(const std::string& folder, const std::string& arguments) { return shell("cd '" + folder + "' && " + tool() + " check " + arguments); }

nlohmann::json json_of(const std::string& folder, const std::string& arguments) { return nlohmann::json::parse(check_in(folder, arguments + " --format json").out); }

// The script with the edits of all mends of a JSON report made.
std::string mended(std::string text, const nlohmann::json& report) {
    std::vector<nlohmann::json> edits;
    for (const auto& d : report["diagnostics"])
        for (const auto& edit : d["mend"]) edits.push_back(edit);
    std::sort(edits.begin(), edits.end(), [](const auto& a, const auto& b) { return a["place"]["begin"]["offset"] > b["place"]["begin"]["offset"]; });
    for (const auto& edit : edits) {
        const std::size_t begin = edit["place"]["begin"]["offset"], end = edit["place"]["end"]["offset"];
        text.replace(begin, end - begin, edit["text"].get<std::string>());
    }
    return text;
}

} // namespace

TEST_CASE("report: each form of a script with everything in it, and of one in which all is well") {
    for (const std::string name : {"release_day", "all_well"}) {
        Scratch scratch;
        std::string asked;
        for (const auto& format : report_formats()) asked += fmt::format(" --report {0}='{1}'", format.name, scratch / std::string(format.name));
        const auto p = check_in(golden, name + ".flow" + asked); // all of them at once
        CHECK(p.exit == (name == "all_well" ? 0 : 1));
        CHECK(p.err.empty());
        for (const auto& format : report_formats()) {
            const auto expected = golden + "/" + name + "." + std::string(format.name);
            INFO(expected);
            REQUIRE(std::filesystem::exists(expected));
            CHECK(slurp(scratch / std::string(format.name)) == slurp(expected));
            CHECK(check_in(golden, fmt::format("{}.flow --format {}", name, format.name)).out == slurp(expected));
        }
        CHECK(p.out == slurp(golden + "/" + name + ".human"));
    }
}

TEST_CASE("report: silent where all is well, in every form made of lines") {
    for (const std::string format : {"human", "concise", "github"}) CHECK(check_in(golden, "all_well.flow --format " + format).out.empty());
}

TEST_CASE("problem matcher: its expression finds every line of the concise form, and the right parts") {
    const auto matcher = nlohmann::json::parse(slurp(SEGUE_ROOT "/editors/problem-matcher.json"))["problemMatcher"][0];
    CHECK(matcher["owner"] == "segue");
    REQUIRE(matcher["pattern"].size() == 1);
    const auto pattern = matcher["pattern"][0];
    const std::regex expression(pattern["regexp"].get<std::string>());
    const auto folder = std::string(SEGUE_ROOT "/tests/golden/check");
    const auto report = json_of(folder, ".");
    const auto found = lines(check_in(folder, ". --format concise").out);
    REQUIRE(found.size() == report["diagnostics"].size());
    REQUIRE(found.size() > 60);
    for (std::size_t i = 0; i < found.size(); ++i) {
        INFO(found[i]);
        std::smatch parts;
        REQUIRE(std::regex_match(found[i], parts, expression));
        const auto part = [&](const char* name) { return parts[pattern[name].get<std::size_t>()].str(); };
        const auto& d = report["diagnostics"][i];
        CHECK(part("file") == d["place"]["file"]);
        CHECK(part("line") == std::to_string(d["place"]["begin"]["line"].get<int>()));
        CHECK(part("column") == std::to_string(d["place"]["begin"]["column"].get<int>()));
        CHECK(part("severity") == d["severity"]);
        CHECK(part("code") == d["code"]);
        CHECK(d["message"].get<std::string>().starts_with(part("message").substr(0, 10)));
    }
    CHECK_FALSE(std::regex_match(std::string("4 errors, 2 warnings"), expression));
}

TEST_CASE("json: offsets are of the file, also behind a byte order mark, and the mends mend") {
    Scratch s;
    const std::string script = "\xEF\xBB\xBF# \xF0\x9F\x8E\xB5\non visit => prompt follow \"\xF0\x9F\x8E\xB5\"; on presve => prompt sms\r\n";
    s.write("x.flow", script);
    const auto report = json_of(s.path(), "x.flow");
    REQUIRE(report["diagnostics"].size() == 1);
    const auto& d = report["diagnostics"][0];
    CHECK(d["code"] == "E0201");
    CHECK(d["name"] == "unknown_name");
    const std::size_t begin = d["place"]["begin"]["offset"], end = d["place"]["end"]["offset"];
    CHECK(script.substr(begin, end - begin) == "presve");
    CHECK(d["place"]["begin"]["column"] == 35);
    s.write("x.flow", mended(script, report));
    CHECK(check_in(s.path(), "x.flow").out.empty());
    CHECK(slurp(s / "x.flow") != script);
}

TEST_CASE("github: what a workflow command would read as its own is escaped") {
    Scratch s;
    s.write("50%, a:b.flow", "on presve => prompt sms");
    const auto p = check_in(s.path(), "'50%, a:b.flow' --format github");
    const auto found = lines(p.out);
    REQUIRE(found.size() == 1);
    CHECK(found[0].starts_with("::error file=50%25%2C a%3Ab.flow,line=1,col=4,endLine=1,endColumn=9,title=E0201 a name that nothing declares::there is no event named `presve`"));
    CHECK(found[0].find("%0Ahelp: did you mean `presave`?") != std::string::npos);
    // An absolute path below the folder is told as the path in the repository.
    CHECK(check_in(s.path(), "\"$PWD/50%, a:b.flow\" --format github").out == p.out);
    // Over several lines there are no columns.
    s.write("long.flow", "quiet sms from 21:00 to 09:00\nquiet messages\n  from 09:00 to 21:00");
    CHECK(check_in(s.path(), "long.flow --format github").out.starts_with("::error file=long.flow,line=2,endLine=3,title="));
}

TEST_CASE("junit: one suite and one test for each file, valid whatever stands in names and scripts") {
    Scratch s;
    const std::string odd = "a&b <\"c\">.flow";
    s.write(odd, "use \"./used.flow\"\non presve => prompt sms \"\x01 ]]> \xFF & <b>\"");
    s.write("used.flow", "on save >= 2 => prompt follow");
    s.write("warns.flow", "on save >= 2 when known sms => prompt follow");
    const auto parse = [&](const std::string& arguments) {
        pugi::xml_document document;
        const auto text = check_in(s.path(), ". --format junit " + arguments).out;
        CHECK(text.find('\x01') == std::string::npos);
        CHECK(text.find("&#1;") == std::string::npos);
        CHECK(text.find('\xFF') == std::string::npos);
        CHECK(document.load_string(text.c_str()).status == pugi::status_ok);
        std::vector<std::string> out;
        for (const auto suite : document.child("testsuites").children("testsuite")) {
            const auto test = suite.child("testcase");
            CHECK(std::string(suite.attribute("name").value()) == test.attribute("name").value());
            CHECK(suite.attribute("failures").as_int() == (test.child("failure") ? 1 : 0));
            out.push_back(fmt::format("{}: {}{}", suite.attribute("name").value(), test.child("failure") ? "failure" : "passed", test.child("system-out") ? ", with words" : ""));
        }
        CHECK(document.child("testsuites").attribute("tests").as_int() == static_cast<int>(out.size()));
        return out;
    };
    // The used one is read before the one that uses it, but stands where it was first named.
    CHECK(parse("") == std::vector<std::string>{odd + ": failure", "used.flow: passed", "warns.flow: passed, with words"});
    CHECK(parse("--deny always_known") == std::vector<std::string>{odd + ": failure", "used.flow: passed", "warns.flow: failure"});
}

TEST_CASE("report: more findings than are shown are counted in every form, and still fail") {
    Scratch s;
    std::string script;
    for (int i = 0; i < 250; ++i) script += "on save >= 2 when known sms => prompt follow\n";
    s.write("x.flow", script + "on presve => prompt sms\n");
    CHECK(check_in(s.path(), "x.flow").exit == 1);
    CHECK(check_in(s.path(), "x.flow").out.find("1 error, 250 warnings (50 not shown)") != std::string::npos);
    CHECK(check_in(s.path(), "x.flow --format concise").out.find("50 more not shown") != std::string::npos);
    CHECK(check_in(s.path(), "x.flow --format concise").out.find("x.flow:251:4: error[E0201]") != std::string::npos); // many of one code hide none of another
    CHECK(json_of(s.path(), "x.flow")["left_out"] == 50);
    CHECK(check_in(s.path(), "x.flow --format github").out.find("::error title=Segue::50 more not shown") != std::string::npos);
    CHECK(check_in(s.path(), "x.flow --format junit").out.find("<failure message=\"50 more findings not shown\"") != std::string::npos);
    CHECK(check_in(s.path(), "x.flow --format sarif").out.find("50 more findings are not shown.") != std::string::npos);
}
