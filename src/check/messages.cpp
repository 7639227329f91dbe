// What a message says, by which channels, and what a prompt asks for.
#include <fmt/format.h>

#include "check/checker.hpp"
#include "syntax/print.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

std::optional<std::uint32_t> Checker::channel_named(const ast::Name& name, const Visible& visible) {
    const auto* text = &name.text;
    if (visible.parameters)
        if (const auto it = visible.parameters->find(name.text); it != visible.parameters->end() && it->second.value->kind == ast::ExprKind::Name) text = &it->second.value->name.text, note_parameter(name);
    const auto* declared = find(*text);
    if (declared && declared->what == What::Channel && text == &name.text) note(Named::Channel, name);
    if (declared && declared->what == What::Channel) return declared->index;
    auto& d = unknown(name, "channel", names({What::Channel}));
    if (d.help.empty()) d.help = fmt::format("the channels: {}", fmt::join(names({What::Channel}), ", "));
    return std::nullopt;
}

std::optional<Text> Checker::text(const ast::Expr& written, Visible& visible) {
    const ast::Expr* e = &written;
    const auto* parameters = visible.parameters;
    if (written.kind == ast::ExprKind::Name) {
        const auto it = parameters ? parameters->find(written.name.text) : Parameters::const_iterator{};
        if (!parameters || it == parameters->end()) {
            std::vector<std::string> candidates;
            if (parameters)
                for (const auto& [name, p] : *parameters)
                    if (p.type == Type::Text) candidates.push_back(name);
            const auto* channel = find(written.name.text);
            auto near = candidates;
            for (const auto* word : {"then", "via", "or", "on"}) near.emplace_back(word);
            auto& d = error(Code::unknown_name, written.name.span, fmt::format("expected a text, `then` or the next rule, found `{}`", written.name.text));
            d.primary = "not known here";
            if (channel && channel->what == What::Channel) {
                d.help = fmt::format("the way of a prompt follows `via`: `via {} \"...\"`", written.name.text);
                d.mend.push_back({{written.span.source, written.span.begin, written.span.begin}, "via "});
                d.safe = true;
            } else if (const auto meant = did_you_mean(written.name.text, near)) {
                d.help = fmt::format("did you mean `{}`?", *meant);
                d.mend.push_back({written.name.span, *meant});
            } else d.help = "a text is written in quotes; steps are joined with `then`; a rule begins with `on`";
            return std::nullopt;
        }
        note_parameter(written.name);
        e = it->second.value;
        if (e->kind != ast::ExprKind::Text) {
            error(Code::wrong_type, written.span, fmt::format("the parameter `{}` is not a text", written.name.text)).help = "write the text in quotes";
            return std::nullopt;
        }
        visible.parameters = nullptr; // an argument does not see the template's parameters
    }
    Text out;
    bool good = true;
    for (const auto& part : e->parts) {
        if (!part.hole) {
            out.push_back({part.literal, std::nullopt});
            continue;
        }
        const auto& hole = *part.hole;
        // A parameter that is a channel is the channel; a channel's own name would be the consent.
        const auto* parameter = hole.kind == ast::ExprKind::Name && visible.parameters && visible.parameters->contains(hole.name.text) ? &visible.parameters->at(hole.name.text) : nullptr;
        auto t = present(expression(hole, visible, parameter && parameter->type == Type::Channel ? Type::Channel : Type::Error), hole, visible);
        if (t.count) t.type = Type::Number;
        if (t.bad()) {
            good = false;
            continue;
        }
        if (t.type == Type::Time || t.type == Type::Duration || t.type == Type::Bool || t.type == Type::Clock || t.type == Type::Stage) {
            auto& d = error(Code::bad_hole, hole.span, fmt::format("{} cannot be written into a text", with_article(t.type)));
            d.primary = fmt::format("this is {}", with_article(t.type));
            d.help = t.type == Type::Bool ? "choose between two texts with `if`" : t.type == Type::Duration ? "divide it: `{(since(listen) ?? 0 days) / 1 day ?? 0}` is a number"
                   : t.type == Type::Time ? "write a date, such as `{release.date}`" : "choose the text with `if`";
            good = false;
            continue;
        }
        out.push_back({"", std::move(t.expr)});
    }
    visible.parameters = parameters;
    return good ? std::optional(std::move(out)) : std::nullopt;
}

std::vector<Route> Checker::routes(const std::vector<ast::Route>& written, Visible& visible, bool needs_text, Span step) {
    std::vector<Route> out;
    // A channel without a text of its own takes the next one's.
    const ast::Route* said = nullptr;
    std::map<std::uint32_t, Span> seen;
    for (auto it = written.rbegin(); it != written.rend(); ++it) {
        const auto& r = *it;
        if (r.text) said = &r;
        const auto channel = channel_named(r.channel, visible);
        if (!channel) continue;
        if (const auto [later, fresh] = seen.emplace(*channel, r.channel.span); !fresh) {
            auto& d = error(Code::bad_channel, later->second, fmt::format("`{}` is named twice", r.channel.text));
            d.labels.push_back({r.channel.span, "the first is here"});
            d.help = "a channel is tried once: leave the second out";
        }
        Route route;
        route.channel = *channel;
        const auto& info = program_.channels[*channel];
        if (said) {
            route.text = text(*said->text, visible);
            if (said->subject && info.has_subject) route.subject = text(*said->subject, visible);
            if (r.text && r.subject && !info.has_subject) {
                auto& d = error(Code::no_subject, r.subject->span, fmt::format("`{}` has no subject", info.name));
                d.help = "write one text for it";
            }
        } else if (needs_text) {
            auto& d = error(Code::missing_text, r.span, fmt::format("this message on `{}` has no text", info.name));
            d.help = "write it in quotes behind the channel";
        }
        out.push_back(std::move(route));
    }
    (void)step;
    std::reverse(out.begin(), out.end());
    return out;
}

