// The state file. The only file that includes sqlite3.h.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sqlite3.h>
#include <unistd.h>

#include "store/codec.hpp"
#include "store/store.hpp"

namespace segue {

namespace {

constexpr std::uint32_t application_id = 0x53454755; // "SEGU"
constexpr int file_format = 2;
constexpr std::size_t most_fans = 1'000'000'000; // more is a damaged number

constexpr const char* schema = R"(
CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE versions(id INTEGER PRIMARY KEY, version TEXT UNIQUE, texts TEXT);
CREATE TABLE needs(id INTEGER PRIMARY KEY, text TEXT UNIQUE);
CREATE TABLE holds(id INTEGER PRIMARY KEY, event TEXT UNIQUE);
CREATE TABLE fans(number INTEGER PRIMARY KEY, state BLOB);
CREATE TABLE forgotten(key TEXT PRIMARY KEY, time INTEGER) WITHOUT ROWID;
CREATE TABLE seen(id TEXT PRIMARY KEY, time INTEGER, place INTEGER) WITHOUT ROWID;
CREATE INDEX seen_time ON seen(time, place);
CREATE TABLE catalogue(place INTEGER PRIMARY KEY, change TEXT);
CREATE TABLE inputs(name TEXT PRIMARY KEY, offset INTEGER, line INTEGER, mark TEXT) WITHOUT ROWID;
CREATE TABLE outputs(name TEXT PRIMARY KEY, size INTEGER) WITHOUT ROWID;
CREATE TABLE outbox(batch INTEGER PRIMARY KEY AUTOINCREMENT, lines TEXT);
CREATE TABLE journal(batch INTEGER PRIMARY KEY, last INTEGER, entries BLOB);
)";

// A statement; its text and values must outlive its steps.
class Statement {
public:
    Statement(sqlite3* db, const char* sql) { sqlite3_prepare_v2(db, sql, -1, &raw_, nullptr); }
    ~Statement() { sqlite3_finalize(raw_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(int at, std::int64_t value) { sqlite3_bind_int64(raw_, at, value); return *this; }
    Statement& bind(int at, std::string_view value) { sqlite3_bind_text(raw_, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC); return *this; }
    Statement& blob(int at, std::string_view value) { sqlite3_bind_blob64(raw_, at, value.data(), value.size(), SQLITE_STATIC); return *this; }
    bool row() { return (last_ = sqlite3_step(raw_)) == SQLITE_ROW; }
    bool run() { row(); const bool good = last_ == SQLITE_DONE; sqlite3_reset(raw_); return good; }
    bool finished() const { return last_ == SQLITE_DONE; }
    std::int64_t integer(int at) { return sqlite3_column_int64(raw_, at); }
    std::string text(int at) {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(raw_, at));
        return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(raw_, at))) : std::string();
    }

private:
    sqlite3_stmt* raw_ = nullptr;
    int last_ = SQLITE_OK;
};

class SqliteStore : public Store {
public:
    SqliteStore(sqlite3* db, std::string path) : db_(db), path_(std::move(path)) {}
    ~SqliteStore() override { sqlite3_close(db_); }

    Outcome check();
    Outcome check_to_read();
    bool fresh() const override { return fresh_; }
    std::string version() const override { return version_; }
    Result<std::vector<KeptVersion>> versions(const std::string& current) override;
    Outcome load(World& world) override;
    std::size_t new_counts() const override { return new_counts_; }
    Result<std::optional<KeptInput>> input(const std::string& name) override;
    Result<std::optional<KeptOutput>> output(const std::string& name) override;
    Result<std::vector<std::pair<std::uint64_t, std::string>>> outbox() override;
    Result<std::vector<JournalEntry>> journal(const std::vector<std::uint32_t>& fans) override;
    Outcome keep_version(const KeptVersion& version) override;
    Result<std::uint64_t> commit(Commit commit) override;
    Outcome close() override;

private:
    bool exec(const char* sql) { return sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK; }
    Failure failure(std::string_view doing) const;
    Failure damaged(std::string_view how) const { return {fmt::format("{} is damaged ({}); nothing was changed: restore a copy of it", path_, how)}; }
    bool put(const char* key, std::int64_t value);
    std::int64_t got(const char* key, std::int64_t otherwise);
    bool number(World& world);
    bool write(Commit& commit);
    bool write_fans(World& world);
    bool write_catalogue(const World& world);
    bool write_journal(Commit& commit);

