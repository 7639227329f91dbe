// `segue check` on files and folders, its report files and --deny; `segue explain`.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "support.hpp"

using namespace segue;
using namespace segue::test;

namespace {

const std::string right = "on save >= 2 => prompt follow";
const std::string wrong = "on presve => prompt sms";
const std::string warns = "on save >= 2 when known sms => prompt follow";

Process check_in(const Scratch& s, const std::string& arguments) { return shell("cd '" + s.path() + "' && " + tool() + " check " + arguments); }

// The files of the errors, one word each.
std::string found_in(const Scratch& s, const std::string& arguments) {
    std::string out;
    const auto report = nlohmann::json::parse(check_in(s, arguments + " --format json").out);
    for (const auto& d : report["diagnostics"])
        if (d["severity"] == "error") out += (out.empty() ? "" : " ") + d["place"]["file"].get<std::string>();
    return out;
}

std::string files_of(const Scratch& s, const std::string& arguments) {
    std::string out;
    const auto report = nlohmann::json::parse(check_in(s, arguments + " --format json").out);
    for (const auto& file : report["files"]) out += (out.empty() ? "" : " ") + file.get<std::string>();
    return out;
}

} // namespace

TEST_CASE("folders: every script below, hidden folders and build left out, in a stable order") {
    Scratch s;
    for (const auto* path : {"b/two.flow", "a/one.flow", "a/build/x.flow", ".git/x.flow", "a/.hidden/x.flow", "build/x.flow", "a/.x.flow", "z.flow"}) s.write(path, wrong);
    s.write("notes.txt", "no script");
    CHECK(found_in(s, ".") == "a/one.flow b/two.flow z.flow");
    CHECK(found_in(s, "b a") == "b/two.flow a/one.flow");
    CHECK(found_in(s, "a . a/") == "a/one.flow b/two.flow z.flow");       // each once
    CHECK(found_in(s, "build") == "build/x.flow");                       // who names it means it
    CHECK(found_in(s, "z.flow .") == "z.flow a/one.flow b/two.flow");
    const auto once = check_in(s, ".").out;
    for (int i = 0; i < 5; ++i) CHECK(check_in(s, ".").out == once);
    CHECK(check_in(s, ".").exit == 1);
}

TEST_CASE("folders: a script is a program of its own, and what another one uses is checked as part of that") {
    Scratch s;
    s.write("flows/one.flow", "define keen = save >= 2\non save >= 2 => prompt follow");
    s.write("flows/two.flow", "define keen = share\non share >= 2 => prompt follow"); // together they would collide
    CHECK(check_in(s, "flows").exit == 0);
    CHECK(check_in(s, "flows").out.empty());
    CHECK(check_in(s, "flows/one.flow flows/two.flow").exit == 1); // files are one program

    s.write("flows/shared.flow", "on save >= 3 when keen => prompt sms"); // only with what its user declares
    CHECK(found_in(s, "flows") == "flows/shared.flow");
    s.write("flows/three.flow", "use \"./shared.flow\"\ndefine keen = listen");
    CHECK(found_in(s, "flows").empty());
    CHECK(check_in(s, "flows").exit == 0);
    s.write("flows/four.flow", "use \"./shared.flow\"\ndefine keen = follow");
    s.write("flows/shared.flow", "on save >= 3 when keen => prompt sms\non presve => prompt sms");
    CHECK(found_in(s, "flows") == "flows/shared.flow"); // used twice, told once
    CHECK(check_in(s, "flows").out.ends_with("1 error\n"));
}

TEST_CASE("folders: scripts that use each other in a circle are checked all the same") {
    Scratch s;
    s.write("a.flow", "use \"./b.flow\"\n" + right);
    s.write("b.flow", "use \"./a.flow\"\n" + wrong);
    s.write("c.flow", "use \"./c.flow\"\n" + wrong);
    CHECK(found_in(s, ".") == "b.flow c.flow");
    CHECK(files_of(s, ".") == "a.flow b.flow c.flow");
}

TEST_CASE("folders: one without scripts, and one that is not there, are refused") {
    Scratch s;
    s.write("empty/notes.txt", "");
    CHECK(check_in(s, "empty").exit == 2);
    CHECK(check_in(s, "empty").err == "segue: there is no .flow file in empty\n");
    CHECK(check_in(s, "nowhere").exit == 2);
    s.write("flows/a.flow", right);
    CHECK(check_in(s, "flows empty").exit == 2);
}

