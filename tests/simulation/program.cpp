#include "simulation/program.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "simulation/calendar.hpp"

namespace segue::simulation {

const Field* EventType::field(const std::string& wanted) const {
    const auto at = std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == wanted; });
    return at == fields.end() ? nullptr : &*at;
}

const std::vector<EventType>& events() {
    static const std::vector<EventType> all = {
        {"presave", {{"release", "release"}}, true, "release"},
        {"listen", {{"track", "track"}, {"release", "release", true}, {"seconds", "number", true}}},
        {"save", {{"track", "track"}, {"release", "release", true}}, true, "track"},
        {"unsave", {{"track", "track"}}, false, "", "save"},
        {"follow", {{"artist", "artist", true}}, true, "artist"},
        {"unfollow", {{"artist", "artist", true}}, false, "", "follow"},
        {"optin", {{"channel", "channel"}}, true, "channel"},
        {"optout", {{"channel", "channel"}}, false, "", "optin"},
        {"click", {{"link", "text"}, {"release", "release", true}}},
        {"share", {{"track", "track", true}}},
        {"playlist_add", {{"track", "track"}}, true, "track"},
        {"purchase", {{"item", "text"}, {"amount", "number", true}}},
        {"visit", {{"page", "text", true}}},
        {"keyword", {{"word", "text"}}},
        {"rsvp", {{"show", "text"}, {"seats", "number", true}}, true, ""}, // these two are declared by the script
        {"cancel_rsvp", {{"show", "text"}}, false, "", "rsvp"},
    };
    return all;
}

const EventType& event(const std::string& name) {
    return *std::find_if(events().begin(), events().end(), [&](const EventType& e) { return e.name == name; });
}

const EventType* undo_of(const std::string& name) {
    const auto at = std::find_if(events().begin(), events().end(), [&](const EventType& e) { return e.undoes == name; });
    return at == events().end() ? nullptr : &*at;
}

const std::vector<std::string>& consent_channels() {
    static const std::vector<std::string> all = {"sms", "push", "email"};
    return all;
}

const char* written(Compare compare) {
    switch (compare) {
    case Compare::Eq: return "==";
    case Compare::Ne: return "!=";
    case Compare::Lt: return "<";
    case Compare::Le: return "<=";
    case Compare::Gt: return ">";
    default: return ">=";
    }
}

