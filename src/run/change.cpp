// Another version of the program while fans are alive: what a state file and a new program do between two runs, done in memory.
#include <algorithm>

#include "run/engine.hpp"

namespace segue {

void change_program(World& world, std::shared_ptr<const Program> program) {
    const auto before = world.versions.back().program;
    const auto old_silences = world.silences;
    const auto changes = std::move(world.changes);
    world.silences.clear();
    world.moments.clear();
    world.enters.clear();
    world.moments_now.clear();
    world.moment_come = {};
    world.timers.clear();
    world.zones = Zones();
    world.catalogue.clear();
    world.catalogue_index.clear();
    world.changes.clear();
    attach(world, program);
    for (const auto& change : changes) adopt_change(world, change);
    for (auto& fan : world.fans) {
        if (fan.gone) continue;
        decltype(fan.silences) silences(world.silences.size());
        for (std::size_t i = 0; i < silences.size(); ++i)
            for (std::size_t old = 0; old < old_silences.size() && old < fan.silences.size(); ++old)
                if (before->rules[old_silences[old]].key == program->rules[world.silences[i]].key) silences[i].considered = fan.silences[old].considered;
        fan.silences = std::move(silences);
        fan.stage = rank_on(*program, *before, fan.stage);
        fan.settled = false;
        world.fans.set_zone(fan, zone_of(world, fan));
        world.touch(fan);
    }
    wind(world);
}

} // namespace segue
