// What is wrong with a script, as editors underline it.
#include <fmt/format.h>

#include "lsp/features.hpp"
#include "text/pages.hpp"

namespace segue::lsp {

Json diagnostic_json(const Asked& in, const Diagnostic& d) {
    const auto& code = info(d.code);
    auto message = d.message;
    if (!d.primary.empty()) message += fmt::format(" ({})", d.primary);
    for (const auto& note : d.notes) message += fmt::format("\n{}: {}", note.name, note.text);
    if (!d.help.empty()) message += "\nhelp: " + d.help;
    Json out{{"range", in.range(d.span)}, {"severity", d.severity() == Severity::Error ? 1 : 2}, {"code", code.code}, {"source", "segue"}, {"message", message}, {"data", {{"name", code.name}}}};
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

} // namespace segue::lsp
