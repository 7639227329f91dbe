// What is read of the state file.
#include <cstring>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "store/sqlite.hpp"

namespace segue {

namespace {

constexpr std::int64_t most_fans = 1'000'000'000; // more is a damaged number

} // namespace

Failure SqliteStore::failure(std::string_view doing) const {
    const auto code = sqlite3_errcode(db_);
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) return {fmt::format("{} is in use by another process; wait until it has finished, or stop it", path_)};
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) return damaged(sqlite3_errmsg(db_));
    if (code == SQLITE_FULL) return {fmt::format("cannot {} {}: the disk is full; what was committed before is kept", doing, path_)};
    return {fmt::format("cannot {} {}: {}", doing, path_, sqlite3_errmsg(db_))};
}

SqlStatement& SqliteStore::prepared(const char* sql) {
    auto& statement = prepared_[sql];
    if (!statement) statement = std::make_unique<SqlStatement>(db_, sql);
    return *statement;
}

Result<std::vector<KeptVersion>> SqliteStore::versions(const std::string& current) {
    std::vector<KeptVersion> out;
    SqlStatement s(db_, "SELECT version, texts FROM versions WHERE version <> ? ORDER BY id");
    s.bind(1, current);
    while (s.row()) out.push_back({s.text(0), s.text(1)});
    if (!s.finished()) return failure("read");
    return out;
}

// Gives every need, hold and version of the world its kept number; new ones in a state that may be written.
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
    if (read_only_) {
        numbering_ = {};
        return number(world) ? read(world) : failure("read");
    }
    if (!exec("BEGIN IMMEDIATE") || !number(world)) return failure("read");
    if (auto whole = read(world); !whole) {
        exec("ROLLBACK"); // nothing was changed
        return whole;
    }
    if (!exec("COMMIT")) return failure("write");
    return Done{};
}

Outcome SqliteStore::read(World& world) {
    if (fresh_) return Done{};
    for (const auto part : {&SqliteStore::read_run, &SqliteStore::read_catalogue, &SqliteStore::read_fans, &SqliteStore::read_ids})
        if (auto whole = (this->*part)(world); !whole) return whole;
    return Done{};
}

Outcome SqliteStore::read_run(World& world) {
    SqlStatement run(db_, "SELECT version, clock, next_response, settings, fans, sum FROM run");
    if (!run.row()) return run.finished() ? damaged("it says nothing of its run") : failure("read");
    const RunRow row{run.text(0), run.integer(1), run.integer(2), run.integer(3), run.integer(4)};
    if (row.sum() != run.integer(5) || row.fans < 0 || row.fans > most_fans) return damaged("what it says of its run");
    world.clock = row.clock;
    world.next_response = static_cast<std::uint64_t>(row.next_response);
    world.settings = static_cast<std::uint64_t>(row.settings);
    world.fans.resize(static_cast<std::size_t>(row.fans));
    world.ids.reserve(world.fans.size());
    return Done{};
}

Outcome SqliteStore::read_catalogue(World& world) {
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
    return Done{};
}

Outcome SqliteStore::read_fans(World& world) {
    std::vector<bool> done(world.fans.size()); // gone, or read from a newer segment
    SqlStatement gone(db_, "SELECT fan FROM gone");
    while (gone.row()) {
        const auto fan = static_cast<std::uint64_t>(gone.integer(0));
        if (fan >= done.size()) return damaged("the number of a fan who is gone");
        done[fan] = true;
    }
    if (!gone.finished()) return failure("read");
    std::size_t there = static_cast<std::size_t>(std::count(done.begin(), done.end(), true));
    SqlStatement rows(db_, "SELECT id, sum, fans FROM segments ORDER BY id DESC");
    while (rows.row()) {
        const auto bytes = rows.view(2);
        const auto bad = [&] { return damaged(fmt::format("the fans of segment {}", rows.integer(0))); };
        auto segment = sum_of(bytes) == rows.integer(1) ? SegmentReader::open(world, bytes) : std::nullopt;
        if (!segment) return bad();
        std::vector<Segments::Found> fans;
        while (const auto entry = segment->next()) {
            if (entry->fan >= done.size()) return bad();
            fans.push_back({entry->fan, !done[entry->fan]});
            if (done[entry->fan]) continue;
            auto fan = std::make_unique<Fan>();
            if (!segment->read(entry->bytes, world, numbering_, *fan)) return bad();
            fan->number = entry->fan;
            adopt_fan(world, std::move(fan));
            done[entry->fan] = true;
            ++there;
        }
        if (!segment->good()) return bad();
        if (!read_only_) segments_.found(static_cast<std::uint64_t>(rows.integer(0)), bytes.size(), fans);
    }
    if (!rows.finished()) return failure("read");
    if (there != done.size()) return damaged(fmt::format("{} fans are missing", done.size() - there));
    return Done{};
}

Outcome SqliteStore::read_ids(World& world) {
    SqlStatement forgotten(db_, "SELECT key, time FROM forgotten");
    while (forgotten.row()) world.forgotten.emplace(forgotten.text(0), forgotten.integer(1));
    if (!forgotten.finished()) return failure("read");
    SqlStatement seen(db_, "SELECT sum, ids FROM seen ORDER BY batch");
    while (seen.row()) {
        const auto bytes = seen.view(1);
        if (sum_of(bytes) != seen.integer(0)) return damaged("the ids of records");
        ByteReader in(world.symbols(), bytes);
        for (Time time = 0; in.good() && !in.at_end();) {
            time = in.time_after(time);
            const auto id = in.piece(sizeof(Fingerprint));
            if (!in.good()) return damaged("the ids of records");
            Fingerprint print;
            std::memcpy(&print, id.data(), sizeof print);
            world.seen.add(print, time);
        }
    }
    if (!seen.finished()) return failure("read");
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
    SqlStatement s(db_, "SELECT batch, lines, sum FROM outbox ORDER BY batch");
    while (s.row()) {
        if (sum_of(s.view(1)) != s.integer(2)) return damaged("actions that wait to be written");
        out.emplace_back(static_cast<std::uint64_t>(s.integer(0)), s.text(1));
    }
    if (!s.finished()) return failure("read");
    return out;
}

} // namespace segue