    sqlite3* db_;
    std::string path_;
    bool fresh_ = true;
    std::string version_;
    Numbering numbering_;
    std::uint64_t place_ = 0;   // of the last id that was seen
    bool pruned_ = false;
    std::size_t new_counts_ = 0;
    bool read_only_ = false;
    bool unread_ = false;       // a value of `meta` could not be read
};

Failure SqliteStore::failure(std::string_view doing) const {
    const auto code = sqlite3_errcode(db_);
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED) return {fmt::format("{} is in use by another process; wait until it has finished, or stop it", path_)};
    if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) return damaged(sqlite3_errmsg(db_));
    if (code == SQLITE_FULL) return {fmt::format("cannot {} {}: the disk is full; what was committed before is kept", doing, path_)};
    return {fmt::format("cannot {} {}: {}", doing, path_, sqlite3_errmsg(db_))};
}

// Before anything else is touched: nobody else has it, and its pages are whole.
Outcome SqliteStore::check() {
    sqlite3_busy_timeout(db_, 0);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (!exec("PRAGMA locking_mode=EXCLUSIVE") || !exec("PRAGMA synchronous=FULL") || !exec("PRAGMA secure_delete=ON") || !exec("BEGIN IMMEDIATE")) return failure("open");
    {
        Statement integrity(db_, "PRAGMA quick_check(1)");
        if (!integrity.row()) return failure("open");
        if (const auto verdict = integrity.text(0); verdict != "ok") {
            exec("ROLLBACK");
            return damaged(verdict);
        }
    }
    if (!exec("COMMIT")) return failure("open");
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    if (!exec("PRAGMA journal_mode=WAL")) return failure("open");
    Statement meta(db_, "SELECT value FROM meta WHERE key = 'version'");
    fresh_ = !meta.row();
    if (!fresh_) version_ = meta.text(0);
    else if (!meta.finished()) return failure("read");
    return Done{};
}

// Whole pages are not looked for: it would cost as much as reading all of it, and what is read is checked as it is decoded.
Outcome SqliteStore::check_to_read() {
    read_only_ = true;
    sqlite3_busy_timeout(db_, 0);
    if (!exec("BEGIN") || !exec("SELECT 1 FROM meta")) return failure("open"); // all that follows is of this instant
    Statement meta(db_, "SELECT value FROM meta WHERE key = 'version'");
    fresh_ = !meta.row();
    if (!fresh_) version_ = meta.text(0);
    else if (!meta.finished()) return failure("read");
    return Done{};
}

bool SqliteStore::put(const char* key, std::int64_t value) {
    Statement s(db_, "INSERT OR REPLACE INTO meta VALUES(?, ?)");
    return s.bind(1, std::string_view(key)).bind(2, value).run();
}

std::int64_t SqliteStore::got(const char* key, std::int64_t otherwise) {
    Statement s(db_, "SELECT value FROM meta WHERE key = ?");
    if (s.bind(1, std::string_view(key)).row()) return s.integer(0);
    unread_ = unread_ || !s.finished();
    return otherwise;
}

Result<std::vector<KeptVersion>> SqliteStore::versions(const std::string& current) {
    std::vector<KeptVersion> out;
    Statement s(db_, "SELECT version, texts FROM versions WHERE version <> ? ORDER BY id");
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
            Statement in(db_, insert);
            if (!in.bind(1, text).run()) return none;
        }
        Statement out(db_, select);
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
    Statement changes(db_, "SELECT change FROM catalogue ORDER BY place");
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
    Statement rows(db_, "SELECT number, state FROM fans ORDER BY number");
    while (rows.row()) {
        const auto number = static_cast<std::uint32_t>(rows.integer(0));
        auto fan = std::make_unique<Fan>();
        if (number >= fans || !decode(world, rows.text(1), numbering_, *fan)) return damaged(fmt::format("fan {}", number));
        fan->number = number;
        adopt_fan(world, std::move(fan));
    }
    if (!rows.finished()) return failure("read");
    Statement forgotten(db_, "SELECT key, time FROM forgotten");
    while (forgotten.row()) world.forgotten.emplace(forgotten.text(0), forgotten.integer(1));
    Statement seen(db_, "SELECT id, time FROM seen ORDER BY time, place");
    while (seen.row()) {
        world.seen.emplace(seen.text(0), seen.integer(1));
        world.seen_order.emplace_back(seen.integer(1), seen.text(0));
    }
    if (!forgotten.finished() || !seen.finished()) return failure("read");
    return Done{};
}

