// The statements of tests.
#include <algorithm>
#include <fmt/format.h>

#include "check/checker.hpp"
#include "check/reasons.hpp"
#include "syntax/print.hpp"
#include "syntax/words.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

using ast::ExpectKind;
using ast::StatementKind;

void Checker::scenarios(std::vector<Scenario>& out, const ScenarioScope& scope) {
    std::map<std::string, Span> named;
    for (const auto& file : loaded_.files) {
        for (const auto& test : file.tests) {
            if (const auto [first, fresh] = named.emplace(test.name, test.head); !fresh && !scope.live) {
                auto& d = error(Code::duplicate_name, test.head, fmt::format("two tests are named \"{}\"", test.name));
                d.labels.push_back({first->second, "the first is here"});
                d.help = "name each by what it shows";
            }
            scope_ = scope;
            Scenario scenario{test.name, test.span, test.head, {}};
            for (const auto& s : test.statements) {
                Statement statement;
                statement.span = s.span;
                statement.fan = s.who.text;
                this->statement(s, statement);
                scenario.statements.push_back(std::move(statement));
            }
            out.push_back(std::move(scenario));
        }
    }
}

void Checker::statement(const ast::Statement& s, Statement& out) {
    Visible visible;
    visible.place = "in a test";
    if (s.who) note(Named::Fan, s.who);
    switch (s.kind) {
    case StatementKind::Fan:
        out.kind = Statement::Kind::Fan;
        facts(s, out);
        scope_.fans.insert(s.who.text);
        break;
    case StatementKind::Release:
        out.kind = Statement::Kind::Release;
        entry(s, out);
        break;
    case StatementKind::At:
        out.kind = Statement::Kind::At;
        if (s.date) out.date = s.date->integer;
        if (s.clock) out.clock = clock(*s.clock, nullptr);
        if (s.zone && zone_named(*s.zone)) out.zone = plain(*s.zone);
        if (s.of) {
            auto which = coerce(expression(*s.of, visible, Type::Release), *s.of, Type::Release);
            if (!which.bad() && which.type != Type::Release) wrong_type(s.of->span, "a release", which).help = "name one of the catalogue";
            out.release_day = std::move(which.expr);
        }
        break;
    case StatementKind::After:
        out.kind = Statement::Kind::After;
        out.length = duration(*s.length, nullptr);
        if (s.clock) {
            out.clock = clock(*s.clock, nullptr);
            if (out.length % day_ms != 0) error(Code::bad_wait, s.length->span, "`after ... at` counts whole days").help = "write `after 2 days at 10:00`, or leave the hour out";
        }
        break;
    case StatementKind::Does: {
        out.kind = Statement::Kind::Does;
        scope_.fans.insert(s.who.text);
        const auto happened = occurrence(s.pattern, visible, s.who.text + " does");
        if (!happened) break;
        out.event = happened->event;
        for (const auto& a : happened->arguments) out.fields.emplace_back(a.field, a.value.expr);
        break;
    }
    case StatementKind::Expect:
        out.kind = Statement::Kind::Expect;
        expectation(s, out, visible);
        break;
    case StatementKind::Ask:
        out.kind = Statement::Kind::Ask;
        visible.place = "in a question";
        out.expected.condition = expression(*s.expect.condition, visible).expr;
        break;
    }
}

void Checker::facts(const ast::Statement& s, Statement& out) {
    std::map<std::string, Span> seen;
    std::vector<std::string> known;
    for (const auto& a : program_.attributes) known.push_back(a.name);
    for (const auto& p : s.properties) {
        if (const auto [first, fresh] = seen.emplace(p.name.text, p.span); !fresh) {
            auto& d = error(Code::bad_statement, p.span, fmt::format("`{}` is given twice", p.name.text));
            d.labels.push_back({first->second, "the first is here"});
            d.help = "keep one";
            continue;
        }
        const auto attribute = std::find_if(program_.attributes.begin(), program_.attributes.end(), [&](const Attribute& a) { return a.name == p.name.text; });
        if (attribute == program_.attributes.end()) {
            auto& d = unknown(p.name, "attribute", known);
            if (d.help.empty()) d.help = fmt::format("declare it: `attribute {}: text`", p.name.text);
            continue;
        }
        note(Named::Attribute, p.name);
        if (attribute->fact == program_.timezone_fact && p.value.kind == ast::ExprKind::Text) {
            if (!zone_named(p.value)) continue;
        }
        Visible visible;
        visible.place = "in a test";
        auto value = coerce(expression(p.value, visible, attribute->type), p.value, attribute->type);
        if (value.bad()) continue;
        if (value.type != attribute->type) {
            auto& d = wrong_type(p.value.span, with_article(attribute->type), value);
            fits(d, p.value, attribute->type);
            if (d.help.empty()) d.help = fmt::format("`{}` is {}", attribute->name, with_article(attribute->type));
        } else if (!value.constant()) error(Code::bad_statement, p.value.span, "a fact about a fan is a value, not an expression").help = "write the value itself";
        else out.facts.emplace_back(attribute->fact, value.expr.value);
    }
}

