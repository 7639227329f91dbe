#include "run/engine.hpp"

namespace segue {

namespace {

template <class T> void put(std::optional<T>& to, const std::optional<T>& from) {
    if (from) to = from;
}

// What records have said of an entry, all in one.
void remember(World& world, CatalogueEntry& entry, const ReleaseChange& change) {
    world.catalogue_changed = true;
    if (entry.said == none) {
        entry.said = static_cast<std::uint32_t>(world.changes.size());
        world.changes.push_back(change);
        return;
    }
    auto& known = world.changes[entry.said];
    put(known.title, change.title);
    put(known.link, change.link);
    put(known.artist, change.artist);
    put(known.date, change.date);
    put(known.live, change.live);
}

// The entry as it is after the change, and whether its day moved.
std::pair<std::uint32_t, bool> put_entry(World& world, const ReleaseChange& change) {
    const auto id = world.intern(change.id);
    const auto [it, fresh] = world.catalogue_index.emplace(id, static_cast<std::uint32_t>(world.catalogue.size()));
    if (fresh) {
        world.catalogue.emplace_back();
        world.catalogue.back().id = id;
    }
    auto& entry = world.catalogue[it->second];
    remember(world, entry, change);
    const auto date = entry.date;
    const bool live = entry.live;
    put(entry.title, change.title);
    put(entry.link, change.link);
    put(entry.artist, change.artist);
    put(entry.date, change.date);
    if (change.live) entry.live = *change.live;
    return {it->second, fresh || date != entry.date || live != entry.live};
}

} // namespace

void adopt_change(World& world, const ReleaseChange& change) {
    put_entry(world, change);
    world.catalogue_changed = false;
}

void change_release(World& world, const ReleaseChange& change) {
    const auto* known = world.entry(world.intern(change.id));
    auto before = known ? *known : CatalogueEntry{};
    const auto [place, moved] = put_entry(world, change);
    if (!moved) return;
    schedule_moments(world, place);
    auto& entry = world.catalogue[place];
    for (std::uint32_t number = 0; number < world.fans.size(); ++number) {
        world.fans.relax();
        if (world.fans.rests(number)) {
            if (world.moments.empty() && !world.fans.waits_for_release(number)) continue;
            // Who is woken waits for what they waited for.
            std::swap(entry, before);
            (void)world.fans[number];
            std::swap(entry, before);
        }
        auto& fan = world.fans[number];
        if (fan.gone) continue;
        settle_moments(world, fan, place);
        if (!fan.responses.empty()) reschedule(world, fan);
    }
    world.stale += world.moments.size() * world.zones.size();
    sweep(world);
}

} // namespace segue
