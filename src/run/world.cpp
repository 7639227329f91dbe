#include "run/world.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <tuple>

#include "check/hash.hpp"
#include "run/engine.hpp"

namespace segue {

const CatalogueEntry* World::entry(Symbol release) const {
    const auto it = catalogue_index.find(release);
    return it == catalogue_index.end() ? nullptr : &catalogue[it->second];
}

std::uint32_t World::number_of(std::string_view id, std::uint64_t hash) const {
    return ids.find(hash, [&](std::uint32_t number) {
        const auto& fan = *fans[number];
        return fan.id == id || std::find(fan.aliases.begin(), fan.aliases.end(), id) != fan.aliases.end();
    });
}

Fan* World::fan(std::string_view id) const {
    const auto number = number_of(id);
    return number == none ? nullptr : fans[number].get();
}

namespace {

Version prepare(World& world, std::shared_ptr<const Program> program) {
    Version v;
    for (const auto& flow : program->flows) v.flows.push_back(world.symbols().intern(flow));
    for (const auto& rule : program->rules) v.names.push_back(world.symbols().intern(rule.name));
    for (const auto& limit : program->limits) v.longest_limit = std::max(v.longest_limit, limit.per);
    v.program = std::move(program);
    return v;
}

std::uint32_t field_named(const World& world, const EventType& event, Symbol name) {
    for (std::uint32_t i = 0; i < event.fields.size(); ++i)
        if (event.fields[i].name == world.ledger->symbols.text(name)) return i;
    return none;
}

void prepare_events(World& world) {
    const auto& program = world.program();
    world.event_needs.clear();
    for (const auto& event : program.events) {
        EventNeeds needs;
        for (std::uint32_t n = 0; n < world.ledger->needs.size(); ++n) {
            const auto& need = world.ledger->needs[n];
            if (need.event != event.symbol) continue;
            EventNeeds::At at{n, {}, {}};
            for (const auto& filter : need.filters) at.filters.emplace_back(field_named(world, event, filter.field), filter);
            for (const auto field : need.tracked) at.tracked.push_back(field_named(world, event, field));
            needs.needs.push_back(std::move(at));
        }
        if (event.held)
            for (const auto field : world.ledger->holds[event.hold].tracked) needs.held_fields.push_back(field_named(world, event, field));
        world.event_needs.push_back(std::move(needs));
    }
}

} // namespace

void attach_old(World& world, std::shared_ptr<const Program> program) { world.versions.push_back(prepare(world, std::move(program))); }

void attach(World& world, std::shared_ptr<const Program> program) {
    world.versions.push_back(prepare(world, std::move(program)));
    const auto& p = world.program();
    prepare_events(world);
    for (const auto* word : {"stop", "stopall", "unsubscribe", "cancel", "end", "quit"}) world.stop_words.insert(world.symbols().intern(word));
    for (std::uint32_t r = 0; r < p.rules.size(); ++r) {
        const auto kind = p.rules[r].trigger.kind;
        if (kind == TriggerKind::Silence) world.silences.push_back(r);
        if (kind == TriggerKind::Release || kind == TriggerKind::Date) world.moments.push_back(r);
        if (kind == TriggerKind::Enter) world.enters.push_back(r);
    }
    if (!world.zones.find(p.timezone)) world.zones.find("UTC");
    for (const auto& release : p.releases) {
        CatalogueEntry entry;
        entry.id = world.symbols().intern(release.id);
        entry.title = release.title;
        entry.link = release.link;
        entry.artist = release.artist;
        entry.date = release.date;
        world.catalogue_index.emplace(entry.id, static_cast<std::uint32_t>(world.catalogue.size()));
        world.catalogue.push_back(std::move(entry));
    }
    for (std::uint32_t zone = 0; zone < world.zones.size(); ++zone) schedule_zone(world, zone);
}

std::string forgotten_key(std::string_view id) { return text_hash(fmt::format("forgotten {}", id)); }

std::string refusal(const World& world, const Record& record) {
    const auto barred = [&](const std::string& id) {
        if (id.empty()) return false;
        const auto it = world.forgotten.find(forgotten_key(id));
        return it != world.forgotten.end() && record.time <= it->second;
    };
    // A `forget` that comes twice is a duplicate, as any record is; one that comes again later is not newer.
    const auto known = record.kind == Record::Kind::Forget && !record.id.empty() ? world.seen.find(record.id.digest()) : std::nullopt;
    const bool twice = known && *known > world.clock - Seen::remembered;
    if (!twice && !world.forgotten.empty() && (barred(record.fan.text()) || barred(record.alias))) return "the fan was forgotten, and this is not newer";
    if (record.kind == Record::Kind::Release && !world.entry(world.ledger->symbols.intern(record.release.id))) {
        std::string lacking;
        const auto need = [&](bool there, std::string_view what) {
            if (!there) lacking += fmt::format("{}`{}`", lacking.empty() ? "" : ", ", what);
        };
        need(record.release.title.has_value(), "title");
        need(record.release.date.has_value(), "date");
        need(record.release.link.has_value(), "link");
        if (!lacking.empty()) return fmt::format("a new entry of the catalogue needs {}", lacking);
    }
    return {};
}

namespace {

bool duplicate(World& world, const Key& id) {
    world.seen.drop_before(world.clock);
    return !id.empty() && !world.seen.add(id.digest(), world.clock);
}

} // namespace

void prefetch(const Fan& fan, std::size_t round) {
    asm volatile(""); // else g++ finds that it does nothing, and leaves out every call
    const auto each_part = [&](auto fetch) { fetch(fan.cells), fetch(fan.holds), fetch(fan.responses), fetch(fan.taken), fetch(fan.sent); };
    switch (round) {
    case 0:
        for (std::size_t line = 0; line < sizeof(Fan); line += 64) __builtin_prefetch(reinterpret_cast<const char*>(&fan) + line);
        break;
    case 1: each_part([](const auto& part) { part.prefetch(); }); break;
    case 2: each_part([](const auto& part) { part.prefetch_rest(); }); break;
    default:
        for (const auto& cell : fan.cells.all()) cell.times.prefetch();
        for (const auto& held : fan.holds.all()) held.tracked.prefetch();
    }
}

void Fetcher::next(const World& world, const Record* coming) {
    const auto behind = [&](std::size_t round) -> Wanted& { return ring_[(at_ - round * apart) % ring_.size()]; };
    auto& fresh = behind(0);
    fresh = {coming ? coming->fan.digest().a : 0, none, coming != nullptr};
    if (coming) {
        world.ids.prefetch(fresh.hash);
        if (!coming->id.empty()) world.seen.prefetch(coming->id.digest());
    }
    if (auto& placed = behind(1); placed.there) {
        placed.fan = world.ids.guess(placed.hash);
        if (placed.fan != none) __builtin_prefetch(&world.fans[placed.fan]);
    }
    for (std::size_t round = 0; round + 1 < fetching_rounds; ++round)
        if (const auto& known = behind(round + 2); known.fan != none && world.fans[known.fan]) prefetch(*world.fans[known.fan], round);
    ++at_;
}

void step(World& world, const Record& record, Actions& actions) {
    fire_due(world, record.time, actions);
    if (duplicate(world, record.id)) {
        ++world.duplicates;
        return;
    }
    const auto unnamed = record.id.empty() ? fmt::format("#{}", record.line) : std::string();
    Turn turn{world, actions, record.id.empty() ? unnamed : record.id.text(), world.clock};
    switch (record.kind) {
    case Record::Kind::Event: happen(turn, fan_of(world, record.fan, record.time), {record.event, record.fields, record.time, 0}); break;
    case Record::Kind::Profile: profile(turn, fan_of(world, record.fan, record.time), record); break;
    case Record::Kind::Identify: identify(turn, fan_of(world, record.fan, record.time), record.alias, record.time); break;
    case Record::Kind::Forget: forget(world, record.fan.text(), record.time); break;
    case Record::Kind::Release: change_release(world, record.release); break;
    }
    fire_due(world, world.clock, actions);
    sweep(world);
}

bool advance(World& world, Time time, Actions& actions, std::size_t most) { return fire_due(world, time, actions, most); }

std::vector<const Fan*> fans_of(const World& world) {
    std::vector<const Fan*> out;
    for (const auto& fan : world.fans)
        if (fan && !fan->gone) out.push_back(fan.get());
    return out;
}

} // namespace segue
