// What was done to a world is done again: the fans are what they were, and a killed run goes on under any program.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <random>

#include "ingest/decode.hpp"
#include "ingest/reader.hpp"
#include "run/world.hpp"
#include "store/codec.hpp"
#include "store/steps.hpp"
#include "streams.hpp"
#include "support.hpp"

using namespace segue;
using namespace segue::test;

namespace {

const std::string others = R"({"type":"profile","fan":"f1","time":"2026-03-01T13:00:00Z","city":"Oslo","timezone":"Asia/Tokyo","age":31.5}
{"type":"release","release":"neon","title":"Neon","link":"https://nova.example/neon","artist":"nova","date":"2026-03-04","time":"2026-03-01T14:00:00Z"}
{"type":"release","release":"neon","live":false,"time":"2026-03-02T14:00:00Z"}
{"type":"identify","fan":"f1","alias":"f3","id":"i1","time":"2026-03-03T00:00:00Z"}
{"type":"profile","fan":"f3","time":"2026-03-03T13:00:00Z","city":null}
{"type":"forget","fan":"f2","time":"2026-03-03T14:00:00Z"}
{"type":"identify","fan":"f4","alias":"somebody \"new\"","time":"2026-03-04T00:00:00Z"}
)";

// A world of `busy`, with all that a record can be.
struct Again {
    Script script;
    World world{script.ledger};
    Actions actions;

    explicit Again(const std::string& text = "attribute city: text\nattribute age: number\n" + busy) : script(text) {
        INFO(script.messages());
        REQUIRE_FALSE(script.diagnostics.has_errors());
        attach(world, script.program);
    }
    Numbering numbering() const {
        Numbering out;
        for (std::uint32_t i = 0; i < world.ledger->needs.size(); ++i) out.need_kept.push_back(i), out.needs.emplace(i, i);
        for (std::uint32_t i = 0; i < world.ledger->holds.size(); ++i) out.hold_kept.push_back(i), out.holds.emplace(i, i);
        out.version_kept = {0};
        out.versions = {{0, 0}};
        return out;
    }
    std::string fans(bool with_timers = true) const {
        const auto numbering = this->numbering();
        ByteWriter out(script.ledger->symbols); // texts, not the numbers of symbols
        for (const auto* fan : fans_of(world)) encode(out, world, *fan, numbering);
        out.number(world.next_response);
        if (with_timers) out.number(world.timers.size());
        out.number(world.forgotten.size());
        out.integer(world.clock);
        return out.take();
    }
};

// The fans of one world in another, as a state that was written and read would have them: what is not wanted any more is not due there.
void keep(Again& from, Again& to) {
    to.world.clock = from.world.clock;
    to.world.behind = from.world.behind;
    to.world.next_response = from.world.next_response;
    to.world.settings = from.world.settings;
    to.world.fans.resize(from.world.fans.size());
    for (const auto& [moment, fans] : from.world.past.take_changed()) {
        ByteWriter out(from.script.ledger->symbols);
        encode(out, *fans);
        ByteReader in(to.world.symbols(), out.bytes());
        FanNumbers copy;
        REQUIRE(decode(in, copy));
        const auto same = [&](Symbol symbol) { return symbol == 0 ? 0 : to.world.intern(from.script.ledger->symbols.text(symbol)); };
        to.world.past.put({same(moment.rule), same(moment.release)}, std::move(copy));
    }
    wind(to.world);
    for (const auto* fan : fans_of(from.world)) {
        ByteWriter out(from.script.ledger->symbols);
        encode(out, from.world, *fan, from.numbering());
        ByteReader in(to.world.symbols(), out.bytes());
        Fan copy;
        REQUIRE(decode(in, to.world, to.numbering(), copy));
        copy.number = fan->number;
        adopt_fan(to.world, std::move(copy));
    }
}

// The steps of a run over a stream and `others`, some timers on the way fired by themselves.
std::vector<std::string> run(Again& done) {
    Scratch s;
    InputOptions options;
    options.path = s.write("e.jsonl", stream(300, 5) + others);
    auto reader = open_reader(options);
    REQUIRE(reader);
    Decoder decoder(*done.script.program, done.world.symbols());
    Fields fields(decoder.names());
    std::vector<Record> records;
    while ((*reader)->next(fields)) {
        Record record;
        std::string reason;
        if (decoder.decode(fields, record, reason) == Decoded::Record) records.push_back(record);
    }
    REQUIRE(records.size() > 250);
    std::stable_sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.time < b.time; });
    StepsWriter steps(done.world.symbols());
    std::vector<std::string> all;
    for (const auto& record : records) {
        while (!advance(done.world, record.time, done.actions, 1)) steps.advance(record.time, 1);
        if (!refusal(done.world, record).empty()) continue;
        step(done.world, record, done.actions);
        steps.record(done.world, record, 0);
        if (steps.count() >= 40) all.push_back(steps.take());
    }
    const auto end = records.back().time + 5 * day_ms;
    REQUIRE(advance(done.world, end, done.actions));
    steps.advance(end, all_timers);
    all.push_back(steps.take());
    return all;
}

} // namespace

