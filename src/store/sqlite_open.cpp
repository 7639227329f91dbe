// The state file: made, recognised, opened.
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "store/sqlite.hpp"

namespace segue {

namespace {

constexpr std::uint32_t application_id = 0x53454755; // "SEGU"
constexpr int file_format = 9;
constexpr int patience = 2000; // ms: `segue why` may be reading what a killed run has left

constexpr const char* schema = R"(
CREATE TABLE run(version TEXT, clock INTEGER, frontier INTEGER, next_response INTEGER, settings INTEGER, fans INTEGER, total INTEGER, sum INTEGER);
CREATE TABLE versions(id INTEGER PRIMARY KEY, version TEXT, texts TEXT, sum INTEGER);
CREATE TABLE needs(id INTEGER PRIMARY KEY, text TEXT, sum INTEGER);
CREATE TABLE holds(id INTEGER PRIMARY KEY, event TEXT, sum INTEGER);
CREATE TABLE segments(id INTEGER PRIMARY KEY, sum INTEGER, fans BLOB);
CREATE TABLE gone(fan INTEGER PRIMARY KEY, sum INTEGER);
CREATE TABLE forgotten(key TEXT PRIMARY KEY, time INTEGER, sum INTEGER) WITHOUT ROWID;
CREATE TABLE seen(batch INTEGER PRIMARY KEY, last INTEGER, sum INTEGER, ids BLOB);
CREATE TABLE steps(batch INTEGER PRIMARY KEY, tool TEXT, sum INTEGER, steps BLOB);
CREATE TABLE moments(rule TEXT, release TEXT, sum INTEGER, fans BLOB, PRIMARY KEY(rule, release)) WITHOUT ROWID;
CREATE TABLE catalogue(place INTEGER PRIMARY KEY, change TEXT, sum INTEGER);
CREATE TABLE inputs(name TEXT PRIMARY KEY, offset INTEGER, line INTEGER, mark TEXT, sum INTEGER) WITHOUT ROWID;
CREATE TABLE outputs(name TEXT PRIMARY KEY, size INTEGER, sum INTEGER) WITHOUT ROWID;
CREATE TABLE outbox(batch INTEGER PRIMARY KEY, sum INTEGER, lines TEXT);
CREATE TABLE journal(batch INTEGER PRIMARY KEY, last INTEGER, sum INTEGER, entries BLOB);
INSERT INTO run(version, clock, frontier, next_response, settings, fans, total, sum) VALUES('', 0, 0, 1, 0, 0, 0, row_sum('', 0, 0, 1, 0, 0, 0));
)";

} // namespace

// Before anything else is touched: nobody else has it. That what it holds is whole is seen as it is read: all of it but the journal, before anything is
// written.
Outcome SqliteStore::check() {
    sqlite3_busy_timeout(db_.raw, patience);
    sqlite3_db_config(db_.raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (!exec("PRAGMA locking_mode=EXCLUSIVE") || !exec("PRAGMA synchronous=FULL") || !exec("PRAGMA secure_delete=ON") || !exec("PRAGMA cache_size=-16000") || !exec("PRAGMA wal_autocheckpoint=2000") || !exec("BEGIN IMMEDIATE")) return failure("open");
    if (!exec("COMMIT")) return failure("open");
    sqlite3_db_config(db_.raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
    if (!exec("PRAGMA journal_mode=WAL")) return failure("open");
    return read_run_row();
}

Outcome SqliteStore::check_to_read() {
    read_only_ = true;
    sqlite3_busy_timeout(db_.raw, 0);
    if (!exec("BEGIN") || !exec("SELECT 1 FROM run")) return failure("open"); // all that follows is of this instant
    return read_run_row();
}

namespace {

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

// What others who were killed have left beside `path` while they made it.
void tidy(const std::string& path) {
    namespace fs = std::filesystem;
    const auto begin = fs::path(path).filename().string() + ".new-";
    std::error_code error;
    for (fs::directory_iterator at(fs::path(path).parent_path(), error), end; !error && at != end; at.increment(error)) {
        const auto name = at->path().filename().string();
        pid_t maker = 0;
        if (!name.starts_with(begin) || std::from_chars(name.data() + begin.size(), name.data() + name.size(), maker).ec != std::errc() || maker <= 0) continue;
        if (maker == ::getpid() || (::kill(maker, 0) != 0 && errno == ESRCH)) std::remove(at->path().c_str());
    }
}

// Made whole beside its place and then linked there, so that a kill in the middle leaves no half file, and two that begin at
// once do not take it from each other.
Outcome create(const std::string& path) {
    const auto place = std::filesystem::absolute(path).string();
    const auto fresh = fmt::format("{}.new-{}", place, ::getpid());
    tidy(place);
    sqlite3* db = nullptr;
    const auto set_up = fmt::format("PRAGMA page_size=16384; PRAGMA application_id={}; PRAGMA user_version={}; BEGIN; {} COMMIT;", application_id, file_format, schema);
    const bool made = sqlite3_open_v2(fresh.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr) == SQLITE_OK && know_row_sum(db) && sqlite3_exec(db, set_up.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
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

// `name`: as SQLite takes it. `check`: what has to hold of it.
Result<std::unique_ptr<Store>> connect(const std::string& path, const std::string& name, int flags, Outcome (SqliteStore::*check)(), const StoreOptions& options) {
    sqlite3* db = nullptr;
    if (sqlite3_open_v2(name.c_str(), &db, flags, nullptr) != SQLITE_OK || !know_row_sum(db)) {
        Failure why{fmt::format("cannot open {}: {}", path, sqlite3_errmsg(db))};
        sqlite3_close(db);
        return why;
    }
    auto store = std::make_unique<SqliteStore>(db, path, options);
    if (auto whole = ((*store).*check)(); !whole) return whole.failure();
    return std::unique_ptr<Store>(std::move(store));
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
    return connect(path, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, &SqliteStore::check_to_read, {});
}

Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const StoreOptions& options) {
    std::error_code error;
    const auto where = std::filesystem::absolute(path, error).string(); // SQLite has other ideas of `:memory:`
    if (std::filesystem::is_directory(path, error)) return Failure{fmt::format("cannot open {}: it is a folder", path)};
    const auto size = std::filesystem::file_size(path, error);
    if (error && error != std::errc::no_such_file_or_directory) return Failure{fmt::format("cannot open {}: {}", path, error.message())};
    if (error || size == 0) {
        if (auto made = create(path); !made) return made.failure();
    }
    if (auto known = recognise(path); !known) return known.failure();
    return connect(path, where, SQLITE_OPEN_READWRITE, &SqliteStore::check, options);
}

} // namespace segue
