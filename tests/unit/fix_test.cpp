// `segue fix`: what it applies, what it leaves, and what it does to files.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>

#include "support.hpp"
#include "text/edits.hpp"
#include "text/report.hpp"

using namespace segue;
using namespace segue::test;

namespace {

Process fix_in(const Scratch& s, const std::string& arguments) { return shell("cd '" + s.path() + "' && " + tool() + " fix " + arguments); }

std::size_t fixable_in(const std::string& text) {
    const Script script(text);
    Report report;
    report.add(script.sources, script.diagnostics);
    return report.fixable().size();
}

} // namespace

TEST_CASE("golden: what is mended, and what stays as it is") {
    const auto all = files(SEGUE_ROOT "/tests/golden/fix", ".flow");
    REQUIRE_FALSE(all.empty());
    for (const auto& path : all) {
        INFO(path);
        Scratch s;
        s.write("x.flow", slurp(path));
        const auto p = fix_in(s, "x.flow");
        INFO(p.out);
        CHECK(slurp(s / "x.flow") == slurp(path.substr(0, path.size() - 5) + ".expected"));
        CHECK(p.exit == 0);
    }
}

TEST_CASE("fix: nothing that can be mended is left, and a second call changes nothing") {
    std::size_t mended = 0;
    for (const auto& path : files(SEGUE_ROOT "/tests/golden/check", ".flow")) {
        INFO(path);
        const auto before = slurp(path);
        Scratch s;
        s.write("x.flow", before);
        fix_in(s, "x.flow");
        const auto after = slurp(s / "x.flow");
        CHECK(fixable_in(after) == 0);
        CHECK((after == before) == (fixable_in(before) == 0));
        mended += after != before ? 1 : 0;
        fix_in(s, "x.flow");
        CHECK(slurp(s / "x.flow") == after);
    }
    CHECK(mended >= 7);
}

TEST_CASE("fix: no mend makes it worse") {
    const auto fixed = [](const std::string& text) {
        Scratch s;
        s.write("x.flow", text);
        fix_in(s, "x.flow");
        return slurp(s / "x.flow");
    };
    CHECK(fixed("stages { a: when save }") == "stages { a when save }");
    CHECK(fixed("stages { a: save }") == "stages { a when save }");
    CHECK(fixed("on listen > 2.5 => prompt follow") == "on listen >= 3 => prompt follow");
    CHECK(fixed("/// doc\non save => prompt follow") == "## doc\non save => prompt follow");
    CHECK(fixed("on\xE2\x80\x8Bsave => prompt follow") == "on save => prompt follow");
    CHECK(fixed("on save => tag \"vip\"") == "on save => tag vip");
    for (const std::string left : {"limit to 3 sms per 7 days", "on save => tag \"big spender\"", "on save => tag \"then\"", "on save > -1 => prompt follow", "on save > 1000000000 => prompt follow",
                                   "on listen == 3 once every 7 days => prompt follow", "on presave -> listener"})
        CHECK(fixed(left) == left);
}

TEST_CASE("fix: guesses are shown, not made") {
    Scratch s;
    s.write("x.flow", "on presve => prompt sms");
    const auto p = fix_in(s, "x.flow");
    CHECK(p.exit == 1);
    CHECK(p.out.find("did you mean `presave`?") != std::string::npos);
    CHECK(p.err.empty());
    CHECK(slurp(s / "x.flow") == "on presve => prompt sms");
}

TEST_CASE("fix: byte order mark and line breaks stay as they are") {
    Scratch s;
    s.write("x.flow", "\xEF\xBB\xBF// \xF0\x9F\x8E\xB5\r\non save > 1 => prompt follow\r\n");
    CHECK(fix_in(s, "x.flow").exit == 0);
    CHECK(slurp(s / "x.flow") == "\xEF\xBB\xBF# \xF0\x9F\x8E\xB5\r\non save >= 2 => prompt follow\r\n");
}

