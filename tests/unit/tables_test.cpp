// The engine's own containers beside the library's, on random steps; and its own JSON beside nlohmann's.
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <unordered_map>

#include "run/action.hpp"
#include "run/fan.hpp"
#include "run/past_moments.hpp"
#include "run/seen.hpp"
#include "run/slim.hpp"
#include "run/timer_queue.hpp"
#include "store/codec.hpp"

using namespace segue;

TEST_CASE("tables: a hash index finds what was added and not removed") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        // Few different tags, so that many stand away from their homes and have to move up.
        const auto hash_of = [&](std::uint32_t n) { return static_cast<std::uint64_t>(seed % 2 == 0 ? n % 7 : n * 2'654'435'761u) << 32; };
        HashIndex index;
        std::map<std::uint32_t, bool> there;
        for (int i = 0; i < 3'000; ++i) {
            const auto n = static_cast<std::uint32_t>(random() % 200);
            if (there[n]) index.remove(hash_of(n), n);
            else index.add(hash_of(n), n);
            there[n] = !there[n];
        }
        std::size_t size = 0;
        for (std::uint32_t n = 0; n < 200; ++n) {
            INFO("seed " << seed << ", number " << n);
            CHECK(index.find(hash_of(n), [&](std::uint32_t other) { return other == n; }) == (there[n] ? n : HashIndex::nothing));
            size += there[n];
        }
        CHECK(index.size() == size);
    }
    HashIndex empty;
    CHECK(empty.find(1, [](std::uint32_t) { return true; }) == HashIndex::nothing);
    empty.remove(1, 1);
}

TEST_CASE("tables: a slim vector does what a vector does") {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        std::mt19937 random(seed);
        Slim<std::string> slim;
        std::vector<std::string> vector;
        for (int i = 0; i < 1'000; ++i) {
            const auto text = fmt::format("{} that does not fit into a string itself", random() % 50);
            const auto at = vector.empty() ? 0 : random() % vector.size();
            switch (random() % 6) {
            case 0:
            case 1: slim.push_back(text), vector.push_back(text); break;
            case 2: slim.insert(slim.begin() + at, text), vector.insert(vector.begin() + static_cast<std::ptrdiff_t>(at), text); break;
            case 3:
                if (!vector.empty()) slim.erase(slim.begin() + at), vector.erase(vector.begin() + static_cast<std::ptrdiff_t>(at));
                break;
            case 4: CHECK(erase_if(slim, [&](const auto& t) { return t == text; }) == std::erase(vector, text)); break;
            default: {
                auto copy = slim;
                slim = std::move(copy);
                if (random() % 20 == 0) slim.resize(at), vector.resize(at);
            }
            }
            REQUIRE(std::equal(slim.begin(), slim.end(), vector.begin(), vector.end()));
        }
    }
    CHECK(sizeof(Slim<std::string>) == sizeof(void*));
}

TEST_CASE("tables: groups keep the items of one number together, in the order in which they came") {
    struct Item {
        int n = 0;
        std::uint32_t hash() const { return static_cast<std::uint32_t>(n / 2); }
    };
    std::mt19937 random(1);
    Groups<Item> groups;
    std::map<std::uint32_t, std::vector<int>> expected;
    for (int n = 0; n < 200; ++n) { // from 64 on by an index
        const auto of = static_cast<std::uint32_t>(random() % 5);
        groups.add(of, Item{n});
        expected[of].push_back(n);
        for (std::uint32_t g = 0; g < 6; ++g) {
            std::vector<int> found;
            for (const auto& item : groups[g]) found.push_back(item.n);
            CHECK(found == expected[g]);
            for (int wanted = 0; wanted < 202; ++wanted) {
                const bool there = std::find(expected[g].begin(), expected[g].end(), wanted) != expected[g].end();
                const auto* item = groups.find(g, static_cast<std::uint32_t>(wanted / 2), [&](const Item& other) { return other.n == wanted; });
                REQUIRE((item ? item->n : -1) == (there ? wanted : -1));
            }
        }
    }
    CHECK(groups.all().size() == 200);
    int n = 0;
    std::map<std::uint32_t, std::vector<int>> all;
    for (const auto& [of, item] : groups.all()) {
        CHECK(item.n == n++);
        all[of].push_back(item.n);
    }
    std::erase_if(expected, [](const auto& group) { return group.second.empty(); });
    CHECK(all == expected);
}