Result<std::optional<KeptInput>> SqliteStore::input(const std::string& name) {
    Statement s(db_, "SELECT offset, line, mark FROM inputs WHERE name = ?");
    if (s.bind(1, name).row()) return std::optional(KeptInput{name, {static_cast<std::uint64_t>(s.integer(0)), static_cast<std::uint64_t>(s.integer(1))}, s.text(2)});
    if (!s.finished()) return failure("read");
    return std::optional<KeptInput>();
}

Result<std::optional<KeptOutput>> SqliteStore::output(const std::string& name) {
    Statement s(db_, "SELECT size FROM outputs WHERE name = ?");
    if (s.bind(1, name).row()) return std::optional(KeptOutput{name, static_cast<std::uint64_t>(s.integer(0))});
    if (!s.finished()) return failure("read");
    return std::optional<KeptOutput>();
}

Result<std::vector<std::pair<std::uint64_t, std::string>>> SqliteStore::outbox() {
    std::vector<std::pair<std::uint64_t, std::string>> out;
    Statement s(db_, "SELECT batch, lines FROM outbox ORDER BY batch");
    while (s.row()) out.emplace_back(static_cast<std::uint64_t>(s.integer(0)), s.text(1));
    if (!s.finished()) return failure("read");
    return out;
}

Result<std::vector<JournalEntry>> SqliteStore::journal(const std::vector<std::uint32_t>& fans) {
    std::vector<bool> wanted(fans.empty() ? 0 : 1);
    const auto want = [&](std::uint32_t fan) {
        if (fan >= wanted.size()) wanted.resize(fan + 1);
        const bool fresh = !wanted[fan];
        wanted[fan] = true;
        return fresh;
    };
    for (const auto fan : fans) want(fan);
    // Who became one of them is known only where that stands: then it is read once more.
    for (bool more = true; more;) {
        more = false;
        std::vector<JournalEntry> out;
        Statement rows(db_, "SELECT entries FROM journal ORDER BY batch");
        while (rows.row())
            if (!read_journal(rows.text(0), wanted, out)) return damaged("the journal");
        if (!rows.finished()) return failure("read");
        for (const auto& entry : out)
            if (!fans.empty() && entry.joined != none && want(entry.joined)) more = true;
        if (!more) return out;
    }
    return std::vector<JournalEntry>();
}

bool SqliteStore::write_journal(Commit& commit) {
    auto& world = commit.world;
    if (!world.forgotten_fans.empty()) {
        std::vector<bool> gone(world.fans.size());
        for (const auto fan : world.forgotten_fans) gone[fan] = true;
        // Those whom they joined are theirs as well.
        std::vector<std::pair<std::int64_t, std::string>> batches;
        Statement rows(db_, "SELECT batch, entries FROM journal");
        while (rows.row()) batches.emplace_back(rows.integer(0), rows.text(1));
        if (!rows.finished()) return false;
        for (bool more = true; more;) {
            more = false;
            std::vector<JournalEntry> entries;
            for (const auto& batch : batches) read_journal(batch.second, gone, entries);
            for (const auto& entry : entries)
                if (entry.joined != none && entry.joined < gone.size() && !gone[entry.joined]) gone[entry.joined] = more = true;
        }
        Statement put(db_, "UPDATE journal SET entries = ? WHERE batch = ?");
        for (const auto& [batch, bytes] : batches) {
            const auto rest = without_fans(bytes, gone);
            if (rest && !put.blob(1, *rest).bind(2, batch).run()) return false;
        }
        if (commit.journal) commit.journal->forget(gone);
    }
    if (world.clock != before_all) {
        Statement old(db_, "DELETE FROM journal WHERE last <= ?");
        if (!old.bind(1, world.clock - commit.keep_journal).run()) return false;
    }
    if (!commit.journal || commit.journal->empty()) return true;
    const auto last = commit.journal->last();
    const auto bytes = commit.journal->take();
    Statement add(db_, "INSERT INTO journal(last, entries) VALUES(?, ?)");
    return add.bind(1, last).blob(2, bytes).run();
}

Outcome SqliteStore::keep_version(const KeptVersion& version) {
    Statement s(db_, "INSERT INTO versions(version, texts) VALUES(?, ?) ON CONFLICT(version) DO UPDATE SET texts = excluded.texts");
    if (!s.bind(1, version.version).bind(2, version.texts).run()) return failure("write");
    return Done{};
}

