// What is wrong with a script, as editors underline it.
#include <algorithm>
#include <fmt/format.h>

#include "lsp/features.hpp"
#include "syntax/mistakes.hpp"
#include "text/pages.hpp"

namespace segue::lsp {

namespace {

// A brace that is not closed is shown where it stands: where the next thing begins instead changes with every letter that is typed before it.
const Label* left_open(const Source& source, const Diagnostic& d) {
    if (d.code != Code::syntax || d.labels.size() != 1 || d.labels[0].text != open_label("{")) return nullptr;
    return begins_line(source.text(), d.span.begin) ? &d.labels[0] : nullptr; // what stands further in is itself to blame
}

} // namespace

Json diagnostic_json(const Asked& in, const Diagnostic& d) {
    const auto& code = info(d.code);
    auto message = d.message;
    // What stands under the carets on a terminal, unless the message says it already.
    const auto said = d.primary.substr(0, d.primary.find(": "));
    if (const auto rest = d.message.starts_with(said) ? d.primary.substr(std::min(d.primary.size(), said.size() + 2)) : d.primary; !rest.empty()) message += fmt::format(" ({})", rest);
    for (const auto& note : d.notes) message += fmt::format("\n{}: {}", note.name, note.text);
    if (!d.help.empty()) message += "\nhelp: " + d.help;
    const auto* open = left_open(in.program.sources[d.span.source], d);
    if (open) message = fmt::format("this `{{` is not closed: {}", message);
    Json out{{"range", in.range(open ? open->span : d.span)}, {"severity", d.severity() == Severity::Error ? 1 : 2}, {"code", code.code}, {"source", "segue"}, {"message", message}, {"data", {{"name", code.name}}}};
    if (const auto page = in.workspace.page_uri(d.code); !page.empty()) out["codeDescription"] = {{"href", page}};
    if (d.code == Code::never) out["tags"] = {1}; // what can never be is shown faded
    Json related = Json::array();
    if (open) related.push_back({{"location", in.location(d.span)}, {"message", "here at the latest"}});
    else
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
