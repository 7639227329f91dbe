#include "edit_inputs.hpp"

#include "store/sqlite.hpp"

namespace segue::test {

bool edit_inputs(const std::string& state, const std::string& sql) {
    sqlite3* raw = nullptr;
    if (sqlite3_open_v2(state.c_str(), &raw, SQLITE_OPEN_READWRITE, nullptr) != SQLITE_OK) return sqlite3_close(raw), false;
    Connection db(raw);
    know_row_sum(raw);
    const auto sum_of = [&](const char* sums) { // they go round, and SQL's do not
        std::uint64_t out = 0;
        for (SqlStatement rows(db, sums); rows.row();) out += static_cast<std::uint64_t>(rows.integer(0));
        return out;
    };
    const auto before = sum_of("SELECT sum FROM inputs");
    if (!db.good(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr))) return false;
    const auto total = sum_of("SELECT total FROM run") - before + sum_of("SELECT sum FROM inputs");
    return SqlStatement(db, "UPDATE run SET total = ?1, sum = row_sum(" SEGUE_RUN_COLUMNS ", ?1)").bind(1, total).run();
}

} // namespace segue::test
