// What is read of the state file.
#include <cstring>
#include <functional>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "store/sqlite.hpp"

namespace segue {

Failure SqliteStore::failure(std::string_view doing) const {
    const auto code = db_.failed & 0xFF;
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) return {fmt::format("{} is in use by another process; wait until it has finished, or stop it", path_)};
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) { // an EIO as well
        if (doing != "write") return damaged(fmt::format("{}, or the disk cannot read it", db_.why));
        return {fmt::format("{} is damaged ({}, or the disk cannot read it); what was committed before is kept: restore a copy of it", path_, db_.why)};
    }
    if (code == SQLITE_FULL) return {fmt::format("cannot {} {}: the disk is full; what was committed before is kept", doing, path_)};
    return {fmt::format("cannot {} {}: {}", doing, path_, db_.why)};
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
    // `select` gives all of them, `insert` takes one more; returns how many were not there.
    const auto all = [&](const char* select, const char* insert, std::size_t count, const std::function<std::string(std::size_t)>& text_at, std::vector<std::uint32_t>& kept, std::map<std::uint32_t, std::uint32_t>& back) -> std::optional<std::size_t> {
        std::map<std::string, std::uint32_t> known;
        std::uint32_t last = 0;
        SqlStatement rows(db_, select);
        while (rows.row()) {
            last = static_cast<std::uint32_t>(rows.integer(0));
            known.emplace(rows.text(1), last);
        }
        if (!rows.finished()) return std::nullopt;
        std::size_t fresh = 0;
        for (auto i = kept.size(); i < count; ++i) {
            const auto text = text_at(i);
            const auto at = known.find(text);
            auto id = at != known.end() ? at->second : none;
            if (id == none) ++fresh;
            if (id == none && !read_only_) {
                id = ++last;
                SqlStatement in(db_, insert);
                if (!add(in.bind(1, std::uint64_t{id}).bind(2, text))) return std::nullopt;
            }
            kept.push_back(id);
            back.emplace(id, static_cast<std::uint32_t>(i));
        }
        return fresh;
    };
    const auto needs = all("SELECT id, text FROM needs ORDER BY id", "INSERT INTO needs VALUES(?1, ?2, row_sum(?1, ?2)) RETURNING sum", world.ledger->needs.size(), [&](std::size_t i) { return text_of(world.ledger->needs[i], world.symbols()); }, n.need_kept, n.needs);
    if (!needs) return false; // and nothing more: the transaction may be gone
    const auto holds = all("SELECT id, event FROM holds ORDER BY id", "INSERT INTO holds VALUES(?1, ?2, row_sum(?1, ?2)) RETURNING sum", world.ledger->holds.size(), [&](std::size_t i) { return std::string(world.symbols().text(world.ledger->holds[i].event)); }, n.hold_kept, n.holds);
    if (!holds) return false;
    const auto versions = all("SELECT id, version FROM versions ORDER BY id", "INSERT INTO versions VALUES(?1, ?2, '', row_sum(?1, ?2, '')) RETURNING sum", world.versions.size(), [&](std::size_t i) { return world.versions[i].program->version; }, n.version_kept, n.versions);
    if (!versions) return false;
    new_counts_ += *needs;
    return read_only_ || *needs + *holds + *versions == 0 || put_run_row();
}

Outcome SqliteStore::load(World& world) {
    steps_.emplace(world.ledger->symbols);
    taken_version_ = run_.version;
    if (read_only_) {
        numbering_ = {};
        return number(world) ? read(world) : failure("read");
    }
    if (!exec("BEGIN IMMEDIATE")) return failure("read");
    if (!number(world)) {
        exec("ROLLBACK");
        return failure("read");
    }
    if (auto whole = read(world); !whole) {
        exec("ROLLBACK"); // nothing was changed
        return whole;
    }
    if (!exec("COMMIT")) return failure("write");
    return Done{};
}

