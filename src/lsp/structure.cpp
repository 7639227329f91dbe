// How a script is nested: what can be folded, and what is selected next.
#include <algorithm>
#include <set>

#include "lsp/features.hpp"
#include "syntax/parse.hpp"

namespace segue::lsp {

Json folding_ranges(const Asked& in) {
    Json out = Json::array();
    std::set<std::uint32_t> begun; // lines
    const auto fold = [&](std::uint32_t first, std::uint32_t last, const char* kind) {
        if (last <= first || !begun.insert(first).second) return;
        Json made{{"startLine", first - 1}, {"endLine", last - 1}};
        if (*kind) made["kind"] = kind;
        out.push_back(std::move(made));
    };
    Diagnostics nobody;
    Sources sources;
    const auto tree = parse(sources, sources.add(in.text().name(), std::string(in.text().text())), nobody);
    const auto line = [&](std::uint32_t offset) { return in.text().position(offset).line; };
    for (const auto& node : tree.nodes) {
        switch (node.kind) {
        case Kind::flow: case Kind::stages: case Kind::release: case Kind::test: case Kind::block: case Kind::rule: case Kind::split_step: case Kind::if_step: case Kind::long_text:
        case Kind::event: case Kind::include: case Kind::fan_statement: case Kind::release_statement: {
            const auto last = line(node.end);
            // The closing brace stays to be seen.
            const bool braced = node.end > node.begin && in.text().text()[node.end - 1] == '}' && in.text().line(last).find_first_not_of(" \t") == in.text().line(last).find('}');
            fold(line(node.begin), braced && last > line(node.begin) + 1 ? last - 1 : last, "");
            break;
        }
        default: break;
        }
    }
    for (std::size_t i = 0; i < tree.comments.size();) {
        const auto first = line(tree.comments[i].begin);
        auto last = first;
        for (++i; i < tree.comments.size() && line(tree.comments[i].begin) == last + 1; ++i) ++last;
        fold(first, last, "comment");
    }
    if (const auto* file = in.program.file(in.source); file && file->uses.size() > 1) fold(line(file->uses.front().span.begin), line(file->uses.back().span.end), "imports");
    return out;
}

Json selection_ranges(const Asked& in, const std::vector<std::uint32_t>& offsets) {
    Diagnostics nobody;
    Sources sources;
    const auto tree = parse(sources, sources.add(in.text().name(), std::string(in.text().text())), nobody);
    Json out = Json::array();
    for (const auto offset : offsets) {
        // From the whole text inwards, each inside the one before.
        std::vector<Span> around{{in.source, 0, static_cast<std::uint32_t>(in.text().text().size())}};
        for (const auto& node : tree.nodes) {
            if (node.begin > offset || offset > node.end) continue;
            const Span span{in.source, node.begin, node.end};
            if (span != around.back() && span.begin >= around.back().begin && span.end <= around.back().end) around.push_back(span);
        }
        Json chosen;
        for (const auto& span : around) {
            Json next{{"range", in.range(span)}};
            if (!chosen.is_null()) next["parent"] = std::move(chosen);
            chosen = std::move(next);
        }
        out.push_back(std::move(chosen));
    }
    return out;
}

} // namespace segue::lsp
