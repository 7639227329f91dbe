// Tests: what happens in a scenario, and what is expected of it.
#include <fmt/format.h>

#include "syntax/build.hpp"
#include "syntax/builder.hpp"

namespace segue {

using ast::ExpectKind;
using ast::Statement;
using ast::StatementKind;

namespace {

bool is_text(Kind kind) { return kind == Kind::text || kind == Kind::long_text; }

} // namespace

// A name, or an id in quotes.
ast::Name Builder::who(At at) {
    if (at.is(Kind::text)) {
        ast::Name id{plain_text(at, "the id of a fan"), at.span()};
        if (id.text.empty()) error(Code::bad_statement, at.span(), "the id of a fan cannot be empty").help = "write a name, such as `ana`";
        return id;
    }
    auto id = name(at);
    name_not_unit(id, "a fan");
    return id;
}

void Builder::properties(At at, Statement& s) {
    for (const auto child : at.children()) {
        if (!child.is(Kind::fact) && !child.is(Kind::entry_field)) continue;
        ast::Property p;
        p.span = child.span();
        for (const auto part : child.children()) {
            if (part.is(Kind::any_word)) p.name = name(part);
            else if (is_text(part.kind())) p.value = text(part);
            else p.value = part.is(Kind::expression) ? expression(part) : literal(part);
        }
        s.properties.push_back(std::move(p));
    }
}

void Builder::told(At at, Statement& s) {
    auto& e = s.expect;
    const auto once = [&](bool there, Span span, std::string_view what) {
        if (there) error(Code::repeated_clause, span, fmt::format("this says {} twice", what)).help = "keep one of them";
        return !there;
    };
    for (const auto child : at.children()) {
        if (child.is(Kind::to_fan) || child.is(Kind::of_fan)) {
            if (once(static_cast<bool>(s.who), child.span(), child.is(Kind::to_fan) ? "to whom" : "of whom")) s.who = who(*child.child());
        } else if (child.is(Kind::said_text) && once(e.text.has_value(), child.span(), "its text")) {
            for (const auto part : child.children()) {
                if (e.text) e.subject = std::move(e.text);
                e.text = text(part);
            }
            for (const auto* said : {&e.subject, &e.text})
                if (*said && !is_plain_text(**said))
                    error(Code::hole_not_allowed, (*said)->span, "what is expected cannot have holes").help = "write the text as the fan sees it; a brace itself is written `\\{`";
        }
    }
}

void Builder::expect(At at, Statement& s) {
    auto& e = s.expect;
    told(at, s);
    const auto goals = [&](At in) {
        for (const auto child : in.children())
            if (child.is(Kind::goal)) e.goals.push_back(pattern(child));
    };
    switch (at.kind()) {
    case Kind::expected_prompt:
        e.kind = ExpectKind::Prompt;
        goals(at);
        if (const auto via = at.child(Kind::by_channel)) e.channel = name(*via->child());
        break;
    case Kind::expected_send:
        e.kind = ExpectKind::Send;
        e.channel = name(*at.child(Kind::name));
        break;
    case Kind::expected_reply: e.kind = ExpectKind::Reply; break;
    case Kind::expected_tag:
        e.kind = slice(at.span()).starts_with("untag") ? ExpectKind::Untag : ExpectKind::Tag;
        e.name = name(*at.child(Kind::name));
        break;
    case Kind::expected_arm:
        e.kind = ExpectKind::Arm;
        e.name = name(*at.child(Kind::arm_value));
        e.split = name(*at.child(Kind::split_of)->child());
        break;
    case Kind::expected_nothing: e.kind = ExpectKind::Nothing; break;
    case Kind::expected_suppressed:
        e.kind = ExpectKind::Suppressed;
        for (const auto child : at.children()) {
            const auto word = slice(child.span()).substr(0, slice(child.span()).find_first_of(" \t\r\n"));
            if (child.is(Kind::because)) e.reason = name(*child.child());
            else if (!child.is(Kind::to_fan)) e.step = {std::string(word), child.span()};
            if (child.is(Kind::suppressed_prompt)) goals(child);
            if (child.is(Kind::suppressed_send)) e.channel = name(*child.child());
        }
        break;
    case Kind::expected_stage:
        e.kind = ExpectKind::Stage;
        e.name = name(*at.child(Kind::name));
        break;
    default:
        e.kind = ExpectKind::Condition;
        e.condition = expression(*at.child(Kind::condition));
    }
}

Statement Builder::statement(At at) {
    Statement s;
    s.span = at.span();
    switch (at.kind()) {
    case Kind::does_statement:
        s.kind = StatementKind::Does;
        s.who = who(*at.child());
        s.pattern = pattern(*at.child(Kind::pattern));
        break;
    case Kind::fan_statement:
        s.kind = StatementKind::Fan;
        s.who = who(*at.child());
        properties(at, s);
        break;
    case Kind::release_statement:
        s.kind = StatementKind::Release;
        s.release = name(*at.child(Kind::name));
        properties(at, s);
        break;
    case Kind::after_statement:
        s.kind = StatementKind::After;
        s.length = literal(*at.child());
        if (const auto clock = at.child(Kind::after_clock)) s.clock = literal(*clock->child());
        break;
    case Kind::at_statement:
        s.kind = StatementKind::At;
        for (const auto child : at.children()) {
            if (child.is(Kind::in_zone)) s.zone = text(*child.child());
            else if (child.is(Kind::clock)) s.clock = literal(child);
            else
                for (const auto part : child.children()) {
                    if (part.is(Kind::of_release)) s.of = primary(*part.child());
                    else if (part.is(Kind::at_clock)) s.clock = literal(*part.child());
                    else if (part.is(Kind::clock)) s.clock = literal(part);
                    else s.date = literal(part);
                }
        }
        break;
    default:
        s.kind = StatementKind::Expect;
        expect(*at.child(), s);
    }
    return s;
}

ast::Test Builder::test(At at) {
    ast::Test t;
    t.span = at.span();
    bool named = false;
    for (const auto child : at.children()) {
        if (!named) {
            t.name = plain_text(child, "the name of a test");
            t.head = {at.span().source, at.span().begin, child.span().end};
            named = true;
        } else if (!child.is(Kind::skipped_in_test)) t.statements.push_back(statement(child));
    }
    return t;
}

std::vector<ast::EntryPart> Builder::entry() {
    std::vector<ast::EntryPart> out;
    for (std::uint32_t i = 0; i < tree_.nodes.size(); i = tree_.nodes[i].next) {
        const At at(tree_, i);
        ast::EntryPart part;
        part.span = at.span();
        switch (at.kind()) {
        case Kind::does_statement:
        case Kind::fan_statement:
        case Kind::release_statement:
        case Kind::at_statement:
        case Kind::after_statement:
        case Kind::expect_statement: part.statement = statement(at); break;
        case Kind::question: {
            Statement s;
            s.kind = StatementKind::Ask;
            s.span = at.span();
            s.expect.condition = expression(*at.child(Kind::condition));
            if (const auto of = at.child(Kind::of_fan)) s.who = who(*of->child());
            part.statement = std::move(s);
            break;
        }
        case Kind::rule:
            part.rule = true;
            if (const auto label = at.child(Kind::label_part)) part.replaces = name(*label->child(Kind::any_word));
            break;
        case Kind::event:
        case Kind::attribute:
        case Kind::channel:
        case Kind::define:
        case Kind::flow: part.replaces = name(*at.child(Kind::name)); break;
        case Kind::include:
            part.include = true;
            part.replaces = include(at).known_as();
            break;
        case Kind::stages: part.setting = "stages"; break;
        case Kind::timezone: part.setting = "timezone"; break;
        case Kind::attribution: part.setting = "attribution"; break;
        default: break; // what has no name
        }
        out.push_back(std::move(part));
    }
    return out;
}

std::vector<ast::EntryPart> build_entry(const Tree& tree, const Sources& sources, Diagnostics& diagnostics) { return Builder(tree, sources, diagnostics).entry(); }

} // namespace segue