Outcome SqliteStore::replay(World& world) {
    SqlStatement rows(db_, "SELECT batch, tool, steps, sum FROM steps ORDER BY batch");
    while (rows.row()) {
        const auto tool = rows.text(1);
        const auto bytes = rows.view(2);
        if (RowSum().add(rows.integer(0)).add(tool).add(bytes).value() != rows.integer(3)) return damaged("what was done last");
        if (tool != SEGUE_VERSION) return {Failure{fmt::format("{} is of a run that was killed with segue {}, and this is {}: go on once with that version, which finishes what was under way", path_, tool, SEGUE_VERSION)}};
        if (!segue::replay(bytes, world, since_)) return damaged("what was done last");
    }
    if (!rows.finished()) return failure("read");
    return Done{};
}

Outcome SqliteStore::read(World& world) {
    if (!read_only_) {
        resting_.emplace(world, numbering_, path_, options_.cache_fans);
        world.fans.rest_in(*resting_, options_.cache_fans);
    }
    if (fresh()) return Done{};
    read_run(world);
    if (auto whole = read_catalogue(world); !whole) return whole;
    if (auto whole = read_moments(world); !whole) return whole;
    wind(world); // of the catalogue; each fan is wound as it is read
    if (auto whole = read_fans(world); !whole) return whole;
    return read_ids(world);
}

void SqliteStore::read_run(World& world) {
    world.clock = run_.clock;
    if (run_.frontier != run_.clock) world.behind = run_.frontier;
    world.next_response = static_cast<std::uint64_t>(run_.next_response);
    world.settings = static_cast<std::uint64_t>(run_.settings);
    world.fans.resize(static_cast<std::size_t>(run_.fans));
    world.ids.reserve(world.fans.size());
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

Outcome SqliteStore::read_moments(World& world) {
    SqlStatement rows(db_, "SELECT rule, release, fans FROM moments");
    while (rows.row()) {
        ByteReader in(world.symbols(), rows.view(2));
        FanNumbers fans;
        const auto release = rows.text(1);
        if (!decode(in, fans)) return damaged("who had a moment of the calendar");
        world.past.put({world.intern(rows.text(0)), release.empty() ? 0 : world.intern(release)}, std::move(fans));
    }
    if (!rows.finished()) return failure("read");
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
        if (RowSum().add(rows.integer(0)).add(bytes).value() != rows.integer(1)) return bad();
        std::vector<Segments::Found> fans;
        auto eager = resting_ ? std::nullopt : SegmentReader::open(world, bytes);
        auto* segment = resting_ ? resting_->begin(bytes) : eager ? &*eager : nullptr;
        if (!segment) return bad();
        const auto adopt = [&](const ByteReader::Entry& entry) {
            Fan fan;
            if (!segment->read(entry.bytes, world, numbering_, fan)) return false;
            fan.number = entry.fan;
            adopt_fan(world, std::move(fan));
            return true;
        };
        const auto entries = segment->all();
        for (std::size_t i = 0; i < entries.size(); ++i) {
            constexpr std::size_t ahead = 8;
            if (i + ahead < entries.size()) prefetch_id(world, entries[i + ahead]);
            const auto& entry = entries[i];
            if (entry.fan >= done.size()) return bad();
            fans.push_back({entry.fan, !done[entry.fan]});
            if (done[entry.fan]) continue;
            if (!(resting_ ? resting_->rest(entry) : adopt(entry))) return bad();
            done[entry.fan] = true;
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
    SqlStatement seen(db_, "SELECT sum, ids, batch, last FROM seen ORDER BY batch");
    while (seen.row()) {
        const auto bytes = seen.view(1);
        if (RowSum().add(seen.integer(2)).add(seen.integer(3)).add(bytes).value() != seen.integer(0)) return damaged("the ids of records");
        ByteReader in(world.symbols(), bytes);
        for (Time time = 0; in.good() && !in.at_end();) {
            time = in.time_after(time);
            const auto id = in.piece(sizeof(Digest));
            if (!in.good()) return damaged("the ids of records");
            Digest print;
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
        if (RowSum().add(s.integer(0)).add(s.view(1)).value() != s.integer(2)) return damaged("actions that wait to be written");
        out.emplace_back(static_cast<std::uint64_t>(s.integer(0)), s.text(1));
    }
    if (!s.finished()) return failure("read");
    return out;
}

} // namespace segue
