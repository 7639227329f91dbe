#include "streams.hpp"

#include <fmt/format.h>
#include <random>

namespace segue::test {

std::string event(int n, const std::string& fan, const std::string& type, const std::string& more, int minute) {
    return fmt::format(R"({{"id":"e{}","fan":"{}","type":"{}","time":{}{}}})", n, fan, type, 1772366400000 + minute * std::int64_t{60'000}, more.empty() ? "" : "," + more) + "\n";
}

std::string stream(int records, unsigned seed) {
    std::mt19937 random(seed);
    std::string out;
    for (int i = 0; i < records; ++i) {
        const auto fan = fmt::format("f{}", random() % 7);
        const auto minute = i * 30 - static_cast<int>(random() % 120);
        switch (random() % 6) {
        case 0: out += event(i, fan, "optin", R"("channel":"sms")", minute); break;
        case 1: out += event(i, fan, "presave", R"("release":"neon")", minute); break;
        case 2: out += event(i, fan, "visit", "", minute); break;
        case 3: out += event(i / 2, fan, "click", R"("link":"/x")", minute); break;
        default: out += event(i, fan, "listen", fmt::format(R"("track":"t{}")", random() % 3), minute);
        }
        if (i % 37 == 0) out += "broken\n";
    }
    return out;
}

const std::string busy = R"(
release neon { title "Neon" date 2026-03-03 link "https://x.example/n" }
limit sms to 1 per 1 day else wait up to 2 days
quiet sms from 21:00 to 09:00
flow f {
  a: on presave => wait until release day at 10:00 then send sms "{release.title}"
  b: on listen >= 2 per track => prompt save(track) via page then wait for save up to 3 hours else { tag cold } then tag warm
  c: on click => send sms "clicked" then wait 5 hours then send sms "later"
  d: on no listen for 8 hours => tag quiet_fan then split s { 50% { tag half } 50% {} }
  e: on release day at 12:00 when presave(release) => tag out then wait 90 minutes then tag out_since
}
)";

std::string crowd(int fans, unsigned seed) {
    constexpr int days = 9 * 24 * 60; // until the last moment of `gathering`
    std::mt19937 random(seed);
    std::string out;
    for (int i = 0; i < 4 * fans; ++i) {
        const auto fan = fmt::format("f{}", i < fans ? i : static_cast<int>(random() % static_cast<unsigned>(fans)));
        const int minute = static_cast<int>(static_cast<std::int64_t>(days) * i / (4 * fans)) - static_cast<int>(random() % 120);
        switch (random() % 5) {
        case 0: out += event(i, fan, "optin", R"("channel":"sms")", minute); break;
        case 1: out += event(i, fan, "listen", R"("track":"t1")", minute); break;
        default: out += event(i, fan, "presave", fmt::format(R"("release":"r{}")", random() % 6), minute);
        }
        if (i % 97 == 0) out += "broken\n";
    }
    return out;
}

const std::string gathering = R"(
release r0 { title "Zero" date 2026-03-03 link "https://x.example/0" }
release r1 { title "One" date 2026-03-04 link "https://x.example/1" }
release r2 { title "Two" date 2026-03-05 link "https://x.example/2" }
release r3 { title "Three" date 2026-03-06 link "https://x.example/3" }
release r4 { title "Four" date 2026-03-08 link "https://x.example/4" }
release r5 { title "Five" date 2026-03-09 link "https://x.example/5" }
flow f {
  a: on release day at 12:00 when presave(release) => tag out
  b: on release day at 12:00 when presave(release) and not listen(track: "t1") => tag unheard then wait 90 minutes then send sms "{release.link}"
  c: on presave => wait until release day at 12:00 then send sms "{release.title}"
  d: on release day at 12:00 => tag there
  e: on 1 day after release at 12:00 when optin(sms) => prompt save via sms then wait for save up to 3 hours else { tag cold }
}
)";

} // namespace segue::test
