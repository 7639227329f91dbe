// What is written to the state file: taken out of the world by the one who runs it, written by whoever has the time.
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "store/sqlite.hpp"

namespace segue {

std::int64_t RunRow::sum() const { return sum_of(fmt::format("{} {} {} {} {}", version, clock, next_response, settings, fans)); }

Outcome SqliteStore::keep_version(const KeptVersion& version) {
    SqlStatement s(db_, "INSERT INTO versions(version, texts) VALUES(?, ?) ON CONFLICT(version) DO UPDATE SET texts = excluded.texts");
    if (!s.bind(1, version.version).bind(2, version.texts).run()) return failure("write");
    return Done{};
}

Batch SqliteStore::take(World& world) {
    Batch out;
    for (const auto number : world.dirty_fans) {
        world.dirty[number] = false;
        if (world.fans[number]->gone) out.gone.push_back(number);
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
    if (std::exchange(world.catalogue_changed, false)) out.catalogue = world.changes;
    out.clock = world.clock;
    out.next_response = world.next_response;
    out.settings = world.settings;
    out.fan_numbers = world.fans.size();
    out.version = world.program().version;
    if (!std::exchange(pruned_, true)) { // versions that nothing under way belongs to any more
        std::set<std::uint32_t> used{numbering_.version_kept.back()};
        for (const auto& fan : world.fans)
            if (fan)
                for (const auto& r : fan->responses) used.insert(numbering_.version_kept[r.version]);
        for (const auto kept : numbering_.version_kept)
            if (!used.contains(kept)) out.unused.push_back(kept);
    }
    return out;
}

// What goes stands before what comes: pages that are overwritten with zeros are then taken again, and written once.
bool SqliteStore::put_fans(const Batch& batch) {
    auto& drop = prepared("DELETE FROM segments WHERE id = ?");
    for (const auto id : batch.fans.dropped)
        if (!drop.bind(1, id).run()) return false;
    auto& add = prepared("INSERT INTO segments VALUES(?, ?, ?)");
    for (const auto& segment : batch.fans.fresh)
        if (!add.bind(1, segment.id).bind(2, sum_of(segment.bytes)).blob(3, segment.bytes).run()) return false;
    auto& gone = prepared("INSERT OR IGNORE INTO gone VALUES(?)");
    for (const auto fan : batch.gone)
        if (!gone.bind(1, std::uint64_t{fan}).run()) return false;
    auto& forget = prepared("INSERT OR REPLACE INTO forgotten VALUES(?, ?)");
    for (const auto& [key, time] : batch.forgotten_ids)
        if (!forget.bind(1, key).bind(2, time).run()) return false;
    return true;
}

bool SqliteStore::put_catalogue(const std::vector<ReleaseChange>& changes) {
    if (!exec("DELETE FROM catalogue")) return false;
    SqlStatement s(db_, "INSERT INTO catalogue(change) VALUES(?)");
    for (const auto& change : changes) {
        nlohmann::json json{{"release", change.id}};
        if (change.title) json["title"] = *change.title;
        if (change.link) json["link"] = *change.link;
        if (change.artist) json["artist"] = *change.artist;
        if (change.date) json["date"] = *change.date;
        if (change.live) json["live"] = *change.live;
        const auto text = json.dump();
        if (!s.bind(1, text).run()) return false;
    }
    return true;
}

bool SqliteStore::put_run(const Batch& batch) {
    const RunRow row{batch.version, batch.clock, static_cast<std::int64_t>(batch.next_response), static_cast<std::int64_t>(batch.settings), static_cast<std::int64_t>(batch.fan_numbers)};
    auto& run = prepared("INSERT OR REPLACE INTO run VALUES(1, ?, ?, ?, ?, ?, ?)");
    return run.bind(1, row.version).bind(2, row.clock).bind(3, row.next_response).bind(4, row.settings).bind(5, row.fans).bind(6, row.sum()).run();
}

bool SqliteStore::put(const Batch& batch) {
    if (batch.clock != before_all && !prepared("DELETE FROM seen WHERE last <= ?").bind(1, batch.clock - Seen::remembered).run()) return false;
    if (!prepared("DELETE FROM outbox WHERE batch <= ?").bind(1, batch.delivered).run()) return false;
    if (!put_fans(batch) || !put_journal(batch) || !put_run(batch)) return false;
    if (batch.catalogue && !put_catalogue(*batch.catalogue)) return false;
    if (!batch.seen.empty() && !prepared("INSERT INTO seen(last, sum, ids) VALUES(?, ?, ?)").bind(1, batch.clock).bind(2, sum_of(batch.seen)).blob(3, batch.seen).run()) return false;
    for (const auto kept : batch.unused)
        if (!prepared("DELETE FROM versions WHERE id = ?").bind(1, std::uint64_t{kept}).run()) return false;
    if (batch.input) {
        const auto& in = *batch.input;
        if (!prepared("INSERT OR REPLACE INTO inputs VALUES(?, ?, ?, ?)").bind(1, in.name).bind(2, in.position.offset).bind(3, in.position.line).bind(4, in.mark).run()) return false;
    }
    for (const auto& out : batch.outputs)
        if (!prepared("INSERT OR REPLACE INTO outputs VALUES(?, ?)").bind(1, out.name).bind(2, out.size).run()) return false;
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
        if (!prepared("INSERT INTO outbox(sum, lines) VALUES(?, ?)").bind(1, sum_of(batch.lines)).blob(2, batch.lines).run()) return undo();
        number = static_cast<std::uint64_t>(sqlite3_last_insert_rowid(db_));
    }
    if (!exec("COMMIT")) return undo();
    fresh_ = false;
    return number;
}

Outcome SqliteStore::close() {
    // Nothing of a forgotten fan stays behind in the log.
    if (!exec("PRAGMA wal_checkpoint(TRUNCATE)")) return failure("write");
    return Done{};
}

} // namespace segue
