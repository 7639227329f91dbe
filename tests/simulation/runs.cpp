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

Runs::Runs(const std::string& folder, const std::string& script, const std::string& other) : folder_(folder) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    const auto add = [&](const std::string& name, const std::string& text) {
        auto& fresh = scripts_.emplace_back();
        fresh.path = file(name);
        write(fresh.path, text);
        if (auto compiled = compile({fresh.path}, *fresh.ledger)) fresh.compiled = std::move(*compiled);
    };
    add("p.flow", script);
    if (!other.empty()) add("q.flow", other);
}

std::string Runs::mistakes() const {
    for (const auto& script : scripts_) {
        if (!script.compiled) return "the script cannot be read";
        if (script.compiled->diagnostics.has_errors()) return render_human(script.compiled->diagnostics, script.compiled->sources, false);
    }
    return "";
}

int Runs::child(const std::string& name, const std::string& records, const Part& part, bool state, const Commits& commits, Kill kill) {
    const auto& script = scripts_[part.program];
    write(file(name + ".events"), records.substr(0, part.end));
    std::filesystem::remove(file(name + ".said"));
    const auto pid = fork();
    if (pid == 0) {
        if (!std::freopen(file(name + ".stderr").c_str(), "w", stderr)) _exit(3);
        RunOptions options;
        options.programs = {script.path};
        options.input.path = file(name + ".events");
        options.actions = file(name + ".actions");
        options.rejects = file(name + ".rejects");
        options.trace = true;
        options.at_once = at_once;
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
        const auto trouble = drive(options, *script.compiled, script.ledger, part.until, kill.records);
        if (!trouble.empty()) write(file(name + ".said"), trouble);
        _exit(trouble.empty() ? 0 : 2);
    }
    int status = -1;
    if (pid < 0 || waitpid(pid, &status, 0) != pid) return -1;
    return status;
}

Ran Runs::in_memory(const std::string& records, Instant until) {
    const auto status = child("memory", records, {0, records.size(), until}, false, {}, {});
    Ran ran{slurp(file("memory.actions")), slurp(file("memory.rejects")), ""};
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) ran.trouble = fmt::format("the run in memory ended with {}: {}", status, slurp(file("memory.said")));
    return ran;
}

Runs::Commits Runs::random_commits(Random& random) {
    Commits commits;
    commits.records = static_cast<std::uint64_t>(1 + random.below(random.one_in(4) ? 5 : 40));
    if (random.one_in(2)) commits.replay = static_cast<std::uint64_t>(random.below(random.one_in(3) ? 1 : 60));
    if (random.one_in(2)) commits.cache = static_cast<std::size_t>(1 + random.below(random.one_in(2) ? 2 : 12));
    return commits;
}

std::string Runs::killed_on_the_way(const std::string& records, const Part& part, const Commits& commits, int kills, Random& random, Ran& ran) {
    for (;; --kills) {
        Kill kill;
        if (kills > 0 && random.one_in(2)) kill.records = random.below(60);
        else if (kills > 0) kill.micros = random.below(random.one_in(2) ? 3'000 : 30'000);
        const auto status = child("durable", records, part, true, commits, kill);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL || kills <= 0) return fmt::format("the durable run ended with {}: {}", status, slurp(file("durable.said")));
        ++ran.killed;
    }
}

Ran Runs::changed(const std::string& records, std::size_t place, Instant until, Random& random) {
    Ran ran;
    for (const auto& part : {Part{0, place, std::nullopt}, Part{1, records.size(), until}}) {
        ran.trouble = killed_on_the_way(records, part, random_commits(random), random.below(3), random, ran);
        if (!ran.trouble.empty()) return ran;
    }
    ran.actions = slurp(file("durable.actions"));
    return ran;
}

Ran Runs::changed_in_memory(const std::string& records, std::size_t place, Instant until) {
    Ran ran;
    const auto ledger = std::make_shared<Ledger>();
    World world(ledger);
    Actions actions;
    InputPosition from;
    for (const auto& script : scripts_) {
        const auto compiled = compile({script.path}, *ledger); // the second when the first has run: what it counts begins there
        const auto& program = (*compiled)->program;
        if (world.versions.empty()) attach(world, program);
        else change_program(world, program);
        write(file("memory.events"), world.versions.size() == 1 ? records.substr(0, place) : records);
        Decoder decoder(*program, world.symbols());
        InputOptions options;
        options.path = file("memory.events");
        options.from = from;
        options.nested = decoder.wants_nested();
        auto reader = open_reader(options);
        if (!reader) return ran.trouble = reader.message(), ran;
        segue::Fields fields(decoder.names());
        Record record;
        std::string reason;
        while ((*reader)->next(fields)) {
            if (decoder.decode(fields, record, reason) != Decoded::Record || !refusal(world, record).empty()) continue;
            step(world, record, actions);
        }
        from = (*reader)->position();
    }
    advance(world, until, actions);
    for (const auto& action : actions) {
        append_json(ran.actions, action);
        ran.actions += '\n';
    }
    write(file("memory.actions"), ran.actions); // for who looks at a difference
    return ran;
}

Ran Runs::durable(const std::string& records, Instant until, Random& random, Damage damage) {
    Ran ran;
    const auto commits = random_commits(random);
    const auto state = file("durable.state");
    // up to three beginnings of the input, cut at any byte, and all of it
    std::vector<std::size_t> ends = {records.size()};
    for (int n = random.below(4); n > 0; --n) ends.push_back(static_cast<std::size_t>(random.below(static_cast<int>(records.size()) + 1)));
    if (damage != Damage::No) ends = {records.size() / 3, records.size() * 2 / 3, records.size()};
    std::sort(ends.begin(), ends.end());
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const bool last = i + 1 == ends.size();
        ran.trouble = killed_on_the_way(records, {0, ends[i], last ? std::optional(until) : std::nullopt}, commits, damage == Damage::No ? random.below(3) : 0, random, ran);
        if (!ran.trouble.empty()) return ran;
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
