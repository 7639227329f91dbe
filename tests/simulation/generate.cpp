// Programs from a seed: everything that the model knows, in few names, so that rules and records meet.
#include "simulation/calendar.hpp"
#include "simulation/pools.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace segue::simulation {

const std::vector<std::string>& pool(const std::string& type, const std::string& field) {
    static const std::map<std::string, std::vector<std::string>> all = {
        {"track", {"t1", "t2", "t3"}}, {"release", {"neon", "upc-2", "ghost"}}, {"artist", {"a1", "a2"}}, {"channel", {"sms", "push", "email"}}, {"number", {"5", "30", "60", "200"}},
        {"link", {"/x", "/y"}}, {"item", {"shirt", "vinyl"}}, {"page", {"home", "shop"}}, {"word", {"join", "yes", "stop"}}, {"show", {"berlin", "paris"}},
    };
    return all.at(type == "text" ? field : type);
}

namespace {

class Generator {
public:
    explicit Generator(Random& random) : r(random) {}

    Program program() {
        declarations();
        const auto count = 2 + r.below(7);
        const auto in_flow = r.below(count + 1);
        const auto behind = r.below(count + 1);
        std::map<std::string, int> places;
        for (int i = 0; i < count; ++i) {
            const std::string flow = i < in_flow ? "f" : i < behind ? "g" : "p";
            const auto place = ++places[flow];
            auto made = rule(i);
            made.flow = flow;
            made.label = r.one_in(4) ? "" : fmt::format("r{}", i);
            made.name = flow + "/" + (made.label.empty() ? fmt::format("#{}", place) : made.label);
            p.rules.push_back(std::move(made));
        }
        for (const auto& flow : {"f", "g"}) {
            if (places[flow] == 0) continue;
            if (r.one_in(4)) p.limits.push_back(limit(flow));
            if (r.one_in(6)) p.quiets.push_back(quiet(flow));
        }
        return std::move(p);
    }

private:
    using Scope = std::vector<Field>;

    Instant span() { return r.of(std::vector<Instant>{10 * minute_ms, hour_ms, 3 * hour_ms, 12 * hour_ms, day_ms, 2 * day_ms, 5 * day_ms, 7 * day_ms}); }
    int minutes() { return r.of(std::vector<int>{0, 90, 150, 540, 600, 615, 1080, 1260, 1439}); }

    void declarations() {
        if (r.one_in(3)) p.zone = r.of(zones());
        if (r.one_in(3)) p.attribution = r.of(std::vector<Instant>{hour_ms, day_ms, 3 * day_ms});
        p.releases.push_back({"neon", "neon", "Neon", day_of(2026, 3, 1) + r.below(20)});
        if (r.one_in(2)) p.releases.push_back({"tides", "upc-2", "Tides", r.one_in(3) ? p.releases[0].day : day_of(2026, 3, 1) + r.below(20)});
        stages();
        for (int n = r.below(3); n > 0; --n) p.definitions.emplace_back(fmt::format("d{}", n), condition({}, 2, false));
        for (int n = r.below(3); n > 0; --n) p.limits.push_back(limit(""));
        for (int n = r.below(2); n > 0; --n) p.quiets.push_back(quiet(""));
    }

    void stages() {
        const auto has = [](const char* name) { Condition c; c.kind = Condition::Count; c.pattern.event = name; return c; };
        p.own_stages = r.one_in(3);
        if (!p.own_stages) {
            Condition many, both;
            many.kind = Condition::Distinct, many.pattern.event = "listen", many.name = "release", many.number = 2;
            both.of = {has("follow"), many};
            p.stages = {{"listener", has("listen")}, {"saver", has("save")}, {"follower", has("follow")}, {"retained", both}};
            return;
        }
        int n = 0;
        for (const char* name : {"listener", "saver", "follower"}) {
            ++n;
            Condition c = has(r.of({"listen", "save", "share", "visit", "rsvp", "click"}).c_str());
            if (r.one_in(2)) c.number = n, c.compare = Compare::Ge;
            if (r.one_in(4)) c.within = span();
            if (r.one_in(4)) {
                Condition consent, both;
                consent.kind = Condition::Channel, consent.name = r.of(consent_channels());
                both.kind = r.one_in(2) ? Condition::And : Condition::Or;
                both.of = {c, consent};
                c = both;
            }
            p.stages.push_back({name, c});
        }
    }

