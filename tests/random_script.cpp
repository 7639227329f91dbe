#include "random_script.hpp"

#include <initializer_list>
#include <random>
#include <string_view>
#include <vector>

namespace segue::test {

namespace {

class Writer {
public:
    explicit Writer(std::uint32_t seed) : random_(seed), comments_(seed % 3 == 0 ? 0 : seed % 3 == 1 ? 12 : 4) {}

    std::string script() {
        declarations();
        for (auto flows = 1 + roll(3); flows > 0; --flows) flow();
        for (auto rules = roll(4); rules > 0; --rules) rule(2);
        if (one_in(3)) test();
        return laid_out();
    }

private:
    // std::uniform_int_distribution differs between libraries; a remainder does not.
    std::uint32_t roll(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }
    bool one_in(std::uint32_t n) { return roll(n) == 0; }
    std::string pick(std::initializer_list<const char*> of) { return of.begin()[roll(static_cast<std::uint32_t>(of.size()))]; }

    void raw(std::string token) { tokens_.push_back(std::move(token)); }
    void put(std::string_view words) { // tokens with blanks between
        while (!words.empty()) {
            const auto end = std::min(words.find(' '), words.size());
            if (end > 0) raw(std::string(words.substr(0, end)));
            words.remove_prefix(std::min(end + 1, words.size()));
        }
    }
    void semicolon() { while (one_in(4)) raw(";"); }
    std::string fresh(const char* stem) { return stem + std::to_string(serial_++); }

    void declarations() {
        if (one_in(3)) put("use std.recipes"), semicolon();
        if (one_in(2)) {
            put("event " + fresh("happening") + " ( place : text from"), raw("\"p.place\""), put(", seats : number ? )");
            if (one_in(2)) put("once per place");
            if (one_in(2)) put("from"), raw("\"Show RSVPed\""), put(","), raw("\"rsvp\"");
            semicolon();
        }
        for (auto n = roll(3); n > 0; --n) put("attribute " + fresh("fact") + " : " + pick({"number", "text up to 20", "date", "bool"})), semicolon();
        if (one_in(3)) put("channel " + fresh("fax") + pick({"", " needs consent", " has subject", " needs consent has subject"})), semicolon();
        if (one_in(3)) put("stages { low when visit"), semicolon(), put("listener when listen follower when follow and"), condition(1), put("}"), semicolon();
        if (one_in(2)) {
            put("release neon { title"), raw("\"Neon\""), semicolon(), put("date 2026-03-10 link"), raw("\"https://nova.example/n\""), semicolon(), put("}");
            semicolon();
        }
        if (one_in(2)) put("define " + fresh("kept") + " ="), condition(3), semicolon();
        if (one_in(2)) put("limit " + pick({"messages", "sms", "email"}) + " to 3 per 7 days" + pick({"", " else wait", " else wait up to 2 days"})), semicolon();
        if (one_in(3)) put("quiet sms from 21:00 to 9:00"), semicolon();
        if (one_in(3)) put("promise messages at most 5 per 30 days"), semicolon();
        if (one_in(4)) put("timezone"), raw("\"Europe/Berlin\""), semicolon();
        if (one_in(4)) put("attribution 30 days"), semicolon();
    }

    void flow() {
        const auto name = fresh("flow");
        const bool is_template = one_in(3);
        put("flow " + name);
        if (is_template) put("( n : number = 2 , words : text ="), text(), put(", gap : duration = 2 days )");
        put("{");
        parameters_ = is_template;
        if (one_in(4)) put("limit sms to 2 per 1 day"), semicolon();
        for (auto rules = roll(4); rules > 0; --rules) rule(3);
        put("}");
        parameters_ = false;
        semicolon();
        if (is_template) put("include " + name + pick({"", " ( n : 3 )", " ( n : 3 , gap : 1 week )"}) + " as " + fresh("copy")), semicolon();
    }

    void text() {
        if (parameters_ && one_in(4)) return raw("words");
        switch (roll(8)) {
        case 0: return raw("\"\"\"\n      one\n        two\n\n    {fan.name ?? \"x\"}\n    \"\"\"");
        case 1: return raw("\"\"\"\n\tone\n   \n two\"\"\"");
        case 2: return raw("\"a \\\"quoted\\\" \\u{1F3B5} \\{x} { fan.name ?? \"you\" }{ -1 }\"");
        case 3: return raw("\"" + std::string(20 + roll(90), 'x') + "\"");
        case 4: return raw("\"日本語 # no comment\"");
        default: raw("\"short\"");
        }
    }

    void message(bool subject) {
        if (subject && one_in(2)) text(), put("/");
        text();
    }

    void routes() {
        bool first = true;
        for (const auto* channel : {"sms", "email", "page"}) {
            if (!first && !one_in(2)) continue;
            put(first ? channel : std::string("or ") + channel);
            message(std::string_view(channel) == "email");
            first = false;
        }
    }

    void condition(int depth) {
        if (depth > 0 && one_in(2)) {
            condition(depth - 1);
            put(pick({"and", "or"}));
            return condition(depth - 1);
        }
        if (depth > 0 && one_in(5)) return put("not ("), condition(depth - 1), put(")");
        put(pick({"listen within 7 days >= 3", "listen >= 3 within 7 days", "not save within 1 day < 2", "save", "follow", "sms", "known fan.country",
                  "fan.country in [", "stage >= follower", "tagged ( vip )", "distinct ( listen.release within 30 days ) >= 2", "since ( listen ) ?? 3 days > 2 days",
                  "listen ( seconds >= 30 )", "1 + 2 * - visit < 3", "next release != latest release", "out ( next release ?? release_x )"}));
        if (tokens_.back() == "[") raw("\"US\""), put(","), raw("\"CA\""), put("]");
        if (tokens_.back() == ")" && tokens_[tokens_.size() - 2] == "release_x") tokens_.resize(tokens_.size() - 7), put("visit");
    }

