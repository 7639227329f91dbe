// The parts of a script by name: for outlines and for going to one of them.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "lsp/features.hpp"
#include "syntax/one_line.hpp"

namespace segue::lsp {

namespace {

// SymbolKind of the protocol.
enum Kind : int { Module = 2, Namespace = 3, Property = 7, Enum = 10, Function = 12, Constant = 14, Object = 19, EnumMember = 22, Struct = 23, Event = 24 };

struct Part {
    std::string name, detail;
    int kind;
    Span span, selected;
    std::vector<Part> inside;
};

std::vector<Part> parts_of(const ast::File& file, const Source& source) {
    std::vector<Part> out;
    const auto line = [&](Span span) {
        auto text = one_line(source.slice(span));
        return text.size() > 80 ? text.substr(0, 77) + "..." : text;
    };
    const auto named = [&](const auto& list, int kind, const std::string& detail) {
        for (const auto& d : list) out.push_back({d.name.text, detail, kind, d.span, d.name.span, {}});
    };
    const auto rule_part = [&](const ast::Rule& rule) { return Part{rule.label ? rule.label.text : line(rule.on), rule.label ? line(rule.on) : "rule", Function, rule.span, rule.label ? rule.label.span : rule.on, {}}; };
    const auto head = [](Span span, std::uint32_t length) { return Span{span.source, span.begin, std::min(span.end, span.begin + length)}; };
    named(file.events, Event, "event");
    named(file.attributes, Property, "attribute");
    named(file.channels, Enum, "channel");
    named(file.releases, Struct, "release");
    named(file.defines, Constant, "define");
    for (const auto& d : file.stages) {
        Part ladder{"stages", "", Enum, d.span, head(d.span, 6), {}};
        for (const auto& row : d.rows) ladder.inside.push_back({row.name.text, line(row.condition.span), EnumMember, {d.span.source, row.name.span.begin, row.condition.span.end}, row.name.span, {}});
        out.push_back(std::move(ladder));
    }
    const auto settings = [&](const auto& list) {
        for (const auto& d : list) out.push_back({line(d.span), "", Constant, d.span, d.span, {}});
    };
    settings(file.limits), settings(file.quiets), settings(file.promises), settings(file.timezones), settings(file.attributions);
    for (const auto& use : file.uses) out.push_back({line(use.span), "", Module, use.span, use.target, {}});
    for (const auto& flow : file.flows) {
        Part part{flow.name.text, flow.has_parameters ? "template" : "flow", Namespace, flow.span, flow.name.span, {}};
        for (const auto& rule : flow.rules) part.inside.push_back(rule_part(rule));
        for (const auto& l : flow.limits) part.inside.push_back({line(l.span), "", Constant, l.span, l.span, {}});
        for (const auto& q : flow.quiets) part.inside.push_back({line(q.span), "", Constant, q.span, q.span, {}});
        out.push_back(std::move(part));
    }
    for (const auto& i : file.includes) out.push_back({i.known_as().text, "include", Namespace, i.span, i.known_as().span, {}});
    for (const auto& rule : file.flow.rules) out.push_back(rule_part(rule));
    for (const auto& test : file.tests) out.push_back({test.name.empty() ? "test" : test.name, "test", Object, test.span, test.head, {}});
    const auto by_place = [](const Part& a, const Part& b) { return a.span.begin < b.span.begin; };
    std::sort(out.begin(), out.end(), by_place);
    for (auto& part : out) std::sort(part.inside.begin(), part.inside.end(), by_place);
    return out;
}

Json nested_json(const Asked& in, const Part& part) {
    Json out{{"name", part.name}, {"kind", part.kind}, {"range", in.range(part.span)}, {"selectionRange", in.range(part.selected)}};
    if (!part.detail.empty()) out["detail"] = part.detail;
    if (!part.inside.empty()) out["children"] = Json::array();
    for (const auto& each : part.inside) out["children"].push_back(nested_json(in, each));
    return out;
}

void flat(const Asked& in, const Part& part, const std::string& container, Json& out, const std::string& query) {
    // The letters of the query in their order, whatever stands between them.
    std::size_t at = 0;
    for (const char c : part.name)
        if (at < query.size() && std::tolower(static_cast<unsigned char>(c)) == std::tolower(static_cast<unsigned char>(query[at]))) ++at;
    const bool noise = !container.empty() && part.detail.empty() && part.kind != Enum; // settings and `use` are no names
    if (at == query.size() && !noise) out.push_back({{"name", part.name}, {"kind", part.kind}, {"location", in.location(part.selected)}, {"containerName", container}});
    for (const auto& each : part.inside) flat(in, each, part.name, out, query);
}

} // namespace

Json document_symbols(const Asked& in, bool nested) {
    Json out = Json::array();
    const auto* file = in.program.file(in.source);
    if (!file) return out;
    for (const auto& part : parts_of(*file, in.text())) {
        if (nested) out.push_back(nested_json(in, part));
        else flat(in, part, "", out, "");
    }
    return out;
}

Json workspace_symbols(const Asked& in, const std::string& query) {
    Json out = Json::array();
    for (std::size_t i = 0; i < in.program.loaded.files.size(); ++i) {
        const auto& file = in.program.loaded.files[i];
        if (in.program.loaded.from_stdlib[i]) continue;
        for (const auto& part : parts_of(file, in.program.sources[file.source])) flat(in, part, std::filesystem::path(in.program.sources[file.source].name()).filename().string(), out, query);
    }
    return out;
}

} // namespace segue::lsp
