// Memory that lasts: the state of a run, its outbox and its position in the input, committed together.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ingest/reader.hpp"
#include "run/world.hpp"
#include "store/journal.hpp"
#include "store/segments.hpp"
#include "store/steps.hpp"
#include "text/result.hpp"

namespace segue {

// The texts of a version of the program, kept for the responses that started under it.
struct KeptVersion {
    std::string version;
    std::string texts; // opaque to the store
};

// How far an input was read.
struct KeptInput {
    std::string name;      // the file, as an absolute path
    InputPosition position;
    std::string mark;      // hash of what stood before the position, to know the file again
};

// A file that is written behind the commits: what of it is committed.
struct KeptOutput {
    std::string name;      // absolute path; empty: standard output
    std::uint64_t size = 0;
};

// Who had a moment of the calendar.
struct KeptMoment {
    std::string rule, release; // the rule by its key; no release: empty
    std::string fans;
};

// All that one commit writes. It is taken out of the world at once, so that it can be written while the world goes on. Either all that has changed since
// the last such commit, or the steps that changed it since the last commit.
struct Batch {
    bool whole = true;
    std::string steps;                       // if not
    Segments::Written fans;                  // else, and so on down to `unused`
    std::vector<std::uint32_t> gone;         // fans
    std::vector<std::uint32_t> forgotten;    // fans: nothing of theirs stays in the journal
    std::vector<std::pair<std::string, Time>> forgotten_ids; // their keys, and when
    std::string seen;                        // ids of records
    std::vector<KeptMoment> moments;         // those that others had since
    std::optional<std::vector<ReleaseChange>> catalogue; // none: as it was
    Time clock = before_all, frontier = before_all; // of the world
    std::uint64_t next_response = 1, settings = 0, fan_numbers = 0;
    std::string version;                     // of the program
    std::vector<std::uint32_t> unused;       // versions, by their kept number

    std::string lines;                       // new actions, for the outbox: one a line
    std::string journal;                     // what happened; empty: nothing
    Time journal_last = 0;                   // of the clock
    Span_ms keep_journal = 0;                // likewise
    std::optional<KeptInput> input;
    std::vector<KeptOutput> outputs;         // of files written up to here
    std::uint64_t delivered = 0;             // outbox batches that were delivered, and may go
};

class Store {
public:
    virtual ~Store() = default;

    virtual bool fresh() const = 0;          // nothing was ever committed
    virtual std::string version() const = 0; // of the program that last ran
    // Versions that responses under way started with, other than `current`; with the one that last ran, if that is another.
    virtual Result<std::vector<KeptVersion>> versions(const std::string& current) = 0;
    // Fills a world to which all those versions are attached, which stays where it is and needs the store from then on. It, and all that looks at fans, may
    // throw Rest::Failed.
    virtual Outcome load(World& world) = 0;
    // Whether steps were committed since all was written: a run was killed. They are of the version that last ran.
    virtual bool interrupted() const = 0;
    // After `load`, with that version as the current one: does them again.
    virtual Outcome replay(World& world) = 0;
    // After `load`: how many counts of the program the state had not kept so far. They begin now.
    virtual std::size_t new_counts() const = 0;
    virtual Result<std::optional<KeptInput>> input(const std::string& name) = 0;
    virtual Result<std::optional<KeptOutput>> output(const std::string& name) = 0;
    // Batches of actions that were committed and perhaps not delivered: number and lines.
    virtual Result<std::vector<std::pair<std::uint64_t, std::string>>> outbox() = 0;
    // What happened to those fans (by their numbers; none: to all), and to those who became one with them, in its order.
    virtual Result<std::vector<JournalEntry>> journal(const std::vector<std::uint32_t>& fans) = 0;
    virtual Outcome keep_version(const KeptVersion& version) = 0;
    // What is done to the world from now on is told: before the next `take`.
    virtual StepsWriter& steps() = 0;
    // What changed in the world, or was done to it, since it was last taken. `whole`: all that changed in any case; else only after so many steps, and
    // where the steps alone would not do.
    virtual Batch take(World& world, bool whole) = 0;
    // In the order in which they were taken, and nothing more once one has failed. Any thread may call it, one at a time. Gives the number of the
    // outbox batch; 0: none.
    virtual Result<std::uint64_t> write(const Batch& batch) = 0;
    virtual Outcome close() = 0;
};

// A state file: SQLite, WAL, synchronous=FULL, one process at a time. Refuses, and changes nothing, if the file is damaged,
// not a state file, of a newer format, or in use.
inline constexpr std::uint64_t usual_steps = 200'000;
struct StoreOptions {
    std::uint64_t most_steps = usual_steps; // those that a start after a kill may have to do again; 0: a commit writes all that changed
    std::size_t cache_fans = 0;             // fans in memory, about; 0: all who are looked at
};
Result<std::unique_ptr<Store>> open_sqlite(const std::string& path, const StoreOptions& options = {});

// The same to be read only: nothing of the file is changed, and `write` and `keep_version` must not be called.
Result<std::unique_ptr<Store>> open_sqlite_to_read(const std::string& path);

} // namespace segue
