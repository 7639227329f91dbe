#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <map>
#include <random>
#include <tuple>

#include "ingest/decode.hpp"
#include "ingest/flat_lines.hpp"
#include "ingest/json.hpp"
#include "ingest/reader.hpp"
#include "support.hpp"

using namespace segue;
using namespace segue::test;

namespace {

// Every record of a file as `type fan time k=v ...`, a reject as `! reason`, an unknown type as `?`.
std::vector<std::string> read_all(const Script& script, InputOptions options) {
    Decoder decoder(*script.program, script.ledger->symbols);
    options.nested = decoder.wants_nested();
    auto reader = open_reader(options);
    if (!reader) return {"failure: " + reader.message()};
    std::vector<std::string> out;
    Fields fields(decoder.names());
    Record record;
    while ((*reader)->next(fields)) {
        std::string reason;
        switch (decoder.decode(fields, record, reason)) {
        case Decoded::Rejected: out.push_back("! " + reason); continue;
        case Decoded::Unknown: out.push_back("?"); continue;
        case Decoded::Record: break;
        }
        auto text = record.kind == Record::Kind::Event ? script.program->events[record.event].name : std::to_string(static_cast<int>(record.kind));
        text += " " + record.fan.text() + " " + to_rfc3339(record.time);
        for (const auto& v : record.fields)
            text += v.missing() ? " -" : v.kind == Value::Kind::Symbol ? " " + script.ledger->symbols.text(v.symbol()) : v.kind == Value::Kind::Number ? " " + std::to_string(v.number).substr(0, 5) : " #";
        out.push_back(text);
    }
    return out;
}

std::vector<std::string> jsonl(const std::string& lines, const std::string& flow = "on listen(seconds >= 1) when known release and release == \"r\" => prompt save") {
    Scratch scratch;
    InputOptions options;
    options.path = scratch.write("e.jsonl", lines);
    return read_all(Script(flow), options);
}

} // namespace

TEST_CASE("times are RFC 3339 or whole milliseconds") {
    CHECK(read_time("2026-03-01T12:00:00Z") == 1772366400000);
    CHECK(read_time("2026-03-01T12:00:00.5+01:00") == 1772362800500);
    CHECK(read_time("2026-03-01t12:00:00.123456789z") == 1772366400123);
    CHECK(read_time("2016-12-31T23:59:60Z") == 1483228800000);
    for (const auto* bad : {"", "2026-03-01", "2026-03-01T12:00:00", "2026-02-30T12:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T12:00:00+1:00", "2026-03-01T12:00:00Zx", "2026-03-01T12:00:00.Z"}) {
        INFO(bad);
        CHECK_FALSE(read_time(bad));
    }
}

TEST_CASE("a clock time with one character that is another is right only where that is a digit for a digit") {
    const std::string right = "2026-03-01T12:34:56Z";
    for (std::size_t at = 11; at < 19; ++at)
        for (int c = 0; c < 256; ++c) {
            auto text = right;
            text[at] = static_cast<char>(c);
            const bool digit = c >= '0' && c <= '9';
            const auto n = [&](std::size_t from) { return (text[from] - '0') * 10 + text[from + 1] - '0'; };
            const bool good = at == 13 || at == 16 ? c == ':' : digit && n(11) < 24 && n(14) < 60 && n(17) <= 60;
            INFO(at << ": " << c);
            CHECK(read_time(text) == (good ? std::optional<Time>(1772323200000 + ((n(11) * 60 + n(14)) * 60 + n(17)) * Time{1000}) : std::nullopt));
        }
}