TEST_CASE("steps: done again, they give the fans as they were") {
    Again first, again;
    const auto steps = run(first);
    REQUIRE(steps.size() > 5);
    REQUIRE(first.actions.size() > 60);
    std::uint64_t count = 0;
    for (const auto& part : steps) REQUIRE(replay(part, again.world, count));
    CHECK(count > 250);
    CHECK(first.fans() == again.fans());
    CHECK(again.world.duplicates == 0); // they were told before
    // Without one of them they do not: this test can fail.
    Again short_of;
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (i != 2) REQUIRE(replay(steps[i], short_of.world, count));
    CHECK(first.fans() != short_of.fans());
}

TEST_CASE("steps: in the middle of a release day, a world that was written and read goes on as the first one") {
    const std::string text = "release neon { title \"Neon\" date 2026-03-03 link \"l\" }\nrelease other { title \"Other\" date 2026-03-03 link \"l\" }\n"
                             "a: on release day at 10:00 when listen >= 2 => prompt save(any) then wait 1 hour then tag out\n"
                             "b: on release day at 10:00 when email or save => prompt presave(release) via page \"x\"\n"
                             "c: on release day at 10:00 when presave(release) => prompt listen(release: release)\n";
    const auto records_for = [](Again& to) {
        std::vector<Record> records;
        for (int n = 0; n < 900; ++n) {
            Record r;
            r.fan = fmt::format("f{}", n * 7 % 83);
            r.id = fmt::format("e{}", n);
            const auto* type = n % 5 < 2 ? "listen" : n % 5 == 2 ? "presave" : n % 5 == 3 ? "save" : "optin";
            r.event = *to.script.program->event(type);
            r.time = n < 600 ? 1'772'450'000'000 + n * Time{1'000} : 1'772'532'000'000 + n * Time{1'000}; // the last ones on the day, from 10:10 on
            for (const auto& field : to.script.program->events[r.event].fields) r.fields.push_back(field.optional ? Value{} : Value::of_symbol(to.world.symbols().intern(n % 5 == 4 ? "email" : n % 2 ? "neon" : "other")));
            records.push_back(r);
        }
        return records;
    };
    const auto lines = [](const Actions& actions, std::size_t from) {
        std::string out;
        for (std::size_t i = from; i < actions.size(); ++i) append_json(out, actions[i]), out += '\n';
        return out;
    };
    std::size_t in_the_middle = 0;
    for (const std::size_t cut : {601u, 605u, 610u, 620u, 640u}) {
        Again first(text), again(text);
        first.world.at_once = again.world.at_once = 3;
        const auto records = records_for(first), theirs = records_for(again);
        for (std::size_t i = 0; i < cut; ++i) step(first.world, records[i], first.actions);
        in_the_middle += first.world.behind.has_value();
        keep(first, again);
        const auto done = first.actions.size();
        for (std::size_t i = cut; i < records.size(); ++i) {
            step(first.world, records[i], first.actions);
            step(again.world, theirs[i], again.actions);
        }
        CHECK(lines(first.actions, done) == lines(again.actions, 0));
        CHECK(again.actions.size() > 50);
    }
    CHECK(in_the_middle == 5);
}

TEST_CASE("steps: turns come in the same order in slices as in one go") {
    const auto played = [](std::size_t at_once) {
        Again one("release neon { title \"Neon\" date 2026-03-03 link \"l\" }\na: on release day at 10:00 when visit => prompt save(any)\nb: on release day at 10:00 => prompt follow\n");
        one.world.at_once = at_once;
        for (int n = 0; n < 500; ++n) { // a hundred fans before the day, others on it
            Record r;
            r.fan = fmt::format("f{}", n < 200 ? n % 100 : n);
            r.line = static_cast<std::uint64_t>(n + 1);
            r.event = *one.script.program->event("visit");
            r.time = n < 200 ? 1'772'450'000'000 + n * Time{1'000} : 1'772'532'000'000 + n * Time{1'000};
            r.fields.resize(one.script.program->events[r.event].fields.size());
            step(one.world, r, one.actions);
        }
        std::string out;
        for (const auto& action : one.actions) append_json(out, action), out += '\n';
        return out;
    };
    const auto whole = played(all_timers);
    CHECK(std::count(whole.begin(), whole.end(), '\n') == 200);
    CHECK(played(3) == whole);
}

