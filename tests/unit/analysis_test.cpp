// The findings over the whole program: the worst case against what the engine really lets through, texts and their segments, and
// conditions that can or cannot be.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <deque>
#include <fmt/format.h>

#include "check/analysis/budget.hpp"
#include "check/analysis/findings.hpp"
#include "check/analysis/gsm.hpp"
#include "run/world.hpp"
#include "support.hpp"

using namespace segue;
using namespace segue::test;

namespace {

constexpr Time start = 1'772'323'200'000; // 2026-03-01T00:00:00Z
constexpr Span_ms hour = 3'600'000;

// Messages on a channel (empty: all that need consent) within the worst span of that length, half open as a limit's is.
std::size_t worst(const Actions& actions, const std::string& channel, Span_ms span) {
    std::vector<Time> times;
    for (const auto& a : actions)
        if ((a.kind == Action::Kind::Send || a.kind == Action::Kind::Prompt) && (channel.empty() ? a.channel != "page" : a.channel == channel)) times.push_back(a.time);
    std::sort(times.begin(), times.end());
    std::size_t most = 0;
    std::size_t from = 0;
    for (std::size_t to = 0; to < times.size(); ++to) {
        while (times[from] <= times[to] - span) ++from;
        most = std::max(most, to - from + 1);
    }
    return most;
}

std::string line(const std::string& type, Time time, const std::string& more = "") {
    return fmt::format(R"({{"fan":"ana","type":"{}","time":{}{}}})", type, time, more.empty() ? "" : "," + more) + "\n";
}

const std::string consents = line("optin", start - 2, R"("channel":"sms")") + line("optin", start - 1, R"("channel":"email")");

// A fan who does everything, every `step`, for 40 days: each time something new.
std::string flood(Span_ms step) {
    std::string out = consents;
    int n = 0;
    for (Time t = start; t < start + 40 * day_ms; t += step, ++n) {
        out += line("visit", t) + line("click", t, R"("link":"/x")") + line("share", t);
        out += line("listen", t, fmt::format(R"("track":"t{}","release":"r{}","seconds":60)", n % 3, n % 5));
        out += line("save", t, fmt::format(R"("track":"s{}")", n)) + line("presave", t, fmt::format(R"("release":"p{}")", n));
        out += line("purchase", t, R"("item":"shirt")") + line("follow", t) + line("playlist_add", t, fmt::format(R"("track":"a{}")", n));
    }
    return out;
}

double bound(const Script& script, const std::string& channel, Span_ms span) {
    Diagnostics unheard;
    analysis::Model model(*script.program, script.places, *script.ledger, unheard, [](std::uint32_t) { return false; });
    analysis::find_unreachable(model);
    return analysis::bound_of(model, Scope{channel.empty() ? none : *script.program->channel(channel), none}, span).most;
}

} // namespace

