// What each name is, for colours.
#include <algorithm>
#include <set>
#include <tuple>

#include "lsp/features.hpp"

namespace segue::lsp {

namespace {

// By `Named`.
constexpr std::string_view types[] = {"event", "property", "property", "enum", "enumMember", "struct", "macro", "variable", "enumMember", "namespace", "parameter", "function", "decorator", "variable", "property", "function", "type", "enumMember"};
static_assert(std::size(types) == named_kinds);

} // namespace

std::vector<std::string> token_types() {
    std::vector<std::string> out;
    for (const auto type : types)
        if (std::find(out.begin(), out.end(), type) == out.end()) out.emplace_back(type);
    return out;
}

std::vector<std::string> token_modifiers() { return {"declaration", "defaultLibrary"}; }

std::vector<std::uint32_t> semantic_tokens(const Asked& in, Span range) {
    const auto known = token_types();
    // Whether the library declares it, asked once of each thing.
    std::set<std::tuple<Named, std::string_view, std::string_view>> of_library;
    for (const auto& use : in.program.names.uses)
        if (use.declares && in.program.sources[use.span.source].embedded()) of_library.emplace(use.kind, use.owner, use.name);
    std::vector<std::uint32_t> out;
    std::uint32_t line = 1, character = 0, end = 0;
    for (const auto& use : in.program.names.uses) {
        if (use.span.source != in.source || use.span.end < range.begin || use.span.begin > range.end || use.span.begin < end) continue;
        const auto type = std::find(known.begin(), known.end(), types[static_cast<std::size_t>(use.kind)]) - known.begin();
        const bool library = of_library.contains({use.kind, use.owner, use.name});
        const auto at = in.text().position(use.span.begin).line;
        const auto column = in.positions().units(in.text().text().substr(in.text().line_begin(at), use.span.begin - in.text().line_begin(at)));
        if (at != line) character = 0;
        out.insert(out.end(), {at - line, column - character, in.positions().units(in.text().slice(use.span)), static_cast<std::uint32_t>(type), (use.declares ? 1u : 0u) | (library ? 2u : 0u)});
        line = at, character = column, end = use.span.end;
    }
    return out;
}

} // namespace segue::lsp