void Checker::entry(const ast::Statement& s, Statement& out) {
    const auto* declared = find(s.release.text);
    const bool known = declared && declared->what == What::Release;
    if (known || !declared) note(Named::Release, s.release, "", !known && !scope_.releases.contains(s.release.text));
    out.release.id = known ? program_.releases[declared->index].id : s.release.text;
    if (declared && !known) {
        auto& d = error(Code::duplicate_name, s.release.span, fmt::format("`{}` is the name of something else", s.release.text));
        d.labels.push_back({declared->span, "declared here"});
        d.help = "choose another name for the release";
    }
    const auto here = scope_.releases.find(s.release.text);
    if (here != scope_.releases.end()) out.release.id = here->second;
    const bool fresh = !known && here == scope_.releases.end();
    std::map<std::string, Span> seen;
    bool misspelt = false;
    for (const auto& p : s.properties) {
        const auto& name = p.name.text;
        if (const auto [first, once] = seen.emplace(name, p.span); !once) {
            auto& d = error(Code::bad_statement, p.span, fmt::format("`{}` is given twice", name));
            d.labels.push_back({first->second, "the first is here"});
            d.help = "keep one";
            continue;
        }
        const auto wanted = name == "date" ? ast::ExprKind::Date : name == "live" ? ast::ExprKind::Bool : ast::ExprKind::Text;
        if (!property_of_release(p.name, true)) {
            misspelt = true;
            continue;
        }
        if (p.value.kind == ast::ExprKind::Error) continue;
        if (p.value.kind != wanted) {
            auto& d = error(Code::bad_release, p.value.span, fmt::format("`{}` is {}", name, name == "date" ? "a date" : name == "live" ? "`true` or `false`" : "a text"));
            d.help = wanted == ast::ExprKind::Date ? "write it without quotes, such as `2026-03-13`" : wanted == ast::ExprKind::Bool ? "write it without quotes" : "write it in quotes";
            continue;
        }
        if (wanted == ast::ExprKind::Date) out.release.date = p.value.integer;
        else if (wanted == ast::ExprKind::Bool) out.live = p.value.integer != 0;
        else if (!is_plain_text(p.value)) error(Code::hole_not_allowed, p.value.span, "an entry of the catalogue cannot have holes").help = "write the text itself";
        else if (name == "title") out.release.title = plain(p.value);
        else if (name == "link") out.release.link = plain(p.value);
        else if (name == "artist") out.release.artist = plain(p.value);
        else if (!fresh) error(Code::bad_statement, p.span, fmt::format("`{}` is in the catalogue already, and keeps its id", s.release.text)).help = "leave the id out";
        else if (plain(p.value).empty()) error(Code::bad_release, p.value.span, "the id of a release cannot be empty").help = "leave it out: the id is then its name";
        else out.release.id = plain(p.value);
    }
    std::string lacking;
    for (const auto* property : {"title", "date", "link"})
        if (fresh && !misspelt && !seen.contains(property)) lacking += fmt::format("{}`{}`", lacking.empty() ? "" : " and ", property);
    if (!lacking.empty()) {
        auto& d = error(Code::bad_statement, s.release.span, fmt::format("the release `{}` is new, and has no {}", s.release.text, lacking));
        const auto near = did_you_mean(s.release.text, names({What::Release}));
        d.help = near ? fmt::format("did you mean `{}`?", *near) : "an entry that the catalogue does not have yet needs all three";
    }
    scope_.releases.emplace(s.release.text, out.release.id);
}

