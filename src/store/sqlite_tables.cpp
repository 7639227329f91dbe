// Sums: each row has one over its values, and the run's row one over all of those, so that a bent, a lost and an old row are seen. Only the journal,
// which is read when somebody asks for it, is not in the total.
#include <array>

#include "check/hash.hpp"
#include "store/sqlite.hpp"

namespace segue {

RowSum& RowSum::add(std::string_view bytes) {
    value_ = fmix64(value_ + 0x9E3779B97F4A7C15u + quick_hash(bytes));
    return *this;
}

RowSum& RowSum::add(std::int64_t number) { return add(std::string_view(reinterpret_cast<const char*>(&number), sizeof number)); }

namespace {

void row_sum(sqlite3_context* context, int count, sqlite3_value** values) {
    RowSum sum;
    for (int i = 0; i < count; ++i) {
        if (sqlite3_value_type(values[i]) == SQLITE_INTEGER) {
            sum.add(static_cast<std::int64_t>(sqlite3_value_int64(values[i])));
            continue;
        }
        const auto* bytes = static_cast<const char*>(sqlite3_value_blob(values[i])); // none for NULL and for no bytes
        sum.add(bytes ? std::string_view(bytes, static_cast<std::size_t>(sqlite3_value_bytes(values[i]))) : std::string_view());
    }
    sqlite3_result_int64(context, sum.value());
}

struct Table {
    const char *sums, *bent; // all sums; a row whose sum is another
    const char* what;        // to a person
};

// Segments, steps, ids, actions and the run's row are looked at where they are read.
constexpr std::array tables{
    Table{"SELECT sum FROM versions", "SELECT 1 FROM versions WHERE sum IS NOT row_sum(id, version, texts)", "a version of the program"},
    Table{"SELECT sum FROM needs", "SELECT 1 FROM needs WHERE sum IS NOT row_sum(id, text)", "what is counted"},
    Table{"SELECT sum FROM holds", "SELECT 1 FROM holds WHERE sum IS NOT row_sum(id, event)", "what can be held"},
    Table{"SELECT sum FROM gone", "SELECT 1 FROM gone WHERE sum IS NOT row_sum(fan)", "a fan who is gone"},
    Table{"SELECT sum FROM forgotten", "SELECT 1 FROM forgotten WHERE sum IS NOT row_sum(key, time)", "an id that is forgotten"},
    Table{"SELECT sum FROM moments", "SELECT 1 FROM moments WHERE sum IS NOT row_sum(rule, release, fans)", "who had a moment of the calendar"},
    Table{"SELECT sum FROM catalogue", "SELECT 1 FROM catalogue WHERE sum IS NOT row_sum(place, change)", "an entry of the catalogue"},
    Table{"SELECT sum FROM inputs", "SELECT 1 FROM inputs WHERE sum IS NOT row_sum(name, offset, line, mark)", "how far an input was read"},
    Table{"SELECT sum FROM outputs", "SELECT 1 FROM outputs WHERE sum IS NOT row_sum(name, size)", "how far a file was written"},
    Table{"SELECT sum FROM segments", nullptr, nullptr},
    Table{"SELECT sum FROM steps", nullptr, nullptr},
    Table{"SELECT sum FROM seen", nullptr, nullptr},
    Table{"SELECT sum FROM outbox", nullptr, nullptr},
};

} // namespace

bool know_row_sum(sqlite3* db) { return sqlite3_create_function(db, "row_sum", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, row_sum, nullptr, nullptr) == SQLITE_OK; }

bool SqliteStore::changed(SqlStatement& statement, std::uint64_t sign) {
    while (statement.row()) total_ += sign * static_cast<std::uint64_t>(statement.integer(0));
    const bool good = statement.finished();
    statement.reset();
    return good;
}

// What the tables hold now is what was committed last.
Outcome SqliteStore::read_tables() {
    total_ = 0;
    for (const auto& table : tables) {
        SqlStatement sums(db_, table.sums);
        if (!changed(sums, 1)) return failure("read");
        if (!table.bent) continue;
        SqlStatement bent(db_, table.bent);
        if (bent.row()) return damaged(table.what);
        if (!bent.finished()) return failure("read");
    }
    SqlStatement last(db_, "SELECT max(batch) FROM (SELECT 0 AS batch UNION ALL SELECT max(batch) FROM seen UNION ALL SELECT max(batch) FROM steps UNION ALL SELECT max(batch) FROM outbox UNION ALL SELECT max(batch) FROM journal)");
    if (!last.row()) return failure("read");
    last_row_ = last.integer(0);
    SqlStatement steps(db_, "SELECT 1 FROM steps LIMIT 1");
    interrupted_ = steps.row();
    if (!interrupted_ && !steps.finished()) return failure("read");
    return Done{};
}

Outcome SqliteStore::read_run_row() {
    SqlStatement run(db_, "SELECT " SEGUE_RUN_COLUMNS ", total, sum, row_sum(" SEGUE_RUN_COLUMNS ", total) FROM run");
    if (!run.row()) return run.finished() ? damaged("it says nothing of its run") : failure("read");
    run_ = {run.text(0), run.integer(1), run.integer(2), run.integer(3), run.integer(4), run.integer(5)};
    if (run.integer(7) != run.integer(8) || run_.fans < 0 || run_.fans > most_fans) return damaged("what it says of its run");
    const auto total = static_cast<std::uint64_t>(run.integer(6));
    if (auto read = read_tables(); !read) return read;
    if (total != total_) return damaged("rows are missing, or older than the rest");
    return Done{};
}

bool SqliteStore::put_run_row() {
    auto& run = prepared("UPDATE run SET version = ?1, clock = ?2, frontier = ?3, next_response = ?4, settings = ?5, fans = ?6, total = ?7, sum = row_sum(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    return run.bind(1, run_.version).bind(2, run_.clock).bind(3, run_.frontier).bind(4, run_.next_response).bind(5, run_.settings).bind(6, run_.fans).bind(7, total_).run();
}

} // namespace segue
