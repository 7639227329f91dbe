#include "crash/trial.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands/command.hpp"
#include "crash/memory.hpp"
#include "edit_inputs.hpp"
#include "slurp.hpp"
#include "streams.hpp"
#include "text/render.hpp"

namespace segue::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* until = "2029-01-01";

} // namespace

Trials::Trials(fs::path folder, bool crowd) : crowd_(crowd), folder_(std::move(folder)) {
    fs::create_directories(folder_ / "disk");
    options_.programs = {folder_ / "program.flow"};
    std::ofstream(options_.programs[0]) << (crowd ? gathering : busy);
    auto compiled = compile(options_.programs, *ledger_);
    if (!compiled || (*compiled)->diagnostics.has_errors()) throw std::runtime_error("the program is wrong:\n" + (compiled ? render_human((*compiled)->diagnostics, (*compiled)->sources, false) : compiled.message()));
    compiled_ = std::move(*compiled);
    auto* shared = static_cast<std::uint64_t*>(::mmap(nullptr, 2 * sizeof(std::uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    operations_ = shared;
    allocations_ = shared + 1;
}

std::string Trials::records(std::uint32_t seed, bool large) const {
    if (crowd_) return crowd(large ? 2'500 : 30 + static_cast<int>(seed % 30), seed);
    return stream(large ? 20'000 : 40 + static_cast<int>(seed % 30), seed);
}

void Trials::begin(std::uint32_t seed, bool large) {
    clear();
    std::string text; // of many records nothing but the position says that they were read
    std::istringstream lines(records(seed, large));
    for (std::string line; std::getline(lines, line); text += line + "\n")
        if (const auto id = line.find("\"id\":"); id != std::string::npos && seed % 3 != line.size() % 3) line.erase(id, line.find(',', id) + 1 - id);
    std::ofstream(folder_ / "disk" / "events", std::ios::binary) << text;
    options_.input.path = folder_ / "disk" / "events";
    options_.actions = folder_ / "disk" / "actions";
    options_.rejects = folder_ / "disk" / "rejects";
    options_.until = until;
    options_.commit_records = large ? crowd_ ? 100 : 500 : std::array<std::uint64_t, 4>{3, 7, 10, 30}[seed % 4];
    options_.commit_ms = 3'600'000;
    options_.at_once = crowd_ ? large ? 300 : 5 : RunOptions().at_once;
    options_.replay_records = large ? seed % 2 * 1'500 : std::array<std::uint64_t, 3>{usual_steps, 25, 0}[seed % 3]; // a long run gets on between two kills
    options_.cache_fans = seed % 4 == 1 ? 3 : 0;
    options_.journal_days = seed % 5 == 0 ? 0 : 100'000;
    if (run({}, false) != 0) throw std::runtime_error("the undisturbed run fails: " + told());
    actions_ = slurp(options_.actions);
    rejects_ = slurp(options_.rejects);
    if (actions_.empty() || rejects_.empty()) throw std::runtime_error("the undisturbed run does nothing");
    clear();
    const auto began = std::chrono::steady_clock::now();
    if (run({}, true) != 0) throw std::runtime_error("the run with a state fails: " + told());
    microseconds_ = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began).count());
}

std::string Trials::go(const std::function<std::optional<Disturbance>(int)>& disturb, Sabotage sabotage, std::uint64_t& stopped) {
    clear();
    std::string story;
    for (int n = 0;; ++n) {
        auto disturbance = disturb(n);
        if (disturbance) disturbance->power.lie = sabotage == Sabotage::State ? Lie::State : sabotage == Sabotage::Actions ? Lie::Actions : Lie::None;
        const int exit = run(disturbance.value_or(Disturbance()), true);
        const auto said = told();
        if (disturbance) story += fmt::format("  run {}: {}exit {}\n", n, disturbance->power.cut_at ? fmt::format("cut at operation {}, ", disturbance->power.cut_at) : disturbance->allocation ? fmt::format("allocation {} fails, ", disturbance->allocation) : "", exit);
        else story += fmt::format("  run {}, undisturbed: exit {}\n", n, exit);
        if (exit == refused && disturbance) story += "    it said: " + said + "\n";
        if (exit == 0) break;
        const bool libc_gave_up = exit == was_aborted && said.find("glibc error") != std::string::npos && disturbance && disturbance->allocation > 0; // it needs memory for a thread
        if (!libc_gave_up && (!disturbance || (exit != power_is_gone && exit != was_killed && exit != refused))) return story + "  it says: " + said;
        if (exit == refused && (disturbance->allocation == 0 || said.find("memory") == std::string::npos)) return story + "  it says: " + said;
        ++stopped;
        if (sabotage == Sabotage::Position && n == 0) lose_position();
    }
    if (slurp(options_.actions) != actions_) return story + "  the actions are not those of an undisturbed run\n";
    if (slurp(options_.rejects) != rejects_) return story + "  the rejects are not those of an undisturbed run\n";
    return "";
}

std::string Trials::told() const { return slurp(folder_ / "told"); }

void Trials::clear() const {
    for (const auto& entry : fs::directory_iterator(folder_ / "disk"))
        if (entry.path().filename() != "events") fs::remove(entry.path());
}

int Trials::run(const Disturbance& disturbance, bool with_state) {
    for (const auto& entry : fs::directory_iterator(folder_ / "disk"))
        if (entry.path().extension() == ".removed") fs::remove(entry.path()); // the run came to its end: they are gone
    *operations_ = *allocations_ = 0;
    std::fflush(stdout);
    const auto pid = ::fork();
    if (pid == 0) child(disturbance, with_state);
    if (disturbance.kill_after_us > 0) {
        ::usleep(static_cast<useconds_t>(disturbance.kill_after_us));
        ::kill(pid, SIGKILL);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// As `segue run` does it; without compiling, which is most of a small run, where the disturbance is none of memory.
void Trials::child(const Disturbance& disturbance, bool with_state) {
    const int told = ::open((folder_ / "told").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::dup2(told, STDERR_FILENO);
    ::close(told);
    if (with_state) options_.state = folder_ / "disk" / "state.db";
    if (disturbance.allocation > 0) {
        std::vector<std::string> words{"segue", "run", options_.programs[0], "--events", options_.input.path, "--actions", options_.actions, "--rejects", options_.rejects, "--until", until, "--state", options_.state,
                                       "--commit-records", std::to_string(options_.commit_records), "--replay-records", std::to_string(options_.replay_records), "--commit-ms", "3600000", "--journal", std::to_string(options_.journal_days)};
        if (options_.cache_fans > 0) words.insert(words.end(), {"--cache-fans", std::to_string(options_.cache_fans)});
        std::vector<char*> arguments;
        for (auto& word : words) arguments.push_back(word.data());
        fail_allocation(disturbance.allocation, disturbance.and_all_after);
        const int exit = run_tool(static_cast<int>(arguments.size()), arguments.data());
        *allocations_ = test::allocations();
        ::_exit(exit);
    }
    if (with_state) {
        auto power = disturbance.power;
        power.folder = disk();
        switch_on(power);
    }
    const auto end = [&](const std::string& why) {
        fmt::print(stderr, "{}\n", why);
        std::fflush(stderr);
        if (with_state) *operations_ = test::operations();
        ::_exit(why.empty() ? done : refused);
    };
    auto running = Running::open(options_, *compiled_, ledger_);
    if (!running) end(running.message());
    if (const auto finished = (*running)->run(*read_date(until) * day_ms); !finished) end(finished.message());
    running->reset();
    end("");
    std::abort();
}

void Trials::lose_position() const {
    edit_inputs(folder_ / "disk" / "state.db", "DELETE FROM inputs"); // there may be no state yet
}

} // namespace segue::test
