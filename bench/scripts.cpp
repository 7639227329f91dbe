// What checking and formatting cost: 1,000 generated files of 100 lines, one program of as many rules, and one file of 20 lines; what 1,000 tests
// cost, and 200 entries of a session.
// Usage: bench_scripts SEGUE FOLDER [RUNS]. The runs are interleaved; medians are told, with `wc` over the same files beside them.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vector>

#include "generator.hpp"

namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

struct Cost {
    double seconds = 0;
    long kib = 0;
    int exit = 0;
};

Cost run(const std::vector<std::string>& words) {
    timespec begin{}, end{};
    clock_gettime(CLOCK_MONOTONIC, &begin);
    const auto child = fork();
    if (child == 0) {
        const int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        dup2(null, 2);
        std::vector<char*> arguments;
        for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        execvp(arguments[0], arguments.data());
        _exit(127);
    }
    int status = 0;
    rusage usage{};
    wait4(child, &status, 0, &usage);
    clock_gettime(CLOCK_MONOTONIC, &end);
    return {static_cast<double>(end.tv_sec - begin.tv_sec) + static_cast<double>(end.tv_nsec - begin.tv_nsec) * 1e-9, usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128};
}

double median(std::vector<double> all) {
    std::sort(all.begin(), all.end());
    return all[all.size() / 2];
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        fmt::print(stderr, "usage: bench_scripts SEGUE FOLDER [RUNS]\n");
        return 2;
    }
    const std::string segue = argv[1];
    const fs::path folder = argv[2];
    const int runs = argc > 3 ? std::max(1, std::atoi(argv[3])) : 9;
    fs::remove_all(folder);
    Generator generator(20'261'125);
    for (int i = 0; i < 1'000; ++i) write(folder / "many" / fmt::format("campaign_{}.flow", i), generator.script(i, 100));
    write(folder / "one" / "one.flow", generator.script(0, 65'000));
    write(folder / "small" / "small.flow", generator.script(0, 20));
    write(folder / "tests" / "tests.flow", Generator::tests(1'000));
    write(folder / "session.in", Generator::session(200));

    const auto all = [&](const char* part) { return (folder / part).string(); };
    struct Row {
        std::string what;
        std::vector<std::string> words;
        int worst = 1; // exit code
        std::vector<double> seconds{};
        long kib = 0;
    };
    std::vector<Row> rows = {
        {"wc, 1,000 files", {"sh", "-c", "cat " + all("many") + "/*.flow | wc"}},
        {"check, 100,000 lines in 1,000 files", {segue, "check", all("many")}},
        {"fmt --check, the same", {segue, "fmt", "--check", all("many")}},
        {"fmt, the same, all of them rewritten", {"sh", "-c", "sed -i 's/ => /  =>  /' " + all("many") + "/*.flow; exec " + segue + " fmt " + all("many")}},
        {"sed alone, as above", {"sh", "-c", "sed -i 's/ => /  =>  /' " + all("many") + "/*.flow"}},
        {"check, 65,000 lines in one file", {segue, "check", all("one")}},
        {"fmt --check, the same", {segue, "fmt", "--check", all("one")}},
        {"check, one file of 20 lines", {segue, "check", all("small") + "/small.flow"}},
        {"fmt --check, the same", {segue, "fmt", "--check", all("small") + "/small.flow"}},
        {"test, 1,000 tests of 6 statements", {segue, "test", all("tests")}, 0},
        {"repl, 200 entries from a pipe", {"sh", "-c", segue + " repl " + all("small") + "/small.flow < " + all("session.in")}, 0},
    };
    for (int i = 0; i < runs; ++i)
        for (auto& row : rows) {
            const auto cost = run(row.words);
            if (cost.exit > row.worst) {
                fmt::print(stderr, "bench_scripts: `{}` ended with {}\n", fmt::join(row.words, " "), cost.exit);
                return 2;
            }
            row.seconds.push_back(cost.seconds);
            row.kib = std::max(row.kib, cost.kib);
        }
    const auto base = median(rows[0].seconds);
    fmt::print("{:<40} {:>10} {:>10} {:>10} {:>9} {:>8}\n", "", "median ms", "least", "most", "MiB", "to wc");
    for (auto& row : rows) {
        const auto [least, most] = std::minmax_element(row.seconds.begin(), row.seconds.end());
        const auto middle = median(row.seconds);
        fmt::print("{:<40} {:>10.1f} {:>10.1f} {:>10.1f} {:>9.1f} {:>8.1f}\n", row.what, middle * 1e3, *least * 1e3, *most * 1e3, static_cast<double>(row.kib) / 1024, middle / base);
    }
}
