// The files that CI services and hooks read, and what they run: read as these do, and run in a project that `segue init` made.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <regex>

#include "support.hpp"

using namespace segue;
using namespace segue::test;

namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

const std::string root = SEGUE_ROOT;

Json yaml(const std::string& path) {
    INFO("script/setup-tests installs the reader of YAML, script/test does so by itself");
    const auto p = shell(fmt::format("node '{}/tests/node/json.mjs' '{}' '{}'", root, path, SEGUE_NODE_MODULES));
    INFO(p.err);
    REQUIRE(p.exit == 0);
    return Json::parse(p.out);
}

std::string quoted(const std::string& word) {
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

// By bash, as the services do, in a folder.
Process bash(const std::string& folder, const std::string& environment, const std::string& script) {
    return shell(fmt::format("cd {} && env {} SEGUE_BINARY={} bash --noprofile --norc -eo pipefail -c {}", quoted(folder), environment, tool(), quoted(script)));
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

// The steps of action.yml, as a runner of GitHub does them.
Process act(const std::string& folder, const Json& with) {
    const auto action = yaml(root + "/action.yml");
    REQUIRE(action["runs"]["using"] == "composite");
    for (const auto& [name, value] : with.items()) {
        INFO("the input " << name << " is not one of action.yml");
        REQUIRE(action["inputs"].contains(name));
    }
    Process last;
    std::string out, err;
    for (const auto& step : action["runs"]["steps"]) {
        REQUIRE(step["shell"] == "bash");
        std::string environment = "GITHUB_ACTION_PATH=" + quoted(root);
        if (step.contains("env"))
            for (const auto& [name, value] : step["env"].items()) {
                auto text = value.get<std::string>();
                std::smatch input;
                REQUIRE(std::regex_match(text, input, std::regex(R"(\$\{\{ inputs\.(\w+) \}\})")));
                const auto key = input[1].str();
                REQUIRE(action["inputs"].contains(key));
                environment += " " + name + "=" + quoted(text_of(with.contains(key) ? with[key] : action["inputs"][key]["default"]));
            }
        last = bash(folder, environment, step["run"]);
        out += last.out;
        err += last.err;
        if (last.exit != 0) break;
    }
    return {last.exit, out, err};
}

// A project of `segue init`, with Segue where CI puts it.
struct Project {
    Scratch scratch;
    std::string folder = scratch / "campaign";
    explicit Project(const std::string& arguments = "") {
        const auto p = shell(fmt::format("cd {} && {} init campaign {}", quoted(scratch.path()), tool(), arguments));
        INFO(p.err);
        REQUIRE(p.exit == 0);
        fs::create_directory_symlink(root, folder + "/.segue");
    }
    void append(const std::string& name, const std::string& text) const { scratch.write("campaign/" + name, slurp(folder + "/" + name) + text); }
};

} // namespace

TEST_CASE("init: a project that is well from the start") {
    Project p;
    const auto in = [&](const std::string& command) { return bash(p.folder, "PATH=\"$PATH\"", command); };
    const auto segue = root + "/script/segue";
    for (const auto* command : {"check --deny warnings flows", "fmt --check flows", "check --deny warnings ."}) {
        const auto done = in(segue + " " + command);
        INFO(command << done.out << done.err);
        CHECK(done.exit == 0);
        CHECK(done.out.empty());
    }
    const auto tests = in(segue + " test --min-coverage 100");
    INFO(tests.out << tests.err);
    CHECK(tests.exit == 0);
    CHECK(tests.out.find("4 tests, all passed") != std::string::npos);
    CHECK(slurp(p.folder + "/README.md").starts_with("# campaign\n"));

    p.append("tests/release.flow", "\ntest \"late\" { ana does presave(first_single) at 2026-06-14 expect nothing ana does optin(sms) ana does presave(\"other\") expect send sms }\n");
    CHECK(in(segue + " test").exit == 1);
}

TEST_CASE("init: what is there stays, and nothing is made beside it") {
    Scratch s;
    s.write("flows/release.flow", "mine");
    const auto p = shell(fmt::format("cd {} && {} init .", quoted(s.path()), tool()));
    CHECK(p.exit == 2);
    CHECK(p.err.find("flows/release.flow is there already; nothing was made") != std::string::npos);
    CHECK(slurp(s / "flows/release.flow") == "mine");
    CHECK(std::distance(fs::directory_iterator(s.path()), {}) == 1);
    CHECK(shell(tool() + " init " + quoted(s / "new") + " --ci githup").err.find("did you mean `github`?") != std::string::npos);
    CHECK_FALSE(fs::exists(s / "new"));
    CHECK(shell(tool() + " init " + quoted(s / "new") + " --ci none").exit == 0);
    CHECK_FALSE(fs::exists(s / "new/.github"));
    CHECK_FALSE(fs::exists(s / "new/.gitlab-ci.yml"));
    s.write("file", "");
    CHECK(shell(tool() + " init " + quoted(s / "file/below")).exit == 2);
}

TEST_CASE("github action: silent when all is well, annotations, reports and an exit code when it is not") {
    Project p;
    const auto well = act(p.folder, {{"paths", "flows"}, {"deny", "warnings"}});
    INFO(well.out << well.err);
    CHECK(well.exit == 0);
    CHECK(well.out == "segue 0.1.0\n");

    p.append("flows/release.flow", "\non  share => send sms \"hi\"\n");
    CHECK(act(p.folder, {{"paths", "flows"}, {"format", false}}).exit == 0); // warnings alone
    const auto denied = act(p.folder, {{"paths", "flows"}, {"deny", "storm dead_end"}, {"format", "false"}});
    CHECK(denied.exit == 0); // others than those that are there
    const auto found = act(p.folder, {{"paths", "flows"}, {"deny", "asked_once no_progression"}, {"sarif", "segue.sarif"}, {"junit", "segue.xml"}});
    INFO(found.out << found.err);
    CHECK(found.exit == 1);
    CHECK(found.out.find("::error file=flows/release.flow,title=not in the one style::") != std::string::npos);
    CHECK(Json::parse(slurp(p.folder + "/segue.sarif"))["version"] == "2.1.0");
    CHECK(slurp(p.folder + "/segue.xml").find("<testsuites") != std::string::npos);
    p.append("flows/release.flow", "on presve => prompt sms\n");
    const auto broken = act(p.folder, {});
    CHECK(broken.exit == 1);
    CHECK(broken.out.find("::error file=flows/release.flow,line=37,col=4,endLine=37,endColumn=9,title=E0201") != std::string::npos);
    CHECK(act(p.folder, {{"paths", "nowhere"}}).exit == 2);
    CHECK(act(p.folder, {{"format", "yes"}}).exit == 2);
    CHECK(act(p.folder, {{"paths", "*"}}).exit == 2);
}

TEST_CASE("github workflow of init: each step is done, and an error stops it") {
    Project p;
    const auto workflow = yaml(p.folder + "/.github/workflows/flows.yml");
    const auto& job = workflow["jobs"]["check"];
    CHECK(job["container"] == "debian:bookworm");
    const auto run = [&] {
        int exit = 0;
        for (const auto& step : job["steps"]) {
            const auto uses = step.value("uses", "");
            Process done{0, "", ""};
            if (uses == "./.segue") done = act(p.folder, step["with"]);
            else if (uses.starts_with("github/codeql-action/upload-sarif@")) CHECK(Json::parse(slurp(p.folder + "/" + step["with"]["sarif_file"].get<std::string>()))["runs"].size() == 1);
            else if (step.contains("run")) {
                if (exit != 0) continue;
                std::string environment;
                for (const auto& [name, value] : step["env"].items()) environment += name + "=" + quoted(value) + " ";
                done = bash(p.folder, environment, step["run"]);
            } else CHECK(uses.starts_with("actions/checkout@"));
            INFO(step.dump() << done.out << done.err);
            exit = std::max(exit, done.exit);
        }
        return exit;
    };
    CHECK(run() == 0);
    p.append("flows/release.flow", "\non share => prompt saves\n");
    CHECK(run() == 1);
}

TEST_CASE("gitlab: the template's script is done, and its report is written") {
    Project p("--ci gitlab");
    const auto job = yaml(p.folder + "/.gitlab-ci.yml")["flows"];
    const auto run = [&] {
        std::string script, environment;
        for (const auto& [name, value] : job["variables"].items()) environment += name + "=" + quoted(value) + " ";
        for (const auto* part : {"before_script", "script"})
            for (const auto& line : job[part]) script += line.get<std::string>() + "\n";
        return bash(p.folder, environment + "SEGUE_URL=/nowhere", script);
    };
    const auto well = run();
    INFO(well.out << well.err);
    CHECK(well.exit == 0);
    const std::string junit = job["artifacts"]["reports"]["junit"][0];
    for (const auto& file : job["artifacts"]["reports"]["junit"]) CHECK(slurp(p.folder + "/" + file.get<std::string>()).find("<testsuites") != std::string::npos);
    p.append("flows/release.flow", "\non save => prompt save\n");
    fs::remove(p.folder + "/" + junit);
    const auto found = run();
    CHECK(found.exit == 1);
    CHECK(slurp(p.folder + "/" + junit).find("W0705") != std::string::npos);
}

TEST_CASE("pre-commit: each hook is run as pre-commit runs it") {
    const auto hooks = yaml(root + "/.pre-commit-hooks.yaml");
    REQUIRE(hooks.size() == 3);
    const auto run = [&](const Json& hook, const std::string& folder, const std::vector<std::string>& changed) {
        CHECK(hook["language"] == "script"); // its first word is a file of the hook's repository
        auto command = root + "/" + hook["entry"].get<std::string>();
        for (const auto& argument : hook.value("args", Json::array())) command += " " + quoted(argument);
        bool any = false;
        for (const auto& file : changed) {
            if (!std::regex_search(file, std::regex(hook.value("files", "")))) continue;
            any = true;
            if (hook.value("pass_filenames", true)) command += " " + quoted(file);
        }
        return any || hook.value("always_run", false) ? bash(folder, "", command) : Process{0, "", ""};
    };
    Project p;
    const std::vector<std::string> changed = {"README.md", "flows/release.flow", "flows/more.flow"};
    p.append("flows/more.flow", "on save>=2=>prompt follow\n");
    CHECK(run(hooks[0], p.folder, changed).exit == 0);
    CHECK(run(hooks[1], p.folder, changed).exit == 0);
    CHECK(run(hooks[2], p.folder, changed).exit == 0);
    CHECK(slurp(p.folder + "/flows/more.flow") == "on save >= 2 => prompt follow\n"); // changed: pre-commit itself fails then
    p.append("flows/more.flow", "on presve => prompt sms\n");
    CHECK(run(hooks[0], p.folder, changed).exit == 1);
    CHECK(run(hooks[2], p.folder, {"README.md"}).exit == 0);
    CHECK(run(hooks[0], p.folder, {}).exit == 1); // a script was taken away
    CHECK(run(hooks[1], p.folder, {}).exit == 1);
}

TEST_CASE("problem matcher: the editor's tasks have the one of editors/") {
    const auto matcher = Json::parse(slurp(root + "/editors/problem-matcher.json"))["problemMatcher"][0];
    const auto tasks = Json::parse(slurp(root + "/templates/project/.vscode/tasks.json"))["tasks"];
    CHECK(tasks[0]["problemMatcher"]["pattern"] == matcher["pattern"][0]);
    CHECK(tasks[0]["args"][2] == "concise");
}
