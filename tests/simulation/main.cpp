// Programs and records from seeds, played three times: by the model, by the tool in memory, and by the tool on a state file, killed and begun again.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

#include "simulation/calendar.hpp"
#include "simulation/model.hpp"
#include "simulation/records.hpp"
#include "simulation/runs.hpp"

using namespace segue::simulation;

namespace {

struct Options {
    int seeds = 100, from = 0;
    bool keep = false, control = false;
};

struct Story {
    Program program;
    std::vector<std::string> lines;
    std::string records;
    Instant until = 0;
};

Story tell(int seed) {
    Random random(static_cast<std::uint64_t>(seed));
    Story story;
    story.program = random_program(random);
    story.lines = random_records(random, 20 + random.below(80));
    for (const auto& line : story.lines) story.records += line + "\n";
    story.until = day_of(2026, 3, 20) * day_ms + random.below(40) * day_ms;
    return story;
}

Actions actions_of(const std::string& lines) {
    Actions out;
    std::istringstream in(lines);
    for (std::string line; std::getline(in, line);) {
        out.push_back(nlohmann::json::parse(line));
        out.back().erase("id");
    }
    return out;
}

std::vector<int> lines_of(const std::string& rejects) {
    std::vector<int> out;
    std::istringstream in(rejects);
    for (std::string line; std::getline(in, line);) out.push_back(nlohmann::json::parse(line)["line"]);
    return out;
}

// The first place where two runs differ; "" where they do not.
template <class T>
std::string difference(const char* what, const std::vector<T>& wanted, const std::vector<T>& got, const char* who) {
    for (std::size_t i = 0; i < std::max(wanted.size(), got.size()); ++i) {
        if (i < wanted.size() && i < got.size() && wanted[i] == got[i]) continue;
        const auto show = [&](const std::vector<T>& of) { return i < of.size() ? nlohmann::json(of[i]).dump() : "(none)"; };
        return fmt::format("{} {}:\n  {} says {}\n  the tool says {}\n", what, i + 1, who, show(wanted), show(got));
    }
    return "";
}

// Where not all is done that is due before a record, the order between fans is another, and that of each fan the same.
Actions by_fan(Actions actions) {
    std::stable_sort(actions.begin(), actions.end(), [](const nlohmann::json& a, const nlohmann::json& b) { return a["fan"] < b["fan"]; });
    return actions;
}

Model modelled(const Story& story, Altered altered) {
    Model model(story.program, altered);
    int number = 0;
    for (const auto& line : story.lines) model.line(line, ++number);
    model.advance_to(story.until);
    return model;
}

std::string by_model(const Model& model, const Ran& ran) {
    return difference("rejected line", model.rejects(), lines_of(ran.rejects), "the model") + difference("action", model.actions(), actions_of(ran.actions), "the model");
}

// Where records ran ahead of what was due, which response of two fans who are one by then is the older is another matter.
Actions not_met(const Model& model, Actions actions) {
    std::erase_if(actions, [&](const nlohmann::json& action) {
        const auto met = model.met().find(action["fan"].get<std::string>());
        constexpr std::size_t second = 19; // what stands before the fraction
        return met != model.met().end() && action["time"].get<std::string>().substr(0, second) >= rfc3339(met->second).substr(0, second);
    });
    return by_fan(std::move(actions));
}

std::string by_model_late(const Model& model, const Ran& ran) {
    return difference("rejected line", model.rejects(), lines_of(ran.rejects), "the model") + difference("action", not_met(model, model.actions()), not_met(model, actions_of(ran.actions)), "the model");
}

std::string by_bytes(const Ran& memory, const Ran& durable) {
    if (!durable.trouble.empty()) return durable.trouble;
    if (memory.actions == durable.actions && memory.rejects == durable.rejects) return "";
    const auto split = [](const std::string& text) {
        std::vector<std::string> out;
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);) out.push_back(line);
        return out;
    };
    const auto found = difference("line of the actions", split(memory.actions), split(durable.actions), "the run in memory") + difference("reject", split(memory.rejects), split(durable.rejects), "the run in memory");
    return found.empty() ? "the files differ in their ends" : found;
}

std::string place() {
    const auto folder = std::filesystem::is_directory("/dev/shm") ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path();
    return folder / fmt::format("segue-simulation-{}", getpid());
}

struct Counts { std::size_t actions = 0, suppressed = 0, killed = 0, refused = 0, met = 0; };

// Another program, of another seed, takes over on the way.
std::string by_change(const Story& story, int seed, const std::string& folder, Counts& counts) {
    Random random(static_cast<std::uint64_t>(seed) + 2'000'000);
    auto other = random_program(random).text();
    Runs runs(folder, story.program.text(), other);
    if (const auto mistakes = runs.mistakes(); !mistakes.empty()) return "the other script is wrong\n" + mistakes;
    const auto line = random.below(static_cast<int>(story.lines.size()));
    std::size_t place = 0;
    for (int n = 0; n < line; ++n) place += story.lines[static_cast<std::size_t>(n)].size() + 1;
    const auto memory = runs.changed_in_memory(story.records, place, story.until);
    const auto durable = runs.changed(story.records, place, story.until, random);
    counts.killed += static_cast<std::size_t>(durable.killed);
    const auto found = by_bytes(memory, durable);
    return found.empty() ? "" : fmt::format("p.flow up to line {} and q.flow from there on: {}", line, found);
}

