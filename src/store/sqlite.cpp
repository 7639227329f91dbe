// What the state file holds.
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

#include "store/sqlite.hpp"

namespace segue {

namespace {

constexpr std::size_t most_fans = 1'000'000'000; // more is a damaged number

} // namespace

Failure SqliteStore::failure(std::string_view doing) const {
    const auto code = sqlite3_errcode(db_);
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) return {fmt::format("{} is in use by another process; wait until it has finished, or stop it", path_)};
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) return damaged(sqlite3_errmsg(db_));
    if (code == SQLITE_FULL) return {fmt::format("cannot {} {}: the disk is full; what was committed before is kept", doing, path_)};
    return {fmt::format("cannot {} {}: {}", doing, path_, sqlite3_errmsg(db_))};
}

bool SqliteStore::put(const char* key, std::int64_t value) {
    SqlStatement s(db_, "INSERT OR REPLACE INTO meta VALUES(?, ?)");
    return s.bind(1, std::string_view(key)).bind(2, value).run();
}

std::int64_t SqliteStore::got(const char* key, std::int64_t otherwise) {
    SqlStatement s(db_, "SELECT value FROM meta WHERE key = ?");
    if (s.bind(1, std::string_view(key)).row()) return s.integer(0);
    unread_ = unread_ || !s.finished();
    return otherwise;
}

Result<std::vector<KeptVersion>> SqliteStore::versions(const std::string& current) {
    std::vector<KeptVersion> out;
    SqlStatement s(db_, "SELECT version, texts FROM versions WHERE version <> ? ORDER BY id");
    s.bind(1, current);
    while (s.row()) out.push_back({s.text(0), s.text(1)});
    if (!s.finished()) return failure("read");
    return out;
}

// Gives every need, hold and version of the world its kept number.
bool SqliteStore::number(World& world) {
    auto& n = numbering_;
    const auto find = [&](const char* insert, const char* select, const std::string& text) -> std::uint32_t {
        if (!read_only_) {
            SqlStatement in(db_, insert);
            if (!in.bind(1, text).run()) return none;
        }
        SqlStatement out(db_, select);
        return out.bind(1, text).row() ? static_cast<std::uint32_t>(out.integer(0)) : none;
    };
    for (auto i = n.need_kept.size(); i < world.ledger->needs.size(); ++i) {
        const auto kept = find("INSERT OR IGNORE INTO needs(text) VALUES(?)", "SELECT id FROM needs WHERE text = ?", text_of(world.ledger->needs[i], world.symbols()));
        if (kept == none && !read_only_) return false;
        new_counts_ += read_only_ ? kept == none : sqlite3_changes(db_) > 0; // of the insert: the look-up changes nothing
        n.need_kept.push_back(kept);
        n.needs.emplace(kept, static_cast<std::uint32_t>(i));
    }
    for (auto i = n.hold_kept.size(); i < world.ledger->holds.size(); ++i) {
        const auto kept = find("INSERT OR IGNORE INTO holds(event) VALUES(?)", "SELECT id FROM holds WHERE event = ?", world.symbols().text(world.ledger->holds[i].event));
        if (kept == none && !read_only_) return false;
        n.hold_kept.push_back(kept);
        n.holds.emplace(kept, static_cast<std::uint32_t>(i));
    }
    for (auto i = n.version_kept.size(); i < world.versions.size(); ++i) {
        const auto kept = find("INSERT OR IGNORE INTO versions(version) VALUES(?)", "SELECT id FROM versions WHERE version = ?", world.versions[i].program->version);
        if (kept == none && !read_only_) return false;
        n.version_kept.push_back(kept);
        n.versions.emplace(kept, static_cast<std::uint32_t>(i));
    }
    return true;
}

