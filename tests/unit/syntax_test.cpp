#include <catch2/catch.hpp>

#include "support.hpp"
#include "syntax/build.hpp"
#include "syntax/one_line.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

using namespace segue;

namespace {

ast::File ast_of(const std::string& text) {
    Sources sources;
    Diagnostics diagnostics;
    const auto index = sources.add("t.flow", text);
    auto file = build(parse(sources, index, diagnostics), sources, diagnostics);
    INFO(render_human(diagnostics, sources, false));
    REQUIRE_FALSE(diagnostics.has_errors());
    return file;
}

std::string condition(const std::string& text) { return canonical(ast_of("define d = " + text).defines[0].condition); }

} // namespace

TEST_CASE("the grammar has no rule that loops without consuming") { CHECK(analyze_grammar() == 0); }

TEST_CASE("operators bind as the language says") {
    CHECK(condition("a or b and not c == 1") == "a or b and not c == 1");
    CHECK(condition("(a or b) and c") == "(a or b) and c");
    CHECK(condition("not (a or b)") == "not (a or b)");
    CHECK(condition("a - b - c == 1") == "a - b - c == 1");
    CHECK(condition("a - (b - c) == 1") == "a - (b - c) == 1");
    CHECK(condition("a ?? b + 1 > 2") == "a ?? b + 1 > 2");
    CHECK(condition("-a * 2 < 3") == "-a * 2 < 3");
    CHECK(condition("known fan.code and fan.code == \"x\"") == "known fan.code and fan.code == \"x\"");
    CHECK(condition("listen within 7 days >= 3") == "listen >= 3 within 1 week");
}

TEST_CASE("a rule's canonical text does not depend on its layout") {
    const auto a = ast_of("on save>=2=>prompt follow;");
    const auto b = ast_of("on   save >= 2 # twice\n => prompt\n follow");
    CHECK(canonical(a.flow.rules[0]) == canonical(b.flow.rules[0]));
    CHECK(canonical(a.flow.rules[0]) == "on save >= 2 => prompt follow");
}

TEST_CASE("texts of several lines lose their common indentation") {
    const auto text = [](const std::string& t) { return canonical(*ast_of("on save => send sms " + t).flow.rules[0].response[0].routes[0].text); };
    CHECK(text("\"\"\"\n    one\n      two\n    \"\"\"") == "\"one\\n  two\"");
    CHECK(text("\"\"\"\n    one\n\n    {x} and \\n\n    \"\"\"") == "\"one\\n\\n{x} and \\n\"");
    CHECK(text("\"\"\"one\"\"\"") == "\"one\"");
}

TEST_CASE("doc comments belong to what stands right under them") {
    const auto file = ast_of("## far\n\n## near\n## by\nevent x(a: text)\n# not a doc\nevent y(a: text)\n");
    CHECK(file.events[0].doc == "near\nby");
    CHECK(file.events[1].doc.empty());
    CHECK(file.comments.size() == 4);
}