TEST_CASE("JSON Lines: what is right is read, what is wrong is told") {
    CHECK(jsonl(R"({"fan":"ana","type":"listen","time":1772366400000,"track":"t","seconds":30,"more":[1,{"a":2}]})") == std::vector<std::string>{"listen ana 2026-03-01T12:00:00Z t - 30.00"});
    CHECK(jsonl("\n  \r\n") == std::vector<std::string>{});
    const std::pair<const char*, const char*> wrong[] = {
        {"{", "! not JSON"},
        {"[1]", "! not a JSON object"},
        {"{} x", "! not JSON"},
        {"{\"a\":[1,}", "! not JSON"},
        {"\xff", "! not UTF-8"},
        {"{}", "! `type` is missing"},
        {R"({"type":3})", "! `type` is a number, not a text"},
        {R"({"type":"listen"})", "! `fan` is missing"},
        {R"({"type":"listen","fan":""})", "! `fan` is empty"},
        {R"({"type":"listen","fan":"a"})", "! `time` is missing"},
        {R"({"type":"listen","fan":"a","time":"soon"})", "! `time` is `soon`, not a time: write RFC 3339 or whole milliseconds since 1970"},
        {R"({"type":"listen","fan":"a","time":1.5})", "! `time` is not whole milliseconds since 1970"},
        {R"({"type":"listen","fan":"a","time":1})", "! `track` of `listen` is missing"},
        {R"({"type":"listen","fan":"a","time":1,"track":7})", "! `track` of `listen` is a number, not a text"},
        {R"({"type":"listen","fan":"a","time":1,"track":"t","seconds":"x"})", "! `seconds` of `listen` is `x`, not a number"},
        {R"({"type":"optin","fan":"a","time":1,"channel":"fax"})", "! `channel` of `optin` is `fax`, not a channel of the program"},
        {R"({"type":"profile","fan":"a","time":1,"timezone":"Mars/Base"})", "! there is no time zone `Mars/Base`"},
        {R"({"type":"release","time":1})", "! `release` is missing"},
        {R"({"type":"release","time":1,"release":"r","live":"no"})", "! `live` is `no`, not true or false"},
        {R"({"type":"identify","fan":"a","time":1})", "! `alias` is missing"},
        {R"({"type":"dance","fan":"a","time":1})", "?"},
    };
    for (const auto& [line, told] : wrong) {
        INFO(line);
        CHECK(jsonl(line) == std::vector<std::string>{told});
    }
    CHECK(jsonl("{\"x\":\"" + std::string(2u << 20, 'a') + "\"}\n{}") == std::vector<std::string>{"! the record is longer than 1048576 bytes", "! `type` is missing"});
    CHECK(jsonl("{\"type\":\"listen\",\"fan\":\"" + std::string(600, 'a') + "\",\"time\":1}") == std::vector<std::string>{"! `fan` is longer than 512 bytes"});
}

TEST_CASE("the outside world's names lead to events and fields, nested ones by dots") {
    const auto flow = "event rsvp(show: text from \"properties.show_id\", seats: number?) once per show from \"Show RSVPed\", \"rsvped\"\non rsvp when known seats and seats > 1 => prompt follow";
    CHECK(jsonl(R"({"type":"Show RSVPed","fan":"a","time":0,"properties":{"show_id":"s9","deep":{"x":1}},"seats":2})"
                "\n"
                R"({"type":"rsvp","fan":"a","time":0,"show":"s8"})",
                flow) == std::vector<std::string>{"rsvp a 1970-01-01T00:00:00Z s9 2.000", "rsvp a 1970-01-01T00:00:00Z s8 -"});
}

TEST_CASE("CSV as RFC 4180 has it") {
    Scratch scratch;
    const Script script("on listen(seconds >= 1) => prompt save");
    InputOptions options;
    options.format = Format::Csv;
    options.path = scratch.write("e.csv", "\xEF\xBB\xBFtype,fan,time,track,seconds,release\r\nlisten,ana,2026-03-01T12:00:00Z,\"a \"\"b\"\", c\nd\",30,\r\nlisten,ana,1772366400000,t\nlisten,\"bo\"x,1,t,,\nsave,bo,1772366400000,t2,,\n\n");
    CHECK(read_all(script, options) == std::vector<std::string>{"listen ana 2026-03-01T12:00:00Z a \"b\", c\nd - 30.00", "! it has 4 cells, and there are 6 columns", "! something stands behind a closing quote",
                                                               "save bo 2026-03-01T12:00:00Z t2 -"});
    options.path = scratch.write("n.csv", "save,bo,0,t2\n");
    options.columns = {"type", "fan", "time", "track"};
    CHECK(read_all(script, options) == std::vector<std::string>{"save bo 1970-01-01T00:00:00Z t2 -"});
    options.columns.clear();
    options.path = scratch.write("empty.csv", "");
    CHECK(read_all(script, options)[0].find("its first line must name the columns") != std::string::npos);
}