Outcome SqliteStore::load(World& world) {
    if (read_only_) numbering_ = {};
    if ((!read_only_ && !exec("BEGIN IMMEDIATE")) || !number(world)) return failure("read");
    if (!read_only_ && !exec("COMMIT")) return failure("write");
    if (fresh_) return Done{};
    world.clock = got("clock", before_all);
    world.next_response = static_cast<std::uint64_t>(got("next_response", 1));
    world.settings = static_cast<std::uint64_t>(got("settings", 0));
    place_ = static_cast<std::uint64_t>(got("place", 0));
    Actions none_yet;
    SqlStatement changes(db_, "SELECT change FROM catalogue ORDER BY place");
    while (changes.row()) {
        const auto json = nlohmann::json::parse(changes.text(0), nullptr, false);
        if (json.is_discarded() || !json.contains("release")) return damaged("an entry of the catalogue");
        ReleaseChange change;
        change.id = json["release"].get<std::string>();
        const auto text = [&](const char* key, std::optional<std::string>& to) {
            if (json.contains(key)) to = json[key].get<std::string>();
        };
        text("title", change.title);
        text("link", change.link);
        text("artist", change.artist);
        if (json.contains("date")) change.date = json["date"].get<std::int64_t>();
        if (json.contains("live")) change.live = json["live"].get<bool>();
        adopt_change(world, change);
    }
    if (!changes.finished()) return failure("read");
    const auto fans = static_cast<std::size_t>(got("fans", 0));
    if (unread_) return failure("read");
    if (fans > most_fans) return damaged("the number of fans");
    world.fans.resize(fans);
    SqlStatement rows(db_, "SELECT number, state FROM fans ORDER BY number");
    while (rows.row()) {
        const auto number = static_cast<std::uint32_t>(rows.integer(0));
        auto fan = std::make_unique<Fan>();
        if (number >= fans || !decode(world, rows.text(1), numbering_, *fan)) return damaged(fmt::format("fan {}", number));
        fan->number = number;
        adopt_fan(world, std::move(fan));
    }
    if (!rows.finished()) return failure("read");
    SqlStatement forgotten(db_, "SELECT key, time FROM forgotten");
    while (forgotten.row()) world.forgotten.emplace(forgotten.text(0), forgotten.integer(1));
    SqlStatement seen(db_, "SELECT id, time FROM seen ORDER BY time, place");
    while (seen.row()) {
        const auto id = seen.text(0);
        if (id.size() != sizeof(Fingerprint)) return damaged("an id");
        Fingerprint print;
        std::memcpy(&print, id.data(), sizeof print);
        world.seen.add(print, seen.integer(1));
    }
    if (!forgotten.finished() || !seen.finished()) return failure("read");
    world.seen.kept();
    return Done{};
}

Result<std::optional<KeptInput>> SqliteStore::input(const std::string& name) {
    SqlStatement s(db_, "SELECT offset, line, mark FROM inputs WHERE name = ?");
    if (s.bind(1, name).row()) return std::optional(KeptInput{name, {static_cast<std::uint64_t>(s.integer(0)), static_cast<std::uint64_t>(s.integer(1))}, s.text(2)});
    if (!s.finished()) return failure("read");
    return std::optional<KeptInput>();
}

Result<std::optional<KeptOutput>> SqliteStore::output(const std::string& name) {
    SqlStatement s(db_, "SELECT size FROM outputs WHERE name = ?");
    if (s.bind(1, name).row()) return std::optional(KeptOutput{name, static_cast<std::uint64_t>(s.integer(0))});
    if (!s.finished()) return failure("read");
    return std::optional<KeptOutput>();
}

Result<std::vector<std::pair<std::uint64_t, std::string>>> SqliteStore::outbox() {
    std::vector<std::pair<std::uint64_t, std::string>> out;
    SqlStatement s(db_, "SELECT batch, lines FROM outbox ORDER BY batch");
    while (s.row()) out.emplace_back(static_cast<std::uint64_t>(s.integer(0)), s.text(1));
    if (!s.finished()) return failure("read");
    return out;
}

Outcome SqliteStore::keep_version(const KeptVersion& version) {
    SqlStatement s(db_, "INSERT INTO versions(version, texts) VALUES(?, ?) ON CONFLICT(version) DO UPDATE SET texts = excluded.texts");
    if (!s.bind(1, version.version).bind(2, version.texts).run()) return failure("write");
    return Done{};
}

bool SqliteStore::write_fans(World& world) {
    SqlStatement put_fan(db_, "INSERT OR REPLACE INTO fans VALUES(?, ?)");
    SqlStatement drop_fan(db_, "DELETE FROM fans WHERE number = ?");
    for (const auto number : world.dirty_fans) {
        const auto& fan = *world.fans[number];
        if (fan.gone) {
            if (!drop_fan.bind(1, static_cast<std::int64_t>(number)).run()) return false;
            continue;
        }
        const auto bytes = encode(world, fan, numbering_);
        if (!put_fan.bind(1, static_cast<std::int64_t>(number)).blob(2, bytes).run()) return false;
    }
    return true;
}