TEST_CASE("budget: no stream gets more through than the bound, and the worst fan gets all of it") {
    struct Case {
        std::string flow, channel;
        Span_ms span;
        double most;
        bool tight = true; // a stream of the flood gets all of it
    };
    const Case cases[] = {
        {"limit sms to 2 per 3 days\non visit => send sms \"a\"", "sms", 7 * day_ms, 6},
        {"limit sms to 2 per 3 days\non visit => send sms \"a\"", "sms", 30 * day_ms, 20},
        {"limit sms to 1 per 1 day\nlimit messages to 4 per 7 days\non visit => send sms \"a\"", "sms", 30 * day_ms, 18},
        {"limit messages to 3 per 7 days\non visit => send sms \"a\"\non click => send email \"b\" / \"c\"", "", 7 * day_ms, 3},
        {"limit sms to 2 per 7 days\nlimit email to 1 per 7 days\non visit => send sms \"a\"\non click => send email \"b\" / \"c\"", "", 7 * day_ms, 3},
        {"on visit once => send sms \"a\" then wait 1 day then send sms \"b\"", "sms", 7 * day_ms, 2},
        {"on save >= 2 => send sms \"a\"", "sms", 30 * day_ms, 1},
        {"on visit once every 2 days => send sms \"a\"", "sms", 7 * day_ms, 4},
        {"on visit once every 3 days => send sms \"a\" then wait 1 day then send sms \"b\"", "sms", 7 * day_ms, 6, false},
        {"on visit once => send sms \"a\" then wait 7 days then send sms \"b\" then wait 7 days then send sms \"c\"", "sms", 7 * day_ms, 1},
        {"on visit once => send sms \"a\" then wait 7 days then send sms \"b\" then wait 7 days then send sms \"c\"", "sms", 30 * day_ms, 3},
        {"on visit once every 7 days => wait 1 hour then send sms \"a\" then wait 3 days then tag asked", "sms", 7 * day_ms, 1},
        {"on visit once every 20 days => send sms \"a\" then wait 8 days then send sms \"b\"", "sms", 7 * day_ms, 1},
        {"on visit once every 8 days => send sms \"a\" then wait 6 days then send sms \"b\"", "sms", 7 * day_ms, 2},
        {"on visit once every 3 days => if follow { send sms \"a\" } else { send sms \"b\" }", "sms", 7 * day_ms, 3},
        {"on visit once every 7 days => if tagged(x) { send sms \"a\" } else { tag x then send email \"a\" / \"b\" then wait 20 days then tag y }", "sms", 7 * day_ms, 1},
        {"on no playlist_add for 10 days => send sms \"a\"", "sms", 30 * day_ms, analysis::unbounded}, // late records begin it anew
        {"on visit once every 7 days => send sms \"a\" then wait for purchase up to 3 days then send sms \"b\"", "sms", 7 * day_ms, 3, false},
        {"on enter follower => send sms \"a\"", "sms", 30 * day_ms, 1},
        {"on 2026-03-05 at 10:00 => send sms \"a\"", "sms", 30 * day_ms, 1},
        {"on presave(\"p3\") => send sms \"a\"", "sms", 30 * day_ms, 1},
        {"on visit once => if sms { send sms \"a\" send sms \"b\" } else { send sms \"c\" }", "sms", 7 * day_ms, 2},
        {"flow a { limit sms to 1 per 7 days\n on visit => send sms \"a\" }\nflow b { limit sms to 2 per 7 days\n on click => send sms \"b\" }", "sms", 7 * day_ms, 3},
        {"limit sms to 2 per 7 days\nflow a { limit sms to 1 per 7 days\n on visit => send sms \"a\" }\nflow b { on click => send sms \"b\" }", "sms", 7 * day_ms, 2},
        {"limit sms to 2 per 7 days else wait\non visit => send sms \"a\"", "sms", 30 * day_ms, 10},
        {"on visit once per page => send sms \"a\"", "sms", 7 * day_ms, analysis::unbounded},
        {"on visit => send sms \"a\"", "sms", 7 * day_ms, analysis::unbounded},
    };
    for (const auto& c : cases) {
        INFO(c.flow);
        const Script script(c.flow);
        CHECK(bound(script, c.channel, c.span) == c.most);
        std::size_t got = 0;
        for (const auto step : {1 * hour, 24 * hour}) {
            const auto played = play(script, flood(step), "2026-05-01T00:00:00Z");
            got = std::max(got, worst(played.actions, c.channel, c.span));
        }
        CHECK(static_cast<double>(got) <= c.most);
        if (c.tight && !std::isinf(c.most)) CHECK(static_cast<double>(got) == c.most);
    }
}

