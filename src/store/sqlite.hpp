// The parts of the state file, for its own files: sqlite_open (making, recognising and opening it), sqlite (what it holds), sqlite_journal. Only
// these include sqlite3.h.
#pragma once

#include <fmt/format.h>
#include <sqlite3.h>

#include "store/codec.hpp"
#include "store/store.hpp"

namespace segue {

// A statement; its text and values must outlive its steps.
class SqlStatement {
public:
    SqlStatement(sqlite3* db, const char* sql) { sqlite3_prepare_v2(db, sql, -1, &raw_, nullptr); }
    ~SqlStatement() { sqlite3_finalize(raw_); }
    SqlStatement(const SqlStatement&) = delete;
    SqlStatement& operator=(const SqlStatement&) = delete;

    SqlStatement& bind(int at, std::int64_t value) { sqlite3_bind_int64(raw_, at, value); return *this; }
    SqlStatement& bind(int at, std::string_view value) { sqlite3_bind_text(raw_, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC); return *this; }
    SqlStatement& blob(int at, std::string_view value) { sqlite3_bind_blob64(raw_, at, value.data(), value.size(), SQLITE_STATIC); return *this; }
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

} // namespace segue
