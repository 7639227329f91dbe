#include "check/check.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "check/allow.hpp"
#include "check/analysis/findings.hpp"
#include "check/checker.hpp"
#include "check/hash.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

std::optional<std::uint32_t> Program::event(std::string_view name) const {
    for (std::uint32_t i = 0; i < events.size(); ++i)
        if (events[i].name == name) return i;
    return std::nullopt;
}

std::optional<std::uint32_t> Program::channel(std::string_view name) const {
    for (std::uint32_t i = 0; i < channels.size(); ++i)
        if (channels[i].name == name) return i;
    return std::nullopt;
}

bool speaks_of(const Scope& scope, const Program& program, std::uint32_t channel, std::uint32_t flow) {
    if (scope.flow != none && scope.flow != flow) return false;
    return scope.channel == none ? program.channels[channel].needs_consent : scope.channel == channel;
}

const Checker::Declared* Checker::find(const std::string& name) const {
    const auto it = declared_.find(name);
    return it == declared_.end() ? nullptr : &it->second;
}

std::vector<std::string> Checker::names(std::initializer_list<What> kinds) const {
    std::vector<std::string> out;
    for (const auto& [name, declared] : declared_)
        if (std::find(kinds.begin(), kinds.end(), declared.what) != kinds.end()) out.push_back(name);
    return out;
}

std::vector<std::string> Checker::field_names(std::uint32_t event) const {
    std::vector<std::string> out;
    for (const auto& field : program_.events[event].fields) out.push_back(field.name);
    return out;
}

Diagnostic& Checker::unknown(const ast::Name& name, std::string_view what, const std::vector<std::string>& candidates) {
    // A name whose declaration could not be read, or that may stand in a file that could not: said there.
    const bool said = broken_.contains(name.text) || (!loaded_.complete && (what == "flow" || !did_you_mean(name.text, candidates)));
    if (said) return diagnostics_.follows();
    auto& d = error(Code::unknown_name, name.span, what.empty() ? fmt::format("nothing is named `{}`", name.text) : fmt::format("there is no {} named `{}`", what, name.text));
    if (const auto near = did_you_mean(name.text, candidates)) {
        d.primary = "not known";
        d.help = fmt::format("did you mean `{}`?", *near);
        d.mend.push_back({name.span, *near});
    }
    return d;
}

void Checker::note(Named kind, const ast::Name& name, std::string owner, bool declares) {
    if (noted_ && name.span.end > name.span.begin) noted_->uses.push_back({name.span, kind, declares, std::move(owner), name.text});
}

void Checker::note_field(const FieldInScope& field, const ast::Name& name, const Visible& visible) {
    if (!noted_ || !visible.rule) return;
    for (const auto& pattern : visible.rule->trigger.patterns)
        if (pattern.event != none && !field.fields.empty()) note(Named::Field, name, program_.events[pattern.event].name);
}

void Checker::note_parameter(const ast::Name& name) { note(Named::Parameter, name, template_); }

void Checker::note_rule(const Visible& visible) {
    if (!noted_) return;
    RuleFields rule{place_.rule, {}};
    for (const auto& field : visible.fields) {
        rule.fields.push_back({field.name, field.type, field.optional, {}});
        for (const auto& pattern : visible.rule->trigger.patterns)
            if (pattern.event != none && !field.fields.empty()) rule.fields.back().events.push_back(program_.events[pattern.event].name);
    }
    noted_->rules.push_back(std::move(rule));
}

Named Checker::named(What what) {
    switch (what) {
    case What::Event: return Named::Event;
    case What::Channel: return Named::Channel;
    case What::Stage: return Named::Stage;
    case What::Release: return Named::Release;
    case What::Define: return Named::Define;
    case What::Split: return Named::Split;
    case What::Flow: return Named::Flow;
    }
    return Named::Event;
}

namespace {

// A definition is read again wherever it is named, a template wherever it is included.
void each_once(std::vector<NameUse>& uses) {
    const auto place = [](const NameUse& u) { return std::tuple(u.span.source, u.span.begin, u.span.end, u.kind, !u.declares, std::string_view(u.owner), std::string_view(u.name)); };
    std::sort(uses.begin(), uses.end(), [&](const NameUse& a, const NameUse& b) { return place(a) < place(b); });
    uses.erase(std::unique(uses.begin(), uses.end(), [](const NameUse& a, const NameUse& b) { return a.span == b.span && a.same_thing(b); }), uses.end());
}

} // namespace

Program Checker::run(Scenarios* scenarios, Names* names) {
    noted_ = names;
    for (const auto& file : loaded_.files) broken_.insert(file.broken.begin(), file.broken.end());
    declare_all();
    finish_events();
    check_stages();
    for (const auto* define : defines_) {
        defining_.push_back(define);
        Visible visible;
        visible.place = "in a definition";
        condition(define->condition, visible);
        defining_.pop_back();
    }
    blame_replacements(0);
    for (const auto& file : loaded_.files) settings(file);
    flows();
    impossible_aims();
    quiet_covers_day();
    wakes();
    if (!diagnostics_.has_errors()) {
        analysis::Model model(program_, places_, ledger_, diagnostics_, [this](std::uint32_t source) { return from_stdlib(source); });
        analysis::find_all(model);
        apply_allowed(loaded_, sources_, diagnostics_);
    }
    // By what it says, not by where its files lie: the name of a file counts as the flow that it makes. What is tested of it changes nothing.
    std::string texts;
    for (const auto& file : loaded_.files) {
        texts += file.flow.name.text + '\n';
        const auto text = sources_[file.source].text();
        std::size_t from = 0;
        for (const auto& test : file.tests) {
            texts += text.substr(from, test.span.begin - from);
            from = test.span.end;
        }
        texts += text.substr(from);
        texts += '\n';
    }
    program_.version = text_hash(texts);
    const bool tested = std::any_of(loaded_.files.begin(), loaded_.files.end(), [](const ast::File& f) { return !f.tests.empty(); });
    if (!tested) return std::move(program_);
    if (scenarios) {
        this->scenarios(scenarios->tests, scenarios->scope);
        return std::move(program_);
    }
    auto program = program_;
    auto needs = ledger_.needs;
    auto holds = ledger_.holds;
    std::vector<Scenario> unwanted;
    this->scenarios(unwanted, {});
    ledger_.needs = std::move(needs);
    ledger_.holds = std::move(holds);
    return program;
}

Program check(const Loaded& loaded, const Sources& sources, Ledger& ledger, Diagnostics& diagnostics, Places* places, Scenarios* scenarios, Names* names) {
    Checker checker(loaded, sources, ledger, diagnostics);
    auto program = checker.run(scenarios, names);
    if (names) each_once(names->uses);
    if (places) *places = checker.take_places();
    diagnostics.sort();
    return program;
}

} // namespace segue
