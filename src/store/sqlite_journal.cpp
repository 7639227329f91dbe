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
        SqlStatement rows(db_, "SELECT entries FROM journal ORDER BY batch");
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
        SqlStatement rows(db_, "SELECT batch, entries FROM journal");
        while (rows.row()) batches.emplace_back(rows.integer(0), rows.text(1));
        if (!rows.finished()) return false;
        for (bool more = true; more;) {
            more = false;
            std::vector<JournalEntry> entries;
            for (const auto& batch : batches) read_journal(batch.second, gone, entries);
            for (const auto& entry : entries)
                if (entry.joined != none && entry.joined < gone.size() && !gone[entry.joined]) gone[entry.joined] = more = true;
        }
        SqlStatement put(db_, "UPDATE journal SET entries = ? WHERE batch = ?");
        for (const auto& [batch, bytes] : batches) {
            const auto rest = without_fans(bytes, gone);
            if (rest && !put.blob(1, *rest).bind(2, batch).run()) return false;
        }
        if (commit.journal) commit.journal->forget(gone);
    }
    if (world.clock != before_all) {
        SqlStatement old(db_, "DELETE FROM journal WHERE last <= ?");
        if (!old.bind(1, world.clock - commit.keep_journal).run()) return false;
    }
    if (!commit.journal || commit.journal->empty()) return true;
    const auto last = commit.journal->last();
    const auto bytes = commit.journal->take();
    SqlStatement add(db_, "INSERT INTO journal(last, entries) VALUES(?, ?)");
    return add.bind(1, last).blob(2, bytes).run();
}

} // namespace segue
