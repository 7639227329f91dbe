// The parts of the state file, for its own files: sqlite_open (making, recognising and opening it), sqlite_tables (that they are whole), sqlite (what is
// read of it), sqlite_write, sqlite_journal. Only these include sqlite3.h.
#pragma once

#include <fmt/format.h>
#include <map>
#include <sqlite3.h>

#include "store/codec.hpp"
#include "store/resting.hpp"
#include "store/store.hpp"

namespace segue {

// An open database, and what went wrong in it first: SQLite itself forgets that with the next call.
struct Connection {
    explicit Connection(sqlite3* raw) : raw(raw) {}
    ~Connection() { sqlite3_close(raw); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool good(int result) { // of a call
        if (result == SQLITE_OK || result == SQLITE_ROW || result == SQLITE_DONE) return true;
        if (failed == SQLITE_OK) {
            failed = result;
            why = sqlite3_errmsg(raw);
        }
        return false;
    }

    sqlite3* raw;
    int failed = SQLITE_OK;
    std::string why;
};

// A statement; its text and values must outlive its steps.
class SqlStatement {
public:
    SqlStatement(Connection& db, const char* sql) : db_(db) { db.good(sqlite3_prepare_v2(db.raw, sql, -1, &raw_, nullptr)); }
    ~SqlStatement() { sqlite3_finalize(raw_); }
    SqlStatement(const SqlStatement&) = delete;
    SqlStatement& operator=(const SqlStatement&) = delete;

    SqlStatement& bind(int at, std::int64_t value) { sqlite3_bind_int64(raw_, at, value); return *this; }
    SqlStatement& bind(int at, std::string_view value) { sqlite3_bind_text(raw_, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC); return *this; }
    SqlStatement& bind(int at, std::uint64_t value) { return bind(at, static_cast<std::int64_t>(value)); }
    SqlStatement& blob(int at, std::string_view value) { sqlite3_bind_blob64(raw_, at, value.data(), value.size(), SQLITE_STATIC); return *this; }
    bool row() {
        last_ = sqlite3_step(raw_);
        return db_.good(last_) && last_ == SQLITE_ROW;
    }
    bool run() { row(); const bool good = finished(); reset(); return good; }
    bool finished() const { return last_ == SQLITE_DONE; }
    void reset() { sqlite3_reset(raw_); }
    std::int64_t integer(int at) { return sqlite3_column_int64(raw_, at); }
    std::string_view view(int at) { // until the next row
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(raw_, at));
        return bytes ? std::string_view(bytes, static_cast<std::size_t>(sqlite3_column_bytes(raw_, at))) : std::string_view();
    }
    std::string text(int at) { return std::string(view(at)); }

private:
    Connection& db_;
    sqlite3_stmt* raw_ = nullptr;
    int last_ = SQLITE_OK;
};

// Of the values of a row, which is kept in it: what was written is what is read. In SQL: row_sum(...).
class RowSum {
public:
    RowSum& add(std::string_view bytes);
    RowSum& add(std::int64_t number);
    std::int64_t value() const { return static_cast<std::int64_t>(value_); }

private:
    std::uint64_t value_ = 0;
};

bool know_row_sum(sqlite3* db); // from now on its SQL may say row_sum

// The one row of `run`: these columns, `total`, and the sum of all of them.
#define SEGUE_RUN_COLUMNS "version, clock, frontier, next_response, settings, fans"
struct RunRow {
    std::string version; // of the program; empty: nothing was ever committed
    std::int64_t clock = before_all, frontier = before_all, next_response = 1, settings = 0, fans = 0;
};

inline constexpr std::int64_t most_fans = 1'000'000'000; // more is a damaged number

class SqliteStore : public Store {
public:
    SqliteStore(sqlite3* db, std::string path, const StoreOptions& options) : db_(db), path_(std::move(path)), options_(options) {}
    Outcome check();
    Outcome check_to_read();
    bool fresh() const override { return run_.version.empty(); }
    std::string version() const override { return run_.version; }
    Result<std::vector<KeptVersion>> versions(const std::string& current) override;
    Outcome load(World& world) override;
    bool interrupted() const override { return interrupted_; }
    Outcome replay(World& world) override;
    std::size_t new_counts() const override { return new_counts_; }
    Result<std::optional<KeptInput>> input(const std::string& name) override;
    Result<std::optional<KeptOutput>> output(const std::string& name) override;
    Result<std::vector<std::pair<std::uint64_t, std::string>>> outbox() override;
    Result<std::vector<JournalEntry>> journal(const std::vector<std::uint32_t>& fans) override;
    Outcome keep_version(const KeptVersion& version) override;
    StepsWriter& steps() override { return *steps_; }
    Batch take(World& world, bool whole) override;
    Result<std::uint64_t> write(const Batch& batch) override;
    Outcome close() override;

private:
    bool exec(const char* sql) { return db_.good(sqlite3_exec(db_.raw, sql, nullptr, nullptr, nullptr)); }
    Failure failure(std::string_view doing) const;
    Failure damaged(std::string_view how) const { return {fmt::format("{} is damaged ({}); nothing was changed: restore a copy of it", path_, how)}; }
    SqlStatement& prepared(const char* sql); // once; `sql` is a literal
    bool changed(SqlStatement& statement, std::uint64_t sign); // runs one that ends with RETURNING sum
    bool add(SqlStatement& statement) { return changed(statement, 1); }
    bool drop(SqlStatement& statement) { return changed(statement, std::uint64_t{0} - 1); }
    Outcome read_tables();
    Outcome read_run_row();
    bool put_run_row();
    std::int64_t next_row() { return ++last_row_; }
    bool number(World& world);
    Outcome read(World& world);
    void read_run(World& world);
    Outcome read_catalogue(World& world);
    Outcome read_moments(World& world);
    Outcome read_fans(World& world);
    Outcome read_ids(World& world);
    bool put(const Batch& batch);
    bool put_whole(const Batch& batch);
    bool put_fans(const Batch& batch);
    bool put_moments(const std::vector<KeptMoment>& moments);
    bool put_catalogue(const std::vector<ReleaseChange>& changes);
    bool put_journal(const Batch& batch);

    Connection db_;
    std::string path_;
    RunRow run_;
    std::uint64_t total_ = 0;   // of the sums of all rows but the journal's
    std::int64_t last_row_ = 0; // of those that are numbered as they come
    Numbering numbering_;
    Segments segments_;
    std::optional<Resting> resting_;    // once it is loaded; none in one that is only read
    bool pruned_ = false;
    StoreOptions options_;
    std::uint64_t since_ = 0;           // steps that were taken since all was
    std::string taken_version_;         // of the program, when all was taken
    bool interrupted_ = false;
    std::optional<StepsWriter> steps_;  // once it is loaded
    std::size_t new_counts_ = 0;
    bool read_only_ = false;
    std::map<const char*, std::unique_ptr<SqlStatement>> prepared_;
};

} // namespace segue
