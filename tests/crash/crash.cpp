// Runs that are stopped: by power cuts (disk.hpp), by kills at any moment, by memory that runs out. What came out in the end is what an undisturbed run gives, or
// the seed is told with the command that does it again.
#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <limits>
#include <unistd.h>

#include "crash/memory.hpp"
#include "crash/trial.hpp"

using namespace segue::test;

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string how = "cuts", sabotage = "none";
    std::uint32_t from = 1;
    std::uint64_t count = 100;
    std::uint32_t each = 0; // 0: at random
    bool crowd = false;
};

// What a seed does to the runs of one stream; `most` is what an undisturbed one has of it.
std::function<std::optional<Disturbance>(int)> disturbances(const std::string& how, std::uint32_t seed, std::uint64_t most, bool each) {
    return [how, seed, most, each, random = std::make_shared<std::mt19937>(seed)](int n) -> std::optional<Disturbance> {
        auto& r = *random;
        Disturbance out;
        if (how == "cuts") {
            if (n > 0 && (n >= 6 || r() % 3 != 0)) return std::nullopt;
            out.power.cut_at = 1 + r() % most;
            out.power.seed = static_cast<std::uint32_t>(r());
        } else if (how == "kills") {
            out.kill_after_us = 1'000 + r() % (most / 3 + most * static_cast<std::uint64_t>(n) / 12); // longer and longer: at last a run comes to its end before that, also where doing the last steps again takes long
        } else {
            if (n > 0) return std::nullopt;
            out.allocation = each ? seed : 1 + r() % most;
            out.and_all_after = !each && r() % 2;
        }
        return out;
    };
}

int crash(const Options& o) {
    const auto folder = (fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) / fmt::format("segue-crash-{}", ::getpid());
    Trials trials(folder, o.crowd);
    const auto sabotage = o.sabotage == "state" ? Sabotage::State : o.sabotage == "actions" ? Sabotage::Actions : o.sabotage == "position" ? Sabotage::Position : Sabotage::None;
    const std::uint32_t a_stream = o.how == "kills" ? 1 : o.each > 0 ? std::numeric_limits<std::uint32_t>::max() : 50; // seeds
    std::uint64_t stopped = 0, most = 1;
    for (auto seed = o.from; o.each > 0 ? seed <= most || seed == o.from : stopped < o.count; seed += std::max(o.each, 1u)) {
        if (const auto of = seed / a_stream; seed == o.from || seed % a_stream == 0) {
            trials.begin(of, o.how == "kills");
            most = o.how == "kills" ? trials.microseconds() : trials.operations();
            if (o.how == "allocations") { // one that never comes shows how many there are
                std::uint64_t none = 0;
                const auto wrong = trials.go([](int) { return Disturbance{.power = {}, .kill_after_us = 0, .allocation = std::uint64_t{1} << 60, .and_all_after = false}; }, Sabotage::None, none);
                if (!wrong.empty()) throw std::runtime_error(wrong);
                most = trials.allocations();
            }
        }
        const auto wrong = trials.go(disturbances(o.how, seed, most, o.each > 0), sabotage, stopped);
        if (wrong.empty()) continue;
        fmt::print("seed {} ({} stops so far):\n{}\nthe disk: {}\nagain: segue_crash {} --from {}{}{}{}\n", seed, stopped, wrong, trials.disk(), o.how, seed, o.each > 0 ? fmt::format(" --each {}", o.each) : " --count 1", o.crowd ? " --crowd" : "", o.sabotage == "none" ? "" : " --sabotage " + o.sabotage);
        return 1;
    }
    fmt::print("{} times stopped, and nothing lost, doubled or other than without that\n", stopped);
    fs::remove_all(folder);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Runs that are stopped, and go on");
    Options o;
    app.add_option("HOW", o.how, "cuts (of the power), kills or allocations (that fail)")->check(CLI::IsMember({"cuts", "kills", "allocations"}));
    app.add_option("--from", o.from, "the first seed");
    auto* count = app.add_option("--count", o.count, "until so many runs were stopped");
    app.add_option("--each", o.each, "not at random, but the allocations of one run in turn, in steps of so many; a seed is the number of one")->excludes(count)->check(CLI::PositiveNumber);
    app.add_flag("--crowd", o.crowd, "many fans, due at the same instants: more than a slice takes");
    app.add_option("--sabotage", o.sabotage, "a fault to find: syncs of the state or of the actions do nothing, or the position in the input is lost")->check(CLI::IsMember({"none", "state", "actions", "position"}));
    CLI11_PARSE(app, argc, argv);
    if (o.each > 0 && o.how != "allocations") {
        fmt::print("--each goes with allocations\n");
        return 2;
    }
    if (o.how == "allocations" && !memory_can_fail()) {
        fmt::print("not tried: the sanitizer has an allocator of its own\n");
        return 0;
    }
    try {
        return crash(o);
    } catch (const std::exception& error) {
        fmt::print("{}\n", error.what());
        return 2;
    }
}