TEST_CASE("the account export of Spotify") {
    Scratch scratch;
    const Script script("on listen(seconds >= 30) => prompt save");
    InputOptions options;
    options.format = Format::Spotify;
    options.path = scratch.write("StreamingHistory0.json", R"([{"endTime":"2021-01-09 02:11","artistName":"A","trackName":"B","msPlayed":199352},{"endTime":"soon","artistName":"A","trackName":"B","msPlayed":1},{"artistName":"A"},7])");
    CHECK(read_all(script, options)[0] == "failure: an account export does not say whose it is: add `--fan NAME`");
    options.fan = "ana";
    CHECK(read_all(script, options) == std::vector<std::string>{"listen ana 2021-01-09T02:11:00Z A - B - 199.3", "! `endTime` is `soon`, not as in `2021-01-09 02:11`", "! `endTime` is missing, or not a text", "! not a JSON object"});
}

TEST_CASE("CloudEvents 1.0: single, batch and lines") {
    Scratch scratch;
    const Script script("on save => prompt follow");
    const std::string event = R"({"specversion":"1.0","id":"1","source":"s","type":"save","subject":"ana","time":"2026-03-01T12:00:00Z","data":{"track":"t","type":"evil"}})";
    const std::string right = "save ana 2026-03-01T12:00:00Z t -";
    InputOptions options;
    options.format = Format::CloudEvents;
    options.path = scratch.write("lines", event + "\n" + event + "\n");
    CHECK(read_all(script, options) == std::vector<std::string>{right, right});
    options.path = scratch.write("batch", "[\n" + event + ",\n" + event + "]");
    CHECK(read_all(script, options) == std::vector<std::string>{right, right});
    options.path = scratch.write("single", "{\n" + event.substr(1));
    CHECK(read_all(script, options) == std::vector<std::string>{right});
    const std::pair<std::string, std::string> wrong[] = {
        {R"({"id":"1","source":"s","type":"save"})", "! not a CloudEvent: `specversion` is missing, or not a text"},
        {R"({"specversion":"0.3","id":"1","source":"s","type":"save"})", "! a CloudEvent of version `0.3`, not 1.0"},
        {R"({"specversion":"1.0","id":"","source":"s","type":"save"})", "! not a CloudEvent: `id` is empty"},
        {R"({"specversion":"1.0","id":"1","source":"s","type":"save","time":"2026-03-01T12:00:00Z"})", "! `subject` is missing: it names the fan"},
        {R"({"specversion":"1.0","id":"1","source":"s","type":"save","subject":""})", "! `subject` is empty: it names the fan"},
        {R"({"specversion":"1.0","id":"1","source":"s","type":"save","subject":"a","myField":1})",
         "! not a CloudEvent: `myField` is not the name of an attribute; it may have lower-case letters and digits"},
        {R"({"specversion":"1.0","id":"1","source":"s","type":"save","subject":"a","datacontenttype":"json"})", "! not a CloudEvent: `datacontenttype` is `json`, not a media type"},
        {R"({"specversion":"1.0","id":"1","source":"s","type":"save","subject":"a","dataschema":""})", "! not a CloudEvent: `dataschema` is empty, or not a text"},
        {R"({"specversion":"1.0","id":"1","source":"s","type":"save","subject":"a","data_base64":"e30="})", "! `data_base64` is not JSON: send the fields as `data`"},
        {R"({"specversion":"1.0","id":"1","source":"s","type":"save","subject":"a","data":[1]})", "! `data` is not a JSON object"},
    };
    for (const auto& [line, told] : wrong) {
        INFO(line);
        options.path = scratch.write("wrong", line + "\n");
        CHECK(read_all(script, options) == std::vector<std::string>{told});
    }
}