// With less done at once than is due.
std::string by_lateness(const Model& model, const Story& story, int seed, const std::string& folder, Counts& counts) {
    Runs runs(folder, story.program.text());
    Random random(static_cast<std::uint64_t>(seed) + 3'000'000);
    runs.at_once = static_cast<std::size_t>(1 + random.below(3));
    const auto memory = runs.in_memory(story.records, story.until);
    if (!memory.trouble.empty()) return memory.trouble;
    const auto durable = runs.durable(story.records, story.until, random);
    if (!durable.trouble.empty()) return durable.trouble;
    counts.killed += static_cast<std::size_t>(durable.killed);
    counts.met += model.met().size();
    const auto found = by_model_late(model, memory) + difference("action of the state", by_fan(actions_of(memory.actions)), by_fan(actions_of(durable.actions)), "the run in memory");
    return found.empty() ? "" : fmt::format("{} at once: {}", runs.at_once, found);
}

// What is wrong with a seed; "" where nothing is.
std::string play(int seed, const std::string& folder, Counts& counts) {
    const auto story = tell(seed);
    Runs runs(folder, story.program.text());
    if (const auto mistakes = runs.mistakes(); !mistakes.empty()) {
        ++counts.refused;
        return "the script is wrong\n" + mistakes;
    }
    runs.at_once = std::numeric_limits<std::size_t>::max(); // all that is due, however much: the model has no other order
    const auto memory = runs.in_memory(story.records, story.until);
    if (!memory.trouble.empty()) return memory.trouble;
    Random random(static_cast<std::uint64_t>(seed) + 1'000'000);
    const auto durable = runs.durable(story.records, story.until, random);
    counts.killed += static_cast<std::size_t>(durable.killed);
    for (const auto& action : actions_of(memory.actions)) ++(action["kind"] == "suppressed" ? counts.suppressed : counts.actions);
    const auto model = modelled(story, Altered::No);
    return by_model(model, memory) + by_bytes(memory, durable) + by_lateness(model, story, seed, folder, counts) + by_change(story, seed, folder, counts);
}

int simulate(const Options& options, const char* self) {
    Counts counts;
    int failed = 0;
    const auto folder = place();
    for (int seed = options.from; seed < options.from + options.seeds; ++seed) {
        const auto found = play(seed, folder, counts);
        if (found.empty() && !options.keep) continue;
        const auto kept = fmt::format("{}-{}", folder, seed);
        std::filesystem::remove_all(kept);
        std::filesystem::rename(folder, kept);
        if (found.empty()) {
            fmt::print("seed {} is in {}, until {}\n", seed, kept, rfc3339(tell(seed).until));
            continue;
        }
        fmt::print("seed {}: {}  again: {} --from {} --seeds 1\n  script and records: {}/p.flow, {}/memory.events; --until {}\n", seed, found, self, seed, kept, kept, rfc3339(tell(seed).until));
        if (++failed == 5) break;
    }
    std::filesystem::remove_all(folder);
    fmt::print("{} seeds from {}: {} actions, {} suppressed, {} kills; {} fans who met with responses not held against the model when late; {} failed\n", options.seeds, options.from, counts.actions, counts.suppressed, counts.killed, counts.met, failed);
    return failed == 0 ? 0 : 1;
}

// Whether mistakes are found: each alteration of the model, and each damage to a state, within some seeds.
int control(const Options& options) {
    int missed = 0;
    const auto folder = place();
    const auto look = [&](const std::string& name, auto finds) {
        for (int seed = options.from; seed < options.from + options.seeds; ++seed)
            if (finds(seed)) return fmt::print("{}: found at seed {}\n", name, seed);
        fmt::print("{}: not found in {} seeds\n", name, options.seeds);
        ++missed;
    };
    static const char* names[] = {"", "a limit off by one", "a duplicate counted", "a window with both its ends", "a frequency always given back", "quiet a minute longer", "an undo that is earlier than the hold", "late records at the clock"};
    for (int n = 1; n <= alterations; ++n)
        look(names[n], [&](int seed) {
            const auto story = tell(seed);
            Runs runs(folder, story.program.text());
            return !by_model(modelled(story, static_cast<Altered>(n)), runs.in_memory(story.records, story.until)).empty();
        });
    for (const auto damage : {Damage::PutBack, Damage::Forgets})
        look(damage == Damage::PutBack ? "a place put back" : "a commit lost", [&](int seed) {
            const auto story = tell(seed);
            Runs runs(folder, story.program.text());
            Random random(static_cast<std::uint64_t>(seed));
            const auto durable = runs.durable(story.records, story.until, random, damage);
            if (!durable.trouble.empty()) throw std::runtime_error(durable.trouble); // what is refused is not tried
            return !by_bytes(runs.in_memory(story.records, story.until), durable).empty();
        });
    std::filesystem::remove_all(folder);
    return missed == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Random programs over random records: by a plain model, in memory, and on a state that is killed");
    Options options;
    app.add_option("--seeds", options.seeds, "how many");
    app.add_option("--from", options.from, "the first");
    app.add_flag("--keep", options.keep, "leave the files of each seed");
    app.add_flag("--control", options.control, "see that mistakes are found: of the model, and damage to a state");
    CLI11_PARSE(app, argc, argv);
    try {
        return options.control ? control(options) : simulate(options, argv[0]);
    } catch (const std::exception& error) {
        fmt::print("{}\n", error.what());
        return 2;
    }
}
