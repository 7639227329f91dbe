// The tool, run on a program and records: in one go in memory, and on a state file, killed and begun again. Each run is a process of its own.
#pragma once

#include <memory>
#include <string>

#include "check/check.hpp"
#include "commands/program_files.hpp"
#include "store/store.hpp"
#include "simulation/program.hpp"

namespace segue::simulation {

struct Ran {
    std::string actions, rejects;
    std::string trouble; // why it is no result
    int killed = 0;
};

// What is done to a durable run so that it must be found out.
enum class Damage { No, Forgets, PutBack };

class Runs {
public:
    Runs(const std::string& folder, const std::string& script); // compiles it; files go to the folder
    std::string mistakes() const; // why the script is wrong; "" if it is not

    Ran in_memory(const std::string& records, Instant until);
    Ran durable(const std::string& records, Instant until, Random& random, Damage damage = Damage::No);

private:
    struct Kill { int records = -1, micros = -1; };
    struct Commits {
        std::uint64_t records = 10'000, replay = usual_steps;
        std::size_t cache = 0;
    };
    int child(const std::string& name, const std::string& records, std::optional<Instant> until, bool state, Commits commits, Kill kill); // its wait status
    std::string file(const std::string& name) const { return folder_ + "/" + name; }

    std::string folder_;
    std::shared_ptr<Ledger> ledger_ = std::make_shared<Ledger>();
    std::unique_ptr<Compiled> compiled_;
};

} // namespace segue::simulation
