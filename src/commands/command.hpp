// Every command of the tool, in one table (commands.cpp); each is a file of its own.
#pragma once

#include <CLI/CLI.hpp>

namespace segue {

// Exit codes of the whole tool.
enum Exit : int {
    done = 0,
    scripts_wrong = 1, // the scripts (or their tests) are wrong
    refused = 2,       // usage, or the world refused: a file, a disk, a database
    our_bug = 101,
};

// Adds the command's options to its subcommand; `exit` receives the code when it was chosen and ran.
using AddCommand = void (*)(CLI::App& command, int& exit);

void add_check(CLI::App& command, int& exit);
void add_doc(CLI::App& command, int& exit);
void add_explain(CLI::App& command, int& exit);
void add_fix(CLI::App& command, int& exit);
void add_fmt(CLI::App& command, int& exit);
void add_graph(CLI::App& command, int& exit);
void add_init(CLI::App& command, int& exit);
void add_lsp(CLI::App& command, int& exit);
void add_repl(CLI::App& command, int& exit);
void add_run(CLI::App& command, int& exit);
void add_syntax(CLI::App& command, int& exit);
void add_test(CLI::App& command, int& exit);
void add_why(CLI::App& command, int& exit);

// What to say of a word that is no code of diagnostics.def (nor one of `others`), with the nearest that is.
std::string unknown_code(const std::string& word, std::vector<std::string> others);

// Says on standard error why the world, or what was asked, stands in the way; the exit code for that.
int refuse(const std::string& message);

int run_tool(int argc, char** argv);

} // namespace segue
