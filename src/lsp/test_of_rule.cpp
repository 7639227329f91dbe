// A test for a rule, as somebody would begin it: what has to be there, what wakes the rule, and what it does first. What has to be there is tried out.
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "lsp/features.hpp"
#include "scenario/suite.hpp"
#include "text/plain.hpp"

namespace segue::lsp {

namespace {

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out += ' ';
        else if (c == '"' || c == '\\' || c == '{' || c == '}') (out += '\\') += c;
        else out += c;
    }
    return out;
}

class TestWriter {
public:
    TestWriter(const Asked& in, const ast::Rule& rule) : in_(in), rule_(rule), program_(*in.program.program) {}

    bool possible() const { return !test({}).empty(); }

    // As long as something is missing, the test says so.
    std::string write() {
        const auto plain = test({});
        if (plain.empty() || in_.program.diagnostics.has_errors()) return plain;
        for (const auto& step : rule_.response) consents_of(step);
        if (rule_.when) look(*rule_.when, true);
        if (rule_.trigger.kind == ast::TriggerKind::Enter) look_at_stage(rule_.trigger.stage.text, true);
        std::string facts, consents, all, often;
        for (const auto& fact : facts_) facts += (facts.empty() ? "  fan ana { " : "; ") + fact;
        if (!facts.empty()) facts += " }\n";
        for (const auto& channel : consents_) consents += fmt::format("  ana does optin({})\n", channel);
        // The least of it that will do: nothing, consents, each of what is asked for, all of it, all of it often; by night, by day, and when something is out.
        std::vector<std::string> befores{"", facts, consents, facts + consents};
        for (const auto& event : events_) {
            std::string one;
            for (int n = 1; n <= event.times; ++n) one += occurrence(event.name, event.args, n);
            befores.push_back(facts + consents + one);
            all += one;
            for (int n = 1; n <= std::max(3, event.times); ++n) often += occurrence(event.name, event.args, n);
        }
        for (const auto& more : {all, often}) befores.push_back(facts + consents + more);
        std::vector<std::string> starts{"", "  at 12:00\n"};
        if (const auto release = first_release(); release) starts.push_back(fmt::format("  at release day of \"{}\" at 12:00\n", release->id));
        std::set<std::string> tried;
        for (const auto& start : starts)
            for (const auto& before : befores)
                if (const auto made = test(start + before); tried.insert(made).second && passes(made)) return made;
        return test("  # what else the rule asks for comes here\n" + facts + consents + all);
    }

private:
    std::string_view slice(Span span) const { return in_.program.sources[span.source].slice(span); }

    void consents_of(const ast::Step& step) {
        for (const auto& route : step.routes)
            if (const auto channel = program_.channel(route.channel.text); channel && program_.channels[*channel].needs_consent) consent(route.channel.text);
        for (const auto& inner : step.block) consents_of(inner);
    }
    void consent(const std::string& channel) {
        const auto& patterns = rule_.trigger.patterns;
        if (!patterns.empty() && program_.optin != none && patterns[0].event.text == program_.events[program_.optin].name) return; // it comes with the trigger
        if (std::find(consents_.begin(), consents_.end(), channel) == consents_.end()) consents_.push_back(channel);
    }

    // What a condition asks for, as far as it can be told from its words.
    void look(const ast::Expr& e, bool wanted, int depth = 0, int times = 1) {
        using Kind = ast::ExprKind;
        if (depth > 20) return;
        switch (e.kind) {
        case Kind::Not: return look(e.kids[0], !wanted, depth + 1);
        case Kind::Less:
        case Kind::LessEqual: return look(e.kids[0], !wanted, depth + 1);
        case Kind::Greater:
        case Kind::GreaterEqual:
            if (const auto& least = e.kids[1].kind == Kind::Within ? e.kids[1].kids[0] : e.kids[1]; least.kind == Kind::Number)
                return look(e.kids[0], wanted, depth + 1, static_cast<int>(std::clamp(least.number + (e.kind == Kind::Greater ? 1 : 0), 1.0, 20.0)));
            break;
        case Kind::Equal:
        case Kind::In:
            if (const auto name = attribute(e.kids[0]); !name.empty() && wanted) {
                const auto& value = e.kids[1].kind == Kind::List && !e.kids[1].kids.empty() ? e.kids[1].kids[0] : e.kids[1];
                facts_.push_back(fmt::format("{} {}", name, slice(value.span)));
            }
            break;
        case Kind::Known:
            if (const auto name = attribute(e.kids[0]); !name.empty() && wanted)
                for (const auto& a : program_.attributes)
                    if (a.name == name) facts_.push_back(fmt::format("{} {}", name, sample(a.name, a.type, 1)));
            break;
        case Kind::Name:
        case Kind::Call: return look_at_name(e, wanted, depth, times);
        default: break;
        }
        for (const auto& kid : e.kids) look(kid, wanted, depth + 1, times);
    }
    void look_at_name(const ast::Expr& e, bool wanted, int depth, int times) {
        const auto& name = e.name.text;
        if (program_.event(name)) {
            if (wanted) events_.push_back({name, &e.args, times});
        } else if (const auto channel = program_.channel(name)) {
            if (wanted && program_.channels[*channel].needs_consent) consent(name);
        } else {
            look_at_stage(name, wanted, depth);
            for (const auto& file : in_.program.loaded.files)
                for (const auto& define : file.defines)
                    if (define.name.text == name) look(define.condition, wanted, depth + 1);
        }
        for (const auto& arg : e.args) look(arg.value, wanted, depth + 1, times);
    }
    void look_at_stage(const std::string& name, bool wanted, int depth = 0) {
        for (const auto& file : in_.program.loaded.files)
            for (const auto& stages : file.stages)
                for (const auto& row : stages.rows)
                    if (row.name.text == name) look(row.condition, wanted, depth + 1);
    }
    static std::string attribute(const ast::Expr& e) { // `fan.NAME`
        return e.kind == ast::ExprKind::Field && e.kids[0].kind == ast::ExprKind::Name && e.kids[0].name.text == "fan" ? e.name.text : std::string();
    }

