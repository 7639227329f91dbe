#include "fuzz/targets.hpp"

#include "check/analysis/budget.hpp"
#include "check/check.hpp"
#include "fuzz/must.hpp"
#include "outline.hpp"
#include "syntax/build.hpp"
#include "syntax/format.hpp"
#include "syntax/highlight.hpp"
#include "syntax/load.hpp"
#include "syntax/parse.hpp"
#include "text/edits.hpp"
#include "text/report.hpp"

namespace segue::fuzz {

namespace {

void inside(const Sources& sources, const Span& span) {
    must(span.source < sources.size() && span.begin <= span.end && span.end <= sources[span.source].text().size(), "every span lies in its text");
}

// What was found, in all forms; the spans first, for a renderer may rely on them.
Report told(const Sources& sources, const Diagnostics& diagnostics, bool all_forms = true) {
    for (const auto& d : diagnostics.all()) {
        inside(sources, d.span);
        for (const auto& label : d.labels) inside(sources, label.span);
        for (const auto& edit : d.mend) inside(sources, edit.span);
        must(!d.message.empty(), "every finding has words");
    }
    Report report("/");
    report.add(sources, diagnostics);
    for (const auto& format : report_formats())
        if (all_forms || format.name == "human") must(!format.render(report, true).empty() || report.all().empty(), "every form tells what was found");
    return report;
}

} // namespace

void parse(std::string_view bytes) {
    Sources sources;
    Diagnostics diagnostics;
    sources.add("fuzz.flow", std::string(bytes));
    const auto tree = segue::parse(sources, 0, diagnostics);
    for (const auto& node : tree.nodes) must(node.begin <= node.end && node.end <= sources[0].text().size(), "every node lies in the text");
    std::uint32_t before = 0;
    for (const auto& token : highlight(tree, sources[0])) {
        must(token.span.begin >= before && token.span.begin < token.span.end && token.span.end <= sources[0].text().size(), "tokens are in order, and none lies in another");
        before = token.span.end;
    }
    if (!diagnostics.has_errors()) build(tree, sources, diagnostics);
    diagnostics.sort();
    told(sources, diagnostics, false);
}

void check(std::string_view bytes) {
    std::string text(bytes);
    for (int round = 0; round < 3; ++round) {
        const Files nothing{[](const std::string&) -> Result<std::string> { return Failure{"there are no files here"}; }, [](const std::string& path) { return path; }};
        Sources sources;
        Diagnostics diagnostics;
        Ledger ledger;
        Places places;
        const auto loaded = load({{"fuzz.flow", text}}, nothing, sources, diagnostics);
        const auto program = segue::check(loaded, sources, ledger, diagnostics, &places);
        if (!diagnostics.has_errors()) analysis::budget_of(program, places, ledger);
        const auto report = told(sources, diagnostics);
        const auto fixable = report.fixable();
        std::vector<Edit> edits;
        for (const auto i : compatible(fixable)) edits.insert(edits.end(), fixable[i]->mend.begin(), fixable[i]->mend.end());
        std::uint32_t own = 0;
        while (report.sources()[own].name() != "fuzz.flow") ++own;
        if (edits.empty()) return;
        text = edited(report.sources()[own].text(), own, edits);
    }
}

void format(std::string_view bytes) {
    Sources sources;
    Diagnostics diagnostics;
    sources.add("fuzz.flow", std::string(bytes));
    const auto once = segue::format(sources, 0, diagnostics);
    must(once.has_value() == !diagnostics.has_errors(), "a text is formatted, or told to be wrong");
    if (!once) return;
    sources.add("once.flow", *once);
    const auto twice = segue::format(sources, 1, diagnostics);
    must(twice.has_value(), "what was formatted can be read");
    must(*twice == *once, "what was formatted stays as it is");
    must(test::outline(std::string(sources[0].text())) == test::outline(*once), "what was formatted is the same script");
}

} // namespace segue::fuzz
