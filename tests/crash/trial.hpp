// One disturbed run of a small program and what follows: runs that go on, until one comes to the end.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <random>

#include "commands/running.hpp"
#include "crash/disk.hpp"

namespace segue::test {

// What is done to a state after a run was stopped, to see that the comparison notices.
enum class Sabotage {
    None,
    State, Actions, // syncs of these do nothing (power cuts)
    Position,       // as if the position in the input were committed in a transaction of its own, and that one did not reach the disk
};

// What happens to one run.
struct Disturbance {
    Power power;
    std::uint64_t kill_after_us = 0;    // 0: not
    std::uint64_t allocation = 0;       // that fails; 0: none
    bool and_all_after = false;
};

inline constexpr int was_killed = 128 + 9, was_aborted = 128 + 6;

class Trials {
public:
    Trials(std::filesystem::path folder, bool crowd); // a crowd has its moments together: more is due at one instant than a slice takes

    // The records of a seed, and what undisturbed runs make of them. In a large one everything is many times as much.
    void begin(std::uint32_t seed, bool large);

    // Runs until one comes to its end: `disturb` says what happens to each, by its number from 0 on, and none for one that must come to the end. Empty, or what is
    // wrong. `stopped` counts the runs that did not come to their end.
    std::string go(const std::function<std::optional<Disturbance>(int)>& disturb, Sabotage sabotage, std::uint64_t& stopped);

    std::uint64_t operations() const { return *operations_; }   // of the last run, on the disk
    std::uint64_t allocations() const { return *allocations_; } // likewise
    std::uint64_t microseconds() const { return microseconds_; } // that the undisturbed run with a state took
    std::string disk() const { return (folder_ / "disk" / "").string(); }

private:
    int run(const Disturbance& disturbance, bool with_state); // in a process of its own; its exit code
    [[noreturn]] void child(const Disturbance& disturbance, bool with_state);
    void clear() const;
    void lose_position() const;
    std::string told() const;

    std::string records(std::uint32_t seed, bool large) const;

    bool crowd_;
    std::filesystem::path folder_; // of the program; its records and all that is written are in `disk`
    std::shared_ptr<Ledger> ledger_ = std::make_shared<Ledger>(); // of the parent: a child has its own
    std::unique_ptr<Compiled> compiled_;
    RunOptions options_;
    std::uint64_t *operations_, *allocations_;
    std::uint64_t microseconds_ = 0;
    std::string actions_, rejects_;
};

} // namespace segue::test
