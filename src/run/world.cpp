#include "run/world.hpp"

#include <algorithm>
#include <array>
#include <fmt/compile.h>
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
        const auto& fan = fans[number];
        return fan.id == id || std::find(fan.more->aliases.begin(), fan.more->aliases.end(), id) != fan.more->aliases.end();
    });
}

Fan* World::fan(std::string_view id) const {
    const auto number = number_of(id);
    return number == none ? nullptr : &fans[number];
}

std::string forgotten_key(std::string_view id) { return text_hash(fmt::format("forgotten {}", id)); }

std::string find_refusal(const World& world, const Record& record) {
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

bool duplicate(World& world, const Record& record) {
    if (record.sight != Record::Sight::Unasked) return record.sight == Record::Sight::Again;
    return !world.seen.take(record.id, world.clock);
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
    default: each_part([](const auto& part) { part.prefetch_rest(); });
    }
}

void Fetcher::next(const World& world, const Record* coming) {
    const auto behind = [&](std::size_t round) -> Wanted& { return ring_[(at_ - round * apart) % ring_.size()]; };
    auto& fresh = behind(0);
    fresh = {};
    if (coming && coming->sight != Record::Sight::Unasked) fresh.fan = coming->who;
    else if (coming) {
        fresh.hash = coming->fan.digest().a;
        fresh.unknown = true;
        world.ids.prefetch(fresh.hash);
        if (!coming->id.empty()) world.seen.prefetch(coming->id.digest());
    }
    auto& placed = behind(1);
    if (placed.unknown) placed.fan = world.ids.guess(placed.hash);
    if (placed.fan < world.fans.size()) world.fans.prefetch(placed.fan);
    for (std::size_t round = 0; round < fetching_rounds; ++round)
        if (const auto& known = behind(round + 2); known.fan < world.fans.size())
            if (const auto* fan = world.fans.here(known.fan)) prefetch(*fan, round);
    ++at_;
}

void step(World& world, const Record& record, Actions& actions) {
    world.fans.relax();
    // A change of the catalogue is everybody's, and waits for all; what else a record does is its fan's.
    const bool everybody = record.kind == Record::Kind::Release;
    const auto before = [&](std::uint32_t fan) { catch_up(world, fan, world.clock, world.frontier(), actions); };
    if (const auto until = std::max(world.clock, record.time); !fire_due(world, until, actions, everybody ? all_timers : world.at_once)) {
        if (!world.behind) world.came_before = static_cast<std::uint32_t>(world.fans.size());
        world.behind = world.frontier();
        world.clock = until;
        before(world.number_of(record));
        if (record.kind == Record::Kind::Identify) before(world.number_of(record.alias));
    }
    if (duplicate(world, record)) {
        ++world.duplicates;
        return;
    }
    const auto unnamed = record.id.empty() ? fmt::format(FMT_COMPILE("#{}"), record.line) : std::string();
    Turn turn{world, actions, record.id.empty() ? unnamed : record.id.text(), world.clock};
    switch (record.kind) {
    case Record::Kind::Event: happen(turn, fan_of(world, record), {record.event, record.fields, record.time, 0}); break;
    case Record::Kind::Profile: profile(turn, fan_of(world, record), record); break;
    case Record::Kind::Identify: identify(turn, fan_of(world, record), record.alias, record.time); break;
    case Record::Kind::Forget: forget(world, record.fan.text(), record.time); break;
    case Record::Kind::Release: change_release(world, record.release); break;
    }
    if (world.behind) catch_up(world, world.number_of(record), world.clock, world.clock, actions);
    else fire_due(world, world.clock, actions, world.at_once);
    sweep(world);
}

bool advance(World& world, Time time, Actions& actions, std::size_t most) { return fire_due(world, time, actions, most); }

std::vector<const Fan*> fans_of(const World& world) {
    std::vector<const Fan*> out;
    for (const auto& fan : world.fans)
        if (!fan.gone) out.push_back(&fan);
    return out;
}

} // namespace segue
