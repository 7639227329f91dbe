#include "run/lookout.hpp"

#include <algorithm>

#include "run/world.hpp"

namespace segue {

bool Lookout::look(Record& record) {
    using Kind = Record::Kind;
    // Two fans may become one, who is forgotten may be refused, and an entry of the catalogue that says too little (`find_refusal`).
    const auto& r = record.release;
    if (record.kind == Kind::Identify || record.kind == Kind::Forget || (record.kind == Kind::Release && !(r.title && r.date && r.link))) return false;
    clock_ = std::max(clock_, record.time);
    record.sight = seen_.take(record.id, clock_) ? Record::Sight::First : Record::Sight::Again;
    if (record.kind == Kind::Release) return true;
    const auto& id = record.fan.digest();
    const auto same = [&](std::uint32_t number) { return fans_[number] == id.b; };
    if (record.sight == Record::Sight::Again) {
        record.who = ids_.find(id.a, same);
        return true;
    }
    ids_.reserve(fans_.size() + 1);
    const auto fresh = static_cast<std::uint32_t>(fans_.size());
    record.who = ids_.find_or_add(id.a, fresh, same);
    if (record.who == HashIndex::nothing) {
        record.who = fresh;
        fans_.push_back(id.b);
    }
    return true;
}

void Lookout::prefetch(const Record& record) const {
    if (!record.id.empty()) seen_.prefetch(record.id.digest());
    ids_.prefetch(record.fan.digest().a);
}

void Lookout::give_up(World& world) {
    world.seen = std::move(seen_);
    world.ids = std::move(ids_);
}

} // namespace segue