    std::string sample(const std::string& name, Type type, int n) const {
        const auto& releases = program_.releases;
        switch (type) {
        case Type::Number: return std::to_string(n);
        case Type::Bool: return "true";
        case Type::Channel: return "sms";
        case Type::Duration: return "1 day";
        case Type::Date: return "2026-03-13";
        case Type::Release: return releases.empty() ? "\"neon\"" : fmt::format("\"{}\"", releases[0].id);
        case Type::Time: return "now";
        case Type::Stage: return program_.stages.empty() ? "follower" : program_.stages[0].name;
        default: return fmt::format("\"{}{}\"", name.substr(0, 1), n);
        }
    }

    // Of an argument that a test can say as well: a literal, or the name of what is declared.
    bool can_be_said(const ast::Expr& e) const {
        using Kind = ast::ExprKind;
        if (e.kind == Kind::Name) return program_.channel(e.name.text) || std::any_of(program_.stages.begin(), program_.stages.end(), [&](const Stage& s) { return s.name == e.name.text; });
        return e.kind == Kind::Text ? ast::is_plain_text(e) : e.kind == Kind::Number || e.kind == Kind::Date || e.kind == Kind::Duration || e.kind == Kind::Bool;
    }

    std::string occurrence(const std::string& name, const std::vector<ast::Arg>* args, int n) const {
        const auto event = program_.event(name);
        if (!event) return {};
        const auto& fields = program_.events[*event].fields;
        std::string given;
        for (const auto& field : fields) {
            const bool first = &field == &fields[0];
            const bool grouped = rule_.trigger.per && rule_.trigger.per->text == field.name; // there has to be one, the same each time
            std::string value;
            if (args)
                for (const auto& arg : *args) // what the rule asks for
                    if (const bool compared = arg.field.text == field.name && (arg.op == ast::ArgOp::Equal || arg.op == ast::ArgOp::GreaterEqual || arg.op == ast::ArgOp::LessEqual); (compared || (first && arg.op == ast::ArgOp::Bare)) && can_be_said(arg.value)) value = std::string(slice(arg.value.span));
            if (value.empty() && field.optional && !grouped) continue;
            if (value.empty()) value = sample(field.name, field.type, grouped ? 1 : n);
            given += fmt::format("{}{}{}", given.empty() ? "" : ", ", first ? "" : field.name + ": ", value);
        }
        return fmt::format("  ana does {}{}\n", name, given.empty() ? "" : "(" + given + ")");
    }
    std::string occurrence(const ast::Pattern& pattern, int n) const { return occurrence(pattern.event.text, &pattern.args, n); }

    bool passes(const std::string& test) const {
        const auto& disk = in_.workspace.disk();
        const auto then = in_.workspace.compiled_with(in_.program.root, {{disk.identity(in_.text().name()), std::string(in_.text().text()) + "\n" + test}});
        if (then->diagnostics.has_errors() || then->tests.empty()) return false;
        const auto at = then->files.find(disk.identity(in_.text().name()));
        const Scenario* last = nullptr;
        for (const auto& each : then->tests)
            if (at != then->files.end() && each.span.source == at->second && (!last || last->span.begin < each.span.begin)) last = &each;
        return last && run_test(*last, then->program, *then->ledger, false).failures.empty();
    }

    const ReleaseEntry* first_release() const {
        const auto at = std::find_if(program_.releases.begin(), program_.releases.end(), [](const ReleaseEntry& r) { return r.date.has_value(); });
        return at == program_.releases.end() ? nullptr : &*at;
    }