    void block(int depth) {
        put("{");
        for (auto steps = roll(4); steps > 0; --steps) {
            step(depth - 1, true);
            if (one_in(3)) put("then");
            else semicolon();
        }
        put("}");
    }

    // Behind `stop` nothing is reached, which is fine for the formatter.
    void step(int depth, bool in_block) {
        switch (roll(depth > 0 ? 16 : 10)) {
        case 0: return put("prompt follow or save ( any )" + std::string(one_in(2) ? " via sms or email" : "")), one_in(3) ? text() : void();
        case 1: return put("prompt follow via"), routes();
        case 2:
        case 3: return put("send"), routes();
        case 4: return put("wait " + pick({"90 seconds", "2 days", "2 days at 9:00", "until 09:00", "until 2026-03-13 at 10:00", "until release day of next release at 10:00", "0.5 hours"}));
        case 5: return put("wait for follow up to 36 hours");
        case 6: return put("record optin ( sms )");
        case 7: return put(pick({"tag", "untag"}) + " vip");
        case 8: return put("prompt playlist_add ( any ) or save ( any ) or follow or share or purchase or visit or click ( any )");
        case 9: return put(in_block ? "stop" : "tag late");
        case 10:
        case 11: put("if"), condition(2), block(depth); break;
        case 12: return put("split " + fresh("split") + " { 50%"), block(depth), semicolon(), put("44.5% arm :"), block(depth), put("5.5% other : { } }");
        case 13: return put("wait for save up to 2 days else"), block(depth);
        case 14: return block(depth);
        default: put("if"), condition(1), put("{ stop }"), put("else if"), condition(0), block(depth);
        }
        if (one_in(2)) put("else"), block(depth);
    }

    void test() {
        put("test"), raw("\"t " + std::to_string(serial_++) + "\""), put("{");
        for (auto statements = roll(6); statements > 0; --statements) {
            put(pick({"ana does save ( \"t1\" )", "\"a-b\" does listen ( \"t1\" , seconds : 30 )", "fan ana { name \"Ana\" timezone \"Europe/Berlin\" }", "fan bo",
                      "release first { date 2026-03-20 live false }", "at 2026-03-01 12:00", "at 9:30 in \"Asia/Tokyo\"", "at release day of first at 10:00", "after 2 days",
                      "expect prompt save ( \"t1\" ) or follow via sms to ana \"Keep?\"", "expect send email \"A\" / \"B\" to \"a-b\"", "expect reply", "expect untag vip to ana",
                      "expect arm 1 of s", "expect nothing to bo", "expect suppressed", "expect suppressed send sms to ana because limit", "expect stage follower of ana"}));
            if (one_in(3)) put("expect"), condition(3), put("of ana");
            semicolon();
        }
        put("}");
    }

    void rule(int depth) {
        if (one_in(2)) put(fresh("label") + " :");
        put("on");
        put(pick({"listen", "listen or save ( any )", "save >= 2", "listen within 7 days >= 3", "listen per track within 7 days >= 3", "listen every 10", "no listen for 30 days",
                  "release day at 9:00", "7 days before release", "2026-03-13 at 10:00", "enter follower", "listen ( seconds >= 30 )", "presave", "visit"}));
        if (parameters_ && tokens_.back() == "visit") put(">= n");
        for (auto clauses = roll(8); clauses > 0; clauses /= 2) {
            if (clauses == 1) put("when"), condition(3);
            if (clauses == 2) put("once every 30 days");
            if (clauses == 4) put("until unfollow or listen ( seconds > 9 )");
        }
        put("=>");
        step(depth, false);
        for (auto steps = roll(4); steps > 0; --steps) semicolon(), put("then"), step(depth, false);
        if (one_in(5)) semicolon(), put("-> follower");
        semicolon();
    }

    bool joins(const std::string& a, const std::string& b) const { // may stand without a blank between
        static constexpr std::string_view signs = "(){}[],;";
        return signs.find(a.back()) != std::string_view::npos || signs.find(b.front()) != std::string_view::npos;
    }

    std::string laid_out() {
        std::string out;
        if (one_in(10)) out += "\xEF\xBB\xBF";
        const std::string end = one_in(4) ? "\r\n" : "\n";
        const auto remark = [&] { return pick({"# ", "## ", "#"}) + std::string("c") + std::to_string(serial_++) + pick({"", " {", " then \"", "  ", " ;"}) + end; };
        for (std::size_t i = 0; i < tokens_.size(); ++i) {
            if (comments_ > 0 && one_in(40u / comments_)) out += pick({" ", "  ", "\n", "\n\n", "\t"}) + remark() + (one_in(4) ? end + "  " + remark() : "");
            else if (i > 0 && joins(tokens_[i - 1], tokens_[i]) && one_in(3)) out += "";
            else if (one_in(6)) out += pick({"  ", "\t"}) + end;
            else if (one_in(12)) out += end + end + end;
            else out += " ";
            out += tokens_[i];
        }
        if (one_in(2)) out += " " + remark();
        if (one_in(2)) out += end + end + "   ";
        return out;
    }

    std::mt19937 random_;
    std::uint32_t comments_; // how thick
    std::uint32_t serial_ = 1;
    bool parameters_ = false;
    std::vector<std::string> tokens_;
};

} // namespace

std::string random_script(std::uint32_t seed) { return Writer(seed).script(); }

} // namespace segue::test