    std::string some_channel() { return r.of({"sms", "sms", "email", "push", "page", "messages"}); }
    Limit limit(const std::string& flow) {
        Limit l{flow, some_channel(), 1 + r.below(3), span()};
        if (r.one_in(2)) {
            l.waits = true;
            if (r.one_in(2)) l.up_to = span();
        }
        return l;
    }
    Quiet quiet(const std::string& flow) {
        Quiet q{flow, some_channel()};
        std::tie(q.from, q.to) = r.of(std::vector<std::pair<int, int>>{{21 * 60, 9 * 60}, {22 * 60, 150}, {9 * 60, 12 * 60}, {13 * 60, 17 * 60 + 30}});
        // together they have to leave some time open: one at a time is enough
        if (std::any_of(p.quiets.begin(), p.quiets.end(), [&](const Quiet& other) { return other.from != q.from; })) q.from = p.quiets[0].from, q.to = p.quiets[0].from + 60;
        return q;
    }

    Operand value(const Field& f) {
        Operand o;
        o.kind = f.type == "number" ? Operand::Number : f.type == "channel" ? Operand::Channel : Operand::Text;
        o.text = r.of(pool(f.type, f.name));
        if (f.type == "release" && r.one_in(2)) o.kind = Operand::Declared, o.text = r.of(p.releases).name;
        return o;
    }

    static const Field* find(const Scope& scope, const std::string& name) {
        const auto at = std::find_if(scope.begin(), scope.end(), [&](const Field& f) { return f.name == name; });
        return at == scope.end() ? nullptr : &*at;
    }

    // As a trigger or in a condition; `scope` is what its arguments see.
    Pattern pattern(const std::string& name, const Scope& scope) {
        Pattern out{name, {}};
        const auto& type = event(name);
        const auto& key = type.fields.front();
        if (name == "keyword" ? !r.one_in(4) : r.one_in(3)) {
            const auto* same = find(scope, key.name);
            if (same && same->type == key.type && !same->optional && r.one_in(2)) out.arguments.push_back({key.name, Compare::Eq, {Operand::Scope, key.name}, r.one_in(2)});
            else out.arguments.push_back({key.name, Compare::Eq, value(key), r.one_in(2) && key.type != "stage"});
        }
        for (std::size_t i = 1; i < type.fields.size(); ++i)
            if (r.one_in(4)) {
                const auto& f = type.fields[i];
                const auto compare = f.type == "number" ? r.of(std::vector<Compare>{Compare::Ge, Compare::Lt, Compare::Gt, Compare::Le, Compare::Ne, Compare::Eq}) : r.of(std::vector<Compare>{Compare::Eq, Compare::Eq, Compare::Ne});
                const auto* same = find(scope, f.name);
                const auto from_scope = same && same->type == f.type && !same->optional && compare == Compare::Eq && r.one_in(2);
                out.arguments.push_back({f.name, compare, from_scope ? Operand{Operand::Scope, f.name} : value(f), from_scope && r.one_in(2)});
            }
        // `save("a", "b")`: one bare argument is the key; others are named
        return out;
    }

    std::string some_event() { return r.of({"listen", "listen", "listen", "save", "save", "unsave", "follow", "unfollow", "optin", "optout", "click", "share", "visit", "presave", "playlist_add", "purchase", "rsvp", "cancel_rsvp", "keyword"}); }

