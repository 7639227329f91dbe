#include <catch2/catch.hpp>

#include "text/did_you_mean.hpp"
#include "text/diagnostic.hpp"
#include "text/render.hpp"
#include "text/utf8.hpp"

using namespace segue;

TEST_CASE("positions count code points, lines end with any break") {
    const Source source("a.flow", "on save\r\n  => \xF0\x9F\x8E\xB5x\n\nlast");
    CHECK(source.position(0).line == 1);
    CHECK(source.position(9).line == 2);
    CHECK(source.position(9).column == 1);
    CHECK(source.position(18).column == 7); // behind the note, which is one
    CHECK(source.line(1) == "on save");
    CHECK(source.line(4) == "last");
    CHECK(source.position(1000).line == 4);
}

TEST_CASE("did you mean") {
    CHECK(did_you_mean("presve", {"presave", "save"}) == "presave");
    CHECK(did_you_mean("folow", {"follow", "follower"}) == "follow");
    CHECK(did_you_mean("sa", {"save"}) == std::nullopt);
    CHECK(did_you_mean("zebra", {"save", "follow"}) == std::nullopt);
    CHECK(did_you_mean("ilsten", {"listen"}) == "listen");
}

TEST_CASE("keywords are compared trimmed and without case") {
    CHECK(fold_keyword("  Stop\n") == "stop");
    CHECK(fold_keyword("ÉTÉ") == "été");
    CHECK(fold_keyword("   ").empty());
    CHECK(fold_keyword("STRASSE") == fold_keyword("straße"));
}

TEST_CASE("broken UTF-8 is found and repaired") {
    CHECK_FALSE(invalid_utf8("plain \xC3\xA9"));
    CHECK(invalid_utf8("ab\xFFz") == 2u);
    CHECK(invalid_utf8("\xC3") == 0u);
    CHECK(repair_utf8("a\xFFz") == "a\xEF\xBF\xBDz");
}

TEST_CASE("carets stand under what they mean, also behind wide characters and tabs") {
    Sources sources;
    const auto index = sources.add("w.flow", "\t\xF0\x9F\x8E\xB5 bad\n");
    Diagnostics diagnostics;
    diagnostics.error(Code::syntax, {index, 6, 9}, "wrong").primary = "here";
    const auto text = render_human(diagnostics.all()[0], sources, false);
    CHECK(text.find("1 |     \xF0\x9F\x8E\xB5 bad\n  |        ^^^ here\n") != std::string::npos);
    CHECK(render_human(diagnostics.all()[0], sources, true).find("\033[1;31merror") != std::string::npos);
}

TEST_CASE("diagnostics are sorted, repeats dropped, and their number bounded") {
    Diagnostics d;
    d.error(Code::syntax, {0, 9, 10}, "later");
    d.error(Code::syntax, {0, 1, 2}, "sooner");
    d.error(Code::syntax, {0, 1, 2}, "sooner");
    d.sort();
    REQUIRE(d.all().size() == 2);
    CHECK(d.all()[0].message == "sooner");
    CHECK(d.errors() == 2);
    for (int i = 0; i < 1000; ++i) d.error(Code::syntax, {0, 1, 2}, "x");
    CHECK(d.all().size() == Diagnostics::most);
    CHECK(d.left_out() > 0);
}
