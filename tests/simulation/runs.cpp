#include "simulation/runs.hpp"

#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands/running.hpp"
#include "edit_inputs.hpp"
#include "slurp.hpp"
#include "text/render.hpp"

namespace segue::simulation {

namespace {

using test::slurp;

void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

void die(int) { kill(getpid(), SIGKILL); }

std::string drive(const RunOptions& options, const Compiled& compiled, const std::shared_ptr<Ledger>& ledger, std::optional<Instant> until, int last_record) {
    auto running = Running::open(options, compiled, ledger);
    if (!running) return running.message();
    int records = 0;
    if (last_record == 0) die(0);
    const auto finished = (*running)->run(until, [&] {
        if (++records == last_record) die(0);
    });
    return finished ? "" : finished.message();
}

void copy(const std::string& from, const std::string& to) { std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing); }

// The place in the input that one state has, put into another.
bool move_place(const std::string& from, const std::string& into) {
    return test::edit_inputs(into, fmt::format("ATTACH '{}' AS other; DELETE FROM inputs; INSERT INTO inputs SELECT * FROM other.inputs;", from));
}

} // namespace

Runs::Runs(const std::string& folder, const std::string& script) : folder_(folder) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    write(file("p.flow"), script);
    if (auto compiled = compile({file("p.flow")}, *ledger_)) compiled_ = std::move(*compiled);
}

std::string Runs::mistakes() const {
    if (!compiled_) return "the script cannot be read";
    return compiled_->diagnostics.has_errors() ? render_human(compiled_->diagnostics, compiled_->sources, false) : "";
}

int Runs::child(const std::string& name, const std::string& records, std::optional<Instant> until, bool state, Commits commits, Kill kill) {
    write(file(name + ".events"), records);
    std::filesystem::remove(file(name + ".said"));
    const auto pid = fork();
    if (pid == 0) {
        if (!std::freopen(file(name + ".stderr").c_str(), "w", stderr)) _exit(3);
        RunOptions options;
        options.programs = {file("p.flow")};
        options.input.path = file(name + ".events");
        options.actions = file(name + ".actions");
        options.rejects = file(name + ".rejects");
        options.trace = true;
        options.commit_records = commits.records;
        options.replay_records = commits.replay;
        options.cache_fans = state ? commits.cache : 0;
        options.commit_ms = 3'600'000;
        if (state) options.state = file(name + ".state");
        if (kill.micros >= 0) {
            std::signal(SIGALRM, die);
            itimerval timer{{0, 0}, {0, std::max(kill.micros, 1)}};
            setitimer(ITIMER_REAL, &timer, nullptr);
        }
        const auto trouble = drive(options, *compiled_, ledger_, until, kill.records);
        if (!trouble.empty()) write(file(name + ".said"), trouble);
        _exit(trouble.empty() ? 0 : 2);
    }
    int status = -1;
    if (pid < 0 || waitpid(pid, &status, 0) != pid) return -1;
    return status;
}

Ran Runs::in_memory(const std::string& records, Instant until) {
    const auto status = child("memory", records, until, false, {}, {});
    Ran ran{slurp(file("memory.actions")), slurp(file("memory.rejects")), ""};
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ran.trouble = fmt::format("the run in memory ended with {}: {}", status, slurp(file("memory.said")));
    return ran;
}

Ran Runs::durable(const std::string& records, Instant until, Random& random, Damage damage) {
    Ran ran;
    Commits commits;
    commits.records = static_cast<std::uint64_t>(1 + random.below(random.one_in(4) ? 5 : 40));
    if (random.one_in(2)) commits.replay = static_cast<std::uint64_t>(random.below(random.one_in(3) ? 1 : 60));
    if (random.one_in(2)) commits.cache = static_cast<std::size_t>(1 + random.below(random.one_in(2) ? 2 : 12));
    const auto state = file("durable.state");
    // up to three beginnings of the input, cut at any byte, and all of it
    std::vector<std::size_t> ends = {records.size()};
    for (int n = random.below(4); n > 0; --n) ends.push_back(static_cast<std::size_t>(random.below(static_cast<int>(records.size()) + 1)));
    if (damage != Damage::No) ends = {records.size() / 3, records.size() * 2 / 3, records.size()};
    std::sort(ends.begin(), ends.end());
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const bool last = i + 1 == ends.size();
        for (int kills = damage == Damage::No ? random.below(3) : 0;; --kills) {
            Kill kill;
            if (kills > 0 && random.one_in(2)) kill.records = random.below(60);
            else if (kills > 0) kill.micros = random.below(random.one_in(2) ? 3'000 : 30'000);
            const auto status = child("durable", records.substr(0, ends[i]), last ? std::optional(until) : std::nullopt, true, commits, kill);
            if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && kills > 0) {
                ++ran.killed;
                continue;
            }
            if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
                ran.trouble = fmt::format("the durable run ended with {}: {}", status, slurp(file("durable.said")));
                return ran;
            }
            break;
        }
        if (damage != Damage::No && i == 0) copy(state, state + ".before");
        if (damage != Damage::No && i == 1) {
            bool done = false;
            if (damage == Damage::PutBack) {
                done = move_place(state + ".before", state); // reads again what it has
            } else {
                done = move_place(state, state + ".before"); // has not what it read
                copy(state + ".before", state);
            }
            if (!done) ran.trouble = "the state could not be damaged";
        }
    }
    ran.actions = slurp(file("durable.actions"));
    ran.rejects = slurp(file("durable.rejects"));
    return ran;
}

} // namespace segue::simulation