TEST_CASE("records: names are found by their texts, however long and whatever stands behind them") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        std::mt19937 random(seed);
        // Of few letters, so that many are alike in their first and their last bytes.
        const auto text = [&] {
            std::string out(random() % (seed % 2 == 0 ? 5 : 40), 'a');
            for (auto n = random() % 3; n-- > 0 && !out.empty();) out[random() % out.size()] = "b\0c"[random() % 3];
            return out;
        };
        KnownNames names;
        std::map<std::string, std::uint32_t> wanted;
        for (int i = 0; i < 200; ++i) {
            const auto known = text();
            const auto next = static_cast<std::uint32_t>(wanted.size());
            REQUIRE(names.add(known) == wanted.emplace(known, next).first->second);
            REQUIRE(names.size() == wanted.size());
            const auto asked = text();
            const auto at = wanted.find(asked);
            const auto number = at == wanted.end() ? KnownNames::unknown : at->second;
            REQUIRE(names.find(asked) == number);
            std::string padded = asked;
            for (int behind = 0; behind < 8; ++behind) padded += static_cast<char>(random());
            REQUIRE(names.find_padded(std::string_view(padded).substr(0, asked.size())) == number);
        }
        for (const auto& [known, number] : wanted) {
            REQUIRE(names.find(known) == number);
            REQUIRE(names.text(number) == known);
        }
    }
}

TEST_CASE("records: names that are looked for at the same place are several") {
    const std::pair<std::string, std::string> alike[] = {{"b", std::string("a\0", 2)}, {"bcdefghij", "acdefghijk"}, {"bcdefghij", "bcdefghik"}}; // one more in the first byte, one less in length
    for (const auto& [known, other] : alike) {
        KnownNames names;
        names.add(known);
        CHECK(names.find(other) == KnownNames::unknown);
        CHECK(names.add(other) == 1);
        CHECK(names.find(known) == 0);
    }
}