namespace {

std::string duration(Instant span) {
    const auto say = [](Instant n, const char* unit) { return fmt::format("{} {}{}", n, unit, n == 1 ? "" : "s"); };
    if (span % (7 * day_ms) == 0 && span > 0) return say(span / (7 * day_ms), "week");
    if (span % day_ms == 0) return say(span / day_ms, "day");
    if (span % hour_ms == 0) return say(span / hour_ms, "hour");
    return say(span / minute_ms, "minute");
}

std::string operand(const Operand& o) {
    switch (o.kind) {
    case Operand::Text: return "\"" + o.text + "\"";
    case Operand::Next: return "next release";
    case Operand::Latest: return "latest release";
    default: return o.text;
    }
}

std::string pattern(const Pattern& p) {
    if (p.any) return p.event + "(any)";
    std::string out;
    for (const auto& a : p.arguments) {
        out += out.empty() ? "" : ", ";
        if (!a.bare) out += a.compare == Compare::Eq ? a.field + ": " : fmt::format("{} {} ", a.field, written(a.compare));
        out += operand(a.value);
    }
    return out.empty() ? p.event : p.event + "(" + out + ")";
}

std::string goal(const Pattern& p) { return p.event == "optin" && p.arguments.size() == 1 ? p.arguments[0].value.text : pattern(p); }

std::string condition(const Condition& c) {
    const auto joined = [&](const char* word) {
        std::string out;
        for (const auto& part : c.of) out += (out.empty() ? "" : word) + condition(part);
        return "(" + out + ")";
    };
    const auto within = c.within > 0 ? " within " + duration(c.within) : "";
    switch (c.kind) {
    case Condition::And: return joined(" and ");
    case Condition::Or: return joined(" or ");
    case Condition::Not: return "not " + condition(c.of[0]);
    case Condition::Count: return c.number == 0 ? pattern(c.pattern) + within : fmt::format("({}{} {} {})", pattern(c.pattern), within, written(c.compare), c.number);
    case Condition::Channel: return c.name;
    case Condition::Tagged: return "tagged(" + c.name + ")";
    case Condition::Stage: return fmt::format("(stage {} {})", written(c.compare), c.name);
    case Condition::FieldIs: return fmt::format("({} {} {})", c.name, written(c.compare), operand(c.value));
    case Condition::FieldNumber: return fmt::format("(({} ?? 0) {} {})", c.name, written(c.compare), c.number);
    case Condition::KnownField: return "known " + c.name;
    case Condition::KnownAttribute: return "known fan." + c.name;
    case Condition::AttributeIn: {
        std::string list;
        for (const auto& t : c.texts) list += (list.empty() ? "\"" : ", \"") + t + "\"";
        return fmt::format("(fan.{} in [{}])", c.name, list);
    }
    case Condition::Distinct: return fmt::format("(distinct({}.{}{}) {} {})", pattern(c.pattern), c.name, within, written(c.compare), c.number);
    case Condition::Since: return fmt::format("((since({}) ?? 100 days) {} {})", pattern(c.pattern), written(c.compare), duration(c.span));
    case Condition::Out: return "out(" + operand(c.value) + ")";
    case Condition::KnownNext: return "known next release";
    case Condition::Defined: return c.name;
    }
    return "";
}

std::string text(const Text& parts) {
    std::string out = "\"";
    for (const auto& p : parts) {
        switch (p.kind) {
        case Part::Words: out += p.text; break;
        case Part::Scope: out += "{" + p.text + "}"; break;
        case Part::ScopeOr: out += "{" + p.text + " ?? \"none\"}"; break;
        case Part::Name: out += "{fan.name ?? \"friend\"}"; break;
        case Part::Number: out += "{" + p.text + (p.within > 0 ? " within " + duration(p.within) : "") + "}"; break;
        case Part::Title: out += "{release.title}"; break;
        case Part::Date: out += "{release.date}"; break;
        case Part::DeclaredTitle: out += "{" + p.text + ".title}"; break;
        }
    }
    return out + "\"";
}

std::string routes(const std::vector<Route>& all) {
    std::string out;
    for (const auto& r : all) {
        out += (out.empty() ? "" : " or ") + r.channel;
        if (r.subject) out += " " + text(*r.subject) + " /";
        if (r.text) out += " " + text(*r.text);
    }
    return out;
}

std::string at_clock(bool says, int minutes) { return says ? " at " + clock(minutes) : ""; }

std::string block(const std::vector<Step>& steps);

std::string step(const Step& s) {
    switch (s.kind) {
    case Step::Prompt: {
        std::string out = "prompt ";
        for (const auto& g : s.goals) out += (&g == &s.goals.front() ? "" : " or ") + goal(g);
        if (s.via) return out + " via " + routes(s.routes);
        return out + (s.routes[0].text ? " " + text(*s.routes[0].text) : "");
    }
    case Step::Send: return "send " + routes(s.routes);
    case Step::Reply: return "reply " + text(*s.routes[0].text);
    case Step::Wait: return "wait " + duration(s.span);
    case Step::WaitDays: return fmt::format("wait {} day{} at {}", s.days, s.days == 1 ? "" : "s", clock(s.clock));
    case Step::WaitClock: return "wait until " + clock(s.clock);
    case Step::WaitDate: return "wait until " + date(s.days) + at_clock(s.says_clock, s.clock);
    case Step::WaitRelease: return "wait until release day" + (s.release.kind == Operand::Scope ? "" : " of " + operand(s.release)) + at_clock(s.says_clock, s.clock);
    case Step::WaitFor: return fmt::format("wait for {} up to {}{}", pattern(s.pattern), duration(s.span), s.has_else ? " else " + block(s.otherwise) : "");
    case Step::Record: return "record " + pattern(s.pattern);
    case Step::Tag: return "tag " + s.name;
    case Step::Untag: return "untag " + s.name;
    case Step::If: return "if " + condition(s.condition) + " " + block(s.block) + (s.has_else ? " else " + block(s.otherwise) : "");
    case Step::Split: {
        std::string out = "split " + s.name + " {";
        for (const auto& a : s.arms) out += fmt::format(" {}% {}{}", a.percent, a.name.empty() ? "" : a.name + ": ", block(a.block));
        return out + " }";
    }
    case Step::Stop: return "stop";
    }
    return "";
}

std::string steps(const std::vector<Step>& all) {
    std::string out;
    for (const auto& s : all) out += (out.empty() ? "" : " then ") + step(s);
    return out;
}

std::string block(const std::vector<Step>& all) { return all.empty() ? "{}" : "{ " + steps(all) + " }"; }

std::string patterns(const std::vector<Pattern>& all) {
    std::string out;
    for (const auto& p : all) out += (out.empty() ? "" : " or ") + pattern(p);
    return out;
}

std::string trigger(const Trigger& t) {
    const auto per = t.per.empty() ? "" : " per " + t.per;
    switch (t.kind) {
    case Trigger::Event: return patterns(t.patterns);
    case Trigger::Count: return fmt::format("{} >= {}{}{}", pattern(t.patterns[0]), t.number, per, t.span > 0 ? " within " + duration(t.span) : "");
    case Trigger::Every: return fmt::format("{} every {}{}", pattern(t.patterns[0]), t.number, per);
    case Trigger::Silence: return "no " + pattern(t.patterns[0]) + " for " + duration(t.span);
    case Trigger::Release: return (t.days == 0 ? "release day" : fmt::format("{} day{} {} release", std::abs(t.days), std::abs(t.days) == 1 ? "" : "s", t.days < 0 ? "before" : "after")) + at_clock(t.says_clock, t.clock);
    case Trigger::Date: return date(t.days) + at_clock(t.says_clock, t.clock);
    case Trigger::Enter: return "enter " + t.stage;
    }
    return "";
}

std::string rule(const Rule& r) {
    auto out = (r.label.empty() ? "" : r.label + ": ") + "on " + trigger(r.trigger);
    if (r.when) out += " when " + condition(*r.when);
    if (r.frequency == Rule::Once) out += " once";
    if (r.frequency == Rule::OncePer) out += " once per " + r.once_per;
    if (r.frequency == Rule::OnceEvery) out += " once every " + duration(r.once_every);
    if (!r.until.empty()) out += " until " + patterns(r.until);
    return out + "\n    => " + steps(r.steps) + (r.aim.empty() ? "" : " -> " + r.aim) + "\n";
}

std::string limit(const Limit& l) {
    return fmt::format("limit {} to {} per {}{}{}\n", l.channel, l.number, duration(l.span), l.waits ? " else wait" : "", l.up_to > 0 ? " up to " + duration(l.up_to) : "");
}

std::string quiet(const Quiet& q) { return fmt::format("quiet {} from {} to {}\n", q.channel, clock(q.from), clock(q.to)); }

} // namespace

