// What the findings tell apart: scripts near their borders, with what must be said of them, and what must not.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "support.hpp"

using namespace segue;
using namespace segue::test;

namespace {

const std::string head = "release neon { title \"Neon\" date 2026-03-13 link \"https://x.example/n\" }\n"
                         "release dawn { title \"Dawn\" date 2026-06-12 link \"https://x.example/d\" }\n"
                         "quiet messages from 21:00 to 09:00\nlimit messages to 3 per 7 days else wait\n"
                         "on visit when not (sms or email or push) => prompt sms or email or push via page \"Stay?\"\n";

struct Case {
    const char* rules;
    bool said;
};

template <std::size_t N> void judge(const std::string& code, const Case (&cases)[N]) {
    for (const auto& c : cases) {
        const Script script(head + c.rules);
        INFO(c.rules << "\n" << script.messages());
        CHECK_FALSE(script.diagnostics.has_errors());
        CHECK(script.has(code) == c.said);
    }
}

} // namespace

TEST_CASE("collision: two responses of one start, or of one moment of the calendar") {
    judge("W0709", {
        {"on save => prompt follow via push \"A\"\non save => prompt listen via push \"B\"", true},
        {"on save => wait 1 day then prompt follow via push \"A\"\non save => wait 1 day then prompt listen via push \"B\"", true},
        {"on save => wait 1 day then tag x then wait 1 day then prompt follow via push \"A\"\non save => wait 2 days then prompt listen via push \"B\"", true},
        {"on save => wait 1 day then prompt follow via push \"A\"\non save => wait 2 days then prompt listen via push \"B\"", false},
        {"on follow => wait until 18:00 then prompt listen via push \"A\"\non follow => wait until 18:00 then prompt save(any) via push \"B\"", true},
        {"on follow => wait 1 day at 10:00 then prompt listen via push \"A\"\non follow => wait 1 day at 10:00 then prompt save(any) via push \"B\"", true},
        {"on follow => wait 1 day at 10:00 then prompt listen via push \"A\"\non follow => wait 1 day at 11:00 then prompt save(any) via push \"B\"", false},
        {"on save => wait for follow up to 3 days else { prompt listen via push \"A\" }\non save => wait 3 days then prompt share via push \"B\"", true},
        {"on release day at 10:00 => wait 2 days then prompt listen via push \"A\"\non 2 days after release at 10:00 => prompt save(any) via push \"B\"", true},
        {"on release day => wait until 10:00 then prompt listen via push \"A\"\non release day at 10:00 => prompt save(any) via push \"B\"", true},
        {"on presave => wait until release day at 10:00 then prompt listen via push \"A\"\non release day at 10:00 => prompt save(any) via push \"B\"", true},
        {"on follow => prompt save(any) via page \"A\"\non enter follower => prompt listen via page \"B\"", true},
        {"on listen >= 3 within 7 days => prompt follow via push \"A\"\non listen >= 5 within 30 days => prompt save(any) via push \"B\"", true},
        {"on listen >= 3 => prompt follow via push \"A\"\non listen >= 5 => prompt save(any) via push \"B\"", false},
        {"on follow => wait for save up to 7 days then prompt listen via push \"A\"\non save => prompt share via push \"B\"", true},
        {"on follow => wait for save(\"t1\") up to 7 days then prompt listen via push \"A\"\non save(\"t2\") => prompt share via push \"B\"", false},
        {"on follow => wait for save up to 7 days then wait 1 hour then prompt listen via push \"A\"\non save => prompt share via push \"B\"", false},
        // conditions as the responses began
        {"on save when sms => wait 1 day then prompt listen via push \"A\"\non save when not sms => wait 1 day then prompt follow via push \"B\"", false},
        {"on save => if follow { wait 1 day then prompt listen via push \"A\" }\non save => if not follow { wait 1 day then prompt share via push \"B\" }", false},
        {"on save => wait 1 day then if follow { prompt listen via push \"A\" }\non save => wait 1 day then if not follow { prompt share via push \"B\" }", false},
        {"on release day at 10:00 when sms => wait 1 hour then prompt listen via push \"A\"\non release day at 10:00 when not sms => wait 1 hour then prompt follow via push \"B\"", false},
        {"on presave when sms => wait until release day at 10:00 then prompt listen via push \"A\"\non presave when not sms => wait until release day at 10:00 then prompt follow via push \"B\"", false},
        {"on save until follow => prompt share via push \"A\"\non save when follow => prompt listen via push \"B\"", false},
        // arguments of the triggers
        {"on listen(seconds >= 30) => prompt save(any) via push \"A\"\non listen(seconds < 30) => prompt share via push \"B\"", false},
        {"on listen(seconds >= 30) => prompt save(any) via push \"A\"\non listen(seconds < 60) => prompt share via push \"B\"", true},
        {"on listen(release: neon) => prompt save(any) via push \"A\"\non listen(release != neon) => prompt share via push \"B\"", false},
        {"on save(\"t1\") => prompt follow via push \"A\"\non save when track == \"t2\" => prompt listen via push \"B\"", false},
        {"on save when track in [\"t1\", \"t2\"] => prompt follow via push \"A\"\non save when track in [\"t3\", \"t4\"] => prompt listen via push \"B\"", false},
        {"on save when track in [\"t1\", \"t2\"] => prompt follow via push \"A\"\non save when track in [\"t2\", \"t3\"] => prompt listen via push \"B\"", true},
        {"on save when track in [\"t1\", \"t2\"] => prompt follow via push \"A\"\non save when not (track in [\"t3\"]) => prompt listen via push \"B\"", true},
        {"on save(\"t1\") => prompt follow via push \"A\"\non save when track in [\"t2\", \"t3\"] => prompt listen via push \"B\"", false},
        {"on presave(neon) => wait until release day at 10:00 then prompt listen via push \"A\"\non presave(dawn) => wait until release day at 10:00 then prompt listen via push \"B\"", false},
        // a prompt for what is there is none
        {"on save => prompt follow via push \"A\"\non save when follow => prompt listen via push \"B\"", false},
        // the same arm for the same fan
        {"on save => split s { 50% a: { prompt follow via push \"A\" } 50% b: { tag x } }\non save => split s { 50% a: { tag y } 50% b: { prompt listen via push \"B\" } }", false},
    });
}

