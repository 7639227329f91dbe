// The formatter: what it makes of every construct, and that it changes nothing but the layout.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "compiled.hpp"
#include "outline.hpp"
#include "random_script.hpp"
#include "support.hpp"
#include "syntax/format.hpp"
#include "text/diff.hpp"

using namespace segue;
using namespace segue::test;

namespace {

std::optional<std::string> formatted(const std::string& text) {
    Sources sources;
    Diagnostics diagnostics;
    sources.add("test.flow", text);
    auto out = format(sources, 0, diagnostics);
    CHECK(out.has_value() == !diagnostics.has_errors());
    return out;
}

std::string messages_without_places(const Script& script) {
    std::string out;
    for (const auto& d : script.diagnostics.all()) out += fmt::format("{} {}\n", info(d.code).code, d.message);
    return out;
}

// "" if `after` is a text of the same program as `before`; else what differs.
std::string difference(const std::string& path, const std::string& before, const std::string& after) {
    const auto a = outline(before);
    const auto b = outline(after);
    if (a.comments != b.comments) return fmt::format("comments: {} / {}", fmt::join(a.comments, " "), fmt::join(b.comments, " "));
    if (a.rules != b.rules) return fmt::format("rules: {} / {}", fmt::join(a.rules, "\n"), fmt::join(b.rules, "\n"));
    const Script old_script(std::vector<ProgramText>{{path, before}});
    const Script new_script(std::vector<ProgramText>{{path, after}});
    if (auto d = unified_diff(messages_without_places(old_script), messages_without_places(new_script), "messages", false); !d.empty()) return d;
    return unified_diff(compiled(old_script), compiled(new_script), "program", false);
}

void check_layout(const std::string& text) {
    CHECK((text.empty() || (text.ends_with('\n') && !text.ends_with("\n\n") && !text.starts_with('\n'))));
    CHECK(text.find('\r') == std::string::npos);
    CHECK(text.find("\n\n\n") == std::string::npos);
}

} // namespace

TEST_CASE("golden: each construct, and each place that a comment can stand in, in the one style") {
    const auto all = files(SEGUE_ROOT "/tests/golden/format", ".flow");
    REQUIRE(all.size() >= 5);
    for (const auto& path : all) {
        INFO(path);
        const auto out = formatted(slurp(path));
        REQUIRE(out);
        CHECK(*out == slurp(path.substr(0, path.size() - 5) + ".expected"));
    }
}

TEST_CASE("every script of the tree: formatted it is the same program with the same comments, and stays as it is") {
    std::size_t count = 0;
    for (const auto* folder : {"/examples", "/stdlib", "/tests/language", "/tests/golden"})
        for (const auto& path : files(std::string(SEGUE_ROOT) + folder, ".flow")) {
            INFO(path);
            const auto before = slurp(path);
            const auto after = formatted(before);
            if (!after) continue; // scripts whose errors are what they show
            ++count;
            check_layout(*after);
            CHECK(difference(path, before, *after) == "");
            CHECK(formatted(*after) == after);
        }
    CHECK(count > 180);
}

TEST_CASE("the library and the examples stand in the one style") {
    for (const auto* folder : {"/examples", "/stdlib"})
        for (const auto& path : files(std::string(SEGUE_ROOT) + folder, ".flow")) {
            INFO(path);
            CHECK(formatted(slurp(path)) == slurp(path));
        }
}

TEST_CASE("generated scripts: formatted they are the same program with the same comments, and stay as they are") {
    std::size_t right = 0;
    constexpr std::uint32_t seeds = 600;
    for (std::uint32_t seed = 0; seed < seeds; ++seed) {
        const auto before = random_script(seed);
        INFO("seed " << seed << "\n" << before);
        const auto after = formatted(before);
        REQUIRE(after);
        INFO("formatted:\n" << *after);
        const auto again = formatted(*after);
        REQUIRE(again);
        REQUIRE(unified_diff(*after, *again, "again", false) == "");
        REQUIRE(difference("test.flow", before, *after) == "");
        right += Script(*after).diagnostics.has_errors() ? 0u : 1u;
    }
    CHECK(right > seeds / 3); // the rest is compared by its errors and by what was understood
}

TEST_CASE("the comparison of programs sees a change") {
    const std::string text = "# one\nflow f {\n  limit sms to 1 per 1 day\n  a: on save >= 2 when listen => send sms \"x\" -> saver # two\n}\n";
    CHECK(difference("t.flow", text, text) == "");
    const auto changed = [&](const std::string& from, const std::string& to) {
        auto other = text;
        other.replace(other.find(from), from.size(), to);
        return difference("t.flow", text, other);
    };
    for (const auto& [from, to] : std::initializer_list<std::pair<const char*, const char*>>{
             {"1 day", "2 days"}, {">= 2", ">= 3"}, {"listen", "share"}, {"\"x\"", "\"y\""}, {"-> saver", ""}, {"# two", ""}, {"# one\n", ""}, {"send sms", "tag b then send sms"}}) {
        INFO(from);
        CHECK(changed(from, to) != "");
    }
}

