// From a name to what it stands for, to all that stand for the same, and another name for all of them.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <set>

#include "lsp/features.hpp"
#include "syntax/build.hpp"
#include "syntax/words.hpp"

namespace segue::lsp {

namespace {

bool can_be_renamed(Named kind) { return kind != Named::Property && kind != Named::Function && kind != Named::Type && kind != Named::Reason; }

std::vector<const NameUse*> uses_of(const Compilation& program, const std::vector<NameUse>& things) {
    std::vector<const NameUse*> out;
    for (const auto& use : program.names.uses)
        if (std::any_of(things.begin(), things.end(), [&](const NameUse& thing) { return thing.same_thing(use); }) && (out.empty() || out.back()->span != use.span)) out.push_back(&use);
    return out;
}

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

std::vector<NameUse> things_at(const Asked& in) {
    std::vector<NameUse> out;
    for (const auto* use : in.program.names_at(in.source, in.offset)) out.push_back(*use);
    return out;
}

Json definition(const Asked& in) {
    Json out = Json::array();
    if (const auto* file = in.program.file(in.source))
        for (const auto& use : file->uses)
            if (use.target.begin <= in.offset && in.offset <= use.target.end)
                for (const auto& place : files_of(in, use)) out.push_back(in.location(place));
    for (const auto* use : in.program.names_at(in.source, in.offset)) {
        const auto* declared = in.program.declaration(*use);
        if (!declared) { // a tag or a fan is what is first said of it
            const auto all = uses_of(in.program, {*use});
            if (!all.empty() && (use->kind == Named::Tag || use->kind == Named::Fan)) declared = all.front();
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

Json prepare_rename(const Asked& in) {
    const auto* use = in.program.name_at(in.source, in.offset);
    if (!use || !can_be_renamed(use->kind)) return nullptr;
    return {{"range", in.range(use->span)}, {"placeholder", use->name}};
}

Renaming rename(const Compilation& program, const std::vector<NameUse>& things, const std::string& to) {
    Renaming out;
    if (things.empty() || !can_be_renamed(things.front().kind)) return {"no name that can be changed stands here", {}};
    const bool word = !to.empty() && to.size() <= longest_name && to[0] >= 'a' && to[0] <= 'z' && std::all_of(to.begin(), to.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
    if (!word && things.front().kind != Named::Fan) return {fmt::format("`{}` is no name: it begins with a small letter, and has small letters, digits and `_`", to), {}};
    if (things.front().kind != Named::Field && is_word_of("reserved", to)) return {fmt::format("`{}` is a word of the language", to), {}};
    for (const auto* use : uses_of(program, things)) {
        if (program.loaded.from_stdlib[static_cast<std::size_t>(program.file(use->span.source) - program.loaded.files.data())]) {
            if (use->declares) return {fmt::format("`{}` is declared by the standard library", use->name), {}};
            continue;
        }
        const auto written = program.sources[use->span.source].slice(use->span);
        out.edits.emplace_back(use->span, written.starts_with('"') ? fmt::format("\"{}\"", to) : to);
    }
    // Another thing of that name, where names of all kinds are one set.
    const auto shared = [](Named kind) { return kind == Named::Event || kind == Named::Channel || kind == Named::Stage || kind == Named::Release || kind == Named::Define || kind == Named::Split || kind == Named::Flow; };
    for (const auto& use : program.names.uses) {
        const bool same_set = shared(things.front().kind) ? shared(use.kind) : use.kind == things.front().kind && use.owner == things.front().owner;
        if (use.declares && use.name == to && same_set && to != things.front().name) return {fmt::format("`{}` is the name of {} {} already", to, use.kind == Named::Event || use.kind == Named::Attribute || use.kind == Named::Arm ? "an" : "a", kind_word(use.kind)), {}};
    }
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
