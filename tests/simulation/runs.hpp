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
    // Compiles it; files go to the folder. `other`: another program, that takes its place in the middle.
    Runs(const std::string& folder, const std::string& script, const std::string& other = "");
    std::size_t at_once = 1'000; // of what is due, before a record
    std::string mistakes() const; // why a script is wrong; "" if none is

    Ran in_memory(const std::string& records, Instant until);
    Ran durable(const std::string& records, Instant until, Random& random, Damage damage = Damage::No);
    // The first program on the records before `place`, a whole number of lines, and the other one from there on: on one world in memory, and on a state
    // that is killed and begun again on the way. The actions only.
    Ran changed_in_memory(const std::string& records, std::size_t place, Instant until);
    Ran changed(const std::string& records, std::size_t place, Instant until, Random& random);

private:
    struct Kill { int records = -1, micros = -1; };
    struct Commits {
        std::uint64_t records = 10'000, replay = usual_steps;
        std::size_t cache = 0;
    };
    struct Part { // of a durable run
        std::size_t program = 0, end = 0; // of the records, in bytes
        std::optional<Instant> until;
    };
    static Commits random_commits(Random& random);
    // Until it is at its end, after some kills; why it is not, or "".
    std::string killed_on_the_way(const std::string& records, const Part& part, const Commits& commits, int kills, Random& random, Ran& ran);
    int child(const std::string& name, const std::string& records, const Part& part, bool state, const Commits& commits, Kill kill); // its wait status
    std::string file(const std::string& name) const { return folder_ + "/" + name; }

    std::string folder_;
    struct Script {
        std::string path;
        std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>();
        std::unique_ptr<Compiled> compiled;
    };
    std::vector<Script> scripts_;
};

} // namespace segue::simulation
