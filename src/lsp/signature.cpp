// What stands between parentheses: which fields an event has, which parameters a template, and where the cursor is among them.
#include <fmt/format.h>

#include "lsp/cursor.hpp"
#include "lsp/features.hpp"
#include "syntax/one_line.hpp"

namespace segue::lsp {

Json signature_help(const Asked& in) {
    const auto cursor = cursor_at(in.text().text(), in.offset);
    if (cursor.in_comment || cursor.calls.empty()) return nullptr;
    const auto& call = cursor.calls.back();
    const std::string name(call.name);
    std::vector<std::string> names, written;
    std::string doc, label = name + "(";
    const auto all = documented(in.program.loaded, in.program.sources);
    if (const auto event = in.program.program->event(name); event && call.head != "include" && call.head != "event") {
        for (const auto& field : in.program.program->events[*event].fields) {
            names.push_back(field.name);
            written.push_back(fmt::format("{}: {}{}", field.name, type_name(field.type), field.optional ? "?" : ""));
        }
        doc = doc_of(in.program, {{}, Named::Event, false, "", name}, all);
    } else if (call.head == "include") {
        for (const auto& file : in.program.loaded.files)
            for (const auto& flow : file.flows)
                if (flow.name.text == name && names.empty())
                    for (const auto& p : flow.parameters) names.push_back(p.name.text), written.push_back(one_line(in.program.sources[p.span.source].slice(p.span)));
        doc = doc_of(in.program, {{}, Named::Flow, false, "", name}, all);
    } else if (const auto of = function_signature(name); !of.empty()) {
        const auto open = of.find('('), close = of.find(')');
        names.push_back("");
        written.push_back(of.substr(open + 1, close - open - 1));
        doc = meaning_of_word(name);
    }
    if (written.empty()) return nullptr;
    auto active = std::min(call.argument, names.size() - 1); // until one is named. (A number behind the last would mean the first.)
    if (!call.words.empty())
        for (std::size_t i = 0; i < names.size(); ++i)
            if (call.words.front().text == names[i]) active = i;
    Json parameters = Json::array();
    for (std::size_t i = 0; i < written.size(); ++i) {
        if (i > 0) label += ", ";
        const auto begin = in.positions().units(label);
        label += written[i];
        parameters.push_back({{"label", {begin, in.positions().units(label)}}});
    }
    label += ")";
    Json signature{{"label", label}, {"parameters", std::move(parameters)}};
    if (!doc.empty()) signature["documentation"] = {{"kind", "markdown"}, {"value", doc}};
    return {{"signatures", Json::array({std::move(signature)})}, {"activeSignature", 0}, {"activeParameter", active}};
}

} // namespace segue::lsp
