// Scripts from files and whole folders: which programs there are, and what is wrong with each.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "commands/program_files.hpp"
#include "text/budget.hpp"

namespace segue {

// The scripts below a folder, sorted: every `*.flow` but those in hidden folders and in folders named `build`. Links to folders are not followed.
Result<std::vector<std::string>> scripts_below(const std::string& folder);

// What the check of one program leaves behind.
struct Checked {
    Sources sources;
    Diagnostics diagnostics;
    std::set<std::string> roots;  // paths of those that were named, or found; the others are `use`d
    std::set<std::string> files;  // identities of all that it read from disk
    std::optional<Budget> budget; // if asked for, and if nothing is wrong

    // Where its tests are asked for, what they need:
    std::shared_ptr<Ledger> ledger;
    std::shared_ptr<const Program> program;
    Places places;
    std::vector<Scenario> tests;
};

enum class Wanted : std::uint8_t { Findings, Budget, Tests };

// All programs that the paths of a command line mean. The files named are one program. Of a folder each script is a program with all that it
// `use`s, except those that another script of the folders, or the named files, use already. In the order of the command line, then of the paths,
// whatever the number of threads.
Result<std::vector<Checked>> check_all(const std::vector<std::string>& paths, Wanted wanted, const ReadText& read = read_file);

} // namespace segue
