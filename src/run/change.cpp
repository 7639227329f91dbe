// Another version of the program while fans are alive: what a state file and a new program do between two runs, done in memory.
#include <algorithm>

#include "run/engine.hpp"

namespace segue {

namespace {

// The rank of what a fan reached on the old ladder; of a stage that the new one does not have, the nearest below counts.
int rank_on(const Program& now, const Program& before, int stage) {
    for (; stage >= 0; --stage)
        for (std::size_t i = 0; i < now.stages.size(); ++i)
            if (now.stages[i].symbol == before.stages[static_cast<std::size_t>(stage)].symbol) return static_cast<int>(i);
    return -1;
}

} // namespace

void change_program(World& world, std::shared_ptr<const Program> program) {
    const auto before = world.versions.back().program;
    const auto old_silences = world.silences;
    const auto changes = std::move(world.changes);
    world.silences.clear();
    world.moments.clear();
    world.enters.clear();
    world.moments_now.clear();
    world.timers.clear();
    world.zones = Zones();
    world.catalogue.clear();
    world.catalogue_index.clear();
    world.changes.clear();
    attach(world, program);
    for (const auto& change : changes) adopt_change(world, change);
    for (const auto& fan : world.fans) {
        if (!fan || fan->gone) continue;
        std::vector<Silence> silences(world.silences.size());
        for (std::size_t i = 0; i < silences.size(); ++i)
            for (std::size_t old = 0; old < old_silences.size() && old < fan->silences.size(); ++old)
                if (before->rules[old_silences[old]].key == program->rules[world.silences[i]].key) silences[i].considered = fan->silences[old].considered;
        fan->silences = std::move(silences);
        fan->stage = rank_on(*program, *before, fan->stage);
        fan->zone = 0;
        const auto attribute = program->timezone_fact;
        if (attribute != none && attribute < fan->attributes.size() && !fan->attributes[attribute].missing())
            fan->zone = world.zones.find(world.symbols().text(fan->attributes[attribute].symbol())).value_or(0);
        for (auto& held : fan->holds)
            for (auto& key : held) key.tracked.resize(std::max(key.tracked.size(), world.ledger->holds[static_cast<std::size_t>(&held - fan->holds.data())].tracked.size()));
        settle_moments(world, *fan);
        world.touch(*fan);
    }
    wind(world);
}

} // namespace segue
