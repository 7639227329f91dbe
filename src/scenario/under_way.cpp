#include "scenario/under_way.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "run/engine.hpp"
#include "scenario/describe.hpp"

namespace segue {

std::string awaited(const World& world, Symbol release) {
    const auto& name = world.ledger->symbols.text(release);
    const auto* entry = world.entry(release);
    if (!entry) return name + " is not in the catalogue yet";
    return name + (!entry->date ? " has no date yet" : !entry->live ? " says `live false`" : " is not out yet");
}

std::string until_time(World& world, const Fan& fan, Time due) { return "until " + clock_text(world, fan, due); }

std::string held_back(Note::Why why, bool in_vain) {
    if (why == Note::Why::Quiet) return "held back by quiet hours";
    return in_vain ? "held back by a limit, which opens later than it waits:" : "held back by a limit";
}

bool in_vain(const World& world, const Fan& fan, const Response& r) {
    const auto& version = world.versions[r.version];
    const auto& rule = version.program->rules[r.rule];
    if (r.wait.kind != Wait::Kind::Limit) return false;
    Time opens = never;
    for (const auto& route : rule.steps[r.pc].routes) {
        const auto& channel = version.program->channels[route.channel];
        if (!channel.needs_consent || consents(world, *version.program, fan, channel.symbol)) opens = std::min(opens, closed(world.clock, version, fan, route.channel, rule.flow, r.asked).opens);
    }
    return r.wait.due < opens;
}

std::string wait_text(World& world, const Fan& fan, const Response& r) {
    const auto& program = *world.versions[r.version].program;
    const auto until = r.wait.due == never ? std::string() : until_time(world, fan, r.wait.due);
    switch (r.wait.kind) {
    case Wait::Kind::Quiet: return "for the end of quiet hours, " + until;
    case Wait::Kind::Limit: return (in_vain(world, fan, r) ? "for a limit, which opens later than it waits, " : "for a limit to open, ") + until;
    case Wait::Kind::For: return fmt::format("for `{}`, {}", describe(world, program, program.rules[r.rule].steps[r.pc].pattern, r.wait.values.data()), until);
    case Wait::Kind::Release:
        if (r.wait.due == never) return fmt::format("for release day of {}: {}", world.ledger->symbols.text(r.wait.release), awaited(world, r.wait.release));
        return fmt::format("{}, release day of {}", until, world.ledger->symbols.text(r.wait.release));
    default: return until;
    }
}

std::string response_name(const World& world, const Fan& fan, const Response& r) {
    const auto same = std::count_if(fan.responses.begin(), fan.responses.end(), [&](const Response& other) { return other.rule_key == r.rule_key; });
    return rule_name(world, r.version, r.rule) + (same < 2 || r.key.missing() ? "" : " for " + write(world, *world.versions[r.version].program, r.key));
}

std::string per_text(const Program& program, const Rule& rule) {
    const auto& t = rule.trigger;
    if (rule.per_slot != none) return rule.slots[rule.per_slot].name;
    if (t.patterns.empty()) return "release";
    const auto& fields = program.events[t.patterns[0].event].fields;
    return t.per != none ? fields[t.per].name : fields.empty() ? "one" : fields[0].name;
}

std::uint32_t current_rule(const World& world, std::uint32_t version, std::uint32_t rule) {
    if (version + 1 == world.versions.size()) return rule;
    const auto& was = world.versions[version].program->rules[rule];
    const auto& rules = world.program().rules;
    const auto it = std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.key == was.key && r.text == was.text; });
    return it == rules.end() ? none : static_cast<std::uint32_t>(it - rules.begin());
}

std::string rule_name(const World& world, std::uint32_t version, std::uint32_t rule) {
    const auto& rules = world.program().rules;
    if (const auto now = current_rule(world, version, rule); now != none) return rules[now].name;
    const auto& was = world.versions[version].program->rules[rule];
    const bool replaced = std::any_of(rules.begin(), rules.end(), [&](const Rule& r) { return r.key == was.key; });
    return was.name + (replaced ? " (replaced)" : " (dropped)");
}

} // namespace segue