TEST_CASE("a file beyond the bounds is one located error, not a crash") {
    const auto wrong = [](const std::string& text, const std::string& code) {
        const test::Script script(text);
        INFO(script.messages().substr(0, 400));
        CHECK(script.has(code));
    };
    wrong("define d = " + std::string(5000, '(') + "a" + std::string(5000, ')'), "E0109");
    wrong("on save => " + std::string(5000, '{') + std::string(5000, '}'), "E0109");
    wrong("flow a {\n on save =>" + std::string(60, '{') + " prompt follow via sms \"x\"\n}", "E0101"); // each is tried once, not twice for each around it
    std::string flows;
    for (int i = 0; i < 60; ++i) flows += "flow a { ";
    wrong(flows, "E0101");
    wrong("test \"x\" " + std::string(5000, '{') + std::string(5000, '}'), "E0109");
    wrong(std::string(17u << 20, ' '), "E0110");
    wrong("on save \xFF => prompt follow", "E0111");
    wrong("on save => send sms \"" + std::string(20000, 'x') + "\"", "E0110");
    const auto repeated = [](const std::string& text, int n) {
        std::string out;
        for (int i = 0; i < n; ++i) out += text;
        return out;
    };
    for (const auto* prefix : {"not ", "known ", "- ", "sms or ", "listen + ", "(sms) and "}) wrong("define d = " + repeated(prefix, 20'000) + "save", "E0110");
    wrong("define d = " + repeated("(sms and ", 60) + repeated("sms and ", 500) + "save" + repeated(")", 60), "E0110");
    std::string chain = "define d0 = save\n"; // each short, together deep
    for (int i = 1; i < 31; ++i) chain += "define d" + std::to_string(i) + " = " + repeated("not ", 400) + "d" + std::to_string(i - 1) + "\n";
    wrong(chain + "on save when d30 => prompt follow", "E0109");
    wrong("on save => tag " + std::string(5000, 'x'), "E0110");
    wrong(repeated("on save => prompt follow\n", 20'001), "E0110");
    wrong(std::string("on save => prompt follow \"a") + '\0' + "b\"", "E0101");
}

TEST_CASE("a text of nothing but mistakes is given up, and what was found is told") {
    std::string text;
    for (int i = 0; i < 20'000; ++i) text += "on save => prompt\n";
    const test::Script script(text);
    CHECK(script.has("E0101"));
    CHECK(script.diagnostics.all().size() <= Diagnostics::most);
    CHECK(script.diagnostics.errors() >= 5'000);
    CHECK(script.diagnostics.errors() < 11'000); // one more for each at most
}

TEST_CASE("a mistake far into a line without end is shown where it is") {
    const std::string filler(100'000, ';');
    const test::Script script(filler + " on presve => stop; " + filler);
    const auto shown = script.messages();
    const auto line = shown.find("on presve => stop");
    REQUIRE(line != std::string::npos);
    const auto row = shown.rfind('\n', line);
    const auto under = shown.find('\n', line);
    CHECK(shown.find("^^^^^^", under) - (under + 1) == shown.find("presve", line) - (row + 1));
    CHECK(shown.size() < 2'000);
}

// At the beginning of a line a word such as `test` may begin the next declaration, or not.
TEST_CASE("a declaration's word is a name where no declaration follows it") {
    for (const std::string text : {"test \"t\" {\n  test does save(\"t1\")\n  channel does save(\"t1\")\n  expect nothing\n}\n", "event flow\non save =>\n  wait for\n    flow up to 2 days\n  then tag x\n",
                                   "event limit\nstages {\n  limited when\n    limit and save\n}\n", "event use\non\n  use\n  => prompt follow\n", "event quiet(track: track)\non save => prompt\n  quiet(track)\n"}) {
        const test::Script script(text);
        INFO(text << script.messages());
        CHECK_FALSE(script.diagnostics.has_errors());
    }
}

TEST_CASE("one run shows every error of a file") {
    const test::Script script("on presve => prompt sms\nflow f {\n  on save => prompt folow\n  nonsense here\n  on save prompt follow\n}\non share => send sms\n");
    CHECK(script.diagnostics.errors() == 5);
}

TEST_CASE("a piece of a script on one line: comments go, texts stay") {
    CHECK(one_line("on save # when they do\n  =>\n\t prompt follow\n") == "on save => prompt follow");
    CHECK(one_line("  a  ") == "a");
    CHECK(one_line("").empty());
    CHECK(one_line("# nothing").empty());
    CHECK(one_line("save(\n  \"two  blanks, # no comment\"\n)") == "save(\"two  blanks, # no comment\")");
    CHECK(one_line("in [\n  1,\n  2\n]") == "in [1, 2]");
    CHECK(one_line("\"a \\\" b  \\{ c\"  x") == "\"a \\\" b  \\{ c\" x");
    CHECK(one_line("\"{ fan.name   ?? \"no  one\" }  x\"") == "\"{ fan.name ?? \"no  one\" }  x\"");
    CHECK(one_line("\"\\u{1F600}  x\"") == "\"\\u{1F600}  x\"");
    CHECK(one_line("\"\"\"\n  one\n  two  \"quoted\"\n\"\"\"   tag x") == "\"\"\" one two  \"quoted\" \"\"\" tag x");
    CHECK(one_line("send sms \"not closed  # here\n  then   stop") == "send sms \"not closed  # here then stop");
    CHECK(one_line("send sms \"{ fan.name\n  then   stop") == "send sms \"{ fan.name then stop");
    CHECK(one_line("x \"\\") == "x \"\\");
}