TEST_CASE("json lines: a flat record is the same without a document, and what is not JSON is not taken without one") {
    const std::vector<std::string> lines{
        R"({"type":"listen","fan":"a","time":"2026-03-01T12:00:00Z","n":1,"x":-2.5e3,"b":true,"c":false,"d":null})", R"({})", R"({ "a" : 1 , "a" : 2 })", R"({"k\u00e9y":"v\n\t\"\\\u20ac\ud83c\udfb5"})",
        R"({"a":1}{"b":2})", R"({"a":1} x)", R"({"a":1},)", R"({"a":1)", R"({"a")", R"({"a":})", R"({"a":1,})", R"({,"a":1})", R"({"a" 1})", R"({a:1})", R"([1])", R"("a")", R"(12)", "", " ", "null", R"({"a":01})", R"({"a":1.})",
        R"({"a":.5})", R"({"a":-})", R"({"a":-0})", R"({"a":1e999})", R"({"a":9223372036854775807})", R"({"a":18446744073709551615})", R"({"a":18446744073709551616})", R"({"a":123456789012345678901234567890})",
        R"({"a":tru})", R"({"a":truee})", R"({"a":nul})", R"({"a":nullx})", R"({"a":"\x"})", R"({"a":"\ud800"})", R"({"\q":1})", "{\"a\":\"\x01\"}", "{\"a\":\"\xff\"}", "{\"a\":\"tab\there\"}", R"({"a":{"b":1}})", R"({"a":[1,,2]})", R"({"a":[]})",
        R"({"a\":1,\"b":2})", R"({"a":1,"b":2})", R"({"a\\":1})", R"({"a\"b":1})", R"({"a\\b":1,"":2})", R"({"longer":1,"as long as two words":2,"b":"c\\d"})", R"({"longer":1,"as long as two wordz":2,"b":"c"  })",
        R"({"a":1e5,"b":-0.0,"c":1E+3})", R"({"a":0.1,"b":-1e-2})", R"({"a":1e-400})", R"({"a":-1e400})", R"({"a":0.1234567890123456789012345,"b":9007199254740993,"c":999999999999999})", R"({"a":-9223372036854775809})",
        R"({"a":18446744073709551616,"b":1,"b":2})", R"({"b":"1\\\"99999999999999999999","a":-18446744073709551616})", R"({"a":999999999999999999990.5})", R"({"a":99999999999999999999e1})", R"({"a":[18446744073709551616]})", R"({"a":+1})", R"({"a":1e})", R"({"a":1e+})", R"({"a":-})", R"({"a":00})", R"({"a":0x1})", R"({"a":inf,"b":nan})", R"({"a" : "b" , "c"	: true	})", R"({"a":"b":"c"})", R"({"a":1 "b":2})", R"({"a":"1)", R"({"a":1}})", R"({{"a":1}})", std::string(R"({"a":1)") + std::string(1, '\0') + "}", "\xEF\xBB\xBF{\"a\":1}",
    };
    std::mt19937 random(5);
    FlatLines flat;
    simdjson::dom::parser whole;
    const std::string alphabet = "{}[]:,\"\\0123456789eE+-.tfn \t\x80";
    std::size_t taken = 0, left = 0;
    KnownNames names; // of the records below, but those that end with an `x` or a `c`
    for (const auto& line : lines) {
        const simdjson::padded_string padded(line);
        simdjson::dom::element document;
        simdjson::dom::object object;
        if (parse_json(whole, padded, document).empty() && !document.get_object().get(object))
            for (const auto& field : object)
                if (!field.key.ends_with('x') && !field.key.ends_with('c')) names.add(field.key);
    }
    REQUIRE(names.size() > 10);
    Fields with(names), without(names); // which know the records before
    const auto same = [&](std::string_view line, std::string_view ahead) {
        INFO(line);
        const simdjson::padded_string padded(line);
        with.clear();
        without.clear();
        if (!flat.read(line, ahead, without)) return ++left, void();
        ++taken;
        simdjson::dom::element document;
        simdjson::dom::object object;
        REQUIRE(parse_json(whole, padded, document) == "");
        REQUIRE_FALSE(document.get_object().get(object));
        REQUIRE(read_object(object, with, false) == "");
        for (std::uint32_t name = 0; name < names.size(); ++name) {
            const auto* a = with.find(name);
            const auto* b = without.find(name);
            REQUIRE((a == nullptr) == (b == nullptr));
            if (a) CHECK(std::tuple(a->kind, a->text, a->number, a->integer, a->whole, a->boolean) == std::tuple(b->kind, b->text, b->number, b->integer, b->whole, b->boolean));
        }
        for (const auto& field : object)
            if (const auto name = names.find(field.key); name != KnownNames::unknown) CHECK(without.find(name));
    };
    for (const auto& line : lines) {
        const simdjson::padded_string padded(line);
        same(padded, {});
    }
    CHECK(taken > 10);
    CHECK(left > 30);
    // Some lines at once, of which more or fewer are broken.
    for (int i = 0; i < 5'000; ++i) {
        std::string text;
        const auto broken = random() % 4;
        for (auto more = random() % 12; more-- > 0;) {
            auto line = lines[random() % (broken > 1 ? lines.size() : 4)];
            for (auto n = broken == 0 || random() % 4 >= broken ? 0 : 1 + random() % 2; n > 0 && !line.empty(); --n) {
                const auto at = random() % line.size();
                if (random() % 2) line.erase(at, 1);
                else line.insert(at, 1, alphabet[random() % alphabet.size()]);
            }
            text += line;
            if (more > 0 || random() % 2) text += random() % 8 == 0 ? " \r\n" : "\n";
        }
        const simdjson::padded_string padded(text);
        for (std::string_view rest = padded; !rest.empty();) {
            const auto end = std::min(rest.find('\n'), rest.size());
            same(rest.substr(0, end), rest.substr(end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    CHECK(taken > 8'000);
    CHECK(left > 4'000);
}

TEST_CASE("json lines: a record has so many fields and no more, whatever else it holds") {
    const auto of = [](std::size_t fields, const std::string& more) {
        std::string out = R"({"type":"follow","fan":"a","time":"2026-03-01T12:00:00Z")" + more;
        for (std::size_t i = 3; i < fields; ++i) out += fmt::format(",\"f{}\":{}", i, i);
        return out + "}\n";
    };
    for (const auto* more : {"", ",\"within\":{}"}) { // without a document, and with one
        const auto read = jsonl(of(most_names - (*more ? 1 : 0), more) + of(most_names + 1, more));
        REQUIRE(read.size() == 2);
        CHECK(read[0].starts_with("follow a "));
        CHECK(read[1] == "! it has more than 256 fields");
    }
}
