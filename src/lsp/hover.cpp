// What stands under the pointer.
#include <fmt/format.h>

#include "lsp/cursor.hpp"
#include "lsp/features.hpp"

namespace segue::lsp {

namespace {

Json shown(const Asked& in, const std::string& markdown, Span span) { return {{"contents", {{"kind", "markdown"}, {"value", markdown}}}, {"range", in.range(span)}}; }

std::string fenced(const std::string& code) { return fmt::format("```segue\n{}\n```", code); }

} // namespace

Json hover(const Asked& in) {
    const auto all = documented(in.program.loaded, in.program.sources);
    if (const auto names = likely_things_at(in); !names.empty()) {
        std::string out;
        for (const auto& name : names) {
            const auto* use = &name;
            if (use->span.end == use->span.begin) continue; // goes with another, and stands elsewhere
            if (!out.empty()) out += "\n\n---\n\n";
            out += fenced(signature_of(in.program, *use, all));
            if (const auto doc = doc_of(in.program, *use, all); !doc.empty()) out += "\n\n" + doc;
            if (use->kind == Named::Rule && use->declares)
                if (const auto rule = rule_at(in.program, in.source, in.offset))
                    if (const auto summary = rule_summary(in.program, *rule); !summary.empty()) out += "\n\n" + summary + "\n\n" + leads_to(in.program, *rule);
            if (const auto* declared = in.program.declaration(*use); declared && declared->span != use->span) {
                const auto& source = in.program.sources[declared->span.source];
                out += fmt::format("\n\nDeclared in [{}:{}]({}#L{}).", source.name(), source.position(declared->span.begin).line, in.workspace.uri(in.program, declared->span.source), source.position(declared->span.begin).line);
            }
        }
        return shown(in, out, names.front().span);
    }
    // On `on` and its trigger: the rule.
    const auto cursor = cursor_at(in.text().text(), in.offset);
    if (cursor.in_comment || cursor.in_text) return nullptr;
    auto [begin, end] = word_around(in.text().text(), in.offset);
    auto word = in.text().text().substr(begin, end - begin);
    for (const auto sign : {"=>", "->", "??"}) // of two characters: the pointer is on one of them
        for (const auto at : {in.offset, in.offset - (in.offset > 0 ? 1 : 0)})
            if (word.empty() && in.text().text().substr(at, 2) == sign) word = in.text().text().substr(at, 2), begin = at;
    if (word.empty()) return nullptr;
    const Span span{in.source, begin, begin + static_cast<std::uint32_t>(word.size())};
    auto meaning = meaning_of_word(word);
    if (const auto rule = rule_at(in.program, in.source, in.offset); rule && word == "on") {
        const auto& place = in.program.places.rules[*rule];
        if (const auto summary = rule_summary(in.program, *rule); !summary.empty()) return shown(in, summary + "\n\n" + leads_to(in.program, *rule), place.on);
    }
    if (meaning.empty()) return nullptr;
    return shown(in, fmt::format("**{}**\n\n{}", word, meaning), span);
}

} // namespace segue::lsp
