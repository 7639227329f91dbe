// Files with what must come of them: tests/golden/check (messages), tests/language (actions), examples, the reference, the standard library.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <regex>
#include <set>
#include <sstream>

#include "scenario/suite.hpp"
#include "support.hpp"

using namespace segue;
using namespace segue::test;

namespace {

std::string header(const std::string& flow, const std::string& key) {
    std::istringstream in(flow);
    std::string line;
    while (std::getline(in, line))
        if (line.starts_with("# " + key)) return line.size() > key.size() + 4 ? line.substr(key.size() + 4) : "yes";
    return "";
}

std::string only_traced(const std::string& lines, bool trace) {
    if (trace) return lines;
    std::istringstream in(lines);
    std::string line;
    std::string out;
    while (std::getline(in, line))
        if (line.find("\"kind\":\"suppressed\"") == std::string::npos) out += line + "\n";
    return out;
}

} // namespace

TEST_CASE("golden: what check says of wrong scripts, and its silence on right ones") {
    const auto all = files(SEGUE_ROOT "/tests/golden/check", ".flow");
    REQUIRE(all.size() > 40);
    std::set<std::string> codes;
    for (const auto& path : all) {
        const auto expected = path.substr(0, path.size() - 5) + ".expected";
        if (!std::filesystem::exists(expected)) continue; // a file that others use
        const auto folder = std::filesystem::path(path).parent_path().string();
        const auto name = std::filesystem::path(path).filename().string();
        const auto p = shell(fmt::format("cd '{}' && {} check '{}'", folder, tool(), name));
        const auto wanted = slurp(expected);
        INFO(path);
        CHECK(p.out == wanted);
        CHECK(p.exit == (p.out.find("error[") == std::string::npos ? 0 : 1));
        std::istringstream lines(wanted);
        std::string line;
        while (std::getline(lines, line))
            for (const auto* kind : {"error[", "warning["})
                if (line.starts_with(kind)) codes.insert(line.substr(std::string(kind).size(), 5));
    }
    for (const auto& path : files(SEGUE_ROOT "/tests/golden/test", ".flow")) {
        INFO(path);
        const auto p = shell(fmt::format("cd '{}/tests/golden/test' && {} test '{}' --coverage", SEGUE_ROOT, tool(), std::filesystem::path(path).filename().string()));
        const auto wanted = slurp(path.substr(0, path.size() - 5) + ".expected");
        const auto untimed = std::regex_replace(p.out, std::regex(R"( \(\d+\.\d\d s\)\n)"), "\n");
        CHECK(untimed == wanted);
        CHECK(p.exit == (wanted.find("FAILED") == std::string::npos ? 0 : 1));
        std::istringstream lines(wanted);
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with("error[")) codes.insert(line.substr(6, 5));
    }
    for (const auto& entry : diagnostic_catalogue()) {
        INFO(entry.code << " " << entry.title << ": no golden file shows it");
        CHECK(codes.contains(std::string(entry.code)));
    }
}

TEST_CASE("language: each sentence of the design, on a few records") {
    const auto all = files(SEGUE_ROOT "/tests/language", ".expected.jsonl");
    REQUIRE(all.size() > 100);
    for (const auto& expected : all) {
        const auto base = expected.substr(0, expected.size() - std::string(".expected.jsonl").size());
        const auto flow = slurp(base + ".flow");
        INFO(base);
        const Script script(std::vector<ProgramText>{{base + ".flow", flow}});
        const auto played = play(script, slurp(base + ".events.jsonl"), header(flow, "until"));
        CHECK(without_ids(only_traced(played.lines(), !header(flow, "trace").empty())) == without_ids(slurp(expected)));
    }
}

TEST_CASE("examples: the actions that their folders promise") {
    const auto all = files(SEGUE_ROOT "/examples", "expected.jsonl");
    REQUIRE(all.size() >= 8);
    for (const auto& expected : all) {
        const auto folder = std::filesystem::path(expected).parent_path().string();
        std::vector<ProgramText> roots;
        for (const auto& path : files(folder, ".flow")) roots.push_back({path, slurp(path)});
        INFO(folder);
        const Script script(roots);
        CHECK(script.messages().empty());
        auto until = slurp(folder + "/until");
        while (!until.empty() && until.back() == '\n') until.pop_back();
        CHECK(play(script, slurp(folder + "/events.jsonl"), until).lines() == slurp(expected));
        CHECK(std::filesystem::exists(folder + "/README.md"));
    }
}

TEST_CASE("documents: every example is a program that runs, or is refused as it says") {
    std::size_t flows = 0, wrongs = 0;
    for (const std::string document : {"docs/reference.md", "docs/checking.md", "docs/testing.md"}) {
        std::istringstream in(slurp(SEGUE_ROOT "/" + document));
        std::string line, block, kind;
        for (std::size_t number = 1; std::getline(in, line); ++number) {
            if (kind.empty()) {
                if (line.starts_with("```flow")) kind = line.substr(3);
                block.clear();
                continue;
            }
            if (!line.starts_with("```")) {
                block += line + "\n";
                continue;
            }
            INFO(document << ", block before line " << number << ":\n" << block);
            const Script script(block);
            INFO(script.messages());
            if (kind == "flow") {
                ++flows;
                CHECK_FALSE(script.diagnostics.has_errors());
                if (document != "docs/reference.md") CHECK(script.messages().empty()); // they are about what is warned of, and tried
                for (const auto& test : script.tests) CHECK(run_test(test, script.program, *script.ledger, false).failures.empty());
            } else { // "flow wrong E0203"
                ++wrongs;
                CHECK(script.has(kind.substr(kind.rfind(' ') + 1)));
            }
            kind.clear();
        }
    }
    CHECK(flows > 20);
    CHECK(wrongs > 5);
}

