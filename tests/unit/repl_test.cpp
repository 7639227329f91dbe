// `segue repl` in a real terminal (tmux), on a state file, and what its time travel gives back.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <random>
#include <thread>
#include <unistd.h>

#include "support.hpp"

using namespace segue;
using namespace segue::test;

namespace {

std::string quoted(const std::string& word) {
    std::string out = "'";
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

// A terminal of its own, with a session in it.
class Terminal { // libedit keeps what it was told of functions: that is no leak of ours
public:
    Terminal(const Scratch& s, const std::string& arguments, int columns = 100) : name_(fmt::format("segue-test-{}-{}", ::getpid(), ++count_)) {
        INFO("tmux is missing: script/setup tests installs it, script/test does so by itself");
        REQUIRE(shell("command -v tmux").exit == 0);
        const auto command = fmt::format("cd {} && env ASAN_OPTIONS=detect_leaks=0 SEGUE_HISTORY={} TERM=xterm-256color {} repl {}; echo ended with $?; sleep 60", quoted(s.path()), quoted(s / "history"), tool(), arguments);
        const auto p = shell(fmt::format("tmux -L {} -f /dev/null new-session -d -x {} -y 50 {}", name_, columns, quoted(command)));
        INFO(p.err);
        REQUIRE(p.exit == 0);
        REQUIRE(shows("> "));
    }
    ~Terminal() { shell(fmt::format("tmux -L {} kill-server", name_)); }

    void type(const std::string& text) { shell(fmt::format("tmux -L {} send-keys -l {}", name_, quoted(text))); }
    void key(const std::string& key) { shell(fmt::format("tmux -L {} send-keys {}", name_, key)); }
    void enter(const std::string& text) {
        type(text);
        key("Enter");
    }
    void paste(const Scratch& s, const std::string& text) {
        const auto file = s.write("paste.txt", text);
        shell(fmt::format("tmux -L {0} load-buffer {1} \\; paste-buffer -p", name_, quoted(file)));
    }
    std::string screen() const { return shell(fmt::format("tmux -L {} capture-pane -p -J", name_)).out; }
    // Waits for it, for some seconds.
    bool shows(const std::string& text) const {
        for (int i = 0; i < 200; ++i) {
            if (screen().find(text) != std::string::npos) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        WARN("the screen is\n" << screen());
        return false;
    }

private:
    static inline int count_ = 0;
    std::string name_;
};

std::string session(const std::string& entries, const std::string& arguments = "") {
    Scratch s;
    const auto file = s.write("in", entries);
    return shell(fmt::format("cd {} && {} repl {} < in", quoted(s.path()), tool(), arguments)).out;
}

} // namespace

TEST_CASE("repl: at a terminal: what was entered, several lines, Ctrl-C, Ctrl-D") {
    Scratch s;
    Terminal t(s, "");
    t.enter("on presave => prompt sms");
    CHECK(t.shows("the program has 1 rule now"));
    t.enter("ana does presave(\"neon\")");
    CHECK(t.shows("prompt sms to ana"));
    t.type("ana does sav");
    t.key("C-c"); // leaves the line, and shows that it was left
    CHECK(t.shows("ana does sav^C"));
    t.enter("flow f {");
    t.enter("  on save => tag saver");
    t.enter("}");
    CHECK(t.shows("the program has 2 rules now"));
    t.enter("flow g {");
    t.key("C-d"); // leaves the entry
    t.enter("ana does save(\"t\")");
    CHECK(t.shows("tag saver to ana"));
    t.enter("ana does sav(\"t\")");
    CHECK(t.shows("did you mean `save`?"));
    t.key("C-d");
    CHECK(t.shows("ended with 0"));
}

TEST_CASE("repl: at a terminal: completion, history over sessions, editing") {
    Scratch s;
    s.write("f.flow", "attribute favourite: text\nmeet: on presave => prompt sms\nrelease midnight { title \"M\" date 2026-03-01 link \"x\" }\n");
    {
        Terminal t(s, "f.flow");
        t.type("ana does pre");
        t.key("Tab");
        t.type("(mid");
        t.key("Tab");
        t.enter(")");
        CHECK(t.shows("prompt sms to ana"));
        t.type("fan.fav");
        t.key("Tab");
        t.enter(" of ana");
        CHECK(t.shows("missing"));
        t.type(":drop f/m");
        t.key("Tab");
        CHECK(t.shows(":drop f/meet"));
        t.key("C-u");
        t.type(":load f");
        t.key("Tab");
        CHECK(t.shows(":load f.flow"));
        t.key("C-u");
        t.type("ana does presave(");
        t.key("Tab");
        CHECK(t.shows("midnight"));
        t.key("C-u");
        t.type("expect suppressed because no_");
        t.key("Tab");
        CHECK(t.shows("because no_")); // two have that
        t.key("C-u");
        t.type("ana does listen(\"x\")");
        for (int i = 0; i < 3; ++i) t.key("Left");
        t.key("C-a");
        t.key("C-k");
        t.enter(":fans");
        CHECK(t.shows("consents"));
        t.enter(":quit");
        CHECK(t.shows("ended with 0"));
    }
    Terminal again(s, "f.flow");
    again.key("Up");
    CHECK(again.shows("> :quit"));
    again.key("Up");
    again.key("Up");
    CHECK(again.shows("fan.favourite of ana"));
}

TEST_CASE("repl: at a terminal: what is pasted is entries as they stand, not keys") {
    Scratch s;
    Terminal t(s, "");
    t.paste(s, "on presave until listen(release)\n  => wait 1 day\n     then send page \"Out\"\n  -> listener\nana does presave(\"x\")\n:fans\nflow f {\n\ton save => tag saver\n}\n");
    CHECK(t.shows("tag saver"));
    t.key("Enter");
    CHECK(t.shows("the program has 2 rules now"));
    CHECK(t.shows("waits until 2026-01-02 00:00"));
    CHECK(t.screen().find("error") == std::string::npos);
    t.paste(s, "ana does save(\"one line\")");
    t.key("Enter");
    CHECK(t.shows("tag saver to ana"));
}

TEST_CASE("repl: without a terminal its output is plain, and its exit code tells") {
    Scratch s;
    const auto run = [&](const std::string& entries) {
        s.write("in", entries);
        return shell(fmt::format("cd {} && {} repl < in", quoted(s.path()), tool()));
    };
    CHECK(run("").out.empty());
    CHECK(run("").exit == 0);
    CHECK(run("\n\n# nothing\n").exit == 0);
    CHECK(run("ana does follow\nexpect stage follower of ana").exit == 0); // no line break at the end
    CHECK(run("ana does follow\nexpect stage saver of ana\n").exit == 1);
    CHECK(run("on sav => stop\nana does follow\n").exit == 1);
    CHECK(run("\xEF\xBB\xBF:fans\n").exit == 0);
    CHECK(run("\xEF\xBB\xBF" "ana does listen(\"t1\")\n").exit == 0);
    CHECK(run("ana does save(\"\xFF\xFE\")\n").exit == 1);
    const auto p = run("ana does follow\n:why\n");
    CHECK(p.out.find('\033') == std::string::npos);
    std::string deep(5'000, '(');
    CHECK(run(deep + "\n").exit == 1);
    CHECK(shell(fmt::format("cd {} && {} repl missing.flow < in", quoted(s.path()), tool())).exit == 2);
    s.write("broken.flow", "on sav => stop\n");
    CHECK(shell(fmt::format("cd {} && {} repl broken.flow < in", quoted(s.path()), tool())).exit == 1);
}

TEST_CASE("repl: time travel gives back the same world, also after the rules changed") {
    // What is there is told by everything that shows it.
    const std::string look = "ana\nbo\n:queue\n:fans\n:rules\n";
    const std::vector<std::string> entries{
        "ana does save(\"a\")", "bo does save(\"b\")", "ana does listen(\"a\", release: \"neon\")", "after 1 day", "after 36 hours", "ana does presave(\"neon\")", "bo does optin(sms)", "ana does optin(email)",
        "deepen: on save >= 2 => prompt follow -> follower", "deepen: on save >= 1 when listen => tag deep", ":drop deepen", "release neon { title \"N\" date 2026-01-20 link \"x\" }", "release neon { date 2026-01-15 }",
        "out: on presave => wait until release day at 10:00 then send sms \"Out\" or email \"Out\" / \"It is out\"", "gone: on no listen for 3 days once every 5 days => tag gone then wait 1 day then untag gone",
        "limit sms to 1 per 7 days else wait", "quiet sms from 20:00 to 10:00", "fan bo { timezone \"Asia/Tokyo\" }", "ana does follow", "ana does unfollow", "halves: on share => split s { 50% { tag s_one } 50% { tag s_two } }", "bo does share",
        "event rsvp(show: text) once per show", "stages { low when listen high when save >= 2 }", "timezone \"Europe/Berlin\""};
    for (unsigned seed = 1; seed <= 12; ++seed) {
        std::mt19937 random(seed);
        std::string done;
        for (int i = 0; i < 18; ++i) done += entries[random() % entries.size()] + "\n";
        const auto n = 1 + random() % 12;
        const auto out = session(done + ":fans\n" + look + fmt::format(":back {0}\n:forward {0}\n", n) + look);
        const auto middle = out.find(fmt::format("> :back {}", n));
        REQUIRE(middle != std::string::npos);
        const auto first = out.rfind("> ana\n", middle);
        const auto second = out.find("> ana\n", middle);
        INFO("seed " << seed << "\n" << out);
        REQUIRE(second != std::string::npos);
        CHECK(out.substr(first, middle - first) == out.substr(second));
    }
}

TEST_CASE("repl: a count that no rule asked for is answered from the beginning") {
    const auto out = session("ana does listen(\"a\", seconds: 40)\nana does listen(\"b\", seconds: 10)\nafter 10 days\nana does listen(\"a\", seconds: 50)\nlisten(seconds >= 30) of ana\nlisten within 7 days of ana\ndistinct(listen.track) of ana\n");
    CHECK(out.find("> listen(seconds >= 30) of ana\n  2\n") != std::string::npos);
    CHECK(out.find("> listen within 7 days of ana\n  1\n") != std::string::npos);
    CHECK(out.find("> distinct(listen.track) of ana\n  2\n") != std::string::npos);
}

TEST_CASE("repl: what was saved is a script whose test passes, whatever was done") {
    for (const std::string entries : {
             "ana does follow\nevent rsvp(show: text) once per show\nana does rsvp(\"x\")\non rsvp => tag went\nbo does rsvp(\"y\")\n",
             "on save => prompt follow via email \"A {\\\"b\\\"}\" / \"Line\\nTwo\"\nana does optin(email)\nana does save(\"\\\"quoted\\\"\")\nafter 2 days at 10:00\n",
             "release neon { title \"N\" date 2026-02-01 link \"x\" }\non release day => tag day\nana does visit\nat release day of neon\nrelease neon { live false }\n",
             "halves: on share => split s { 50% a: { tag one } 50% b: { tag two } }\nana does share\nbo does share\n\"u-1 x\" does share\n",
             "a: on save => wait 2 days then tag x\nana does save(\"t\")\nafter 1 day\na: on save => wait 1 day then tag y\nafter 3 days\n"}) {
        Scratch s;
        s.write("in", entries + ":save out.flow\n:save out.flow\n");
        const auto p = shell(fmt::format("cd {} && {} repl < in", quoted(s.path()), tool()));
        INFO(p.out << p.err);
        CHECK(p.out.find("written to out.flow") != std::string::npos);
        CHECK(p.out.find("is there already; `:save! out.flow` writes over it") != std::string::npos);
        const auto tested = shell(fmt::format("cd {} && {} test out.flow", quoted(s.path()), tool()));
        INFO(slurp(s / "out.flow") << tested.out << tested.err);
        CHECK(tested.exit == 0);
        // And once more from there.
        s.write("in", "zoe does visit\n:save! out.flow\n");
        CHECK(shell(fmt::format("cd {} && {} repl out.flow < in", quoted(s.path()), tool())).exit == 0);
        CHECK(shell(fmt::format("cd {} && {} test out.flow", quoted(s.path()), tool())).exit == 0);
    }
}

TEST_CASE("repl: on a state file it begins with the fans as they are, and changes nothing of it") {
    Scratch s;
    s.write("f.flow", "ask: on presave => prompt sms\nlater: on save => wait 3 days then tag keeper\n");
    s.write("e.jsonl", "{\"fan\":\"ana\",\"type\":\"presave\",\"release\":\"n\",\"time\":\"2026-03-01T12:00:00Z\"}\n{\"fan\":\"u-17\",\"type\":\"save\",\"track\":\"t\",\"time\":\"2026-03-01T13:00:00Z\"}\n");
    const auto in = [&](const std::string& command) { return shell("cd " + quoted(s.path()) + " && " + command); };
    REQUIRE(in(tool() + " run f.flow --events e.jsonl --state s.db --actions a.jsonl").exit == 0);
    const auto before = slurp(s / "s.db");
    s.write("in", "\"u-17\"\n:queue\nafter 3 days\nana does save(\"x\")\n:back 2\n:queue\n:why not prompt sms to ana\n:save x.flow\n");
    const auto p = in(tool() + " repl --state s.db < in");
    INFO(p.out << p.err);
    CHECK(p.out.find("waits     f/later: until 2026-03-04 13:00") != std::string::npos);
    CHECK(p.out.find("2026-03-04 13:00  tag keeper to \"u-17\"") != std::string::npos);
    CHECK(times(p.out, "2026-03-04 13:00  f/later: goes on") == 2);
    CHECK(p.out.find("a test begins with none") != std::string::npos);
    CHECK(slurp(s / "s.db") == before);
    CHECK(files(s.path(), "").size() == 5); // nothing beside it either
    // Other rules over the same fans.
    s.write("g.flow", "other: on share => tag sharer\n");
    s.write("in", ":rules\n\"u-17\" does share\nafter 3 days\n");
    const auto other = in(tool() + " repl g.flow --state s.db < in");
    INFO(other.out << other.err);
    CHECK(other.out.find("tag sharer to \"u-17\"") != std::string::npos);
    CHECK(other.out.find("tag keeper to \"u-17\"") != std::string::npos); // what was under way finishes on its own version
    s.write("x.db", "no state");
    CHECK(in(tool() + " repl --state x.db < in").exit == 2);
    CHECK(in(tool() + " repl --state gone.db < in").exit == 2);
    CHECK_FALSE(std::filesystem::exists(s / "gone.db"));
}

TEST_CASE("repl: one entry of several rules puts each in its place") {
    const auto out = session("a: on save => tag one\nb: on share => tag two\n:rules\na: on save => tag one_but_longer b: on share => tag two_too c: on follow => tag three\nana does save(\"t\")\nana does share\nana does follow\n:rules\nb: on share => tag x a: on save => tag y\nbo does save(\"t\")\nbo does share\n");
    INFO(out);
    for (const std::string part : {"tag one_but_longer to ana", "tag two_too to ana", "tag three to ana", "tag y to bo", "tag x to bo", "the program has 3 rules now"}) CHECK(times(out, part) >= 1);
    CHECK(out.find("error") == std::string::npos);
    CHECK(out.find("the program has 4") == std::string::npos);
}

TEST_CASE("repl: what stands in quotes is saved as it was") {
    Scratch s;
    s.write("in", "on save => prompt follow via page \"two  blanks, # no comment\" # a comment\nana does save(\"x  y # z\")\n:save out.flow\n:history\n");
    const auto p = shell(fmt::format("cd {} && {} repl < in", quoted(s.path()), tool()));
    const auto saved = slurp(s / "out.flow");
    INFO(p.out << saved);
    CHECK(times(saved, "\"two  blanks, # no comment\"") == 2); // the rule, and what is expected
    CHECK(times(saved, "save(\"x  y # z\")") == 1);
    CHECK(p.out.find("on save => prompt follow via page \"two  blanks, # no comment\"\n") != std::string::npos);
    CHECK(shell(fmt::format("cd {} && {} test out.flow", quoted(s.path()), tool())).exit == 0);
}

TEST_CASE("repl: a question of a place in the past leaves it there, also one that nobody counted so far") {
    const auto out = session("ana does listen(\"a\")\nafter 1 day\nana does listen(\"b\")\nafter 1 day\n:at 2026-01-01 12:00\ndistinct(listen.track) of ana\nana\n:forward\n:forward\n:forward\ndistinct(listen.track) of ana\n");
    INFO(out);
    CHECK(out.find("> distinct(listen.track) of ana\n  1\n> ana\nana (first seen 2026-01-01 00:00)\n") != std::string::npos);
    CHECK(out.ends_with("> distinct(listen.track) of ana\n  2\n"));
    CHECK(out.find("error") == std::string::npos);
}

TEST_CASE("repl: a state file that changes meanwhile is noticed, and the session goes on where it is") {
    Scratch s;
    const auto in = [&](const std::string& command) { return shell("cd " + quoted(s.path()) + " && " + command); };
    s.write("f.flow", "ask: on presave => prompt sms\n");
    const std::string first = "{\"fan\":\"ana\",\"type\":\"presave\",\"release\":\"n\",\"time\":\"2026-03-01T12:00:00Z\"}\n";
    s.write("e.jsonl", first);
    const auto run = tool() + " run f.flow --events e.jsonl --state s.db --actions a.jsonl";
    REQUIRE(in(run).exit == 0);
    in("(printf 'ana does share\\n:fans\\n'; until test -e go; do sleep 0.05; done; printf ':back\\nana does share\\n') | (" + tool() + " repl --state s.db; echo ended with $?) > out.txt 2>&1 &");
    REQUIRE(shows(s / "out.txt", "nothing came of it"));
    s.write("e.jsonl", first + "{\"fan\":\"bo\",\"type\":\"share\",\"time\":\"2026-03-02T12:00:00Z\"}\n");
    REQUIRE(in(run).exit == 0);
    s.write("go", "");
    CHECK(shows(s / "out.txt", "ended with 1"));
    const auto out = slurp(s / "out.txt");
    CHECK(out.find("> :back\nthe state file has changed since this session began") != std::string::npos);
    CHECK(times(out, "nothing came of it") == 2);
}

TEST_CASE("repl, why: a state file that a killed run has left, and one in use") {
    Scratch s;
    const auto in = [&](const std::string& command) { return shell("cd " + quoted(s.path()) + " && " + command); };
    s.write("f.flow", "later: on save => wait 3 days then tag keeper\n");
    std::string records;
    for (int i = 0; i < 300; ++i) records += fmt::format("{{\"fan\":\"f{}\",\"type\":\"save\",\"track\":\"t{}\",\"time\":\"2026-03-01T12:00:00Z\"}}\n", i % 7, i);
    s.write("e.jsonl", records);
    in(fmt::format("LD_PRELOAD='{}' SEGUE_FAULT_AT=250 SEGUE_FAULT_HOW=kill {} run f.flow --events e.jsonl --state s.db --actions a.jsonl --commit-records 10", SEGUE_FAULTS, tool()));
    REQUIRE_FALSE(slurp(s / "s.db-wal").empty());
    const auto state = slurp(s / "s.db"), log = slurp(s / "s.db-wal");
    const auto told = in(tool() + " why --state s.db f1");
    CHECK(told.out.find("waits until 2026-03-04 12:00") != std::string::npos);
    s.write("in", "f1\nafter 3 days\n");
    const auto tried = in(tool() + " repl --state s.db < in");
    CHECK(tried.out.find("tag keeper to f1") != std::string::npos);
    CHECK(slurp(s / "s.db") == state);
    CHECK(slurp(s / "s.db-wal") == log);
    // Then one at work.
    in("mkfifo pipe && ((until test -e go; do sleep 0.05; done) > pipe & " + tool() + " run f.flow --events - --state s.db --actions a.jsonl < pipe > run.txt 2>&1; echo ended >> run.txt) > /dev/null 2>&1 &");
    Process busy;
    for (int i = 0; i < 100 && busy.exit != 2; ++i) busy = in(tool() + " why --state s.db f1"); // those that come first do not turn the run away
    CHECK(busy.err.find("s.db is in use by another process; wait until it has finished, or stop it") != std::string::npos);
    CHECK(in(tool() + " repl --state s.db < in").exit == 2);
    s.write("go", "");
    CHECK(shows(s / "run.txt", "ended"));
}

TEST_CASE("repl: a rule that changes over a state file does what a run of the new program over it does") {
    Scratch s;
    const auto in = [&](const std::string& command) { return shell("cd " + quoted(s.path()) + " && " + command); };
    const std::string old = "later: on save => wait 3 days then tag old\n", fresh = "later: on save => wait 2 days then tag fresh\n", other = "deepen: on save >= 2 => prompt follow\n";
    const std::string first = "{\"fan\":\"ana\",\"type\":\"save\",\"track\":\"a\",\"time\":\"2026-03-01T12:00:00Z\"}\n{\"fan\":\"bo\",\"type\":\"save\",\"track\":\"a\",\"time\":\"2026-03-01T12:00:00Z\"}\n";
    const std::string second = "{\"fan\":\"ana\",\"type\":\"save\",\"track\":\"b\",\"time\":\"2026-03-01T12:00:00Z\"}\n{\"fan\":\"cleo\",\"type\":\"save\",\"track\":\"b\",\"time\":\"2026-03-01T12:00:00Z\"}\n";
    s.write("f.flow", old);
    s.write("e.jsonl", first);
    const auto run = tool() + " run f.flow --events e.jsonl --state s.db --actions a.jsonl";
    REQUIRE(in(run).exit == 0);
    s.write("in", "later: on save => wait 2 days then tag fresh\n" + other + "ana does save(\"b\")\ncleo does save(\"b\")\nafter 5 days\n");
    const auto tried = in(tool() + " repl --state s.db < in");
    s.write("f.flow", fresh + other);
    s.write("e.jsonl", first + second);
    REQUIRE(in(run + " --until 2026-03-06T12:00:00Z").exit == 0);
    const auto actions = slurp(s / "a.jsonl");
    INFO(tried.out << tried.err << actions);
    for (const std::string fan : {"ana", "bo", "cleo"})
        for (const std::string tag : {"old", "fresh"}) CHECK(times(tried.out, "tag " + tag + " to " + fan + " ") == times(actions, fmt::format("\"fan\":\"{}\",\"tag\":\"{}\"", fan, tag)));
    CHECK(times(tried.out, "prompt follow to ana") == times(actions, "\"goal\":\"follow\""));
    CHECK(times(actions, "\"tag\"") >= 3);
    CHECK(times(actions, "\"goal\":\"follow\"") == 1);
}