TEST_CASE("tables: groups with items that come and go are a map") {
    struct Item {
        int n = 0, payload = 0;
        std::uint32_t hash() const { return static_cast<std::uint32_t>(n % 50); }
    };
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        Groups<Item> groups;
        std::map<std::pair<std::uint32_t, int>, int> map;
        const int range = seed % 2 ? 40 : 400; // never, or mostly, by an index
        for (int turn = 0; turn < 5'000; ++turn) {
            const auto of = static_cast<std::uint32_t>(random() % 3);
            const auto n = static_cast<int>(random() % static_cast<unsigned>(range / 3));
            auto* item = groups.find(of, Item{n}.hash(), [&](const Item& other) { return other.n == n; });
            const auto known = map.find({of, n});
            REQUIRE((item != nullptr) == (known != map.end()));
            if (item) REQUIRE(item->payload == known->second);
            if (item && random() % 2 == 0) groups.erase(item), map.erase(known);
            else if (!item) groups.add(of, Item{n, turn}), map[{of, n}] = turn;
        }
        std::map<std::pair<std::uint32_t, int>, int> all;
        for (const auto& [of, item] : groups.all()) all[{of, item.n}] = item.payload;
        CHECK(all == map);
        for (const auto& [key, payload] : map) {
            const auto n = key.second;
            groups.erase(groups.find(key.first, Item{n}.hash(), [&](const Item& other) { return other.n == n; }));
        }
        CHECK(groups.empty());
        groups.add(1, Item{1, 1});
        CHECK(groups[1].begin() != groups[1].end());
    }
}