bool SqliteStore::write_catalogue(const World& world) {
    if (!exec("DELETE FROM catalogue")) return false;
    SqlStatement s(db_, "INSERT INTO catalogue(change) VALUES(?)");
    for (const auto& change : world.changes) {
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

bool SqliteStore::write(Commit& commit) {
    auto& world = commit.world;
    if (!number(world) || !write_fans(world) || !write_journal(commit)) return false;
    if (world.catalogue_changed && !write_catalogue(world)) return false;
    SqlStatement forget(db_, "INSERT OR REPLACE INTO forgotten VALUES(?, ?)");
    for (const auto& key : world.new_forgotten)
        if (!forget.bind(1, key).bind(2, world.forgotten.at(key)).run()) return false;
    SqlStatement see(db_, "INSERT OR REPLACE INTO seen VALUES(?, ?, ?)");
    bool seen = true;
    world.seen.each_new([&](const Seen::Entry& entry) {
        seen = seen && see.blob(1, {reinterpret_cast<const char*>(&entry.id), sizeof entry.id}).bind(2, entry.time).bind(3, static_cast<std::int64_t>(++place_)).run();
    });
    if (!seen) return false;
    if (world.clock != before_all) {
        SqlStatement old(db_, "DELETE FROM seen WHERE time <= ?");
        if (!old.bind(1, world.clock - 7 * day_ms).run()) return false;
    }
    if (!put("clock", world.clock) || !put("next_response", static_cast<std::int64_t>(world.next_response)) || !put("settings", static_cast<std::int64_t>(world.settings)) ||
        !put("place", static_cast<std::int64_t>(place_)) || !put("fans", static_cast<std::int64_t>(world.fans.size())))
        return false;
    SqlStatement version(db_, "INSERT OR REPLACE INTO meta VALUES('version', ?)");
    if (!version.bind(1, world.program().version).run()) return false;
    if (!pruned_) { // versions that nothing under way belongs to any more
        std::set<std::uint32_t> used{numbering_.version_kept.back()};
        for (const auto& fan : world.fans)
            if (fan)
                for (const auto& r : fan->responses) used.insert(numbering_.version_kept[r.version]);
        SqlStatement drop(db_, "DELETE FROM versions WHERE id = ?");
        for (const auto kept : numbering_.version_kept)
            if (!used.contains(kept) && !drop.bind(1, static_cast<std::int64_t>(kept)).run()) return false;
        pruned_ = true;
    }
    if (commit.input) {
        const auto& in = *commit.input;
        SqlStatement s(db_, "INSERT OR REPLACE INTO inputs VALUES(?, ?, ?, ?)");
        if (!s.bind(1, in.name).bind(2, static_cast<std::int64_t>(in.position.offset)).bind(3, static_cast<std::int64_t>(in.position.line)).bind(4, in.mark).run()) return false;
    }
    SqlStatement output(db_, "INSERT OR REPLACE INTO outputs VALUES(?, ?)");
    for (const auto& out : commit.outputs)
        if (!output.bind(1, out.name).bind(2, static_cast<std::int64_t>(out.size)).run()) return false;
    SqlStatement delivered(db_, "DELETE FROM outbox WHERE batch <= ?");
    return delivered.bind(1, static_cast<std::int64_t>(commit.delivered)).run();
}

Result<std::uint64_t> SqliteStore::commit(Commit commit) {
    auto& world = commit.world;
    if (!exec("BEGIN IMMEDIATE")) return failure("write");
    const auto undo = [&] {
        auto why = failure("write");
        exec("ROLLBACK");
        return why;
    };
    if (!write(commit)) return undo();
    std::uint64_t batch = 0;
    if (!commit.lines.empty()) {
        SqlStatement s(db_, "INSERT INTO outbox(lines) VALUES(?)");
        if (!s.blob(1, commit.lines).run()) return undo();
        batch = static_cast<std::uint64_t>(sqlite3_last_insert_rowid(db_));
    }
    if (!exec("COMMIT")) return undo();
    fresh_ = false;
    for (const auto number : world.dirty_fans) world.dirty[number] = false;
    world.dirty_fans.clear();
    world.seen.kept();
    world.new_forgotten.clear();
    world.forgotten_fans.clear();
    world.catalogue_changed = false;
    return batch;
}

Outcome SqliteStore::close() {
    // Nothing of a forgotten fan stays behind in the log.
    if (!exec("PRAGMA wal_checkpoint(TRUNCATE)")) return failure("write");
    return Done{};
}

} // namespace segue
