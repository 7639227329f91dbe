// A fan as a person asks for them: stage, counts, consents, tags, what they wait for, their last messages.
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "check/scenario.hpp"
#include "scenario/describe.hpp"
#include "scenario/under_way.hpp"

namespace segue {

namespace {

class Card {
public:
    Card(World& world, const Fan& fan) : world_(world), fan_(fan), program_(world.program()) {}

    void line(std::string_view name, const std::string& text) {
        if (!text.empty()) out_ += fmt::format("  {:<9} {}\n", name, text);
    }
    void lines(std::string_view name, const std::vector<std::string>& all) {
        for (std::size_t i = 0; i < all.size(); ++i) line(i == 0 ? name : "", all[i]);
    }
    std::string take() { return std::move(out_); }

    std::string stage() const { return fan_.stage < 0 ? "none yet" : program_.stages[static_cast<std::size_t>(fan_.stage)].name; }
    std::string consents() const;
    std::vector<std::string> holds() const;
    std::vector<std::string> counts() const;
    std::string facts() const;
    std::string arms() const;
    std::vector<std::string> waits();
    std::vector<std::string> taken();

private:
    const std::string& text(Symbol symbol) const { return world_.ledger->symbols.text(symbol); }
    const EventType* event(Symbol symbol) const {
        const auto it = std::find_if(program_.events.begin(), program_.events.end(), [&](const EventType& e) { return e.symbol == symbol; });
        return it == program_.events.end() ? nullptr : &*it;
    }
    std::string plain(const Value& v) const { return v.missing() ? "-" : write(world_, program_, v); }

    World& world_;
    const Fan& fan_;
    const Program& program_;
    std::string out_;
};

std::string Card::consents() const {
    const auto all = consented(world_, fan_);
    return all.empty() ? "none" : fmt::format("{}", fmt::join(all, ", "));
}

std::vector<std::string> Card::holds() const {
    std::vector<std::string> out;
    for (std::uint32_t h = 0; h < world_.ledger->holds.size(); ++h) {
        const auto* of = event(world_.ledger->holds[h].event);
        if (!of || (program_.optin != none && of == &program_.events[program_.optin])) continue;
        std::vector<std::string> keys;
        for (const auto& held : fan_.holds[h])
            if (held.held) keys.push_back(plain(held.key()));
        if (keys.empty()) continue;
        out.push_back(of->held_by == none ? of->name : fmt::format("{} {}: {}", of->name, keys.size(), fmt::join(keys, ", ")));
    }
    return out;
}

std::vector<std::string> Card::counts() const {
    std::vector<std::string> out;
    std::map<Symbol, bool> told; // the total of an event, once
    for (std::uint32_t n = 0; n < world_.ledger->needs.size(); ++n) {
        const auto& need = world_.ledger->needs[n];
        const auto* of = event(need.event);
        if (!of || fan_.cells[n].empty()) continue;
        std::uint64_t sum = 0;
        std::vector<std::string> by;
        for (const auto& cell : fan_.cells[n]) {
            sum += cell.count;
            std::vector<std::string> values;
            const auto tracked = cell.values();
            for (const auto& v : tracked) values.push_back(plain(v));
            const bool known = std::any_of(tracked.begin(), tracked.end(), [](const Value& v) { return !v.missing(); });
            if (known) by.push_back(fmt::format("{} {}", fmt::join(values, "/"), cell.count));
        }
        const auto name = describe(world_, program_, need);
        if (!need.filters.empty() || !std::exchange(told[need.event], true)) out.push_back(fmt::format("{} {}", name, sum));
        std::vector<std::string> tracked;
        for (const auto field : need.tracked) tracked.push_back(text(field));
        if (!by.empty()) out.push_back(fmt::format("{} by {}: {}", name, fmt::join(tracked, "/"), fmt::join(by, ", ")));
    }
    return out;
}

std::string Card::facts() const {
    std::string out;
    const auto& known = fan_.more->attributes;
    for (std::size_t i = 0; i < known.size(); ++i)
        if (!known[i].missing()) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", text(world_.ledger->facts[i].name), describe(world_, program_, known[i]));
    return out;
}

std::string Card::arms() const {
    std::string out;
    for (const auto& [split, arm] : fan_.more->arms) out += fmt::format("{}{} of {}", out.empty() ? "" : ", ", text(arm), text(split));
    return out;
}

std::vector<std::string> Card::waits() {
    std::vector<std::string> out;
    for (const auto& r : fan_.responses) {
        const auto& program = *world_.versions[r.version].program;
        const auto& rule = program.rules[r.rule];
        auto line = fmt::format("{}: {}", response_name(world_, fan_, r), wait_text(world_, fan_, r));
        std::vector<std::string> until;
        const auto* values = r.until.data();
        for (const auto& pattern : rule.until) {
            until.push_back(describe(world_, program, pattern, values));
            values += pattern.matches.size();
        }
        if (!until.empty()) line += fmt::format("; dropped by {}", fmt::join(until, " or "));
        out.push_back(line);
    }
    return out;
}

std::vector<std::string> Card::taken() {
    std::vector<std::string> out;
    for (const auto& rule : program_.rules) {
        if (rule.frequency == Frequency::Always) continue;
        for (const auto& t : fan_.taken[rule.key]) {
            auto line = fmt::format("{} ran {}", rule.name, clock_text(world_, fan_, t.at));
            if (rule.frequency == Frequency::OncePer) line += t.key.missing() ? " without a " + per_text(program_, rule) : " for " + plain(t.key);
            if (rule.frequency == Frequency::OnceEvery) line += fmt::format("; again from {}", clock_text(world_, fan_, t.at + rule.every));
            out.push_back(line);
        }
    }
    return out;
}

} // namespace

std::string show_fan(World& world, const Fan& fan, const std::vector<Action>& last) {
    Card card(world, fan);
    const auto zone = fan.zone == 0 ? std::string() : ", " + world.zones.name(fan.zone);
    auto out = fmt::format("{} (first seen {}{})\n", fan_name(fan.id), clock_text(world, 0, fan.first_seen), zone);
    std::vector<std::string> aliases;
    for (const auto& alias : fan.more->aliases) aliases.push_back(fan_name(alias));
    card.line("also", fmt::format("{}", fmt::join(aliases, ", ")));
    card.line("stage", card.stage());
    card.line("consents", card.consents());
    card.lines("holds", card.holds());
    card.lines("counts", card.counts());
    std::vector<std::string> tags;
    for (const auto tag : fan.more->tags) tags.push_back(world.ledger->symbols.text(tag));
    card.line("tags", fmt::format("{}", fmt::join(tags, ", ")));
    card.line("facts", card.facts());
    card.line("arms", card.arms());
    card.lines("waits", card.waits());
    card.lines("taken", card.taken());
    std::vector<std::string> messages;
    messages.reserve(last.size());
    for (const auto& action : last) messages.push_back(fmt::format("{}  {}", clock_text(world, fan, action.time), expectation_of(world, action)));
    card.lines("last", messages);
    return out + card.take();
}

} // namespace segue
