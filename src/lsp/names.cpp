// What a name is, in words.
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "check/analysis/budget.hpp"
#include "check/reasons.hpp"
#include "lsp/features.hpp"
#include "scenario/describe.hpp"
#include "syntax/one_line.hpp"
#include "text/plain.hpp"

namespace segue::lsp {

namespace {

constexpr std::pair<std::string_view, std::string_view> properties[] = {
    {"title", "release.title: text"}, {"date", "release.date: date"}, {"link", "release.link: text"}, {"artist", "release.artist: artist?"}, {"id", "release.id: text"}, {"live", "release.live: bool"},
};

template <class Table> std::string_view looked_up(const Table& table, std::string_view word) {
    for (const auto& [name, text] : table)
        if (name == word) return text;
    return {};
}

} // namespace

const std::vector<std::pair<std::string_view, std::string_view>>& all_meanings() {
    static const std::vector<std::pair<std::string_view, std::string_view>> all = {
#define MEANING(word, text) {word, text},
#include "grammar/meanings.def"
#undef MEANING
    };
    return all;
}

std::string meaning_of_word(std::string_view word) { return std::string(looked_up(all_meanings(), word)); }

const std::vector<std::pair<std::string_view, std::string_view>>& all_functions() {
    static const std::vector<std::pair<std::string_view, std::string_view>> all = {
        {"distinct", "distinct(EVENT.FIELD): number"},
        {"since", "since(EVENT): duration?"},
        {"out", "out(RELEASE): bool"},
        {"tagged", "tagged(TAG): bool"},
    };
    return all;
}

std::string function_signature(std::string_view name) { return std::string(looked_up(all_functions(), name)); }

std::string kind_word(Named kind) {
    constexpr std::string_view words[] = {"event", "field", "attribute", "channel", "stage", "release", "define", "split", "arm", "flow", "parameter", "rule", "tag", "fan", "property", "function", "type", "reason"};
    static_assert(std::size(words) == named_kinds);
    return std::string(words[static_cast<std::size_t>(kind)]);
}

const Documented* documented_of(const std::vector<Documented>& all, const NameUse& use) {
    const auto wanted = kind_word(use.kind);
    const auto name = use.kind == Named::Rule ? use.owner + "/" + use.name : use.name;
    const Documented* found = nullptr; // the script's own rather than the library's
    for (const auto& entry : all)
        if (entry.name == name && (entry.kind == wanted || (use.kind == Named::Flow && entry.kind == "template")) && (!found || found->library)) found = &entry;
    return found;
}

std::string signature_of(const Compilation& program, const NameUse& use, const std::vector<Documented>& all) {
    switch (use.kind) {
    case Named::Field:
        if (const auto event = program.program->event(use.owner))
            for (const auto& field : program.program->events[*event].fields)
                if (field.name == use.name) return fmt::format("{}: {}{}", field.name, type_name(field.type), field.optional ? "?" : "");
        return {};
    case Named::Parameter:
        for (const auto& file : program.loaded.files)
            for (const auto& flow : file.flows)
                if (flow.name.text == use.owner)
                    for (const auto& p : flow.parameters)
                        if (p.name.text == use.name) return one_line(program.sources[p.span.source].slice(p.span));
        return {};
    case Named::Split:
        for (const auto& split : program.program->splits) {
            if (split.name != use.name) continue;
            std::string arms;
            for (std::size_t i = 0; i < split.arms.size(); ++i) arms += fmt::format("{}{}% {}", i == 0 ? "" : ", ", plain_number(split.shares[i] / 100.0), split.arms[i]);
            return fmt::format("split {}: {}", split.name, arms);
        }
        return "split " + use.name;
    case Named::Arm: return fmt::format("{} of split {}", use.name, use.owner);
    case Named::Tag: return "tag " + use.name;
    case Named::Fan: return "fan " + use.name;
    case Named::Property: return std::string(looked_up(properties, use.name));
    case Named::Function: return function_signature(use.name);
    case Named::Type: return "type " + use.name;
    case Named::Reason: return "because " + use.name;
    default: break;
    }
    if (const auto* entry = documented_of(all, use)) return use.kind == Named::Stage ? "stage " + entry->signature : entry->signature;
    return fmt::format("{} {}", kind_word(use.kind), use.name);
}

std::string doc_of(const Compilation& program, const NameUse& use, const std::vector<Documented>& all) {
    std::string out;
    const auto add = [&](const std::string& text) { out += (out.empty() ? "" : "\n\n") + text; };
    if (const auto* entry = documented_of(all, use)) {
        if (!entry->doc.empty()) add(entry->doc);
        return out;
    }
    switch (use.kind) {
    case Named::Field: {
        const auto* entry = documented_of(all, {{}, Named::Event, false, "", use.owner});
        add(fmt::format("Field of the event `{}`.", use.owner));
        if (entry && !entry->doc.empty()) add(entry->doc);
        break;
    }
    case Named::Parameter: add(fmt::format("Parameter of the template `{}`.", use.owner)); break;
    case Named::Tag: {
        std::set<std::uint32_t> lines;
        for (const auto& other : program.names.uses)
            if (other.same_thing(use)) lines.insert(other.span.begin);
        add(fmt::format("A mark on the fan. It stands in {} place{}.", lines.size(), lines.size() == 1 ? "" : "s"));
        break;
    }
    case Named::Function:
    case Named::Type: add(meaning_of_word(use.name)); break;
    case Named::Property: add("Of an entry of the catalogue."); break;
    case Named::Reason:
        if (const auto* reason = find_reason(use.name)) add(fmt::format("Suppressed because {}.", reason->because));
        break;
    default: break;
    }
    return out;
}

std::optional<std::uint32_t> rule_at(const Compilation& program, std::uint32_t source, std::uint32_t offset) {
    const auto& rules = program.places.rules;
    for (std::uint32_t i = 0; i < rules.size() && i < program.program->rules.size(); ++i)
        if (rules[i].rule.source == source && rules[i].rule.begin <= offset && offset <= rules[i].rule.end) return i;
    return std::nullopt;
}

std::string rule_summary(const Compilation& in, std::uint32_t index) {
    if (in.diagnostics.has_errors()) return {};
    const auto& program = *in.program;
    const auto& rule = program.rules[index];
    Diagnostics nobody;
    const analysis::Model model(program, in.places, *in.ledger, nobody, [](std::uint32_t) { return false; });
    std::string out = fmt::format("**rule** `{}`", rule.name);
    std::vector<bool> channels(program.channels.size());
    for (const auto& step : rule.steps)
        if (analysis::Model::is_message(step))
            for (const auto& route : step.routes) channels[route.channel] = true;
    if (std::find(channels.begin(), channels.end(), true) != channels.end()) {
        std::string names;
        for (std::size_t c = 0; c < channels.size(); ++c)
            if (channels[c]) names += (names.empty() ? "" : ", ") + program.channels[c].name;
        const auto month = analysis::bound_of_rule(model, index, channels, 30 * day_ms);
        if (month == analysis::unbounded) out += fmt::format("\n\nBy itself it can send one fan any number of messages ({}).", names);
        else out += fmt::format("\n\nBy itself it sends one fan at most {} in 7 days and {} in 30 days ({}).", plain_number(analysis::bound_of_rule(model, index, channels, 7 * day_ms)), plain_number(month), names);
        const auto all = analysis::bound_of(model, channels, 30 * day_ms);
        if (all.most == analysis::unbounded) out += " Together with the other rules nothing bounds them.";
        else out += fmt::format(" With all rules together: at most {} in 30 days{}.", plain_number(all.most), all.because.empty() ? "" : ", held by " + all.because);
    } else out += "\n\nIt sends nothing.";
    return out;
}

} // namespace segue::lsp