// A fan that nothing before speaks of is a misspelt one.
void Checker::fan_known(const ast::Name& who) {
    if (!who || scope_.live || scope_.fans.contains(who.text)) return;
    auto& d = error(Code::bad_statement, who.span, fmt::format("nothing before this speaks of the fan `{}`", who.text));
    if (const auto near = did_you_mean(who.text, {scope_.fans.begin(), scope_.fans.end()})) {
        d.help = fmt::format("did you mean `{}`?", *near);
        d.mend.push_back({who.span, *near});
    } else d.help = fmt::format("let them do something first, `{} does listen(\"t1\")`, or say that they are there: `fan {}`", who.text, who.text);
}

void Checker::expectation(const ast::Statement& s, Statement& out, Visible& visible) {
    const auto& e = s.expect;
    auto& to = out.expected;
    fan_known(s.who);
    switch (e.kind) {
    case ExpectKind::Prompt: to.kind = Expected::Kind::Prompt; break;
    case ExpectKind::Send: to.kind = Expected::Kind::Send; break;
    case ExpectKind::Reply: to.kind = Expected::Kind::Reply; break;
    case ExpectKind::Tag: to.kind = Expected::Kind::Tag; break;
    case ExpectKind::Untag: to.kind = Expected::Kind::Untag; break;
    case ExpectKind::Arm: to.kind = Expected::Kind::Arm; break;
    case ExpectKind::Nothing: to.kind = Expected::Kind::Nothing; break;
    case ExpectKind::Suppressed: to.kind = Expected::Kind::Suppressed; break;
    case ExpectKind::Stage: to.kind = Expected::Kind::Stage; break;
    case ExpectKind::Condition: to.kind = Expected::Kind::Condition; break;
    }
    Rule none_of_it;
    for (const auto& p : e.goals)
        if (auto g = goal(p, none_of_it, visible)) to.goals.push_back(std::move(*g));
    if (e.channel) to.channel = channel_named(e.channel, visible).value_or(none);
    if (e.text && is_plain_text(*e.text)) to.text = plain(*e.text);
    if (e.subject && is_plain_text(*e.subject)) to.subject = plain(*e.subject);
    if (e.subject && to.channel != none && !program_.channels[to.channel].has_subject)
        error(Code::no_subject, e.subject->span, fmt::format("`{}` has no subject", program_.channels[to.channel].name)).help = "write one text for it";
    to.step = e.step.text;
    if (e.kind == ExpectKind::Tag || e.kind == ExpectKind::Untag) to.tag = e.name.text, note(Named::Tag, e.name);
    if (e.kind == ExpectKind::Arm) {
        note(Named::Split, e.split);
        note(Named::Arm, e.name, e.split.text);
        to.split = e.split.text;
        to.arm = e.name.text;
        std::vector<std::string> splits;
        const Split* split = nullptr;
        for (const auto& known : program_.splits) {
            splits.push_back(known.name);
            if (known.name == to.split) split = &known;
        }
        if (!split) {
            auto& d = unknown(e.split, "split", splits);
            if (d.help.empty()) d.help = splits.empty() ? "the program has none" : fmt::format("the splits: {}", fmt::join(splits, ", "));
        } else if (std::find(split->arms.begin(), split->arms.end(), to.arm) == split->arms.end()) {
            auto& d = unknown(e.name, fmt::format("arm of `{}`", to.split), split->arms);
            if (d.help.empty()) d.help = fmt::format("its arms: {}", fmt::join(split->arms, ", "));
        }
    }
    if (e.reason) {
        to.reason = e.reason.text;
        note(Named::Reason, e.reason);
        std::vector<std::string> known;
        for (const auto& reason : suppression_reasons()) known.emplace_back(reason.name);
        if (std::find(known.begin(), known.end(), to.reason) == known.end()) {
            auto& d = unknown(e.reason, "reason", known);
            if (d.help.empty()) d.help = fmt::format("the reasons: {}", fmt::join(known, ", "));
        }
    }
    if (e.kind == ExpectKind::Stage) to.stage = stage_named(e.name, visible).value_or(none);
    if (e.condition) to.condition = condition(*e.condition, visible);
}

} // namespace segue