    Condition condition(const Scope& scope, int depth, bool defined = true) {
        Condition c;
        const auto kind = r.below(depth > 0 ? 16 : 12);
        const auto count_of = [&] { c.kind = Condition::Count, c.pattern = pattern(some_event(), scope); };
        const auto some_within = [&] { if (r.one_in(3)) c.within = span(); };
        switch (kind) {
        case 0: case 1: count_of(); break;
        case 2: count_of(), c.number = 1 + r.below(3), c.compare = r.of(std::vector<Compare>{Compare::Ge, Compare::Ge, Compare::Lt, Compare::Gt, Compare::Eq, Compare::Ne}), some_within(); break;
        case 3: c.kind = Condition::Channel, c.name = r.of(consent_channels()); break;
        case 4: c.kind = Condition::Tagged, c.name = r.of({"vip", "cold", "warm"}); break;
        case 5: c.kind = Condition::Stage, c.name = r.of(p.stages).name, c.compare = r.of(std::vector<Compare>{Compare::Ge, Compare::Lt, Compare::Eq}); break;
        case 6: case 7:
            if (scope.empty()) return condition(scope, 0, defined);
            if (const auto f = r.of(scope); f.type == "number") c.kind = Condition::FieldNumber, c.name = f.name, c.number = 30, c.compare = r.of(std::vector<Compare>{Compare::Ge, Compare::Lt});
            else if (f.optional && r.one_in(3)) c.kind = Condition::KnownField, c.name = f.name;
            else c.kind = Condition::FieldIs, c.name = f.name, c.value = value(f), c.compare = r.of(std::vector<Compare>{Compare::Eq, Compare::Ne});
            break;
        case 8: c.kind = r.one_in(2) ? Condition::KnownAttribute : Condition::AttributeIn, c.name = "country", c.texts = {"DE", "US"}; if (c.kind == Condition::KnownAttribute && r.one_in(2)) c.name = "name"; break;
        case 9:
            c.kind = Condition::Distinct, c.pattern = pattern("listen", scope), c.name = r.of({"track", "release"}), c.number = 1 + r.below(3), c.compare = r.of(std::vector<Compare>{Compare::Ge, Compare::Lt}), some_within();
            if (r.one_in(4)) c.pattern = pattern("save", scope);
            break;
        case 10: c.kind = Condition::Since, c.pattern = pattern(some_event(), scope), c.span = span(), c.compare = r.of(std::vector<Compare>{Compare::Gt, Compare::Le}); break;
        case 11:
            if (r.one_in(2)) { c.kind = Condition::KnownNext; break; }
            c.kind = Condition::Out, c.value = {Operand::Declared, r.of(p.releases).name};
            if (const auto* f = find(scope, "release"); f && !f->optional && r.one_in(2)) c.value = {Operand::Scope, "release"};
            break;
        case 12: case 13: c.kind = Condition::Not, c.of = {condition(scope, depth - 1, defined)}; break;
        case 14: c.kind = r.one_in(2) ? Condition::And : Condition::Or, c.of = {condition(scope, depth - 1, defined), condition(scope, depth - 1, defined)}; break;
        default:
            if (!defined || p.definitions.empty()) return condition(scope, 0, defined);
            c.kind = Condition::Defined, c.name = r.of(p.definitions).first;
        }
        return c;
    }

    Text text(const Scope& scope) {
        Text out{{Part::Words, r.of({"Hello", "Out now", "Keep it?", "x"})}};
        for (int n = r.below(3); n > 0; --n) {
            out.push_back({Part::Words, " "});
            switch (r.below(5)) {
            case 0: out.push_back({Part::Name, ""}); break;
            case 1: out.push_back({Part::Number, r.of({"listen", "save", "visit", "click"}), r.one_in(3) ? span() : 0}); break;
            case 2: out.push_back({Part::DeclaredTitle, r.of(p.releases).name}); break;
            default: {
                if (scope.empty()) break;
                const auto f = r.of(scope);
                if (f.type == "release" && !f.optional) out.push_back({r.of(std::vector<Part::Kind>{Part::Title, Part::Date, Part::Scope}), f.name});
                else if (!f.optional) out.push_back({Part::Scope, f.name});
                else if (f.type == "text") out.push_back({Part::ScopeOr, f.name});
            }
            }
        }
        return out;
    }

    std::vector<Route> routes(const Scope& scope, bool needs_text) {
        std::vector<Route> out;
        std::vector<std::string> channels = {"page", "sms", "push", "email"};
        for (int n = 1 + r.below(3); n > 0; --n) {
            const auto at = r.below(static_cast<int>(channels.size()));
            Route route{channels[static_cast<std::size_t>(at)], {}, {}};
            channels.erase(channels.begin() + at);
            if (!r.one_in(4)) route.text = text(scope);
            if (route.text && route.channel == "email" && r.one_in(2)) route.subject = text(scope);
            out.push_back(route);
        }
        if (needs_text && !out.back().text) out.back().text = text(scope);
        return out;
    }

    // What a goal or a `wait for` asks: the key often left to the scope.
    Pattern wanted(const std::string& name, const Scope& scope, bool next) {
        Pattern out{name, {}};
        const auto& key = event(name).fields.front();
        const auto kind = r.below(4);
        if (kind == 0) out.any = true;
        else if (kind == 1) out.arguments.push_back({key.name, Compare::Eq, value(key), true});
        else if (kind == 2 && next && key.type == "release") out.arguments.push_back({key.name, Compare::Eq, {r.one_in(4) ? Operand::Latest : Operand::Next, ""}, true});
        else if (const auto* same = find(scope, key.name); kind == 3 && same && same->type == key.type && !same->optional) out.arguments.push_back({key.name, Compare::Eq, {Operand::Scope, key.name}, true});
        return out;
    }