TEST_CASE("steps: a world that was written and read does in as many timers what the first one did") {
    Again first, again;
    std::vector<Record> records;
    for (int n = 0; n < 400; ++n) {
        Record r;
        r.fan = fmt::format("f{}", n % 23);
        r.id = fmt::format("e{}", n);
        r.event = *first.script.program->event(n % 3 ? "listen" : n % 2 ? "presave" : "save");
        r.time = 1'772'366'400'000 + n * Time{120'000};
        const auto& event = first.script.program->events[r.event];
        for (const auto& field : event.fields) r.fields.push_back(field.optional ? Value{} : Value::of_symbol(first.world.symbols().intern(n % 2 ? "t1" : "neon")));
        records.push_back(r);
    }
    for (const auto& r : records) step(first.world, r, first.actions);
    keep(first, again);
    CHECK(first.fans(false) == again.fans(false));
    const auto end = first.world.clock + 60 * day_ms;
    std::size_t slices = 0;
    for (bool ended = false; !ended; ++slices) {
        ended = advance(first.world, end, first.actions, 2);
        again.actions.clear();
        const bool too = advance(again.world, end, again.actions, 2);
        REQUIRE(too == ended);
        REQUIRE(first.fans(false) == again.fans(false));
    }
    CHECK(slices > 5);
}

TEST_CASE("steps: bytes that are cut short are no steps, and bent ones break nothing") {
    Again first;
    const auto steps = run(first);
    const auto& bytes = steps[0];
    std::uint64_t count = 0;
    for (std::size_t n = 1; n < bytes.size(); n += 7) {
        Again again;
        replay(std::string_view(bytes).substr(0, n), again.world, count); // true where a step ends
    }
    std::mt19937 random(3);
    int told = 0;
    for (int i = 0; i < 300; ++i) {
        auto bent = bytes;
        bent[random() % bent.size()] = static_cast<char>(random());
        Again again;
        told += !replay(bent, again.world, count);
    }
    CHECK(told > 10);
}

TEST_CASE("steps: a run that was killed goes on under another program, and who looks at it sees all that it did") {
    const std::string events = [] {
        std::string out;
        for (int n = 0; n < 40; ++n) out += event(n, fmt::format("f{}", n % 9), n % 2 ? "save" : "presave", n % 2 ? fmt::format("\"track\":\"t{}\"", n % 4) : "\"release\":\"neon\"", n * 30);
        return out + event(40, "f9", "save", "\"track\":\"t1\"", 40 * 30); // a new fan: the last record has an action, so that all are committed when it is out
    }();
    const auto later = event(100, "f1", "save", "\"track\":\"t9\"", 6'000) + event(101, "f2", "save", "\"track\":\"t9\"", 12'000);
    const auto program = [](const std::string& said) { return "keep: on save once per track => tag saver then wait 3 days then send page \"" + said + "\"\nmeet: on save >= 2 => prompt follow\n"; };
    struct Ended {
        std::string before, looked, tried, actions;
    };
    const auto go = [&](const Ended* killed) {
        Scratch s;
        s.write("f.flow", program("one"));
        s.write("g.flow", program("two") + "more: on presave >= 2 => prompt sms\n");
        s.write("e.jsonl", events);
        s.write("later.jsonl", later);
        s.write("in", "f1\nafter 3 days\n");
        const auto in = [&](const std::string& command) { return shell("cd '" + s.path() + "' && " + command); };
        if (killed) {
            // It is killed when all is committed, and before it is at its end.
            s.write("all", killed->before);
            in("mkfifo pipe; " + tool() + " run f.flow --state s.db --actions a.jsonl --commit-records 7 --commit-ms 20 < pipe 2> said & pid=$!; exec 3> pipe; cat e.jsonl >&3; "
               "for i in $(seq 400); do cmp -s all a.jsonl && break; sleep 0.05; done; kill -9 $pid; wait $pid; exec 3>&-");
            REQUIRE_FALSE(slurp(s / "s.db-wal").empty());
        } else REQUIRE(in(tool() + " run f.flow --state s.db --actions a.jsonl < e.jsonl").exit == 0);
        Ended out;
        out.before = slurp(s / "a.jsonl");
        out.looked = in(tool() + " why --state s.db f1").out;
        out.tried = in(tool() + " repl g.flow --state s.db < in").out;
        const auto last = in(tool() + " run g.flow --state s.db --actions a.jsonl --events later.jsonl --until 2026-04-01T00:00:00Z");
        INFO(last.err);
        CHECK(last.exit == 0);
        out.actions = slurp(s / "a.jsonl");
        return out;
    };
    const auto whole = go(nullptr), killed = go(&whole);
    CHECK(killed.before == whole.before);
    CHECK(whole.actions.find("\"one\"") != std::string::npos);
    CHECK(whole.actions.find("\"two\"") != std::string::npos);
    CHECK(killed.actions == whole.actions);
    CHECK(killed.looked == whole.looked);
    CHECK(killed.tried == whole.tried);
    CHECK(whole.tried.find("page") != std::string::npos);
}
