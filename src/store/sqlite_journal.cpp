// The journal in the state file.
#include "store/sqlite.hpp"

namespace segue {

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
        SqlStatement rows(db_, "SELECT entries, sum, batch, last FROM journal ORDER BY batch");
        while (rows.row())
            if (RowSum().add(rows.integer(2)).add(rows.integer(3)).add(rows.view(0)).value() != rows.integer(1) || !read_journal(rows.view(0), wanted, out)) return damaged("the journal");
        if (!rows.finished()) return failure("read");
        for (const auto& entry : out)
            if (!fans.empty() && entry.joined != none && want(entry.joined)) more = true;
        if (!more) return out;
    }
    return std::vector<JournalEntry>();
}

bool SqliteStore::put_journal(const Batch& batch) {
    auto entries_now = batch.journal;
    if (!batch.forgotten.empty()) {
        std::vector<bool> gone(batch.fan_numbers);
        for (const auto fan : batch.forgotten) gone[fan] = true;
        // Those whom they joined are theirs as well.
        std::vector<std::pair<std::int64_t, std::string>> batches;
        SqlStatement rows(db_, "SELECT batch, entries FROM journal");
        while (rows.row()) batches.emplace_back(rows.integer(0), rows.text(1));
        if (!rows.finished()) return false;
        for (bool more = true; more;) {
            more = false;
            std::vector<JournalEntry> entries;
            read_journal(entries_now, gone, entries);
            for (const auto& other : batches) read_journal(other.second, gone, entries);
            for (const auto& entry : entries)
                if (entry.joined != none && entry.joined < gone.size() && !gone[entry.joined]) gone[entry.joined] = more = true;
        }
        SqlStatement put(db_, "UPDATE journal SET entries = ?2, sum = row_sum(batch, last, ?2) WHERE batch = ?1");
        SqlStatement drop(db_, "DELETE FROM journal WHERE batch = ?");
        for (const auto& [number, bytes] : batches) {
            const auto rest = without_fans(bytes, gone);
            if (!rest) continue;
            if (rest->empty() ? !drop.bind(1, number).run() : !put.bind(1, number).blob(2, *rest).run()) return false;
        }
        if (auto rest = without_fans(entries_now, gone)) entries_now = std::move(*rest);
    }
    if (batch.clock != before_all && !prepared("DELETE FROM journal WHERE last <= ?").bind(1, batch.clock - batch.keep_journal).run()) return false;
    if (entries_now.empty()) return true;
    return prepared("INSERT INTO journal VALUES(?1, ?2, row_sum(?1, ?2, ?3), ?3)").bind(1, next_row()).bind(2, batch.journal_last).blob(3, entries_now).run();
}

} // namespace segue
