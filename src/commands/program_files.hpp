// Scripts from disk to a checked program, as every command needs it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "check/check.hpp"
#include "text/result.hpp"

namespace segue {

Result<std::string> read_file(const std::string& path);
Result<std::string> read_standard_input();

// The same for all paths of one file.
std::string file_identity(const std::string& path);

struct Compiled {
    Sources sources;
    Diagnostics diagnostics;
    std::vector<ProgramText> texts;         // everything that was read from disk, for a state file to keep
    std::shared_ptr<const Program> program; // may be run only without errors
    Places places;
    std::vector<Scenario> tests;            // where they were asked for
};

// How a script is read: from disk, or as it would be after a change.
using ReadText = std::function<Result<std::string>(const std::string& path)>;

// A failure is a file that cannot be read; what is wrong in it is a diagnostic.
Result<std::unique_ptr<Compiled>> compile(const std::vector<std::string>& paths, Ledger& ledger, const ReadText& read = read_file, bool with_tests = false);

// The same from texts that a state file kept; nothing is read from disk.
std::unique_ptr<Compiled> compile_texts(const std::vector<ProgramText>& texts, std::size_t roots, Ledger& ledger);

} // namespace segue
