// A run: a reader, a world, perhaps a state file, and what goes out. `segue run` drives it.
#pragma once

#include <chrono>
#include <memory>

#include "commands/committer.hpp"
#include "commands/output.hpp"
#include "commands/program_files.hpp"
#include "commands/reading.hpp"
#include "store/store.hpp"

namespace segue {

struct RunOptions {
    std::vector<std::string> programs;
    InputOptions input;
    std::string format = "jsonl";
    std::string state;
    std::string until;
    std::string actions = "-";
    std::string rejects;
    bool trace = false;
    std::int64_t journal_days = 30; // what happened to fans is kept so long, by the clock; 0: not at all
    std::uint64_t commit_records = 10'000;
    std::uint64_t replay_records = usual_steps; // most that a start after a kill does again
    std::size_t at_once = 1'000; // of what is due, before a record; another number only for tests
    std::size_t cache_fans = 0; // fans in memory; 0: all who are looked at
    std::int64_t commit_ms = 1'000;
    std::string color = "auto";
    std::function<bool()> interrupted = [] { return false; };
};

struct Summary {
    std::uint64_t records = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t unknown = 0;
    std::uint64_t rejected = 0;
    std::uint64_t actions = 0;    // suppressed ones apart
    std::uint64_t suppressed = 0;
    std::uint64_t too_deep = 0;
};

class Running {
public:
    ~Running();
    static Result<std::unique_ptr<Running>> open(const RunOptions& options, const Compiled& compiled, std::shared_ptr<Ledger> ledger);

    // Handles all records, with `each` called behind every one, moves the clock on to `until`, and commits and writes what is left; that last also where reading
    // or an interruption ended it before. Gives what failed first.
    Outcome run(std::optional<Time> until, const std::function<void()>& each = [] {});
    const Summary& summary() const { return summary_; }
    std::optional<Time> clock() const { return world_.clock == before_all ? std::nullopt : std::optional(world_.clock); } // none before the first record

private:
    Running(const RunOptions& options, const Compiled& compiled, std::shared_ptr<Ledger> ledger)
        : options_(options), compiled_(compiled), owned_(std::make_unique<World>(std::move(ledger))), world_(*owned_) {
        world_.at_once = options_.at_once;
    }

    Outcome guarded(const std::function<Outcome()>& work); // what fans who rest may throw is a failure
    Result<bool> next();          // one record; false at the end of the input, or when it was interrupted
    Outcome advance_to(Time time); // as far as it is not interrupted
    Outcome finish();             // nothing, if something could not be committed before
    Outcome roles() const; // no file is two things
    Outcome open_state();
    Outcome open_input();
    Outcome open_outputs();
    void take_actions();
    Outcome await();              // the next batch of records; with none at the end of the input, or when it was interrupted
    void reject(const Coming& coming, const std::string& reason);
    Outcome commit(bool whole = false);
    Outcome write(bool whole);    // commit, once nothing has failed
    Batch take(bool whole);       // what a commit writes
    Result<bool> fire_some(Time time);
    Result<bool> fire(Time time); // what is due up to then, committed on the way; false when it was interrupted

    RunOptions options_;
    const Compiled& compiled_;
    std::unique_ptr<World> owned_;
    World& world_;
    std::unique_ptr<Store> store_;
    Output actions_out_, rejects_out_;
    std::unique_ptr<Committer> committer_;
    std::string input_name_, rejects_name_;
    Summary summary_;
    const Reading::Batch* coming_ = nullptr;
    std::size_t next_ = 0;               // of it: those before are handled
    Fetcher fetcher_;
    Actions actions_;
    Trace trace_;
    JournalWriter journal_{world_.symbols()};
    std::string lines_;                 // actions of the batch under way
    std::uint64_t in_batch_ = 0;
    bool failed_ = false;         // something could not be written: nothing more is committed
    InputPosition done_;          // behind the last record that was handled
    std::chrono::steady_clock::time_point batch_began_ = std::chrono::steady_clock::now();
    std::unique_ptr<Reading> reading_;  // goes first: it interns into the world's symbols
};

} // namespace segue