TEST_CASE("tables: numbers of fans are a set, packed or not, and come back from their bytes") {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        std::mt19937 random(seed);
        FanNumbers fans;
        std::set<std::uint32_t> set;
        const auto add = [&](std::uint32_t number) { CHECK(fans.add(number) == set.insert(number).second); };
        for (std::uint32_t number = 0; number < 20'000; ++number) // nearly all of the lower ones, in any order
            if (seed % 2 == 0 || random() % 5'000 != 0) add(number ^ 3);
        for (int i = 0; i < 50; ++i) add(static_cast<std::uint32_t>(random() % 3'000'000));
        if (seed % 3 != 0) fans.pack();
        if (seed % 6 == 2) CHECK(fans.all_below() == 16'384);
        for (int i = 0; i < 50; ++i) add(static_cast<std::uint32_t>(random() % 30'000));
        Symbols symbols;
        ByteWriter out(symbols);
        encode(out, fans);
        const auto bytes = out.take();
        ByteReader in(symbols, bytes);
        FanNumbers back;
        REQUIRE(decode(in, back));
        for (std::uint32_t number = 0; number < 40'000; ++number) {
            if (fans.has(number) != set.contains(number) || back.has(number) != set.contains(number)) FAIL(number);
        }
        for (const auto number : set) CHECK((fans.has(number) && back.has(number)));
        ByteReader half(symbols, std::string_view(bytes).substr(0, bytes.size() - 1));
        FanNumbers none;
        CHECK_FALSE(decode(half, none));
    }
}

TEST_CASE("tables: who had which moment is told once to who keeps it, until another has it") {
    PastMoments past;
    const Moment a{1, 2}, b{1, 0};
    CHECK(past.of(a).add(7));
    CHECK_FALSE(past.of(a).add(7));
    CHECK(past.of(b).add(8));
    CHECK(past.take_changed().size() == 2);
    CHECK(past.take_changed().empty());
    past.join(9, 7);
    CHECK(past.has(a, 9));
    CHECK_FALSE(past.has(b, 9));
    REQUIRE(past.take_changed().size() == 1);
    FanNumbers fans;
    fans.add(3);
    past.put({5, 6}, std::move(fans));
    CHECK(past.has({5, 6}, 3));
    CHECK(past.take_changed().empty());
}

TEST_CASE("tables: what is seldom there takes no room until it is changed") {
    struct Text {
        std::string text = "nothing";
    };
    Seldom<Text> a, b;
    CHECK(sizeof a == sizeof(void*));
    CHECK(&*a == &*b);
    a.own().text = "something that does not fit into a string itself";
    CHECK(b->text == "nothing");
    auto copy = a;
    copy.own().text += ", and more";
    CHECK(a->text == "something that does not fit into a string itself");
    b = std::move(copy);
    CHECK(b->text.ends_with(", and more"));
    b = {};
    CHECK(b->text == "nothing");
}

TEST_CASE("tables: a cell keeps the values of none, one or several tracked fields") {
    const auto all = [](const Cell& cell) {
        const auto values = cell.values();
        return std::vector<Value>(values.begin(), values.end());
    };
    for (std::size_t n = 0; n <= 5; ++n) {
        std::vector<Value> values;
        for (std::size_t i = 0; i < n; ++i) values.push_back(i % 2 == 0 ? Value::of_number(0.5 + static_cast<double>(i)) : Value{});
        Cell cell;
        cell.count = 7;
        cell.times.push_back(42);
        cell.set_values(values);
        CHECK(all(cell) == values);
        CHECK(cell.hash() == Cell::hash_of(values));
        Cell copy = cell;
        Cell moved = std::move(cell);
        for (const auto* each : {&copy, &moved}) {
            CHECK(all(*each) == values);
            CHECK(each->count == 7);
            CHECK(each->times.size() == 1);
        }
        moved = Cell();
        CHECK(all(moved).empty());
    }
}

TEST_CASE("tables: a hold keeps its tracked fields, whatever they are and were, and so do its copies") {
    const auto name = Value::of_symbol(7), other = Value::of_symbol(8), number = Value::of_number(2.5);
    const std::vector<Values> rows{{}, {name}, {Value{}}, {number}, {name, number}, {Value{}, other}, {other}, {number, name, name}};
    for (const auto& before : rows)
        for (const auto& row : rows) {
            Held h, copy;
            h.set_key(name);
            h.track(before);
            h.more.own().undone = 5; // not one of them
            h.track(row);
            copy.track(before);
            copy = h;
            const Held same(h);
            for (const Held* one : std::initializer_list<const Held*>{&h, &copy, &same}) {
                REQUIRE(one->tracked() == row.size());
                for (std::uint32_t i = 0; i < row.size() + 2; ++i) CHECK(one->field(i + 1) == (i < row.size() ? row[i] : Value{}));
            }
            CHECK(h.key() == name);
            CHECK(same.more->undone == 5);
            CHECK(copy.more->undone == 5);
        }
    static_assert(sizeof(Held) == 32);
}

TEST_CASE("tables: an id is known for seven days, and then no more") {
    Seen seen;
    std::unordered_map<std::string, Time> model;
    std::mt19937 random(1);
    Time now = 0;
    for (int i = 0; i < 20'000; ++i) {
        now += static_cast<Time>(random() % (day_ms / 100));
        const auto id = fmt::format("record-{}", random() % 3'000);
        seen.drop_before(now);
        const auto known = model.find(id);
        const bool fresh = known == model.end() || known->second <= now - Seen::remembered;
        REQUIRE(seen.add(Digest::of(id), now) == fresh);
        if (fresh) model[id] = now;
        REQUIRE(seen.find(Digest::of(id)) == model[id]);
    }
    int fresh = 0;
    seen.each_new([&](const Seen::Entry&) { ++fresh; });
    CHECK(fresh > 0);
    seen.kept();
    seen.each_new([&](const Seen::Entry&) { FAIL("it was kept"); });
    // It is kept in the state: what an id is remembered by must not change.
    CHECK(fmt::format("{:016x}{:016x}", Digest::of("e1").a, Digest::of("e1").b) == "405553969f5c2bab8b2692f020cf7344");
    CHECK(fmt::format("{:016x}{:016x}", Digest::of("0f8fad5b-d9cb-469f-a165-70867728950e").a, Digest::of("0f8fad5b-d9cb-469f-a165-70867728950e").b) == "8523efc30e590481ee93d18f8d7e8066");
}

TEST_CASE("tables: an action is written as nlohmann-json writes it") {
    std::mt19937 random(1);
    const std::vector<std::string> texts{"", "plain", "a \"quoted\" \\ one", "tab\tline\nreturn\r", std::string("nul\0byte", 8), "\x01\x1f\x7f", "grüße 🎵", "\xff\xfe broken", "half \xc3", "</script>"};
    const auto any = [&] { return texts[random() % texts.size()]; };
    for (int i = 0; i < 500; ++i) {
        Action a;
        a.kind = static_cast<Action::Kind>(random() % 8);
        a.time = static_cast<Time>(random() % 4'000'000'000'000) / (random() % 2 == 0 ? 1 : 1000) * (random() % 2 == 0 ? 1 : 1000) % 253'402'300'799'999;
        a.id = "0123456789abcdef01234567";
        nlohmann::ordered_json json{{"id", a.id}, {"time", to_rfc3339(a.time)}, {"kind", name_of(a.kind)}};
        a.fan = any();
        json["fan"] = a.fan;
        const auto put = [&](const char* key, std::string& to, bool there) {
            to = any();
            if (there || !to.empty()) json[key] = to;
        };
        put("channel", a.channel, false);
        put("goal", a.goal, false);
        a.has_subject = a.has_text = true;
        put("subject", a.subject, true);
        put("text", a.text, true);
        put("stage", a.stage, false);
        put("from", a.from, false);
        put("tag", a.tag, false);
        put("split", a.split, false);
        put("arm", a.arm, false);
        put("of", a.of, false);
        put("reason", a.reason, false);
        put("rule", a.rule, false);
        put("cause", a.cause, false);
        CHECK(to_json(a) == json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    }
    CHECK(to_rfc3339(0) == "1970-01-01T00:00:00Z");
    CHECK(to_rfc3339(1'772'366'400'007) == "2026-03-01T12:00:00.007Z");
    CHECK(to_rfc3339(253'402'300'799'999) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("tables: timers give what a sorted set gives, whatever is pushed while time goes on") {
    std::mt19937_64 random(11);
    for (int round = 0; round < 20; ++round) {
        Timers timers;
        const auto less = [](const Timer& a, const Timer& b) { return a < b; };
        std::multiset<Timer, decltype(less)> wanted(less);
        const Time zero = round % 3 == 0 ? -5'000'000 : 1'767'225'600'000;
        const Time spread = round % 2 == 0 ? 50 : 90 * day_ms;
        Time now = zero;
        for (int i = 0; i < 3'000; ++i) {
            const auto due = now + static_cast<Time>(random() % static_cast<std::uint64_t>(spread)) - (random() % 10 == 0 ? 5 : 0); // some are late
            const auto n = static_cast<std::uint32_t>(random() % 50);
            const auto timer = n < 10 ? Timer::moment(due, n, 1, 2) : n < 30 ? Timer::silence(due, n, n, now) : Timer::response(due, n, static_cast<std::uint64_t>(i));
            timers.push(timer);
            wanted.insert(timer);
            if (random() % 4 == 0) now += static_cast<Time>(random() % static_cast<std::uint64_t>(spread / 10));
            while (!wanted.empty() && wanted.begin()->due <= now) {
                REQUIRE(timers.due(now));
                const auto& top = timers.top();
                REQUIRE_FALSE(top < *wanted.begin());
                REQUIRE_FALSE(*wanted.begin() < top);
                timers.pop();
                wanted.erase(wanted.begin());
            }
            REQUIRE_FALSE(timers.due(now));
            if (random() % 500 == 0) {
                timers.keep_if([](const Timer& t) { return t.who % 2 == 0; });
                std::erase_if(wanted, [](const Timer& t) { return t.who % 2 != 0; });
            }
            REQUIRE(timers.size() == wanted.size());
        }
        REQUIRE(timers.all().size() == wanted.size());
    }
}
