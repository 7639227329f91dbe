// What the engine prepares of a program, once.
#include <algorithm>

#include "run/engine.hpp"

namespace segue {

namespace {

// Whether a response of that rule may still be there when the record that it began with is done with.
bool pauses(const Program& program, const Rule& rule) {
    const bool messages_do = !program.quiets.empty() || std::any_of(program.limits.begin(), program.limits.end(), [](const Limit& limit) { return limit.else_wait; });
    return std::any_of(rule.steps.begin(), rule.steps.end(), [&](const Step& step) {
        switch (step.act) {
        case Act::Prompt:
        case Act::Send: return messages_do;
        case Act::WaitLength:
        case Act::WaitClock:
        case Act::WaitDate:
        case Act::WaitRelease:
        case Act::WaitFor: return true;
        default: return false;
        }
    });
}

Version prepare(World& world, std::shared_ptr<const Program> program) {
    Version v;
    for (const auto& rule : program->rules) {
        bool so = pauses(*program, rule);
        for (const auto& older : world.versions)
            for (std::size_t r = 0; r < older.program->rules.size(); ++r) so = so || (older.program->rules[r].key == rule.key && older.pauses[r]);
        v.pauses.push_back(so);
    }
    for (const auto& flow : program->flows) v.flows.push_back(world.intern(flow));
    for (const auto& rule : program->rules) v.names.push_back(world.intern(rule.name));
    for (const auto& limit : program->limits) v.longest_limit = std::max(v.longest_limit, limit.per);
    v.program = std::move(program);
    return v;
}

std::uint32_t field_named(const World& world, const EventType& event, Symbol name) {
    for (std::uint32_t i = 0; i < event.fields.size(); ++i)
        if (event.fields[i].name == world.ledger->symbols.text(name)) return i;
    return none;
}

// Whether a condition that is false can be true after that event. Time may pass between two of them, and tags, releases and links may change.
bool moves(const World& world, const Expr& e, std::uint32_t event) {
    const auto& program = world.program();
    const auto& happening = program.events[event];
    const auto any_kid = [&] { return std::any_of(e.kids.begin(), e.kids.end(), [&](const Expr& kid) { return moves(world, kid, event); }); };
    const auto changes_hold = [&](std::uint32_t hold) {
        return (happening.held && happening.hold == hold) || (happening.undoes != none && program.events[happening.undoes].hold == hold);
    };
    switch (e.op) {
    case Op::Count:
    case Op::Distinct: {
        const auto& query = program.queries[e.index];
        if (query.window > 0 || std::any_of(query.matches.begin(), query.matches.end(), [&](const Match& m) { return moves(world, m.value, event); })) return true;
        if (query.held) return changes_hold(query.slot);
        return world.ledger->needs[query.slot].event == happening.symbol;
    }
    case Op::Consent: return program.optin != none && changes_hold(program.events[program.optin].hold);
    case Op::Constant:
    case Op::Attribute: return false; // who changes an attribute asks for the stage
    case Op::Field:
    case Op::Since:
    case Op::Stage:
    case Op::NextRelease:
    case Op::LatestRelease:
    case Op::Out:
    case Op::Tagged:
    case Op::Now:
    case Op::Property: return true;
    default: return any_kid();
    }
}

// `found_by`: the field by whose value it is found; none: it is not.
Waking waking(const Program& program, const Woken& woken, std::uint32_t found_by) {
    const auto& rule = program.rules[woken.rule];
    const auto& trigger = rule.trigger;
    const auto& matches = trigger.patterns[woken.pattern].matches;
    const auto constant = [](const Match& m) { return m.value.op == Op::Constant; };
    const bool by_that = matches.size() == 1 && matches[0].op == Compare::Equal && constant(matches[0]) && matches[0].field == found_by;
    Waking out{woken, matches.empty() || by_that, trigger.kind, trigger.count, trigger.per, trigger.query == none ? nullptr : &program.queries[trigger.query], {}, {}};
    if (out.query && std::all_of(out.query->matches.begin(), out.query->matches.end(), constant)) {
        out.values.emplace();
        for (const auto& m : out.query->matches) out.values->push_back(m.value.value);
    }
    for (const auto& slot : rule.slots) out.slots.push_back(slot.fields[woken.pattern]);
    return out;
}

void prepare_events(World& world) {
    const auto& program = world.program();
    world.event_needs.clear();
    for (const auto& event : program.events) {
        EventNeeds needs;
        for (std::uint32_t n = 0; n < world.ledger->needs.size(); ++n) {
            const auto& need = world.ledger->needs[n];
            if (need.event != event.symbol) continue;
            Counted at{n, need.window, {}, {}, {}};
            for (std::uint32_t s = 0; s < world.silences.size(); ++s)
                if (program.rules[world.silences[s]].trigger.need == n) at.silences.push_back(s);
            for (const auto& filter : need.filters) at.filters.emplace_back(field_named(world, event, filter.field), filter);
            for (const auto field : need.tracked) at.tracked.push_back(field_named(world, event, field));
            const auto exact = std::find_if(at.filters.begin(), at.filters.end(), [](const auto& f) { return f.first != none && f.second.op == Compare::Equal; });
            if (exact == at.filters.end()) needs.counted.always.push_back(std::move(at));
            else {
                auto& found = needs.counted.of(exact->first, exact->second.value);
                at.filters.erase(exact);
                found.push_back(std::move(at));
            }
        }
        const auto& wake = program.wakes[world.event_needs.size()];
        for (const auto& woken : wake.always) needs.wakes.always.push_back(waking(program, woken, none));
        for (const auto& by : wake.by_field)
            for (const auto& [value, rules] : by.items)
                for (const auto& woken : rules) needs.wakes.of(by.field, value).push_back(waking(program, woken, by.field));
        if (event.held)
            for (const auto field : world.ledger->holds[event.hold].tracked) needs.held_fields.push_back(field_named(world, event, field));
        world.event_needs.push_back(std::move(needs));
    }
    for (std::uint32_t event = 0; event < program.events.size(); ++event)
        for (auto rank = static_cast<int>(program.stages.size()) - 1; rank >= 0; --rank)
            if (event == program.keyword || moves(world, program.stages[static_cast<std::size_t>(rank)].condition, event)) world.event_needs[event].stages.push_back(rank);
}

} // namespace

void attach_old(World& world, std::shared_ptr<const Program> program) { world.versions.push_back(prepare(world, std::move(program))); }

void attach(World& world, std::shared_ptr<const Program> program) {
    world.versions.push_back(prepare(world, std::move(program)));
    const auto& p = world.program();
    for (const auto* word : {"stop", "stopall", "unsubscribe", "cancel", "end", "quit"}) world.stop_words.insert(world.intern(word));
    for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
        const auto kind = p.rules[r].trigger.kind;
        if (kind == TriggerKind::Silence) world.silences.push_back(r);
        if (kind == TriggerKind::Release || kind == TriggerKind::Date) world.moments.push_back(r);
        if (kind == TriggerKind::Enter) world.enters.push_back(r);
    }
    world.holders.forget();
    prepare_events(world);
    if (!world.zones.find(p.timezone)) world.zones.find("UTC");
    for (const auto& release : p.releases) {
        CatalogueEntry entry;
        entry.id = world.intern(release.id);
        entry.title = release.title;
        entry.link = release.link;
        entry.artist = release.artist;
        entry.date = release.date;
        world.catalogue_index.emplace(entry.id, static_cast<std::uint32_t>(world.catalogue.size()));
        world.catalogue.push_back(std::move(entry));
    }
    for (Zones::Id zone = 0; zone < world.zones.size(); ++zone) schedule_zone(world, zone);
}

} // namespace segue
