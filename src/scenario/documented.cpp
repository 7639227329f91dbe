#include "scenario/documented.hpp"

#include <fmt/format.h>

#include "text/plain.hpp"

namespace segue {

namespace {

// On one line, up to the body.
std::string head(std::string_view text, bool with_body) {
    if (!with_body) {
        int parens = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '(') ++parens;
            if (text[i] == ')') --parens;
            if (text[i] == '{' && parens == 0) {
                text = text.substr(0, i);
                break;
            }
        }
    }
    std::string out;
    bool comment = false;
    for (const char c : text) {
        if (c == '#') comment = true;
        if (c == '\n') comment = false;
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (comment) continue;
        if (!blank) out += c;
        else if (!out.empty() && out.back() != ' ') out += ' ';
    }
    while (out.ends_with(' ')) out.pop_back();
    for (std::size_t at = 0; (at = out.find("( ", at)) != std::string::npos;) out.erase(at + 1, 1);
    for (std::size_t at = 0; (at = out.find(" )", at)) != std::string::npos;) out.erase(at, 1);
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
        const auto add = [&](std::string kind, const std::string& name, Span span, const std::string& doc, bool with_body) {
            out.push_back({std::move(kind), name, head(source.slice(span), with_body), doc, source.name(), source.position(span.begin).line, loaded.from_stdlib[i]});
        };
        for (const auto& d : file.events) add("event", d.name.text, d.span, d.doc, true);
        for (const auto& d : file.attributes) add("attribute", d.name.text, d.span, d.doc, true);
        for (const auto& d : file.channels) add("channel", d.name.text, d.span, d.doc, true);
        for (const auto& d : file.stages)
            if (!own_ladder || !loaded.from_stdlib[i]) // a script's takes the place of the library's
                for (const auto& row : d.rows) add("stage", row.name.text, {file.source, row.name.span.begin, row.condition.span.end}, d.doc, true);
        for (const auto& d : file.releases) add("release", d.name.text, d.span, d.doc, true);
        for (const auto& d : file.defines) add("define", d.name.text, d.span, d.doc, true);
        const auto rules = [&](const ast::Flow& flow) {
            for (const auto& rule : flow.rules)
                if (rule.label || !rule.doc.empty()) add("rule", rule.label ? flow.name.text + "/" + rule.label.text : flow.name.text, rule.span, rule.doc, true);
        };
        for (const auto& d : file.flows) {
            add(d.has_parameters ? "template" : "flow", d.name.text, d.span, d.doc, false);
            rules(d);
        }
        rules(file.flow);
    }
    return out;
}

std::string render_terminal(const Documented& entry, bool color) {
    std::string out = paint(color, "1", entry.signature) + "\n";
    std::string line;
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