bool SqliteStore::write_fans(World& world) {
    Statement put_fan(db_, "INSERT OR REPLACE INTO fans VALUES(?, ?)");
    Statement drop_fan(db_, "DELETE FROM fans WHERE number = ?");
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
    Statement s(db_, "INSERT INTO catalogue(change) VALUES(?)");
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
    Statement forget(db_, "INSERT OR REPLACE INTO forgotten VALUES(?, ?)");
    for (const auto& key : world.new_forgotten)
        if (!forget.bind(1, key).bind(2, world.forgotten.at(key)).run()) return false;
    Statement see(db_, "INSERT OR REPLACE INTO seen VALUES(?, ?, ?)");
    for (const auto& id : world.new_ids) {
        const auto it = world.seen.find(id);
        if (it != world.seen.end() && !see.bind(1, id).bind(2, it->second).bind(3, static_cast<std::int64_t>(++place_)).run()) return false;
    }
    if (world.clock != before_all) {
        Statement old(db_, "DELETE FROM seen WHERE time <= ?");
        if (!old.bind(1, world.clock - 7 * day_ms).run()) return false;
    }
    if (!put("clock", world.clock) || !put("next_response", static_cast<std::int64_t>(world.next_response)) || !put("settings", static_cast<std::int64_t>(world.settings)) ||
        !put("place", static_cast<std::int64_t>(place_)) || !put("fans", static_cast<std::int64_t>(world.fans.size())))
        return false;
    Statement version(db_, "INSERT OR REPLACE INTO meta VALUES('version', ?)");
    if (!version.bind(1, world.program().version).run()) return false;
    if (!pruned_) { // versions that nothing under way belongs to any more
        std::set<std::uint32_t> used{numbering_.version_kept.back()};
        for (const auto& fan : world.fans)
            if (fan)
                for (const auto& r : fan->responses) used.insert(numbering_.version_kept[r.version]);
        Statement drop(db_, "DELETE FROM versions WHERE id = ?");
        for (const auto kept : numbering_.version_kept)
            if (!used.contains(kept) && !drop.bind(1, static_cast<std::int64_t>(kept)).run()) return false;
        pruned_ = true;
    }
    if (commit.input) {
        const auto& in = *commit.input;
        Statement s(db_, "INSERT OR REPLACE INTO inputs VALUES(?, ?, ?, ?)");
        if (!s.bind(1, in.name).bind(2, static_cast<std::int64_t>(in.position.offset)).bind(3, static_cast<std::int64_t>(in.position.line)).bind(4, in.mark).run()) return false;
    }
    Statement output(db_, "INSERT OR REPLACE INTO outputs VALUES(?, ?)");
    for (const auto& out : commit.outputs)
        if (!output.bind(1, out.name).bind(2, static_cast<std::int64_t>(out.size)).run()) return false;
    Statement delivered(db_, "DELETE FROM outbox WHERE batch <= ?");
    return delivered.bind(1, static_cast<std::int64_t>(commit.delivered)).run();
}

