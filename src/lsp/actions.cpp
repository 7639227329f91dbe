// What can be done at a place: the mends of what is wrong there, and help with rules.
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "lsp/features.hpp"
#include "syntax/format.hpp"
#include "text/diff.hpp"
#include "text/edits.hpp"

namespace segue::lsp {

namespace {

bool touches(Span a, Span b) { return a.source == b.source && a.begin <= b.end && b.begin <= a.end; }

class Acting {
public:
    Acting(const Asked& in, Span range, const std::vector<std::string>& only, bool later) : in_(in), range_(range), only_(only), later_(later) {}

    Json run() {
        mends();
        allow();
        fix_all();
        rule();
        return std::move(out_);
    }

    // What was left for later; null: the rule is not there any more.
    Json resolved() const {
        const ast::Flow* flow = nullptr;
        const auto* rule = rule_here(&flow);
        return rule ? edits({test_edit(*rule)}) : Json();
    }

private:
    bool wanted(std::string_view kind) const {
        return only_.empty() || std::any_of(only_.begin(), only_.end(), [&](const std::string& o) { return kind == o || (kind.starts_with(o) && kind.substr(o.size()).starts_with('.')); });
    }

    Json edits(const std::vector<Edit>& all) const {
        Json changes = Json::object();
        for (const auto& edit : all) changes[in_.workspace.uri(in_.program, edit.span.source)].push_back({{"range", in_.range(edit.span)}, {"newText", edit.text}});
        return {{"changes", std::move(changes)}};
    }
    Json& add(const std::string& title, const std::string& kind, const std::vector<Edit>& all) {
        out_.push_back({{"title", title}, {"kind", kind}, {"edit", edits(all)}});
        return out_.back();
    }
    bool of_scripts(const std::vector<Edit>& all) const {
        return !all.empty() && std::none_of(all.begin(), all.end(), [&](const Edit& e) { return in_.program.sources[e.span.source].embedded(); });
    }

    void mends() {
        if (!wanted("quickfix")) return;
        for (const auto& d : in_.program.diagnostics.all()) {
            if (!touches(d.span, range_) || !of_scripts(d.mend)) continue;
            std::string what;
            for (const auto& edit : d.mend) {
                const auto old = in_.program.sources[edit.span.source].slice(edit.span);
                const auto one = edit.text.empty() ? fmt::format("remove `{}`", shortened(old)) : old.empty() ? (shortened(edit.text).empty() ? std::string("insert a blank") : fmt::format("insert `{}`", shortened(edit.text))) : fmt::format("`{}` for `{}`", shortened(edit.text), shortened(old));
                what += (what.empty() ? "" : ", ") + one;
            }
            auto& made = add("Mend: " + what, "quickfix", d.mend);
            made["diagnostics"] = Json::array({diagnostic_json(in_, d)});
            made["isPreferred"] = d.safe;
        }
    }
    static std::string shortened(std::string_view text) {
        while (!text.empty() && (text.back() == ' ' || text.back() == '\n')) text.remove_suffix(1);
        while (!text.empty() && (text.front() == ' ' || text.front() == '\n')) text.remove_prefix(1);
        const auto line = std::string(text.substr(0, text.find('\n')));
        return line.size() > 40 ? line.substr(0, 37) + "..." : line;
    }

    // The beginning of the line on which the item stands that holds an offset: there a comment speaks of it.
    std::uint32_t item_line(std::uint32_t offset) const {
        auto begin = offset;
        const auto* file = in_.program.file(in_.source);
        std::uint32_t length = none;
        const auto consider = [&](Span span) {
            if (span.begin <= offset && offset <= span.end && span.end - span.begin < length) begin = span.begin, length = span.end - span.begin;
        };
        const auto all = [&](const auto& list) { for (const auto& item : list) consider(item.span); };
        if (file) {
            all(file->events), all(file->attributes), all(file->channels), all(file->stages), all(file->releases), all(file->defines), all(file->limits), all(file->promises), all(file->quiets), all(file->includes), all(file->flow.rules);
            for (const auto& flow : file->flows) all(flow.rules), all(flow.limits), all(flow.quiets), consider(flow.span);
        }
        return in_.text().line_begin(in_.text().position(begin).line);
    }

    void allow() {
        if (!wanted("quickfix")) return;
        std::set<Code> said;
        for (const auto& d : in_.program.diagnostics.all()) {
            if (d.severity() != Severity::Warning || !touches(d.span, range_) || d.code == Code::bad_allow || d.code == Code::unused_allow || !said.insert(d.code).second) continue;
            const auto begin = item_line(d.span.begin);
            const auto line = in_.text().line(in_.text().position(begin).line);
            const auto indent = std::string(line.substr(0, std::min(line.find_first_not_of(" \t"), line.size())));
            const auto name = std::string(info(d.code).name);
            auto& made = add(fmt::format("Allow `{}` here, because …", name), "quickfix", {{{in_.source, begin, begin}, fmt::format("{}# allow: {} because ...\n", indent, name)}});
            made["diagnostics"] = Json::array({diagnostic_json(in_, d)});
        }
    }

