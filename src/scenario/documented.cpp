#include "scenario/documented.hpp"

#include <fmt/format.h>

#include "syntax/one_line.hpp"
#include "text/plain.hpp"

namespace segue {

namespace {

// A piece that begins in that column, as it is written, without the indentation that all of it has.
std::string as_written(std::string_view piece, std::size_t column) {
    std::string out;
    for (std::size_t at = 0; at < piece.size();) {
        const auto end = std::min(piece.find('\n', at), piece.size());
        if (at > 0) at = std::min({piece.find_first_not_of(' ', at), at + column, end});
        out += std::string(out.empty() ? "" : "\n") + std::string(piece.substr(at, end - at));
        at = end + 1;
    }
    return out;
}

} // namespace

std::vector<Documented> documented(const Loaded& loaded, const Sources& sources) {
    std::vector<Documented> out;
    bool own_ladder = false;
    for (std::size_t i = 0; i < loaded.files.size(); ++i) own_ladder = own_ladder || (!loaded.from_stdlib[i] && !loaded.files[i].stages.empty());
    for (std::size_t i = 0; i < loaded.files.size(); ++i) {
        const auto& file = loaded.files[i];
        const auto& source = sources[file.source];
        const auto add = [&](std::string kind, const std::string& name, Span span, const std::string& doc, std::string signature = "") {
            if (signature.empty()) signature = one_line(source.slice(span));
            out.push_back({std::move(kind), name, std::move(signature), doc, source.name(), span, source.position(span.begin).line, loaded.from_stdlib[i]});
        };
        for (const auto& d : file.events) add("event", d.name.text, d.span, d.doc);
        for (const auto& d : file.attributes) add("attribute", d.name.text, d.span, d.doc);
        for (const auto& d : file.channels) add("channel", d.name.text, d.span, d.doc);
        for (const auto& d : file.stages)
            if (!own_ladder || !loaded.from_stdlib[i]) // a script's takes the place of the library's
                for (const auto& row : d.rows) // what is said of the ladder, once
                    add("stage", row.name.text, {file.source, row.name.span.begin, row.condition.span.end}, &row == &d.rows[0] ? d.doc : "");
        for (const auto& d : file.releases) add("release", d.name.text, d.span, d.doc);
        for (const auto& d : file.defines) add("define", d.name.text, d.span, d.doc);
        const auto rules = [&](const ast::Flow& flow) {
            for (const auto& rule : flow.rules)
                if (rule.label || !rule.doc.empty()) add("rule", rule.label ? flow.name.text + "/" + rule.label.text : flow.name.text, rule.span, rule.doc, as_written(source.slice(rule.span), source.position(rule.span.begin).column - 1));
        };
        for (const auto& d : file.flows) {
            const auto last = d.parameters.empty() ? d.name.span.end : d.parameters.back().span.end; // its body follows
            const auto head = one_line(source.slice({file.source, d.span.begin, last})) + (!d.has_parameters ? "" : d.parameters.empty() ? "()" : ")");
            add(d.has_parameters ? "template" : "flow", d.name.text, d.span, d.doc, head);
            rules(d);
        }
        rules(file.flow);
    }
    return out;
}

std::string render_terminal(const Documented& entry, bool color) {
    std::string out = paint(color, "1", entry.signature) + "\n";
    for (std::size_t at = 0; at < entry.doc.size();) {
        const auto end = std::min(entry.doc.find('\n', at), entry.doc.size());
        const auto text = entry.doc.substr(at, end - at);
        out += text.empty() ? "\n" : "  " + text + "\n";
        at = end + 1;
    }
    return out + fmt::format("  ({} {}:{})\n", entry.kind, entry.file, entry.line);
}

std::string render_markdown(const std::vector<Documented>& all) {
    std::string out, file;
    for (const auto& entry : all) {
        if (entry.file != file) out += fmt::format("{}# {}\n", out.empty() ? "" : "\n", entry.file);
        file = entry.file;
        out += fmt::format("\n## {} `{}`\n\n```flow\n{}\n```\n", entry.kind, entry.name, entry.signature);
        if (!entry.doc.empty()) out += "\n" + entry.doc + "\n";
    }
    return out;
}

} // namespace segue
