// What a Session is made of, for its own files.
#pragma once

#include "scenario/session.hpp"

namespace segue {

// What was entered, taken apart; spans are of source 0.
struct Session::Read {
    explicit Read(const std::string& text);
    bool is_statement() const { return !diagnostics.has_errors() && parts.size() == 1 && parts[0].statement; }

    Sources sources;
    Diagnostics diagnostics;
    std::vector<ast::EntryPart> parts;
};

// The program as it is from some entry on.
struct Session::Version {
    std::vector<ProgramText> texts; // the roots; the last is what was entered
    Sources sources;
    Diagnostics diagnostics;
    Loaded loaded;
    std::shared_ptr<const Program> program;
    Places places;
    std::vector<Scenario> tests;    // the statements that were compiled with it are its last one
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
    Time clock = 0;                   // likewise
};

struct SessionCommand {
    std::string_view name, arguments, summary;
};
const std::vector<SessionCommand>& session_commands();

inline constexpr const char* entered_file = "repl.flow"; // the name under which what was entered is a file of the program

} // namespace segue
