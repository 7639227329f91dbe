// What a Session is made of, for its own files.
#pragma once

#include "scenario/session.hpp"

namespace segue {

// The program as it is from some entry on.
struct Session::Version {
    std::vector<ProgramText> texts; // the roots; the last is what was entered
    Sources sources;
    Diagnostics diagnostics;
    Loaded loaded;
    std::shared_ptr<const Program> program;
    Places places;
    std::vector<Scenario> tests;    // the statements that were compiled with it are its last one
    std::uint32_t entered = 0;      // the source of those statements
};

struct Session::Step {
    std::shared_ptr<Version> version; // change to this program, or
    std::optional<Statement> statement;
    std::shared_ptr<const Program> asked; // that it was checked with
    std::string text;                 // of the statement
};

struct Session::Entry {
    std::string text;
    std::vector<Step> steps;
    std::shared_ptr<Version> version; // after it
};

struct SessionCommand {
    std::string_view name, arguments, summary;
};
const std::vector<SessionCommand>& session_commands();

std::string one_line(std::string_view text); // every white space is one blank

inline constexpr const char* entered_file = "repl.flow"; // the name under which what was entered is a file of the program

} // namespace segue