TEST_CASE("budget: every choice of days, tried one by one") {
    // One rule each; the fan comes on any of 9 days, at the first or the last minute of it.
    const std::string flows[] = {
        "on visit once every 3 days => send sms \"a\"", "limit sms to 2 per 4 days\non visit => send sms \"a\"", "limit sms to 1 per 2 days\nlimit sms to 2 per 5 days\non visit => send sms \"a\"",
        "on visit >= 2 => send sms \"a\" then wait 2 days then send sms \"b\"", "on visit once every 2 days => wait 1 day then send sms \"a\"",
    };
    for (const auto& flow : flows) {
        INFO(flow);
        const Script script(flow);
        std::size_t most = 0;
        for (unsigned days = 0; days < 512; ++days)
            for (const Span_ms late : {Span_ms{0}, 24 * hour - 60'000}) {
                std::string records = consents;
                for (int d = 0; d < 9; ++d)
                    if (days & (1u << d)) records += line("visit", start + d * day_ms + (d % 2 == 0 ? 0 : late));
                most = std::max(most, worst(play(script, records, "2026-03-20T00:00:00Z").actions, "sms", 7 * day_ms));
            }
        CHECK(static_cast<double>(most) == bound(script, "sms", 7 * day_ms));
    }
}

TEST_CASE("never: what a message is reached with is past behind a tag, or behind a message that can be held back") {
    const auto says = [](const std::string& flow) { return Script(flow).messages(); };
    CHECK(says("quiet sms from 21:00 to 09:00\non presave => prompt sms\non visit when not tagged(v) once => tag v then if tagged(v) { send sms \"x\" } -> follower\non click => prompt follow").find("W0705") == std::string::npos);
    const std::string rest = "on presave => prompt sms or email\non visit when not follow once => send email \"s\" / \"m\" then if follow { send sms \"x\" }\n";
    CHECK(says("quiet email from 21:00 to 09:00\n" + rest).find("W0705") == std::string::npos);
    CHECK(says(rest).find("nobody ever comes to this message") != std::string::npos);
}

TEST_CASE("budget: the examples stay within it") {
    for (const auto& path : files(SEGUE_ROOT "/examples", ".flow")) {
        INFO(path);
        const Script script(std::vector<ProgramText>{{path, slurp(path)}});
        const auto played = play(script, flood(6 * hour), "2026-08-01T00:00:00Z");
        for (const auto* channel : {"sms", "email"})
            for (const auto span : {7 * day_ms, 30 * day_ms}) CHECK(static_cast<double>(worst(played.actions, channel, span)) <= bound(script, channel, span));
    }
}

TEST_CASE("segments of a text message") {
    const auto length = [](const std::string& text) {
        analysis::SmsLength l;
        l.add(text);
        return l;
    };
    CHECK(length(std::string(160, 'a')).segments() == 1);
    CHECK(length(std::string(161, 'a')).segments() == 2);
    CHECK(length(std::string(306, 'a')).segments() == 2);
    CHECK(length(std::string(307, 'a')).segments() == 3);
    CHECK(length(std::string(80, '{')).septets == 160); // the extension table counts two
    CHECK(length("\u20AC").septets == 2);
    CHECK(length("@\u00A3$\u00A5\u00E8\u00E9\u00F9\u00EC\u00F2\u00C7\n\u00D8\u00F8\r\u00C5\u00E5\u0394_\u03A6\u0393\u039B\u03A9\u03A0\u03A8\u03A3\u0398\u039E\u00C6\u00E6\u00DF\u00C9").gsm());
    CHECK_FALSE(length("`").gsm());
    CHECK(length("\u2019").outside == 0x2019);
    std::string seventy = "\u2019";
    for (int i = 0; i < 69; ++i) seventy += 'a';
    CHECK(length(seventy).segments() == 1);
    CHECK(length(seventy + "a").segments() == 2);
    CHECK(length("\U0001F3B5").units == 2);
    std::string many = "\u2019";
    for (int i = 0; i < 133; ++i) many += 'a';
    CHECK(length(many).segments() == 2);
    CHECK(length(many + "a").segments() == 3);
}

TEST_CASE("what is possible is never called impossible") {
    // Each holds for some fan; none may be told to be never.
    const char* right[] = {
        "on save when not save(\"t\") => prompt sms", "on unsave when not save => prompt sms", "on listen when not listen within 7 days => prompt sms", "on follow when stage < retained => prompt sms",
        "on save when save >= 2 and save < 5 => prompt sms", "on save >= 2 when save >= 2 and save <= 2 => prompt sms", "on no listen for 30 days when listen within 60 days => prompt sms",
        "on no listen for 30 days when listen => prompt sms", "on listen(seconds >= 30) when seconds < 31 => prompt sms", "on share when fan.country != \"US\" and fan.country != \"CA\" => prompt sms",
        "on share when fan.country in [\"US\", \"CA\"] and fan.country != \"US\" => prompt sms", "on share when not known fan.country or fan.country == \"US\" => prompt sms",
        "on enter follower when stage == follower and not retained_like => prompt sms\ndefine retained_like = distinct(listen.release) >= 2", "on optout(sms) when not sms => prompt sms",
        "on optin(sms) when not email => prompt email", "on follow until unfollow => wait 1 day then prompt sms", "on save => wait 1 day then prompt save", "on listen => prompt save(any)",
        "on listen => prompt save", "on share or visit when save > 2 => prompt sms", "on listen >= 3 per track when listen(track) >= 3 => prompt save", "on save when since(save) ?? 0 days >= 0 days => prompt sms",
        "on share when save + listen >= 2 and save < 1 => prompt sms", "on visit when tagged(a) and not tagged(b) => prompt sms\non click => tag a then tag b", "on save(\"a\") when not save(\"b\") => prompt sms",
        "stages { a when listen b when save c when listen and save }\non visit => prompt save(any)", "on presave(\"a\") when presave(\"b\") and not presave(\"c\") => prompt sms",
    };
    for (const auto* flow : right) {
        INFO(flow);
        const Script script(flow);
        INFO(script.messages());
        CHECK_FALSE(script.has("W0705"));
    }
}
