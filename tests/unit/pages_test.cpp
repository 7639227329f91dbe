// docs/diagnostics/: one page for each code, and its scripts do what it says.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <set>
#include <sstream>

#include "support.hpp"
#include "text/pages.hpp"
#include "text/utf8.hpp"

using namespace segue;
using namespace segue::test;

namespace {

struct Block {
    std::string kind; // "flow", "flow wrong", "flow wrong latin-1"
    std::string text;
};

std::vector<Block> blocks_of(const std::string& page) {
    std::vector<Block> out;
    std::istringstream in(page);
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("```")) {
            inside = !inside;
            if (inside) out.push_back({line.substr(3), ""});
        } else if (inside) out.back().text += line + "\n";
    }
    REQUIRE_FALSE(inside);
    return out;
}

// A page is UTF-8 itself, so a script that is not stands in it as it would be without the mistake.
std::string latin_1(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto point = code_point_at(text, at);
        REQUIRE(point.value <= 0xFF);
        out += static_cast<char>(point.value);
        at += point.length;
    }
    return out;
}

} // namespace

TEST_CASE("pages: one for each code, and none for what is no code") {
    std::set<std::string> codes;
    for (const auto& entry : diagnostic_catalogue()) {
        codes.insert(std::string(entry.code));
        INFO(entry.code << " " << entry.title << ": write docs/diagnostics/" << entry.code << ".md");
        CHECK_FALSE(page_of(entry.id).empty());
        CHECK(page_of(entry.id) == slurp(fmt::format("{}/docs/diagnostics/{}.md", SEGUE_ROOT, entry.code)));
    }
    std::set<std::string> pages;
    for (const auto& path : files(SEGUE_ROOT "/docs/diagnostics", ".md")) pages.insert(std::filesystem::path(path).stem().string());
    CHECK(pages == codes);
    CHECK(diagnostic_pages().size() == codes.size());
}

TEST_CASE("pages: the title is the table's, the wrong script gets the code, the right one does not") {
    for (const auto& entry : diagnostic_catalogue()) {
        const std::string page(page_of(entry.id));
        INFO("docs/diagnostics/" << entry.code << ".md");
        CHECK(page.starts_with(fmt::format("# {}: {}\n\n", entry.code, entry.title)));
        CHECK(page_summary(page).size() > 80);
        const auto length = std::count(page.begin(), page.end(), '\n');
        CHECK(length >= 10);
        CHECK(length <= 30);
        int wrong = 0, right = 0;
        for (const auto& block : blocks_of(page)) {
            INFO("```" << block.kind << "\n" << block.text);
            const bool old_encoding = block.kind == "flow wrong latin-1";
            const Script script(old_encoding ? latin_1(block.text) : block.text);
            INFO(script.messages());
            if (old_encoding || block.kind == "flow wrong") {
                ++wrong;
                CHECK(script.has_when_tested(entry.code));
            } else {
                CHECK(block.kind == "flow");
                ++right;
                CHECK_FALSE(script.has_when_tested(entry.code));
                CHECK_FALSE(script.diagnostics.has_errors());
            }
        }
        CHECK(wrong >= 1);
        CHECK(right >= 1);
    }
}