TEST_CASE("fix: --diff changes nothing, and what it shows can be applied by patch") {
    Scratch s;
    const std::string before = "# one\non save > 1 => prompt follow\non presve => prompt sms\n";
    s.write("x.flow", before);
    const auto p = fix_in(s, "--diff x.flow");
    CHECK(p.exit == 1);
    CHECK(slurp(s / "x.flow") == before);
    CHECK(p.err.find("1 error would stay") != std::string::npos);
    s.write("patch", p.out);
    CHECK(shell("cd '" + s.path() + "' && patch -s x.flow patch").exit == 0);
    CHECK(slurp(s / "x.flow") == "# one\non save >= 2 => prompt follow\non presve => prompt sms\n");
    CHECK(fix_in(s, "--diff x.flow").out.empty());
}

TEST_CASE("fix: whole folders, and files that scripts use") {
    Scratch s;
    s.write("a.flow", "use \"lib/shared\"\non save > 1 => prompt follow\n");
    s.write("lib/shared.flow", "// shared\non share => stop\n");
    s.write("c/right.flow", "on share => prompt follow -> follower\n");
    const auto p = fix_in(s, "a.flow c");
    INFO(p.out << p.err);
    CHECK(p.exit == 0);
    CHECK(slurp(s / "a.flow") == "use \"lib/shared.flow\"\non save >= 2 => prompt follow\n");
    CHECK(slurp(s / "lib/shared.flow") == "# shared\non share => stop\n");
    CHECK(p.err == "fixed a.flow: 2 mends\nfixed lib/shared.flow: 1 mend\n");
    const auto again = fix_in(s, "a.flow c");
    CHECK(again.err.empty());
    CHECK(again.exit == 0);
}

TEST_CASE("fix: what cannot be read or written") {
    Scratch s;
    CHECK(fix_in(s, "none.flow").exit == 2);
    CHECK(fix_in(s, "").exit == 2);
    s.write("x.flow", "// one\n");
    CHECK(fix_in(s, "x.flow none.flow").exit == 2);
    CHECK(slurp(s / "x.flow") == "// one\n");
}

TEST_CASE("fix and fmt: a disk that is full, or a kill, leaves the old text or the new") {
    const std::string before = "//  one\non save>1=>prompt follow\n";
    for (const auto& [command, after] : {std::pair{"fix", "#  one\non save>=2=>prompt follow\n"}, std::pair{"fmt", "#  one\non save >= 2 => prompt follow\n"}}) {
        const auto start = std::string(command) == "fmt" ? "#  one\non save>=2=>prompt follow\n" : before;
        for (const auto* how : {"from", "kill"})
            for (int n = 1; n <= 2; ++n) { // the write and the sync
                INFO(command << " " << how << " " << n);
                Scratch s;
                s.write("x.flow", start);
                const auto p = shell(fmt::format("cd '{}' && SEGUE_FAULT_AT={} SEGUE_FAULT_HOW={} LD_PRELOAD='{}' {} {} x.flow", s.path(), n, how, SEGUE_FAULTS, tool(), command));
                CHECK(p.exit != 0);
                CHECK(slurp(s / "x.flow") == start);
                if (std::string(how) == "from") {
                    CHECK(p.exit == 2);
                    CHECK(p.err.find("cannot write x.flow: ") != std::string::npos);
                    CHECK(std::distance(std::filesystem::directory_iterator(s.path()), {}) == 1); // nothing is left beside it
                }
                CHECK(shell(fmt::format("cd '{}' && {} {} x.flow", s.path(), tool(), command)).exit == 0);
                CHECK(slurp(s / "x.flow") == after);
            }
    }
}

TEST_CASE("edits: those that touch are not made together") {
    const auto with = [](std::uint32_t begin, std::uint32_t end) {
        Diagnostic d{};
        d.mend = {{{0, begin, end}, "x"}};
        return d;
    };
    const auto a = with(0, 2), b = with(1, 3), c = with(2, 4), d = with(4, 4), e = with(4, 4);
    CHECK(compatible({&a, &b, &c, &d, &e}) == std::vector<std::size_t>{0, 2, 3});
    CHECK(edited("abcdef", 0, {{{0, 4, 4}, "+"}, {{0, 1, 2}, ""}, {{1, 0, 6}, "other file"}}) == "acd+ef");
    CHECK(edited("", 0, {}).empty());
}