Result<std::uint64_t> SqliteStore::commit(Commit commit) {
    auto& world = commit.world;
    std::string lines;
    for (const auto& line : commit.lines) (lines += line) += '\n';
    if (!exec("BEGIN IMMEDIATE")) return failure("write");
    const auto undo = [&] {
        auto why = failure("write");
        exec("ROLLBACK");
        return why;
    };
    if (!write(commit)) return undo();
    std::uint64_t batch = 0;
    if (!lines.empty()) {
        Statement s(db_, "INSERT INTO outbox(lines) VALUES(?)");
        if (!s.blob(1, lines).run()) return undo();
        batch = static_cast<std::uint64_t>(sqlite3_last_insert_rowid(db_));
    }
    if (!exec("COMMIT")) return undo();
    fresh_ = false;
    for (const auto number : world.dirty_fans) world.dirty[number] = false;
    world.dirty_fans.clear();
    world.new_ids.clear();
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

// Looks at the first bytes of a file without SQLite, which might write.
Outcome recognise(const std::string& path) {
    auto* file = std::fopen(path.c_str(), "rb");
    if (!file) return Failure{fmt::format("cannot open {}: {}", path, std::strerror(errno))};
    unsigned char head[100] = {};
    const auto n = std::fread(head, 1, sizeof head, file);
    const bool failed = std::ferror(file) != 0;
    std::fclose(file);
    if (failed) return Failure{fmt::format("cannot read {}: {}", path, std::strerror(errno))};
    const auto big = [&](int at) { return (std::uint32_t{head[at]} << 24) | (std::uint32_t{head[at + 1]} << 16) | (std::uint32_t{head[at + 2]} << 8) | head[at + 3]; };
    if (n < sizeof head || std::memcmp(head, "SQLite format 3", 16) != 0 || big(68) != application_id)
        return Failure{fmt::format("{} is not a state file of segue; nothing was changed: name another file with --state", path)};
    if (big(60) != static_cast<std::uint32_t>(file_format))
        return Failure{fmt::format("{} has format {}, and this version of segue reads format {}; nothing was changed", path, big(60), file_format)};
    return Done{};
}

// Made whole beside its place and then linked there, so that a kill in the middle leaves no half file, and two that begin at
// once do not take it from each other.
Outcome create(const std::string& path) {
    const auto fresh = fmt::format("{}.new-{}", std::filesystem::absolute(path).string(), ::getpid());
    std::remove(fresh.c_str());
    sqlite3* db = nullptr;
    const auto set_up = fmt::format("PRAGMA application_id={}; PRAGMA user_version={}; BEGIN; {} COMMIT;", application_id, file_format, schema);
    const bool made = sqlite3_open_v2(fresh.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) == SQLITE_OK && sqlite3_exec(db, set_up.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    const std::string why = made ? "" : sqlite3_errmsg(db);
    sqlite3_close(db);
    std::error_code error;
    if (made) std::filesystem::create_hard_link(fresh, path, error);
    if (error == std::errc::file_exists && std::filesystem::file_size(path) == 0) { // an empty file is as good as none
        error.clear();
        std::filesystem::rename(fresh, path, error);
        if (!error) return Done{};
    }
    std::remove(fresh.c_str());
    if (made && (!error || error == std::errc::file_exists)) return Done{}; // ours, or another's who was quicker
    return Failure{fmt::format("cannot make {}: {}", path, made ? error.message() : why)};
}

} // namespace

Result<std::unique_ptr<Store>> open_sqlite_to_read(const std::string& path) {
    if (auto known = recognise(path); !known) return known.failure();
    std::error_code error;
    const auto where = std::filesystem::absolute(path, error).string();
    // Without a log beside it nobody has it open, and all of it is in the file: it is read as a thing that does not change, which leaves no files
    // beside it. With one, whoever writes it says so by a lock, or was killed.
    const bool alone = !std::filesystem::exists(where + "-wal", error);
    std::string uri = "file:";
    for (const char c : where) uri += c == '?' || c == '#' || c == '%' ? fmt::format("%{:02X}", static_cast<unsigned char>(c)) : std::string(1, c);
    if (alone) uri += "?immutable=1";
    sqlite3* db = nullptr;
    if (sqlite3_open_v2(uri.c_str(), &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr) != SQLITE_OK) {
        Failure why{fmt::format("cannot open {}: {}", path, sqlite3_errmsg(db))};
        sqlite3_close(db);
        return why;
    }
    auto store = std::make_unique<SqliteStore>(db, path);
    if (auto whole = store->check_to_read(); !whole) return whole.failure();
    return std::unique_ptr<Store>(std::move(store));
}

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path) {
    std::error_code error;
    const auto where = std::filesystem::absolute(path, error).string(); // SQLite has other ideas of `:memory:`
    if (std::filesystem::is_directory(path, error)) return Failure{fmt::format("cannot open {}: it is a folder", path)};
    const auto size = std::filesystem::file_size(path, error);
    if (error && error != std::errc::no_such_file_or_directory) return Failure{fmt::format("cannot open {}: {}", path, error.message())};
    if (error || size == 0) {
        if (auto made = create(path); !made) return made.failure();
    }
    if (auto known = recognise(path); !known) return known.failure();
    sqlite3* db = nullptr;
    if (sqlite3_open_v2(where.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) {
        Failure why{fmt::format("cannot open {}: {}", path, sqlite3_errmsg(db))};
        sqlite3_close(db);
        return why;
    }
    auto store = std::make_unique<SqliteStore>(db, path);
    if (auto whole = store->check(); !whole) return whole.failure();
    return std::unique_ptr<Store>(std::move(store));
}

} // namespace segue