TEST_CASE("folders: many scripts on all processors give what one after the other gives") {
    Scratch s;
    std::string expected;
    for (int i = 0; i < 120; ++i) {
        const auto name = fmt::format("d{:02}/s{:03}.flow", i % 7, i);
        s.write(name, i % 3 == 0 ? wrong : i % 3 == 1 ? warns : right);
    }
    for (const auto& path : files(s.path(), ".flow")) expected += check_in(s, std::filesystem::relative(path, s.path()).string() + " --format concise").out;
    CHECK(check_in(s, ". --format concise").out == expected);
    CHECK(check_in(s, ".").out.ends_with("40 errors, 40 warnings\n"));
}

TEST_CASE("report files: several at once, and what cannot be written or would destroy something is exit code 2") {
    Scratch s;
    s.write("x.flow", wrong);
    CHECK(check_in(s, "x.flow --report json=a.json --report sarif=b.sarif --report junit=c.xml --format github").exit == 1);
    CHECK(nlohmann::json::parse(slurp(s / "a.json"))["errors"] == 1);
    CHECK(nlohmann::json::parse(slurp(s / "b.sarif"))["runs"][0]["results"].size() == 1);
    CHECK(slurp(s / "c.xml").find("failures=\"1\"") != std::string::npos);

    const auto refused = check_in(s, "x.flow --report json=no/such/folder.json --report concise=told");
    CHECK(refused.exit == 2);
    CHECK(refused.err == "segue: cannot write no/such/folder.json: No such file or directory\n");
    CHECK(slurp(s / "told").starts_with("x.flow:1:4: error[E0201]")); // the others are written
    CHECK(refused.out.find("E0201") != std::string::npos);
    CHECK(check_in(s, "x.flow --report json=/dev/full").exit == 2);
    CHECK(check_in(s, "x.flow >/dev/full").exit == 2);

    CHECK(check_in(s, "x.flow --report json=./x.flow").exit == 2);
    CHECK(slurp(s / "x.flow") == wrong);
    s.write("y.flow", "use \"./x.flow\"");
    CHECK(check_in(s, "y.flow --report json=x.flow").exit == 2); // a used one is one of the scripts
    CHECK(slurp(s / "x.flow") == wrong);
    CHECK(check_in(s, "x.flow --report json=a --report sarif=./a").exit == 2);
    CHECK(check_in(s, "x.flow --report json=/dev/null --report sarif=/dev/null").exit == 1);
    CHECK(check_in(s, "x.flow --report json=-").exit == 2);
    for (const std::string bad : {"json", "json=", "=a"}) CHECK(check_in(s, "x.flow --report " + bad).exit == 2);
    CHECK(check_in(s, "x.flow --report sarf=a").err.find("did you mean `sarif`?") != std::string::npos);
    CHECK(check_in(s, "x.flow --format jsn").err.find("did you mean `json`?") != std::string::npos);
    CHECK(check_in(s, "x.flow --format xml").exit == 2);

    s.write("old", std::string(10'000, 'x'));
    CHECK(check_in(s, "x.flow --report concise=old").exit == 1);
    CHECK(slurp(s / "old") == slurp(s / "told")); // nothing is left of what was there
    CHECK(check_in(s, "--report concise=old x.flow --report json=a.json").exit == 1); // options take one word each
}

TEST_CASE("deny: warnings, a code or a name make exit code 1, and an error of the warning") {
    Scratch s;
    s.write("x.flow", warns);
    CHECK(check_in(s, "x.flow").exit == 0);
    for (const std::string what : {"warnings", "W0602", "w0602", "always_known", "always-known"}) {
        INFO(what);
        const auto p = check_in(s, "x.flow --deny " + what);
        CHECK(p.exit == 1);
        CHECK(p.out.starts_with("error[W0602]"));
        CHECK(p.out.ends_with("\n1 error\n"));
    }
    CHECK(check_in(s, "x.flow --deny W0601").exit == 0);
    CHECK(check_in(s, "x.flow --deny W0601 --deny W0602").exit == 1);
    CHECK(check_in(s, "x.flow --deny E0201").exit == 0);
    CHECK(check_in(s, "--deny warnings x.flow").exit == 1);
    const auto unknown = check_in(s, "x.flow --deny alwais_known");
    CHECK(unknown.exit == 2);
    CHECK(unknown.err == "segue: --deny: there is no code `alwais_known`; did you mean `always_known`?\n");

    std::string many; // more warnings of one kind than are shown, then one of the kind that is denied
    for (int i = 0; i < 220; ++i) many += warns + "\n";
    s.write("many.flow", many + "on keyword(\"join\") => reply \"YES?\" then wait for keyword(\"yes\") up to 2 days then reply \"You are in.\"");
    CHECK(check_in(s, "many.flow").exit == 0);
    CHECK(check_in(s, "many.flow --deny reply_unsure").exit == 1);
    const auto report = nlohmann::json::parse(check_in(s, "x.flow --deny warnings --format json").out);
    CHECK(report["diagnostics"][0]["severity"] == "error");
    CHECK(report["diagnostics"][0]["denied"] == true);
}

TEST_CASE("explain: a page by code or name, all codes, and the nearest of what is none") {
    const auto page = shell(tool() + " explain E0203");
    CHECK(page.exit == 0);
    CHECK(page.out.starts_with("E0203: a word of the language used as a name\n"));
    CHECK(page.out.find("wrong:\n\n    send: on save => tag saved\n") != std::string::npos);
    CHECK(page.out.find("```") == std::string::npos);
    CHECK(page.out.find('\033') == std::string::npos);
    for (const std::string word : {"e0203", "reserved_name", "reserved-name"}) CHECK(shell(tool() + " explain " + word).out == page.out);
    CHECK(shell(tool() + " explain --color always E0203").out.find("\033[1mE0203") != std::string::npos);

    const auto all = shell(tool() + " explain");
    CHECK(all.exit == 0);
    for (const auto& entry : diagnostic_catalogue()) {
        CHECK(all.out.find(fmt::format("{}  {}", entry.code, entry.name)) != std::string::npos);
        CHECK(shell(tool() + " explain " + std::string(entry.name)).out.starts_with(fmt::format("{}: {}\n", entry.code, entry.title)));
    }
    const auto near = shell(tool() + " explain reserved_nam");
    CHECK(near.exit == 2);
    CHECK(near.err == "segue: there is no code `reserved_nam`; did you mean `reserved_name`?\n");
    CHECK(shell(tool() + " explain nothing_like_it").exit == 2);
    CHECK(shell(tool() + " explain E0203 >/dev/full").exit == 2);
}

TEST_CASE("allow: in a file of several programs it is unused only if it is so in all, and fix leaves it to who knows them all") {
    Scratch s;
    const std::string shared = "flow welcome {\n  # allow: no_consent_path because the shop asks\n  hi: on visit once => prompt follow via email \"Hi\" / \"Follow?\" -> follower\n}\n";
    s.write("shared.flow", shared);
    s.write("a.flow", "use \"./shared.flow\"\non presave once => prompt email\n");
    s.write("b.flow", "use \"./shared.flow\"\non save once => prompt follow via page \"x\"\n");
    CHECK(check_in(s, ".").out.empty());
    CHECK(check_in(s, "b.flow").out.empty());
    CHECK(check_in(s, "a.flow").out.find("W0714") != std::string::npos);
    shell("cd '" + s.path() + "' && " + tool() + " fix a.flow .");
    CHECK(slurp(s / "shared.flow") == shared);
    shell("cd '" + s.path() + "' && " + tool() + " fix a.flow");
    CHECK(slurp(s / "shared.flow") == shared);
}

TEST_CASE("allow: what it holds for does not depend on the layout") {
    const std::string head = "limit sms to 3 per 7 days\nquiet sms from 21:00 to 09:00\non presave => prompt follow via page \"x\"\n";
    const std::string allow = "# allow: no_consent_path because the shop asks\n";
    const std::string rule = "on visit when not follow and save >= 3 and listen >= 10 => prompt follow via sms \"Follow us, we are nice people and good\" -> follower";
    for (const auto& text : {allow + "lab: " + rule, "lab:\n" + allow + rule, "lab: on visit\n" + allow + rule.substr(9), "lab: " + rule + " " + allow, "flow f {\n" + allow + rule + "\n}\n"}) {
        Scratch s;
        INFO(text);
        s.write("x.flow", head + text);
        CHECK(check_in(s, "x.flow").out.empty());
        CHECK(shell("cd '" + s.path() + "' && " + tool() + " fmt x.flow").exit == 0);
        INFO(slurp(s / "x.flow"));
        CHECK(check_in(s, "x.flow").out.empty());
    }
}

TEST_CASE("report: a script is not overwritten by another name of it") {
    Scratch s;
    s.write("x.flow", right);
    CHECK(shell("cd '" + s.path() + "' && ln x.flow y.json && " + tool() + " check x.flow --report json=y.json").exit == 2);
    CHECK(slurp(s / "x.flow") == right);
}

TEST_CASE("reading has a bound") {
#ifdef SEGUE_SANITIZED
    const std::string bound;
#else
    const std::string bound = "ulimit -v 2000000; ";
#endif
    const auto p = shell(bound + tool() + " check --format concise /dev/zero");
    CHECK(p.exit == 1);
    CHECK(p.out.find("E0110") != std::string::npos);
}