std::string Program::text() const {
    std::string out = "event rsvp(show: text, seats: number?) once\nevent cancel_rsvp(show: text) undoes rsvp\n";
    if (zone != "UTC") out += "timezone \"" + zone + "\"\n";
    if (attribution != 7 * day_ms) out += "attribution " + duration(attribution) + "\n";
    for (const auto& r : releases) out += fmt::format("release {} {{ title \"{}\" date {} link \"https://x.example/{}\"{} }}\n", r.name, r.title, date(r.day), r.name, r.id == r.name ? "" : " id \"" + r.id + "\"");
    if (own_stages) {
        out += "stages {\n";
        for (const auto& s : stages) out += "  " + s.name + " when " + condition(s.when) + "\n";
        out += "}\n";
    }
    for (const auto& [name, what] : definitions) out += "define " + name + " = " + condition(what) + "\n";
    const auto settings = [&](const std::string& flow) {
        for (const auto& l : limits)
            if (l.flow == flow) out += limit(l);
        for (const auto& q : quiets)
            if (q.flow == flow) out += quiet(q);
    };
    settings("");
    std::string open;
    for (const auto& r : rules) {
        const auto flow = r.flow == "p" ? "" : r.flow;
        if (flow != open) {
            if (!open.empty()) out += "}\n";
            if (!flow.empty()) {
                out += "flow " + flow + " {\n";
                settings(flow);
            }
            open = flow;
        }
        out += "  " + rule(r);
    }
    return out + (open.empty() ? "" : "}\n");
}

} // namespace segue::simulation
