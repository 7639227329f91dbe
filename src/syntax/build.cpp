#include "syntax/build.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

#include "syntax/builder.hpp"
#include "syntax/token_at.hpp"
#include "syntax/words.hpp"

namespace segue {

// The `##` lines directly above an item, each without its marks.
std::string Builder::doc(Span item) const {
    const auto& comments = tree_.comments;
    auto after = std::lower_bound(comments.begin(), comments.end(), item.begin, [](const Span& c, std::uint32_t at) { return c.begin < at; });
    std::vector<std::string> lines;
    auto below = item.begin;
    while (after != comments.begin()) {
        const auto& comment = *std::prev(after);
        auto text = slice(comment);
        const auto between = slice({tree_.source, comment.end, below});
        const bool adjacent = between.find_first_not_of(" \t\r\n") == std::string_view::npos && std::count(between.begin(), between.end(), '\n') <= 1;
        if (!text.starts_with("##") || !adjacent) break;
        text.remove_prefix(2);
        if (text.starts_with(' ')) text.remove_prefix(1);
        if (text.ends_with('\r')) text.remove_suffix(1);
        lines.emplace_back(text);
        below = comment.begin;
        --after;
    }
    std::string out;
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) out += (out.empty() ? "" : "\n") + *line;
    return out;
}

std::string Builder::plain_text(At at, std::string_view what) {
    const auto value = text(at);
    std::string out;
    for (const auto& part : value.parts) {
        if (part.hole) {
            error(Code::hole_not_allowed, part.hole->span, fmt::format("{} cannot have holes", what)).help = "write the text itself";
            return out;
        }
        out += part.literal;
    }
    return out;
}

ast::Type Builder::type(At at) {
    ast::Type t;
    for (const auto child : at.children()) {
        if (child.is(Kind::any_word)) t.name = name(child);
        else if (child.is(Kind::optional_mark)) t.optional = true;
        else {
            const auto n = *child.child(Kind::number);
            t.bound = number(n.span(), -1);
            t.bound_span = n.span();
        }
    }
    return t;
}

ast::Event Builder::event(At at) {
    ast::Event e;
    e.span = at.span();
    e.doc = doc(at.span());
    for (const auto child : at.children()) {
        switch (child.kind()) {
        case Kind::name: e.name = name(child); break;
        case Kind::event_fields:
            for (const auto f : child.children()) {
                ast::EventField field;
                field.span = f.span();
                for (const auto part : f.children()) {
                    if (part.is(Kind::any_word)) field.name = name(part);
                    else if (part.is(Kind::type)) field.type = type(part);
                    else field.from = plain_text(*part.child(Kind::text), "an outside name");
                }
                e.fields.push_back(std::move(field));
            }
            break;
        case Kind::once_part:
            e.once = true;
            if (const auto per = child.child(Kind::once_per)) e.once_per = name(*per->child());
            break;
        case Kind::undoes_part: e.undoes = name(*child.child(Kind::name)); break;
        default:
            for (const auto t : child.children()) e.from.push_back({plain_text(t, "an outside name"), t.span()});
        }
    }
    return e;
}

ast::Release Builder::release(At at) {
    ast::Release r;
    r.span = at.span();
    r.doc = doc(at.span());
    for (const auto child : at.children()) {
        if (child.is(Kind::name)) {
            r.name = name(child);
            continue;
        }
        ast::Property p;
        p.span = child.span();
        for (const auto part : child.children()) {
            if (part.is(Kind::any_word)) p.name = name(part);
            else p.value = part.is(Kind::date) ? literal(part) : text(part);
        }
        r.properties.push_back(std::move(p));
    }
    return r;
}

ast::Limit Builder::limit(At at) {
    ast::Limit l;
    l.span = at.span();
    bool counted = false;
    for (const auto child : at.children()) {
        if (child.is(Kind::target)) l.target = name(*child.child());
        else if (child.is(Kind::else_wait)) {
            l.else_wait = true;
            if (const auto up_to = child.child(Kind::up_to)) l.up_to = literal(*up_to->child());
        } else if (!counted) {
            l.count = literal(child);
            counted = true;
        } else l.per = literal(child);
    }
    return l;
}

ast::Quiet Builder::quiet(At at) {
    ast::Quiet q;
    q.span = at.span();
    bool from = false;
    for (const auto child : at.children()) {
        if (child.is(Kind::target)) q.target = name(*child.child());
        else if (!from) {
            q.from = literal(child);
            from = true;
        } else q.to = literal(child);
    }
    return q;
}

void Builder::flow_item(At at, ast::Flow& flow) {
    switch (at.kind()) {
    case Kind::rule: flow.rules.push_back(rule(at)); break;
    case Kind::limit: flow.limits.push_back(limit(at)); break;
    case Kind::quiet: flow.quiets.push_back(quiet(at)); break;
    case Kind::skipped_in_flow: break;
    default: {
        auto& d = error(Code::misplaced, at.span(), "this declaration cannot stand inside a flow");
        d.primary = "a flow holds rules, limits and quiet hours";
        d.help = "move it out of the flow";
    }
    }
}

ast::Include Builder::include(At at) {
    ast::Include out;
    out.span = at.span();
    for (const auto child : at.children()) {
        if (child.is(Kind::arguments)) out.args = arguments(child);
        else if (child.is(Kind::as_name)) out.as = name(*child.child());
        else if (!out.flow) out.flow = name(child);
    }
    return out;
}