    Step prompt(const Scope& scope, std::vector<std::string>* goals) {
        Step s;
        s.kind = Step::Prompt;
        for (int n = r.one_in(4) ? 2 : 1; n > 0; --n) {
            auto name = r.of({"save", "follow", "listen", "presave", "optin", "share", "purchase", "playlist_add", "click"});
            if (!s.goals.empty() && s.goals[0].event == name) break;
            if (name == "optin") s.goals.push_back({name, {{"channel", Compare::Eq, {Operand::Channel, r.of(consent_channels())}, true}}});
            else s.goals.push_back(wanted(name, scope, true));
            if (goals) goals->push_back(name);
        }
        if (r.one_in(2)) s.via = true, s.routes = routes(scope, false);
        else s.routes = {{"page", r.one_in(2) ? std::optional(text(scope)) : std::nullopt, {}}};
        return s;
    }

    // `replies`: a keyword started it, and nothing paused yet. `known`: may be recorded from.
    std::vector<Step> steps(const Scope& scope, int depth, bool& replies, std::vector<std::string>& goals) {
        std::vector<Step> out;
        for (int n = 1 + r.below(depth > 1 ? 4 : 2); n > 0; --n) {
            Step s;
            switch (r.below(depth > 0 ? 20 : 11)) {
            case 0: case 1: case 2: s = prompt(scope, &goals); break;
            case 3: case 4: case 5: s.kind = Step::Send, s.routes = routes(scope, true); break;
            case 6: s.kind = Step::Untag, s.name = r.of({"vip", "cold", "warm"}); break;
            case 7: case 8: s.kind = Step::Tag, s.name = r.of({"vip", "cold", "warm"}); break;
            case 9:
                s.kind = Step::Record, s.pattern.event = r.of({"visit", "save", "share", "follow", "click", "unsave", "optin", "optout", "rsvp", "listen"});
                for (const auto& f : event(s.pattern.event).fields) {
                    const auto* same = find(scope, f.name);
                    const bool from = same && same->type == f.type && !same->optional && r.one_in(2);
                    if (!f.optional || r.one_in(3)) s.pattern.arguments.push_back({f.name, Compare::Eq, from ? Operand{Operand::Scope, f.name} : value(f), false});
                }
                break;
            case 10:
                if (replies) s.kind = Step::Reply, s.routes = {{"sms", text(scope), {}}};
                else s.kind = Step::Tag, s.name = "vip";
                break;
            case 11: case 12: s = wait(scope), replies = false; break;
            case 13: case 14: case 15:
                s.kind = Step::WaitFor, s.span = span();
                s.pattern = r.one_in(2) ? wanted(some_event(), scope, false) : pattern(some_event(), scope);
                if ((s.has_else = r.one_in(2))) replies = false, s.otherwise = steps(scope, depth - 1, replies, goals);
                replies = false;
                break;
            case 16: case 17: {
                s.kind = Step::If, s.condition = condition(scope, 2);
                auto in_block = replies, in_else = replies;
                s.block = steps(scope, depth - 1, in_block, goals);
                if ((s.has_else = r.one_in(2))) s.otherwise = steps(scope, depth - 1, in_else, goals);
                replies = in_block && in_else;
                break;
            }
            case 18: {
                s.kind = Step::Split, s.name = r.of({"s1", "s2"});
                const auto before = replies;
                if (s.name == "s1") s.arms = {{50, "", {}}, {50, "", {}}};
                else s.arms = {{30, "one", {}}, {30, "two", {}}, {40, "nobody", {}}};
                for (auto& arm : s.arms) {
                    auto in_arm = before;
                    if (arm.name != "nobody") arm.block = steps(scope, depth - 1, in_arm, goals);
                    replies = replies && in_arm;
                }
                break;
            }
            default:
                if (n > 1 || depth > 1) s = wait(scope), replies = false;
                else s.kind = Step::Stop;
            }
            out.push_back(std::move(s));
            if (out.back().kind == Step::Stop) break;
        }
        return out;
    }

    Step wait(const Scope& scope) {
        Step s;
        s.clock = minutes();
        switch (r.below(6)) {
        case 0: case 1: s.kind = Step::Wait, s.span = r.one_in(8) ? 0 : span(); break;
        case 2: s.kind = Step::WaitDays, s.days = r.below(4); break;
        case 3: s.kind = Step::WaitClock; break;
        case 4: s.kind = Step::WaitDate, s.days = day_of(2026, 3, 1) + r.below(30), s.says_clock = r.one_in(2); break;
        default: {
            s.kind = Step::WaitRelease, s.says_clock = r.one_in(2);
            const auto* f = find(scope, "release");
            if (f && !f->optional && r.one_in(2)) s.release = {Operand::Scope, "release"};
            else if (r.one_in(2)) s.release = {r.one_in(4) ? Operand::Latest : Operand::Next, ""};
            else s.release = {Operand::Declared, r.of(p.releases).name};
        }
        }
        if (!s.says_clock && (s.kind == Step::WaitDate || s.kind == Step::WaitRelease)) s.clock = 0;
        return s;
    }