TEST_CASE("documents: what the tool says in them is what it says") {
    // The indented block around a line, without its margin.
    const auto block = [](const std::string& page, const std::string& line) {
        auto from = page.find("    " + line);
        REQUIRE(from != std::string::npos);
        from = page.rfind("\n\n    ", from) + 2;
        std::istringstream in(page.substr(from));
        std::string out;
        for (std::string next; std::getline(in, next) && (next.empty() || next.starts_with("    "));) out += next.empty() ? "\n" : next.substr(4) + "\n";
        while (out.ends_with("\n\n")) out.pop_back();
        return out;
    };
    const auto page = slurp(SEGUE_ROOT "/docs/testing.md");
    const auto first = page.find("```flow\n") + 8;
    Scratch s;
    s.write("release.flow", page.substr(first, page.find("```", first) - first));
    for (const auto& [shown, arguments] : {std::pair{block(slurp(SEGUE_ROOT "/README.md"), "2026-01-01 00:00> on save"), ""}, {block(page, "2026-01-01 00:00> ana does presave"), "release.flow"}}) {
        std::string entries, expected;
        std::istringstream in(shown);
        for (std::string line; std::getline(in, line);) {
            const auto at_prompt = line.find("> ") == 16;
            expected += (at_prompt ? line.substr(16) : line) + "\n"; // a pipe is told no clock
            if (at_prompt) entries += line.substr(18) + "\n";
        }
        s.write("in", entries);
        CHECK(shell(fmt::format("cd '{}' && {} repl {} < in", s.path(), tool(), arguments)).out == expected);
    }
    s.write("deepen.flow", "flow deepen {\n  on listen >= 3 => prompt save(any)\n\n  on save >= 2 => prompt follow -> follower\n}\n\n"
                           "test \"a second save asks to follow\" {\n  ana does save(\"t1\")\n  expect prompt follow to ana\n}\n");
    const auto failure = shell(fmt::format("cd '{}' && {} test deepen.flow", s.path(), tool())).out;
    CHECK(failure.substr(0, failure.find("\nFAILED  ")) == block(page, "FAILED \"a second save"));
    s.write("launch.flow", "on presve => prompt sms\n");
    CHECK(shell(fmt::format("cd '{}' && {} check launch.flow", s.path(), tool())).out == block(slurp(SEGUE_ROOT "/README.md"), "error[E0201]"));
}

TEST_CASE("documents: the reference lists every code as the catalogue has it") {
    const auto page = slurp(SEGUE_ROOT "/docs/reference.md");
    for (const auto& entry : diagnostic_catalogue())
        CHECK(page.find(fmt::format("| [{0}](diagnostics/{0}.md) | `{1}` | {2}{3} |\n", entry.code, entry.name, entry.title, entry.severity == Severity::Warning ? " (a warning)" : "")) != std::string::npos);
}

TEST_CASE("stdlib: the library checks without a word") {
    for (const auto& path : files(SEGUE_ROOT "/stdlib", ".flow")) {
        const Script script(std::vector<ProgramText>{{path, slurp(path)}});
        INFO(path);
        if (path.ends_with("prelude.flow")) continue; // it is in every program
        CHECK(script.messages().empty());
    }
}

TEST_CASE("golden: sessions of the REPL from a pipe") {
    const auto all = files(SEGUE_ROOT "/tests/golden/repl", ".in");
    REQUIRE(all.size() >= 3);
    for (const auto& path : all) {
        INFO(path);
        const auto p = shell(fmt::format("cd '{}/tests/golden/repl' && {} repl < '{}'", SEGUE_ROOT, tool(), path));
        CHECK(p.out + p.err == slurp(path.substr(0, path.size() - 3) + ".expected"));
    }
}

TEST_CASE("golden: the pictures of the examples are those of their scripts") {
    for (const auto& path : files(SEGUE_ROOT "/docs/pictures", ".dot")) {
        const auto name = std::filesystem::path(path).stem().string();
        const auto scripts = files(SEGUE_ROOT "/examples/" + name, ".flow");
        INFO(path << ": script/pictures draws them anew");
        REQUIRE(scripts.size() == 1);
        CHECK(shell(tool() + " graph '" + scripts[0] + "' --format dot").out == slurp(path));
        CHECK(slurp(SEGUE_ROOT "/docs/pictures/" + name + ".svg").find("</svg>") != std::string::npos);
    }
    CHECK(files(SEGUE_ROOT "/docs/pictures", ".dot").size() == files(SEGUE_ROOT "/examples", "expected.jsonl").size());
}
