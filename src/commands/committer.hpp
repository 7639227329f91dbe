// Writes a run's commits behind it, in a thread of its own, and after each what goes out; so that a run waits for the disk only where the disk is slower. A run
// without a state only has what goes out.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "commands/output.hpp"
#include "store/store.hpp"

namespace segue {

class Committer {
public:
    // `store`: null, where there is no state. `name`: under which the state keeps how much of `actions` is committed; empty: it does not (standard output).
    Committer(Store* store, Output& actions, std::string name);
    ~Committer(); // when all that was submitted is written
    Committer(const Committer&) = delete;
    Committer& operator=(const Committer&) = delete;

    // What was committed, and perhaps not delivered, by an earlier run. Before anything is submitted.
    Outcome deliver(std::uint64_t batch, const std::string& lines);
    // Waits only while two are on their way. It fails if one before it did: this one is not written then, nor any after it.
    Outcome submit(Batch batch);
    // A text with nothing in it, for the next lines: with the room of some that are written, if it can be had.
    std::string empty_lines();
    // Until all is written and delivered.
    Outcome settle();
    // After that: whether the state still keeps what was delivered; one more batch takes it out.
    bool owes() const { return delivered_ > told_; }

private:
    void work();
    Outcome write(Batch& batch);

    Store* store_;
    Output& actions_;
    std::string name_;
    std::uint64_t delivered_ = 0;       // batches of the outbox, all up to this one
    std::uint64_t told_ = 0;            // those that the state knows to be

    std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<Batch> next_;         // submitted, and not begun
    std::string spare_;                 // of lines that are written
    bool writing_ = false;
    bool closing_ = false;
    Outcome outcome_ = Done{};
    std::thread thread_;
};

} // namespace segue
