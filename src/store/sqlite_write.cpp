// What is written to the state file: taken out of the world by the one who runs it, written by whoever has the time.
#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "store/sqlite.hpp"

namespace segue {

Outcome SqliteStore::keep_version(const KeptVersion& version) {
    SqlStatement kept(db_, "SELECT 1 FROM versions WHERE version = ?1 AND texts = ?2");
    if (kept.bind(1, version.version).bind(2, version.texts).row()) return Done{};
    SqlStatement old(db_, "SELECT sum FROM versions WHERE version = ?1");
    SqlStatement now(db_, "UPDATE versions SET texts = ?2, sum = row_sum(id, version, ?2) WHERE version = ?1 RETURNING sum");
    if (!exec("BEGIN IMMEDIATE") || !drop(old.bind(1, version.version)) || !add(now.bind(1, version.version).bind(2, version.texts)) || !put_run_row() || !exec("COMMIT")) {
        auto why = failure("write");
        exec("ROLLBACK");
        return why;
    }
    return Done{};
}

Batch SqliteStore::take(World& world, bool whole) {
    Batch out;
    out.version = world.program().version;
    // Of a fan who is forgotten no step may stay, and steps are done again under the version that was the last when all was written.
    const bool forgets = !world.forgotten_fans.empty() || !world.new_forgotten.empty();
    since_ += steps_->count();
    out.whole = whole || forgets || since_ > options_.most_steps || out.version != taken_version_;
    if (!out.whole) {
        out.steps = steps_->count() > 0 ? steps_->take() : std::string();
        return out;
    }
    steps_->clear();
    since_ = 0;
    taken_version_ = out.version;
    for (const auto number : world.dirty_fans) {
        if (world.fans.rests(number) || !world.fans[number].gone) continue;
        world.fans[number].dirty = false;
        out.gone.push_back(number);
    }
    out.fans = segments_.take(world, numbering_, std::exchange(world.dirty_fans, {}), !world.forgotten_fans.empty());
    out.forgotten = std::exchange(world.forgotten_fans, {});
    for (auto& key : world.new_forgotten) out.forgotten_ids.emplace_back(key, world.forgotten.at(key));
    world.new_forgotten.clear();
    ByteWriter seen(world.symbols());
    Time before = 0;
    world.seen.each_new([&](const Seen::Entry& entry) {
        seen.time_after(before, entry.time);
        seen.raw({reinterpret_cast<const char*>(&entry.id), sizeof entry.id});
        before = entry.time;
    });
    world.seen.kept();
    out.seen = seen.take();
    for (const auto& [moment, fans] : world.past.take_changed()) {
        ByteWriter bytes(world.symbols());
        encode(bytes, *fans);
        out.moments.push_back({std::string(world.symbols().text(moment.rule)), moment.release == 0 ? "" : std::string(world.symbols().text(moment.release)), bytes.take()});
    }
    if (std::exchange(world.catalogue_changed, false)) out.catalogue = world.changes;
    out.clock = world.clock;
    out.frontier = world.frontier();
    out.next_response = world.next_response;
    out.settings = world.settings;
    out.fan_numbers = world.fans.size();
    if (!std::exchange(pruned_, true) && numbering_.version_kept.size() > 1) { // versions that nothing under way belongs to any more
        std::set<std::uint32_t> used{numbering_.version_kept.back()};
        for (const auto& fan : world.fans)
            for (const auto& r : fan.responses) used.insert(numbering_.version_kept[r.version]);
        for (const auto kept : numbering_.version_kept)
            if (!used.contains(kept)) out.unused.push_back(kept);
    }
    return out;
}

// What goes stands before what comes: pages that are overwritten with zeros are then taken again, and written once.
bool SqliteStore::put_fans(const Batch& batch) {
    auto& old = prepared("DELETE FROM segments WHERE id = ? RETURNING sum");
    for (const auto id : batch.fans.dropped)
        if (!drop(old.bind(1, id))) return false;
    auto& fresh = prepared("INSERT INTO segments VALUES(?1, row_sum(?1, ?2), ?2) RETURNING sum");
    for (const auto& segment : batch.fans.fresh)
        if (!add(fresh.bind(1, segment.id).blob(2, segment.bytes))) return false;
    auto& gone = prepared("INSERT OR IGNORE INTO gone VALUES(?1, row_sum(?1)) RETURNING sum");
    for (const auto fan : batch.gone)
        if (!add(gone.bind(1, std::uint64_t{fan}))) return false;
    auto& again = prepared("DELETE FROM forgotten WHERE key = ? RETURNING sum");
    auto& forget = prepared("INSERT INTO forgotten VALUES(?1, ?2, row_sum(?1, ?2)) RETURNING sum");
    for (const auto& [key, time] : batch.forgotten_ids)
        if (!drop(again.bind(1, key)) || !add(forget.bind(1, key).bind(2, time))) return false;
    return true;
}

bool SqliteStore::put_catalogue(const std::vector<ReleaseChange>& changes) {
    if (!drop(prepared("DELETE FROM catalogue RETURNING sum"))) return false;
    auto& put = prepared("INSERT INTO catalogue VALUES(?1, ?2, row_sum(?1, ?2)) RETURNING sum");
    std::int64_t place = 0;
    for (const auto& change : changes) {
        nlohmann::json json{{"release", change.id}};
        if (change.title) json["title"] = *change.title;
        if (change.link) json["link"] = *change.link;
        if (change.artist) json["artist"] = *change.artist;
        if (change.date) json["date"] = *change.date;
        if (change.live) json["live"] = *change.live;
        const auto text = json.dump();
        if (!add(put.bind(1, ++place).bind(2, text))) return false;
    }
    return true;
}

bool SqliteStore::put_moments(const std::vector<KeptMoment>& moments) {
    auto& old = prepared("DELETE FROM moments WHERE rule = ? AND release = ? RETURNING sum");
    auto& fresh = prepared("INSERT INTO moments VALUES(?1, ?2, row_sum(?1, ?2, ?3), ?3) RETURNING sum");
    return std::all_of(moments.begin(), moments.end(), [&](const KeptMoment& m) { return drop(old.bind(1, m.rule).bind(2, m.release)) && add(fresh.bind(1, m.rule).bind(2, m.release).blob(3, m.fans)); });
}

bool SqliteStore::put_whole(const Batch& batch) {
    if (!drop(prepared("DELETE FROM steps RETURNING sum"))) return false;
    if (batch.clock != before_all && !drop(prepared("DELETE FROM seen WHERE last <= ? RETURNING sum").bind(1, batch.clock - Seen::remembered))) return false;
    if (!put_fans(batch)) return false;
    if (!put_moments(batch.moments)) return false;
    if (batch.catalogue && !put_catalogue(*batch.catalogue)) return false;
    if (!batch.seen.empty() && !add(prepared("INSERT INTO seen VALUES(?1, ?2, row_sum(?1, ?2, ?3), ?3) RETURNING sum").bind(1, next_row()).bind(2, batch.clock).blob(3, batch.seen))) return false;
    for (const auto kept : batch.unused)
        if (!drop(prepared("DELETE FROM versions WHERE id = ? RETURNING sum").bind(1, std::uint64_t{kept}))) return false;
    run_ = {batch.version, batch.clock, batch.frontier, static_cast<std::int64_t>(batch.next_response), static_cast<std::int64_t>(batch.settings), static_cast<std::int64_t>(batch.fan_numbers)};
    return true;
}

bool SqliteStore::put(const Batch& batch) {
    if (!drop(prepared("DELETE FROM outbox WHERE batch <= ? RETURNING sum").bind(1, batch.delivered))) return false;
    if (batch.whole && !put_whole(batch)) return false;
    if (!batch.steps.empty() && !add(prepared("INSERT INTO steps VALUES(?1, ?2, row_sum(?1, ?2, ?3), ?3) RETURNING sum").bind(1, next_row()).bind(2, std::string_view(SEGUE_VERSION)).blob(3, batch.steps))) return false;
    if (!put_journal(batch)) return false;
    if (batch.input) {
        const auto& in = *batch.input;
        if (!drop(prepared("DELETE FROM inputs WHERE name = ? RETURNING sum").bind(1, in.name))) return false;
        if (!add(prepared("INSERT INTO inputs VALUES(?1, ?2, ?3, ?4, row_sum(?1, ?2, ?3, ?4)) RETURNING sum").bind(1, in.name).bind(2, in.position.offset).bind(3, in.position.line).bind(4, in.mark))) return false;
    }
    for (const auto& out : batch.outputs) {
        if (!drop(prepared("DELETE FROM outputs WHERE name = ? RETURNING sum").bind(1, out.name))) return false;
        if (!add(prepared("INSERT INTO outputs VALUES(?1, ?2, row_sum(?1, ?2)) RETURNING sum").bind(1, out.name).bind(2, out.size))) return false;
    }
    return true;
}

Result<std::uint64_t> SqliteStore::write(const Batch& batch) {
    if (!exec("BEGIN IMMEDIATE")) return failure("write");
    const auto undo = [&] {
        auto why = failure("write");
        exec("ROLLBACK");
        return why;
    };
    if (!put(batch)) return undo();
    std::uint64_t number = 0;
    if (!batch.lines.empty()) {
        number = static_cast<std::uint64_t>(next_row());
        if (!add(prepared("INSERT INTO outbox VALUES(?1, row_sum(?1, ?2), ?2) RETURNING sum").bind(1, number).blob(2, batch.lines))) return undo();
    }
    if (!put_run_row() || !exec("COMMIT")) return undo();
    return number;
}

Outcome SqliteStore::close() {
    // All goes into the file; closing it then removes the log as a whole, so that nothing of a forgotten fan stays behind in it. To cut it down first would
    // be a moment at which its beginning alone could be found, with older pages than the file has.
    if (!exec("PRAGMA wal_checkpoint(RESTART)")) return failure("write");
    return Done{};
}

} // namespace segue
