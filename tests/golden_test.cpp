// Files with what must come of them: tests/language (actions), examples, the reference, the standard library.
#include <catch2/catch.hpp>
#include <filesystem>
#include <sstream>

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

TEST_CASE("reference: every example of the language's page is a program that runs, or is refused as it says") {
    std::istringstream in(slurp(SEGUE_ROOT "/docs/reference.md"));
    std::string line, block, kind;
    std::size_t number = 0, flows = 0, wrongs = 0;
    while (std::getline(in, line)) {
        ++number;
        if (kind.empty()) {
            if (line.starts_with("```flow")) kind = line.substr(3);
            block.clear();
            continue;
        }
        if (!line.starts_with("```")) {
            block += line + "\n";
            continue;
        }
        INFO("docs/reference.md, block before line " << number << ":\n" << block);
        const Script script(block);
        INFO(script.messages());
        if (kind == "flow") {
            ++flows;
            CHECK_FALSE(script.diagnostics.has_errors());
        } else { // "flow wrong E0203"
            ++wrongs;
            CHECK(script.has(kind.substr(kind.rfind(' ') + 1)));
        }
        kind.clear();
    }
    CHECK(flows > 20);
    CHECK(wrongs > 5);
}

TEST_CASE("stdlib: the library checks without a word") {
    for (const auto& path : files(SEGUE_ROOT "/stdlib", ".flow")) {
        const Script script(std::vector<ProgramText>{{path, slurp(path)}});
        INFO(path);
        if (path.ends_with("prelude.flow")) continue; // it is in every program
        CHECK(script.messages().empty());
    }
}