// By route, where its text stands; a route without one stands for itself.
std::vector<Span> Checker::route_places(const std::vector<ast::Route>& written) {
    std::vector<Span> out;
    out.reserve(written.size());
    for (const auto& r : written) out.push_back(r.text ? r.text->span : r.span);
    return out;
}

std::optional<Goal> Checker::goal(const ast::Pattern& p, Rule&, Visible& visible) {
    const ast::Name* name = &p.event;
    if (visible.parameters && p.args.empty())
        if (const auto it = visible.parameters->find(p.event.text); it != visible.parameters->end() && it->second.value->kind == ast::ExprKind::Name) name = &it->second.value->name, note_parameter(p.event);
    const auto* declared = find(name->text);
    if (declared && declared->what == What::Channel) note(Named::Channel, *name);
    Goal goal;
    if (declared && declared->what == What::Channel) {
        const auto& channel = program_.channels[declared->index];
        if (p.parenthesized) {
            error(Code::bad_goal, p.span, fmt::format("`{}` is a channel and takes no arguments", name->text)).help = fmt::format("write `prompt {}`", name->text);
            return std::nullopt;
        }
        if (!channel.needs_consent || program_.optin == none) {
            auto& d = error(Code::bad_goal, p.span, fmt::format("`{}` needs no consent, so there is nothing to ask for", name->text));
            d.labels.push_back({declared->span, "declared here"});
            d.help = fmt::format("ask for an event: `prompt follow via {}`", name->text);
            return std::nullopt;
        }
        goal.name = channel.name;
        goal.consent = declared->index;
        Resolved optin;
        optin.event = program_.optin;
        optin.span = p.span;
        Typed value;
        value.type = Type::Channel;
        value.expr.value = Value::of_symbol(channel.symbol);
        optin.arguments.push_back({0, Compare::Equal, std::move(value), p.span, false});
        goal.pattern = event_pattern(optin);
        return goal;
    }
    if (!declared && !names({What::Channel}).empty()) {
        auto candidates = names({What::Event, What::Channel});
        auto& d = unknown(p.event, "event or channel", candidates);
        if (d.help.empty()) d.help = fmt::format("if it is a thing that fans do, declare it: `event {}`", p.event.text);
        return std::nullopt;
    }
    auto pattern = resolve(*name, p.args, p.span, visible, Use::Goal);
    if (pattern.event == none) return std::nullopt;
    key_from_scope(pattern, visible);
    const auto& event = program_.events[pattern.event];
    goal.name = event.name;
    for (std::uint32_t a = 0; a < pattern.arguments.size(); ++a)
        if (pattern.arguments[a].field == 0 && pattern.arguments[a].op == Compare::Equal) goal.key = a;
    if (pattern.event == program_.optin && goal.key != none && pattern.arguments[goal.key].value.constant())
        for (std::uint32_t c = 0; c < program_.channels.size(); ++c)
            if (program_.channels[c].symbol == pattern.arguments[goal.key].value.expr.value.symbol()) goal.consent = c, goal.name = program_.channels[c].name;
    goal.any = pattern.any;
    goal.pattern = event_pattern(pattern);
    return goal;
}

void Checker::prompt(const ast::Step& s, Rule& rule, Visible& visible) {
    Step step;
    step.act = Act::Prompt;
    std::map<std::string, Span> seen;
    for (const auto& p : s.patterns) {
        if (auto g = goal(p, rule, visible)) step.goals.push_back(std::move(*g));
        if (const auto [first, fresh] = seen.emplace(canonical(p), p.span); !fresh) {
            auto& d = error(Code::bad_goal, p.span, fmt::format("`{}` is asked for twice", canonical(p)));
            d.labels.push_back({first->second, "the first is here"});
            d.help = "leave the second out";
        }
    }
    if (!s.routes.empty()) {
        step.routes = routes(s.routes, visible, false, s.span);
    } else {
        const auto* page = find("page");
        if (!page || page->what != What::Channel) {
            error(Code::bad_channel, s.span, "a prompt without `via` goes to `page`, and there is no such channel").help = "say where: `via CHANNEL`";
            return;
        }
        Route route;
        route.channel = page->index;
        if (s.value) route.text = text(*s.value, visible);
        if (s.subject) {
            if (program_.channels[page->index].has_subject) route.subject = text(*s.subject, visible);
            else error(Code::no_subject, s.subject->span, "`page` has no subject").help = "write one text, or say where it goes: `via email \"Subject\" / \"Body\"`";
        }
        step.routes.push_back(std::move(route));
    }
    StepPlace place{s.span, {}, s.routes.empty() ? std::vector<Span>{s.value ? s.value->span : s.span} : route_places(s.routes)};
    for (const auto& p : s.patterns) place.goals.push_back(p.span);
    put(rule, std::move(step), std::move(place));
}

} // namespace segue
