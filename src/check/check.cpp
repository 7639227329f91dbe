#include "check/check.hpp"

#include <algorithm>
#include <fmt/format.h>

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
    auto& d = error(Code::unknown_name, name.span, what.empty() ? fmt::format("nothing is named `{}`", name.text) : fmt::format("there is no {} named `{}`", what, name.text));
    if (const auto near = did_you_mean(name.text, candidates)) {
        d.primary = "not known";
        d.help = fmt::format("did you mean `{}`?", *near);
        d.mend.push_back({name.span, *near});
    }
    return d;
}

Program Checker::run() {
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
    for (const auto& file : loaded_.files) settings(file);
    flows();
    impossible_aims();
    quiet_covers_day();
    wakes();
    std::string texts;
    for (std::uint32_t i = 0; i < sources_.size(); ++i) texts += fmt::format("{}\n{}\n", sources_[i].name(), sources_[i].text());
    program_.version = text_hash(texts);
    return std::move(program_);
}

Program check(const Loaded& loaded, const Sources& sources, Ledger& ledger, Diagnostics& diagnostics) {
    auto program = Checker(loaded, sources, ledger, diagnostics).run();
    diagnostics.sort();
    return program;
}

} // namespace segue