TEST_CASE("never: what contradicts, and what does not") {
    judge("W0705", {
        {"on save >= 2 per track => prompt follow", true},
        {"on save >= 2 => prompt follow", false},
        {"on visit when presave(neon) >= 2 => prompt follow", true},
        {"on visit when sms => prompt sms via page \"x\"", true},
        {"on visit when follow => prompt follow", true},
        {"on visit when save => prompt follow", false},
        {"on visit when tagged(supperfan) => prompt follow\non save => tag superfan", true},
        {"on visit when tagged(superfan) => prompt follow\non save => tag superfan", false},
        {"on visit => stop then prompt follow", true},
        {"on save when follow until follow => wait 1 day then prompt listen", true},
        {"on save until follow => wait 1 day then prompt listen", false},
        {"on enter follower when not follow => prompt sms via page \"x\"", true},
        {"on enter listener when follow => prompt sms via page \"x\"", true},
        {"on visit when save and stage < saver => prompt follow", true},
        {"on visit when stage < saver => prompt save(any)", false},
        {"on save => wait 1 day then if sms { prompt listen } else if sms { prompt follow }", true},
        {"on save => wait 1 day then if sms { prompt listen } else if email { prompt follow }", false},
        {"on visit when not tagged(v) => tag v then if tagged(v) { prompt follow }", false},
    });
}

TEST_CASE("lost: one cap that drops is enough, a way without a cap is open") {
    const std::string open = "quiet messages from 21:00 to 09:00\non visit => prompt sms or email via page \"Stay?\"\n";
    const auto lost = [&](const std::string& limits) { return Script(open + limits + "on release day at 10:00 => prompt listen(release: release) via sms \"Out\" or email \"H\" / \"Out\"").has("W0707"); };
    CHECK(lost("limit sms to 2 per 7 days\nlimit email to 2 per 7 days\n"));
    CHECK(lost("limit sms to 2 per 7 days\nlimit email to 2 per 7 days else wait\n"));
    CHECK_FALSE(lost("limit sms to 2 per 7 days else wait\nlimit email to 2 per 7 days else wait\n"));
    CHECK_FALSE(lost("limit sms to 2 per 7 days\n"));
}

TEST_CASE("no quiet hours: a moment of the day needs none") {
    const std::string rest = "limit messages to 3 per 7 days\non visit => prompt sms\n";
    CHECK(Script(rest + "on save => prompt follow via sms \"x\"").has("W0710"));
    CHECK_FALSE(Script(rest + "on release day at 10:00 => prompt follow via sms \"x\"").has("W0710"));
    CHECK(Script(rest + "on release day at 23:00 => prompt follow via sms \"x\"").has("W0710"));
    CHECK(Script("limit messages to 3 per 7 days else wait\non visit => prompt sms\non release day at 10:00 => prompt follow via sms \"x\"").has("W0710"));
}

TEST_CASE("budget: records that come late bring a silence back, so that it has no bound") {
    const Script script("promise email at most 1 per 30 days\non visit => prompt email\non no listen for 40 days => prompt listen via email \"Come back\" / \"Play?\"");
    CHECK(script.has("W0702"));
    const std::string records = R"({"fan":"ana","type":"optin","channel":"email","time":"2026-01-01T12:00:00Z"}
{"fan":"ana","type":"listen","time":"2026-01-01T12:00:00Z","track":"a"}
{"fan":"ana","type":"visit","time":"2026-02-11T12:00:00Z"}
{"fan":"ana","type":"listen","time":"2026-01-03T12:00:00Z","track":"b"}
{"fan":"ana","type":"visit","time":"2026-02-13T12:00:00Z"}
)";
    std::size_t mails = 0;
    for (const auto& a : play(script, records, "2026-02-20T00:00:00Z").actions) mails += a.kind == Action::Kind::Prompt && a.channel == "email";
    CHECK(mails > 1);
}
