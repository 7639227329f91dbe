// What the tests share: scripts and records from texts, the tool as a process.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "check/check.hpp"
#include "run/world.hpp"
#include "slurp.hpp"
#include "text/render.hpp"

namespace segue::test {

std::vector<std::string> files(const std::string& folder, const std::string& ending); // sorted paths

// A program from texts; files that they `use` are read from disk.
struct Script {
    std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>();
    Sources sources;
    Diagnostics diagnostics;
    std::shared_ptr<const Program> program;
    Places places;

    explicit Script(const std::vector<ProgramText>& roots);
    explicit Script(const std::string& text, const std::string& name = "test.flow") : Script(std::vector<ProgramText>{{name, text}}) {}
    std::string messages() const { return render_human(diagnostics, sources, false); }
    std::vector<Scenario> tests;
    bool has(std::string_view code) const;
    bool has_when_tested(std::string_view code) const; // also what its tests say
};

// Runs records (JSON Lines) through a script; the actions with the suppressed ones.
struct Played {
    Actions actions;
    std::vector<std::string> rejects;
    std::string lines() const; // as JSON Lines
};
Played play(const Script& script, const std::string& records, const std::string& until = "");
Played feed(World& world, const Script& script, const std::string& records, bool look_ahead = false); // through a world that the script is attached to

// What of an action the language fixes: everything but ids and causes.
std::string without_ids(const std::string& lines);

struct Process {
    int exit = -1;
    std::string out;
    std::string err;
};
Process shell(const std::string& command); // by sh
std::string tool();                        // the binary, quoted
bool shows(const std::string& path, const std::string& text, std::size_t times = 1); // whether the file has it so often, within some seconds
std::size_t times(const std::string& text, const std::string& part);                 // how often it is in there

// A folder of its own that goes with the test.
class Scratch {
public:
    Scratch();
    ~Scratch();
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }
    std::string write(const std::string& name, const std::string& text) const;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

} // namespace segue::test
