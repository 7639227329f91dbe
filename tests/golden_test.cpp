// Files with what must come of them: tests/language (actions), and the standard library.
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

TEST_CASE("stdlib: the library checks without a word") {
    for (const auto& path : files(SEGUE_ROOT "/stdlib", ".flow")) {
        const Script script(std::vector<ProgramText>{{path, slurp(path)}});
        INFO(path);
        if (path.ends_with("prelude.flow")) continue; // it is in every program
        CHECK(script.messages().empty());
    }
}