    Trigger trigger(Scope& scope) {
        Trigger t;
        t.clock = minutes();
        const auto kind = r.below(14);
        const auto per = [&](const Pattern& of) {
            const auto& f = r.of(event(of.event).fields);
            t.per = f.name;
            for (auto& s : scope)
                if (s.name == f.name) s.optional = false;
        };
        if (kind < 6) {
            for (int n = r.one_in(5) ? 2 : 1; n > 0; --n) t.patterns.push_back(pattern(some_event(), {}));
            scope = event(t.patterns[0].event).fields;
            for (const auto& other : t.patterns)
                std::erase_if(scope, [&](Field& f) {
                    const auto* same = event(other.event).field(f.name);
                    if (same) f.optional = f.optional || same->optional;
                    return !same || same->type != f.type;
                });
        } else if (kind < 8) {
            t.kind = Trigger::Count, t.patterns = {pattern(some_event(), {})}, t.number = 1 + r.below(4);
            scope = event(t.patterns[0].event).fields;
            if (r.one_in(2)) per(t.patterns[0]);
            if (r.one_in(3)) t.span = span();
        } else if (kind == 8) {
            t.kind = Trigger::Every, t.patterns = {pattern(some_event(), {})}, t.number = 2 + r.below(2);
            scope = event(t.patterns[0].event).fields;
            if (r.one_in(3)) per(t.patterns[0]);
        } else if (kind == 9) {
            t.kind = Trigger::Silence, t.patterns = {pattern(r.of({"listen", "visit", "save", "click"}), {})}, t.span = r.of(std::vector<Instant>{hour_ms, 12 * hour_ms, day_ms, 3 * day_ms});
        } else if (kind < 12) {
            t.kind = Trigger::Release, t.days = r.one_in(2) ? 0 : r.below(7) - 3, t.says_clock = r.one_in(2);
            scope = {{"release", "release"}};
        } else if (kind == 12) {
            t.kind = Trigger::Date, t.days = day_of(2026, 3, 1) + r.below(20), t.says_clock = r.one_in(2);
        } else {
            t.kind = Trigger::Enter, t.stage = r.of(p.stages).name;
        }
        if (!t.says_clock) t.clock = 0;
        return t;
    }

    // A stage that a goal occurs in, or above it.
    std::string aim(const std::vector<std::string>& goals) {
        std::vector<std::string> possible;
        std::vector<std::string> above;
        for (auto s = p.stages.rbegin(); s != p.stages.rend(); ++s) {
            mentioned(s->when, above);
            if (goals.empty() || std::any_of(goals.begin(), goals.end(), [&](const auto& g) { return std::find(above.begin(), above.end(), g) != above.end(); })) possible.push_back(s->name);
        }
        return possible.empty() ? "" : r.of(possible);
    }
    static void mentioned(const Condition& c, std::vector<std::string>& into) {
        if (c.kind == Condition::Count || c.kind == Condition::Distinct) into.push_back(c.pattern.event);
        if (c.kind == Condition::Channel) into.push_back("optin");
        for (const auto& part : c.of) mentioned(part, into);
    }

    Rule rule(int) {
        Rule out;
        Scope scope;
        out.trigger = trigger(scope);
        if (r.one_in(3)) out.when = condition(scope, 2);
        switch (r.below(6)) {
        case 0: out.frequency = Rule::Once; break;
        case 1: out.frequency = Rule::OnceEvery, out.once_every = span(); break;
        case 2: if (!scope.empty()) out.frequency = Rule::OncePer, out.once_per = r.of(scope).name; break;
        default: break;
        }
        bool replies = out.trigger.kind == Trigger::Event || out.trigger.kind == Trigger::Count || out.trigger.kind == Trigger::Every;
        for (const auto& one : out.trigger.patterns) replies = replies && one.event == "keyword";
        std::vector<std::string> goals;
        if (r.one_in(4))
            for (int n = 1 + r.below(2); n > 0; --n) out.until.push_back(r.one_in(2) ? wanted(some_event(), scope, false) : pattern(some_event(), scope));
        out.steps = steps(scope, 2, replies, goals);
        if (r.one_in(2)) out.aim = aim(goals);
        return out;
    }

    Random& r;
    Program p;
};

} // namespace

Program random_program(Random& random) { return Generator(random).program(); }

} // namespace segue::simulation