    void fix_all() {
        if (!wanted("source.fixAll")) return;
        std::vector<const Diagnostic*> safe;
        for (const auto& d : in_.program.diagnostics.all())
            if (d.safe && of_scripts(d.mend) && std::all_of(d.mend.begin(), d.mend.end(), [&](const Edit& e) { return e.span.source == in_.source; })) safe.push_back(&d);
        std::vector<Edit> all;
        for (const auto i : compatible(safe)) all.insert(all.end(), safe[i]->mend.begin(), safe[i]->mend.end());
        if (!all.empty()) add("Mend all that can be mended safely", "source.fixAll.segue", all);
    }

    const ast::Rule* rule_here(const ast::Flow** of) const {
        const auto* file = in_.program.file(in_.source);
        if (!file) return nullptr;
        const ast::Rule* found = nullptr;
        const auto look = [&](const ast::Flow& flow) {
            for (const auto& rule : flow.rules)
                if (rule.span.begin <= range_.begin && range_.begin <= rule.span.end) found = &rule, *of = &flow;
        };
        look(file->flow);
        for (const auto& flow : file->flows) look(flow);
        return found;
    }

    void rule() {
        const ast::Flow* flow = nullptr;
        const auto* rule = rule_here(&flow);
        if (!rule) return;
        if (!rule->label && wanted("refactor.rewrite")) {
            const auto name = label_for(*rule, *flow);
            add(fmt::format("Label this rule `{}`", name), "refactor.rewrite", in_style({{{in_.source, rule->span.begin, rule->span.begin}, name + ": "}}));
        }
        const auto cannot_be_read = [&](const Diagnostic& d) { return d.span.source == in_.source && info(d.code).code.starts_with("E01"); };
        if (std::any_of(in_.program.diagnostics.all().begin(), in_.program.diagnostics.all().end(), cannot_be_read)) return; // the end of the file may be within something
        if (!wanted("refactor.rewrite") || flow->has_parameters || !can_be_tested(in_, *rule)) return; // a template is tested where it is included
        if (later_) out_.push_back({{"title", write_test}, {"kind", "refactor.rewrite"}, {"data", {{"uri", in_.workspace.uri(in_.program, in_.source)}, {"rule", rule->span.begin}}}});
        else add(write_test, "refactor.rewrite", {test_edit(*rule)});
    }
    static constexpr auto write_test = "Write a test for this rule";

    Edit test_edit(const ast::Rule& rule) const {
        const auto text = in_.text().text();
        const auto end = static_cast<std::uint32_t>(text.size());
        const auto made = (text.ends_with("\n") || text.empty() ? "\n" : "\n\n") + test_of_rule(in_, rule);
        return {{in_.source, end, end}, text.find("\r\n") != std::string_view::npos ? with_line_breaks(made) : made};
    }

    // In a script that is as `segue fmt` has it, so that it stays so.
    std::vector<Edit> in_style(std::vector<Edit> all) const {
        const auto formatted = [&](const std::string& text) {
            Sources sources;
            Diagnostics diagnostics;
            return format(sources, sources.add(in_.text().name(), text), diagnostics);
        };
        const std::string before(in_.text().text());
        if (const auto now = formatted(before); !now || *now != before) return all;
        const auto after = formatted(edited(before, in_.source, all));
        if (!after) return all;
        all.clear();
        for (const auto& change : replacements(before, *after)) all.push_back({{in_.source, static_cast<std::uint32_t>(change.begin), static_cast<std::uint32_t>(change.end)}, change.text});
        return all;
    }

    // "save_follow": what happens, and what is asked for.
    std::string label_for(const ast::Rule& rule, const ast::Flow& flow) const {
        std::string name;
        switch (rule.trigger.kind) {
        case ast::TriggerKind::Release: name = rule.trigger.offset < 0 ? "before_release" : rule.trigger.offset > 0 ? "after_release" : "release_day"; break;
        case ast::TriggerKind::Date: name = "on_date"; break;
        case ast::TriggerKind::Enter: name = "enter_" + rule.trigger.stage.text; break;
        case ast::TriggerKind::Silence: name = "no_" + rule.trigger.patterns[0].event.text; break;
        default: name = rule.trigger.patterns.empty() ? "rule" : rule.trigger.patterns[0].event.text;
        }
        if (!rule.response.empty()) {
            const auto& first = rule.response.front();
            if (!first.patterns.empty()) name += "_" + first.patterns[0].event.text;
            else if (!first.routes.empty()) name += "_" + first.routes[0].channel.text;
            else if (first.name) name += "_" + first.name.text;
        }
        auto out = name;
        for (int n = 2; std::any_of(flow.rules.begin(), flow.rules.end(), [&](const ast::Rule& other) { return other.label.text == out; }); ++n) out = fmt::format("{}_{}", name, n);
        return out;
    }

    const Asked& in_;
    Span range_;
    const std::vector<std::string>& only_;
    bool later_ = false;
    Json out_ = Json::array();
};

} // namespace

Json code_actions(const Asked& in, Span range, const std::vector<std::string>& only, bool later) { return Acting(in, range, only, later).run(); }

Json resolved_action(const Asked& in) { return Acting(in, {in.source, in.offset, in.offset}, {}, false).resolved(); }

} // namespace segue::lsp
