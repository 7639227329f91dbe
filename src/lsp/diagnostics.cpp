// What is wrong with a script, as editors underline it.
#include <algorithm>
#include <fmt/format.h>

#include "lsp/features.hpp"
#include "syntax/words.hpp"
#include "text/pages.hpp"

namespace segue::lsp {

namespace {

// Where something is missing at the end of a line, the parser finds the next line in its place, which is right. It is shown where it is missing.
Span shown(const Source& source, const Diagnostic& d) {
    if (!info(d.code).code.starts_with("E01") && d.code != Code::reserved_name) return d.span;
    const auto found = source.text().substr(d.span.begin);
    const auto word = found.substr(0, std::min(found.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), found.size()));
    if (word != "on" && !is_word_of("declaration", word) && !found.starts_with('}')) return d.span; // what is being written is itself to blame
    const auto text = source.text().substr(0, d.span.begin);
    const auto last = text.find_last_not_of(" \t\r\n");
    if (last == std::string_view::npos || text.find('\n', last) == std::string_view::npos) return d.span;
    const auto line = source.line(source.position(static_cast<std::uint32_t>(last)).line);
    if (line.find('#') != std::string_view::npos) return d.span; // a comment stands between
    auto begin = static_cast<std::uint32_t>(last);
    while (begin > 0 && (static_cast<unsigned char>(source.text()[begin]) & 0xC0) == 0x80) --begin;
    return {d.span.source, begin, static_cast<std::uint32_t>(last + 1)};
}

} // namespace

Json diagnostic_json(const Asked& in, const Diagnostic& d) {
    const auto& code = info(d.code);
    auto message = d.message;
    // What stands under the carets on a terminal, unless the message says it already.
    const auto said = d.primary.substr(0, d.primary.find(':'));
    if (const auto rest = d.message.starts_with(said) ? d.primary.substr(std::min(d.primary.size(), said.size() + 2)) : d.primary; !rest.empty()) message += fmt::format(" ({})", rest);
    for (const auto& note : d.notes) message += fmt::format("\n{}: {}", note.name, note.text);
    if (!d.help.empty()) message += "\nhelp: " + d.help;
    Json out{{"range", in.range(shown(in.program.sources[d.span.source], d))}, {"severity", d.severity() == Severity::Error ? 1 : 2}, {"code", code.code}, {"source", "segue"}, {"message", message}, {"data", {{"name", code.name}}}};
    if (const auto page = in.workspace.page_uri(d.code); !page.empty()) out["codeDescription"] = {{"href", page}};
    if (d.code == Code::never) out["tags"] = {1}; // what can never be is shown faded
    Json related = Json::array();
    for (const auto& label : d.labels) related.push_back({{"location", in.location(label.span)}, {"message", label.text.empty() ? "here" : label.text}});
    if (!related.empty()) out["relatedInformation"] = std::move(related);
    return out;
}

Json diagnostics_of(const Asked& in) {
    Json out = Json::array();
    for (const auto& d : in.program.diagnostics.all())
        if (d.span.source == in.source) out.push_back(diagnostic_json(in, d));
    return out;
}

Json still_found(const Json& diagnostics, std::string_view text, std::string_view now, const std::string& uri) {
    const auto lines = [](std::string_view of) { return static_cast<std::int64_t>(std::count(of.begin(), of.end(), '\n')); };
    std::size_t same = 0; // bytes, up to a line break
    for (std::size_t i = 0; i < text.size() && i < now.size() && text[i] == now[i]; ++i)
        if (text[i] == '\n') same = i + 1;
    std::size_t behind = 0; // likewise, from the end
    for (std::size_t i = 0; i < text.size() - same && i < now.size() - same && text[text.size() - 1 - i] == now[now.size() - 1 - i]; ++i)
        if (text[text.size() - 1 - i] == '\n') behind = i;
    const auto before = lines(text.substr(0, same)), total = lines(text), last = total - lines(text.substr(text.size() - behind)), moved = lines(now) - total;
    // False: it stands in what was changed.
    const auto move = [&](Json& range) {
        if (range["end"]["line"].get<std::int64_t>() < before) return true;
        if (range["start"]["line"].get<std::int64_t>() < last) return false;
        for (const auto* end : {"start", "end"}) range[end]["line"] = range[end]["line"].get<std::int64_t>() + moved;
        return true;
    };
    Json out = Json::array();
    for (auto d : diagnostics) {
        if (!move(d["range"])) continue;
        if (d.contains("relatedInformation"))
            for (auto& r : d["relatedInformation"])
                if (r["location"]["uri"] == uri) move(r["location"]["range"]);
        out.push_back(std::move(d));
    }
    return out;
}

} // namespace segue::lsp