ast::Flow Builder::flow(At at) {
    ast::Flow f;
    f.span = at.span();
    f.doc = doc(at.span());
    bool named = false;
    for (const auto child : at.children()) {
        if (!named && child.is(Kind::name)) {
            f.name = name(child);
            named = true;
        } else if (child.is(Kind::parameters)) {
            f.has_parameters = true;
            for (const auto p : child.children()) {
                ast::Parameter parameter;
                parameter.span = p.span();
                for (const auto part : p.children()) {
                    if (part.is(Kind::name)) parameter.name = name(part);
                    else if (part.is(Kind::type)) parameter.type = type(part);
                    else parameter.default_value = expression(part);
                }
                f.parameters.push_back(std::move(parameter));
            }
        } else flow_item(child, f);
    }
    return f;
}

void Builder::item(At at, ast::File& file) {
    using Place = ast::File::Place;
    switch (at.kind()) {
    case Kind::skipped: break;
    case Kind::rule:
        file.order.emplace_back(Place::Rule, file.flow.rules.size());
        file.flow.rules.push_back(rule(at));
        break;
    case Kind::flow:
        file.order.emplace_back(Place::Flow, file.flows.size());
        file.flows.push_back(flow(at));
        break;
    case Kind::include:
        file.order.emplace_back(Place::Include, file.includes.size());
        file.includes.push_back(include(at));
        break;
    case Kind::use: {
        ast::Use u;
        u.span = at.span();
        const auto target = *at.child();
        u.target = target.span();
        if (target.is(Kind::module_path)) u.module = slice(target.span());
        else u.file = plain_text(target, "the path of a file");
        file.uses.push_back(std::move(u));
        break;
    }
    case Kind::event: file.events.push_back(event(at)); break;
    case Kind::attribute: {
        ast::Attribute a{at.span(), doc(at.span()), name(*at.child(Kind::name)), type(*at.child(Kind::type))};
        name_not_unit(a.name, "an attribute");
        file.attributes.push_back(std::move(a));
        break;
    }
    case Kind::channel:
        file.channels.push_back({at.span(), doc(at.span()), name(*at.child(Kind::name)), at.child(Kind::needs_consent).has_value(), at.child(Kind::has_subject).has_value()});
        break;
    case Kind::stages: {
        ast::Stages s;
        s.span = at.span();
        s.doc = doc(at.span());
        for (const auto row : at.children()) {
            ast::StageRow r;
            r.name = name(*row.child(Kind::name));
            r.condition = expression(*row.child(Kind::condition));
            name_not_unit(r.name, "a stage");
            s.rows.push_back(std::move(r));
        }
        file.stages.push_back(std::move(s));
        break;
    }
    case Kind::release: file.releases.push_back(release(at)); break;
    case Kind::define: {
        ast::Define d;
        d.span = at.span();
        d.doc = doc(at.span());
        d.name = name(*at.child(Kind::name));
        d.condition = expression(*at.child(Kind::condition));
        file.defines.push_back(std::move(d));
        break;
    }
    case Kind::limit: file.limits.push_back(limit(at)); break;
    case Kind::promise: {
        auto l = limit(at); // the same shape
        file.promises.push_back({l.span, std::move(l.target), std::move(l.count), std::move(l.per)});
        break;
    }
    case Kind::quiet: file.quiets.push_back(quiet(at)); break;
    case Kind::timezone: {
        const auto value = at.child(Kind::text);
        file.timezones.push_back({at.span(), text(*value)});
        break;
    }
    case Kind::attribution: file.attributions.push_back({at.span(), literal(*at.child())}); break;
    case Kind::test: file.tests.push_back(test(at)); break;
    default: break;
    }
}

// The names that a declaration would have made, had it been right: who uses them makes no second mistake.
void Builder::broken(std::uint32_t begin, std::vector<std::string>& names) const {
    const auto text = source_.text().substr(begin);
    const auto word = [&](std::size_t at) { return source_.slice(token_at(source_, tree_.source, static_cast<std::uint32_t>(begin + at))); };
    const auto kind = word(0);
    auto at = text.find_first_not_of(" \t\r\n", kind.size());
    if (at == std::string_view::npos || !(is_word_of("declaration", kind) || kind == "release")) return;
    if (kind != "stages") {
        std::string name(word(at));
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        names.push_back(std::move(name));
        return;
    }
    const auto end = std::min(text.find('}'), text.size()); // every name before a `when`
    for (auto when = text.find(" when "); when < end; when = text.find(" when ", when + 1)) {
        const auto last = text.find_last_not_of(' ', when);
        names.emplace_back(word(last));
    }
}

ast::File Builder::file() {
    ast::File file;
    file.source = tree_.source;
    file.comments = tree_.comments;
    for (std::uint32_t i = 0; i < tree_.nodes.size(); i = tree_.nodes[i].next) item(At(tree_, i), file);
    for (const auto begin : tree_.broken) broken(begin, file.broken);
    std::string stem = source_.name();
    if (const auto slash = stem.find_last_of('/'); slash != std::string::npos) stem.erase(0, slash + 1);
    if (stem.ends_with(".flow")) stem.resize(stem.size() - 5);
    file.flow.name = {stem.empty() ? "main" : stem, {tree_.source, 0, 0}};
    return file;
}

ast::File build(const Tree& tree, const Sources& sources, Diagnostics& diagnostics) { return Builder(tree, sources, diagnostics).file(); }

} // namespace segue
