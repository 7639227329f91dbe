// From a name to what it stands for, to all that stand for the same, and another name for all of them.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "lsp/cursor.hpp"
#include "lsp/features.hpp"
#include "syntax/words.hpp"

namespace segue::lsp {

namespace {

// Where the target of a `use` lies: `std.recipes` is several files.
std::vector<Span> files_of(const Asked& in, const ast::Use& use) {
    std::vector<Span> out;
    for (std::uint32_t i = 0; i < in.program.sources.size(); ++i) {
        const auto& source = in.program.sources[i];
        if (use.file.empty()) {
            auto module = source.name().substr(0, source.name().rfind(".flow"));
            std::replace(module.begin(), module.end(), '/', '.');
            if (source.embedded() && (module == use.module || module.starts_with(use.module + "."))) out.push_back({i, 0, 0});
        } else if (!source.embedded()) {
            const auto path = (std::filesystem::path(in.text().name()).parent_path() / use.file).lexically_normal().string();
            if (in.workspace.disk().identity(path) == in.workspace.disk().identity(source.name())) out.push_back({i, 0, 0});
        }
    }
    return out;
}

} // namespace

std::vector<const NameUse*> uses_of(const Compilation& program, const std::vector<NameUse>& things) {
    std::vector<const NameUse*> out;
    for (const auto& use : program.names.uses)
        if (std::any_of(things.begin(), things.end(), [&](const NameUse& thing) { return thing.same_thing(use); }) && (out.empty() || out.back()->span != use.span)) out.push_back(&use);
    return out;
}

std::vector<NameUse> things_at(const Asked& in) {
    std::vector<NameUse> out;
    for (const auto* use : in.program.names_at(in.source, in.offset)) out.push_back(*use);
    // The key of a held event, and that of the event which undoes it, have one name.
    const auto& events = in.program.program->events;
    for (const auto& event : events) {
        if (event.undoes == none || event.undo_key == none) continue;
        const auto& undone = events[event.undoes];
        const auto name = event.fields[event.undo_key].name;
        const auto is = [&](const EventType& of) { return !out.empty() && out.front().kind == Named::Field && out.front().name == name && std::any_of(out.begin(), out.end(), [&](const NameUse& use) { return use.owner == of.name; }); };
        const bool both = is(event) && is(undone);
        if (both || !(is(event) || is(undone))) continue;
        out.push_back({{}, Named::Field, false, is(event) ? undone.name : event.name, name});
    }
    return out;
}

std::vector<NameUse> likely_things_at(const Asked& in) {
    auto out = things_at(in);
    const auto cursor = cursor_at(in.text().text(), in.offset);
    if (!out.empty() || cursor.in_comment || cursor.in_text || !in.program.diagnostics.has_errors()) return out;
    const auto text = in.text().text();
    const auto [begin, end] = word_around(text, in.offset);
    const auto word = text.substr(begin, end - begin);
    if (word.empty() || is_word_of("reserved", word)) return out;
    const bool of_fan = begin >= 4 && text.substr(begin - 4, 4) == "fan.";
    for (const auto& use : in.program.names.uses) {
        const bool everywhere = use.kind == Named::Event || use.kind == Named::Channel || use.kind == Named::Stage || use.kind == Named::Release || use.kind == Named::Define || use.kind == Named::Flow;
        if (!use.declares || use.name != word || !(of_fan ? use.kind == Named::Attribute : everywhere)) continue;
        out = {use};
        out.front().span = {in.source, begin, end};
        out.front().declares = false;
        break;
    }
    return out;
}

Json definition(const Asked& in) {
    Json out = Json::array();
    if (const auto* file = in.program.file(in.source))
        for (const auto& use : file->uses)
            if (use.target.begin <= in.offset && in.offset <= use.target.end)
                for (const auto& place : files_of(in, use)) out.push_back(in.location(place));
    for (const auto& use : likely_things_at(in)) {
        const auto* declared = in.program.declaration(use);
        if (!declared) { // a tag or a fan is what is first said of it
            const auto all = uses_of(in.program, {use});
            if (!all.empty() && (use.kind == Named::Tag || use.kind == Named::Fan)) declared = all.front();
        }
        if (!declared) continue;
        const auto place = in.location(declared->span);
        if (std::find(out.begin(), out.end(), place) == out.end()) out.push_back(place);
    }
    return out;
}

Json references(const Asked& in, const std::vector<NameUse>& things, bool with_declaration) {
    Json out = Json::array();
    for (const auto* use : uses_of(in.program, things))
        if (with_declaration || !use->declares) out.push_back(in.location(use->span));
    return out;
}

Json highlights(const Asked& in) {
    Json out = Json::array();
    for (const auto* use : uses_of(in.program, things_at(in)))
        if (use->span.source == in.source) out.push_back({{"range", in.range(use->span)}, {"kind", use->declares ? 3 : 2}});
    return out;
}

Json document_links(const Asked& in) {
    Json out = Json::array();
    if (const auto* file = in.program.file(in.source))
        for (const auto& use : file->uses) {
            const auto files = files_of(in, use);
            if (!files.empty()) out.push_back({{"range", in.range(use.target)}, {"target", in.workspace.uri(in.program, files.front().source)}, {"tooltip", in.program.sources[files.front().source].name()}});
        }
    return out;
}

} // namespace segue::lsp
