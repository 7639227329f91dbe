// Another name for a thing. The program with it is checked before anybody gets it: every name has to mean what it did.
#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <tuple>

#include "lsp/features.hpp"
#include "syntax/build.hpp"
#include "syntax/highlight.hpp"
#include "syntax/parse.hpp"
#include "syntax/words.hpp"
#include "text/edits.hpp"

namespace segue::lsp {

namespace {

bool can_be_renamed(Named kind) { return kind != Named::Property && kind != Named::Function && kind != Named::Type && kind != Named::Reason; }

std::string place_of(const Compilation& program, Span span) {
    const auto& source = program.sources[span.source];
    const auto slash = source.name().rfind('/');
    return fmt::format("{}:{}", source.name().substr(slash == std::string::npos ? 0 : slash + 1), source.position(span.begin).line);
}

// Why that cannot be the name of such a thing; empty: it can.
std::string wrong_name(const NameUse& thing, const std::string& to) {
    const bool word = !to.empty() && to.size() <= longest_name && to[0] >= 'a' && to[0] <= 'z' && std::all_of(to.begin(), to.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    if (!word && thing.kind != Named::Fan) return fmt::format("`{}` is no name: it begins with a small letter, and has small letters, digits and `_`", to);
    if (thing.kind != Named::Field && is_word_of("reserved", to)) return fmt::format("`{}` is a word of the language", to);
    return {};
}

// A place of that name in what cannot be read, so that nobody knows what it stands for.
std::optional<Span> unread(const Compilation& program, const std::string& name) {
    for (const auto& file : program.loaded.files) {
        const auto& source = program.sources[file.source];
        if (source.embedded()) continue;
        Sources alone;
        Diagnostics found;
        const auto tree = parse(alone, alone.add(source.name(), std::string(source.text())), found);
        if (!found.has_errors()) continue;
        for (const auto& token : highlight(tree, alone[0])) {
            if (token.highlight != HighlightClass::Name || alone[0].slice(token.span) != name) continue;
            const auto known = program.names_at(file.source, token.span.begin);
            if (std::none_of(known.begin(), known.end(), [&](const NameUse* use) { return use->span.begin == token.span.begin; })) return Span{file.source, token.span.begin, token.span.end};
        }
    }
    return std::nullopt;
}

// Keys that goals take from their triggers: they go by names, too.
std::size_t implied_keys(const Program& program) {
    std::size_t out = 0;
    const auto count = [&](const EventPattern& pattern) { out += static_cast<std::size_t>(std::count_if(pattern.matches.begin(), pattern.matches.end(), [](const Match& m) { return m.if_known; })); };
    for (const auto& rule : program.rules) {
        for (const auto& pattern : rule.until) count(pattern);
        for (const auto& step : rule.steps) {
            count(step.pattern);
            for (const auto& goal : step.goals) count(goal.pattern);
        }
    }
    return out;
}

using Meaning = std::tuple<std::string, std::uint32_t, Named, std::string, std::string>; // file, place, kind, owner, name

std::set<Meaning> meanings(const Compilation& program) {
    std::set<Meaning> out;
    for (const auto& use : program.names.uses)
        if (!program.sources[use.span.source].embedded()) out.emplace(program.sources[use.span.source].name(), use.span.begin, use.kind, use.owner, use.name);
    return out;
}

} // namespace

std::string after_rename(const NameUse& thing) {
    const auto& old = thing.name;
    switch (thing.kind) {
    case Named::Event: return fmt::format("records that call this event `{0}` are passed over from now on, unless it says `from \"{0}\"`", old);
    case Named::Field: return fmt::format("records that call this field `{0}` lack it from now on, unless it says `from \"{0}\"`", old);
    case Named::Attribute: return fmt::format("`profile` records call this attribute `{}`: whoever writes them has to follow", old);
    case Named::Release: return fmt::format("records call this release `{}`: whoever writes them has to follow", old);
    case Named::Channel: return fmt::format("whoever delivers messages, and records of consent, call this channel `{}`: they have to follow", old);
    case Named::Tag: return fmt::format("fans of a state who carry the tag `{}` go on carrying it", old);
    case Named::Stage: return fmt::format("fans of a state who are at the stage `{}` fall to the one below it, until something counts anew", old);
    case Named::Split: return "the arms of a split are dealt by its name: fans may get another arm from now on";
    case Named::Fan: return "the arms of splits are dealt by the fan's name: the test may see another arm from now on";
    case Named::Flow:
    case Named::Rule: return "to a state these are other rules: what a fan did `once` can come again";
    default: return {};
    }
}

Json prepare_rename(const Asked& in) {
    const auto* use = in.program.name_at(in.source, in.offset);
    if (!use || !can_be_renamed(use->kind)) return nullptr;
    return {{"range", in.range(use->span)}, {"placeholder", use->name}};
}

Renaming rename(const Workspace& workspace, const Compilation& program, const std::vector<NameUse>& things, const std::string& to) {
    if (things.empty() || !can_be_renamed(things.front().kind)) return {"no name that can be changed stands here", {}};
    const auto& thing = things.front();
    if (auto why = wrong_name(thing, to); !why.empty()) return {why, {}};
    if (to == thing.name) return {};
    Renaming out;
    for (const auto* use : uses_of(program, things)) {
        const auto& source = program.sources[use->span.source];
        if (source.embedded()) {
            if (use->declares) return {fmt::format("`{}` is declared by the standard library", use->name), {}};
            continue;
        }
        out.edits.push_back({use->span, source.slice(use->span).starts_with('"') ? fmt::format("\"{}\"", to) : to});
    }
    if (out.edits.empty()) return out;
    if (const auto place = unread(program, thing.name)) return {fmt::format("`{}` stands in {}, where the script cannot be read: mend that first", thing.name, place_of(program, *place)), {}};
    const auto shared = [](Named kind) { return kind == Named::Event || kind == Named::Channel || kind == Named::Stage || kind == Named::Release || kind == Named::Define || kind == Named::Split || kind == Named::Flow; };
    for (const auto& use : program.names.uses) // what nothing declares, tags and fans, would become one; names of these kinds are one set
        if (use.name == to && ((use.kind == thing.kind && use.owner == thing.owner) || (use.declares && shared(use.kind) && shared(thing.kind)))) return {fmt::format("`{}` is the name of {} {} already: {}", to, use.kind == Named::Event || use.kind == Named::Attribute || use.kind == Named::Arm ? "an" : "a", kind_word(use.kind), place_of(program, use.span)), {}};

    // The program as it would be.
    std::map<std::string, std::string> texts;
    for (const auto& [identity, source] : program.files)
        if (!program.sources[source].embedded()) texts[identity] = edited(program.sources[source].text(), source, out.edits);
    const auto then = workspace.compiled_with(program.root, texts);
    if (then->diagnostics.errors() > program.diagnostics.errors()) {
        for (const auto& d : then->diagnostics.all())
            if (d.severity() == Severity::Error && std::none_of(program.diagnostics.all().begin(), program.diagnostics.all().end(), [&](const Diagnostic& old) { return old.code == d.code && old.message == d.message; }))
                return {fmt::format("with that name the script would be wrong: {} ({})", d.message, place_of(*then, d.span)), {}};
        return {"with that name the script would be wrong", {}};
    }
    // Every name is where it was, moved by the edits before it, and stands for the same.
    std::set<Meaning> wanted;
    for (const auto& [file, begin, kind, owner, name] : meanings(program)) {
        std::int64_t moved = begin;
        for (const auto& edit : out.edits)
            if (program.sources[edit.span.source].name() == file && edit.span.begin < begin) moved += static_cast<std::int64_t>(edit.text.size()) - (edit.span.end - edit.span.begin);
        const NameUse meant{{}, kind, false, owner, name};
        const bool is_thing = std::any_of(things.begin(), things.end(), [&](const NameUse& t) { return t.same_thing(meant); });
        const bool owned = owner == thing.name && ((thing.kind == Named::Event && kind == Named::Field) || (thing.kind == Named::Split && kind == Named::Arm) || (thing.kind == Named::Flow && (kind == Named::Parameter || kind == Named::Rule)));
        wanted.emplace(file, static_cast<std::uint32_t>(moved), kind, owned ? to : owner, is_thing ? to : name);
    }
    const auto now = meanings(*then);
    for (const auto& meaning : now)
        if (!wanted.contains(meaning)) {
            const auto source = then->files.find(workspace.disk().identity(std::get<0>(meaning)));
            return {fmt::format("`{}` would stand for something else than before in {}", std::get<4>(meaning), source == then->files.end() ? std::get<0>(meaning) : place_of(*then, {source->second, std::get<1>(meaning), std::get<1>(meaning)})), {}};
        }
    if (now.size() != wanted.size() || implied_keys(*then->program) != implied_keys(*program.program)) return {fmt::format("with `{}` for `{}` the program would do something else than before: a goal takes its key from a field of the same name", to, thing.name), {}};
    return out;
}

} // namespace segue::lsp