TEST_CASE("nothing, blanks, marks and line breaks") {
    CHECK(formatted("") == "");
    CHECK(formatted("  \n\r\n\t") == "");
    CHECK(formatted(";;;") == "");
    CHECK(formatted("\xEF\xBB\xBFon save=>stop") == "on save => stop\n");
    CHECK(formatted("on save\r\n=> send page \"\"\"\r\n  a\r\n  b\r\n  \"\"\" # c\r\n") == "on save\n  => send page \"\"\"\n    a\n    b\n    \"\"\"  # c\n");
    const std::string lone = "on save => send page \"\"\"\n    a\n\rb\n    \"\"\""; // a lone CR breaks no line
    REQUIRE(formatted(lone));
    CHECK(outline(*formatted(lone)) == outline(lone));
    CHECK(formatted("on share => prompt follow via push \"{-1}\"\non save => tag x\n") == "on share => prompt follow via push \"{-1}\"\non save  => tag x\n"); // a sign in a text is the text's
    CHECK(formatted("on share when distinct(save.track)>1 => send page \"{distinct(save.track)} {-(save)}\" -> follower") == "on share when distinct(save.track) > 1\n  => send page \"{distinct(save.track)} {-(save)}\"\n  -> follower\n");
    CHECK(formatted("# only") == "# only\n");
    CHECK(formatted("\n\n# a\n\n\n# b\n\n") == "# a\n\n# b\n");
    CHECK(formatted("on save => stop#c") == "on save => stop  #c\n");
}

TEST_CASE("broken text: no text, and what is wrong") {
    for (const auto* text : {"on save => ", "on save => prompt \"x", "quiet sms from 25:00 to 09:00", "on save when a == b == c => stop", "\xFF", "flow f { timezone \"UTC\" }",
                             "on save => send pagpt follow via sms \"t\"\non share => stop"}) {
        INFO(text);
        CHECK_FALSE(formatted(text));
    }
}

TEST_CASE("limits of nesting and size are errors with a place, and what is just within them is formatted") {
    const auto nested = [](int depth) {
        std::string text = "on save => ";
        for (int i = 0; i < depth; ++i) text += "{ ";
        text += "stop";
        for (int i = 0; i < depth; ++i) text += " }";
        return text;
    };
    CHECK_FALSE(formatted(nested(65)));
    CHECK_FALSE(formatted(nested(100'000)));
    const auto deep = formatted(nested(60));
    REQUIRE(deep);
    CHECK(formatted(*deep) == deep);
    std::string wide = "define x = a";
    for (int i = 0; i < 490; ++i) wide += i % 7 ? " and b" : " or (c)";
    const auto broken_up = formatted(wide);
    REQUIRE(broken_up);
    CHECK(formatted(*broken_up) == broken_up);
    CHECK_FALSE(formatted(wide + wide.substr(10)));
    CHECK_FALSE(formatted("define " + std::string(101, 'n') + " = save"));
    CHECK_FALSE(formatted("on save >= 99999999999999999999 => stop"));
}

TEST_CASE("unified differences are what diff -u says") {
    Scratch s;
    const auto text = [](std::uint32_t seed, int lines) {
        std::string out;
        for (int i = 0; i < lines; ++i) {
            seed = seed * 1664525u + 1013904223u;
            if (seed >> 28 != 0) out += "line " + std::to_string(i % 17) + "\n";
            if (seed >> 28 == 3) out += "other " + std::to_string(seed >> 8 & 7) + "\n";
        }
        return out;
    };
    for (std::uint32_t seed = 1; seed < 40; ++seed) {
        const auto a = text(seed, 40);
        auto b = text(seed * 77, 40);
        if (seed % 3 == 0) b.pop_back();
        s.write("a", a);
        s.write("patch", unified_diff(a, b, "a", false));
        const auto p = shell("cd " + s.path() + " && patch -s -o b a patch");
        INFO(slurp(s / "patch") << p.out << p.err);
        CHECK(slurp(s / "b") == b);
    }
    CHECK(unified_diff("a\n", "a\n", "x", false) == "");
    CHECK(unified_diff("", "a\n", "x", false) == "--- x\n+++ x\n@@ -0,0 +1 @@\n+a\n");
    CHECK(unified_diff("a\nb\n", "a\nc\n", "x", true).find("\033[31m-b\033[0m\n\033[32m+c\033[0m") != std::string::npos);
}