    // A moment of the calendar: that of the first release that has a day.
    std::string release_moment() const {
        const auto& t = rule_.trigger;
        const auto* release = first_release();
        if (!release) return "  after 30 days\n";
        const auto clock = t.clock ? slice(t.clock->span) : std::string_view();
        if (t.offset != 0) return fmt::format("  at {}{}{}\n", iso_date(*release->date + t.offset / day_ms), clock.empty() ? "" : " ", clock);
        return fmt::format("  at release day of \"{}\"{}{}\n", release->id, clock.empty() ? "" : " at ", clock);
    }

    // What wakes the rule, behind what has to be there, and what it does first. Empty: nobody can say.
    std::string test(const std::string& before) const {
        const auto& t = rule_.trigger;
        const auto named = "on " + escaped(slice(t.span));
        auto name = named;
        const auto taken = [&] { return std::any_of(in_.program.tests.begin(), in_.program.tests.end(), [&](const Scenario& other) { return escaped(other.name) == name; }); };
        for (int n = 2; taken(); ++n) name = fmt::format("{} ({})", named, n);
        std::string out = fmt::format("test \"{}\" {{\n", name) + before;
        const std::string there = before.find(" ana") == std::string::npos ? "  fan ana\n" : "";
        switch (t.kind) {
        case ast::TriggerKind::Event:
        case ast::TriggerKind::Count:
        case ast::TriggerKind::Every: {
            if (t.patterns.empty()) return {};
            const int times = t.count && t.count->kind == ast::ExprKind::Number ? static_cast<int>(std::clamp(t.count->number, 1.0, 20.0)) : 1;
            for (int n = 1; n <= times; ++n) {
                const auto line = occurrence(t.patterns[0], n);
                if (line.empty()) return {};
                out += line;
            }
            break;
        }
        case ast::TriggerKind::Silence: {
            const auto line = t.patterns.empty() ? std::string() : occurrence(t.patterns[0], 1);
            if (line.empty() || !t.silence) return {};
            if (before.find(line) == std::string::npos) out += line;
            out += fmt::format("  after {}\n", slice(t.silence->span));
            break;
        }
        case ast::TriggerKind::Release: out += there + release_moment(); break;
        case ast::TriggerKind::Date: out += there + fmt::format("  at {}{}\n", slice(t.date->span), t.clock ? fmt::format(" {}", slice(t.clock->span)) : ""); break;
        case ast::TriggerKind::Enter: out += there; break;
        }
        return out + answer() + "}\n";
    }

    // The first that comes of it, behind what it waits for.
    std::string answer() const {
        std::string out;
        for (const auto& step : rule_.response) {
            const auto at = [&](std::string_view before) { return step.clock ? fmt::format("{}{}", before, slice(step.clock->span)) : std::string(); };
            switch (step.kind) {
            case ast::StepKind::Prompt: return out + fmt::format("  expect prompt {}\n", step.patterns[0].event.text);
            case ast::StepKind::Send: return out + fmt::format("  expect send {}\n", step.routes.empty() ? "sms" : step.routes[0].channel.text);
            case ast::StepKind::Reply: return out + "  expect reply\n";
            case ast::StepKind::Tag: return out + fmt::format("  expect tag {}\n", step.name.text);
            case ast::StepKind::Untag: return out + fmt::format("  expect untag {}\n", step.name.text);
            case ast::StepKind::Record: break;
            case ast::StepKind::WaitLength: out += fmt::format("  after {}{}\n", slice(step.value->span), at(" at ")); break;
            case ast::StepKind::WaitClock: out += fmt::format("  at {}\n", slice(step.value->span)); break;
            case ast::StepKind::WaitDate: out += fmt::format("  at {}{}\n", slice(step.value->span), at(" ")); break;
            case ast::StepKind::WaitRelease:
                if (const auto* release = first_release(); release && !step.value) {
                    out += fmt::format("  at release day of \"{}\"{}\n", release->id, at(" at "));
                    break;
                }
                return "  expect nothing\n";
            default: return "  expect nothing\n"; // it depends
            }
        }
        return "  expect nothing\n";
    }

    const Asked& in_;
    const ast::Rule& rule_;
    const Program& program_;
    std::vector<std::string> consents_, facts_;
    struct Needed {
        std::string name;
        const std::vector<ast::Arg>* args;
        int times;
    };
    std::vector<Needed> events_;
};

} // namespace

bool can_be_tested(const Asked& in, const ast::Rule& rule) { return TestWriter(in, rule).possible(); }

std::string test_of_rule(const Asked& in, const ast::Rule& rule) { return TestWriter(in, rule).write(); }

} // namespace segue::lsp
