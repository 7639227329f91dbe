// `segue test`: the tests of scripts, side by side, told of in their order.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <map>
#include <thread>
#include <unistd.h>

#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/parallel.hpp"
#include "commands/report_files.hpp"
#include "commands/say.hpp"
#include "commands/script_folders.hpp"
#include "scenario/suite_report.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

struct Options {
    std::vector<std::string> paths;
    std::string format = "human";
    std::vector<std::string> reports; // FORMAT=FILE
    std::vector<std::string> filters;
    std::string color = "auto";
    bool coverage = false;
    std::optional<double> min_coverage;
    bool watch = false;
};

const std::vector<std::string> formats{"human", "json", "junit", "concise", "github", "sarif"};

std::string render(const SuiteReport& report, const std::string& format, bool color) {
    if (format == "human") return render_tests_human(report, color);
    if (format == "json") return render_tests_json(report);
    if (format == "junit") return render_tests_junit(report);
    if (format == "lcov") return render_lcov(*report.coverage);
    for (const auto& other : report_formats())
        if (other.name == format) return other.render(report.failures, color);
    return {};
}

bool contains(const std::string& text, const std::string& part) {
    const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

struct Job {
    const Checked* program;
    const Scenario* test;
    TestResult result;
};

// The tests of these programs, each once: a file that several programs use is tested with the first.
std::vector<Job> jobs_of(const std::vector<Checked>& programs, const Options& options, std::vector<std::string>& names) {
    std::vector<Job> out;
    std::set<std::pair<std::string, std::uint32_t>> seen;
    for (const auto& program : programs) {
        if (program.diagnostics.has_errors()) continue;
        for (const auto& test : program.tests) {
            if (!seen.emplace(program.sources[test.span.source].name(), test.span.begin).second) continue;
            names.push_back(test.name);
            const auto wanted = [&](const std::string& filter) { return contains(test.name, filter); };
            if (options.filters.empty() || std::any_of(options.filters.begin(), options.filters.end(), wanted)) out.push_back({&program, &test, {}});
        }
    }
    return out;
}

SuiteReport run_tests(const std::vector<Checked>& programs, std::vector<Job>& jobs, bool with_coverage) {
    std::error_code error;
    SuiteReport report(fs::current_path(error).string());
    const auto began = Clock::now();
    in_parallel(jobs.size(), [&](std::size_t i) { jobs[i].result = run_test(*jobs[i].test, jobs[i].program->program, *jobs[i].program->ledger, with_coverage); });
    report.seconds = std::chrono::duration<double>(Clock::now() - began).count();
    for (const auto& program : programs)
        if (program.diagnostics.has_errors()) report.broken.add(program.sources, program.diagnostics);
    if (with_coverage) {
        report.coverage.emplace();
        for (const auto& program : programs)
            if (!program.diagnostics.has_errors()) report.coverage->add(*program.program, program.places, program.sources, {});
    }
    for (auto& job : jobs) {
        const auto& sources = job.program->sources;
        const auto& source = sources[job.test->head.source];
        if (with_coverage) report.coverage->add(*job.program->program, job.program->places, sources, job.result.reached);
        Diagnostics found;
        for (const auto& failure : job.result.failures) found.error(failure.code, failure.span, "") = failure;
        report.failures.add(sources, found);
        report.tests.push_back({job.test->name, source.name(), source.position(job.test->head.begin).line, std::move(job.result.failures), &sources});
    }
    return report;
}

struct Round {
    int exit = done;
    std::set<std::string> scripts; // that its programs are made of; none if they could not be read
};

// `changed`: only the programs with one of these files. Null: all.
Round run_round(const Options& options, const std::vector<ReportFile>& targets, const std::set<std::string>* changed) {
    Round round;
    auto programs = check_all(options.paths, Wanted::Tests);
    if (!programs) {
        round.exit = refuse(programs.message());
        return round;
    }
    for (const auto& program : *programs) round.scripts.insert(program.files.begin(), program.files.end());
    if (changed)
        std::erase_if(*programs, [&](const Checked& p) { return std::none_of(p.files.begin(), p.files.end(), [&](const std::string& file) { return changed->contains(file); }); });
    std::vector<std::string> names;
    auto jobs = jobs_of(*programs, options, names);
    const bool with_coverage = options.coverage || options.min_coverage || std::any_of(targets.begin(), targets.end(), [](const ReportFile& t) { return t.format == "lcov"; });
    const auto report = run_tests(*programs, jobs, with_coverage);
    if (jobs.empty() && !report.broken.fails() && !changed) {
        if (names.empty()) round.exit = refuse("there are no tests: write `test \"what it shows\" { ... }` in a script");
        else {
            const auto near = did_you_mean(options.filters[0], names);
            round.exit = refuse(fmt::format("no test has a name with `{}` in it{}", fmt::join(options.filters, "` or `"), near ? fmt::format("; did you mean \"{}\"?", *near) : fmt::format("; there {} {}", names.size() == 1 ? "is" : "are", names.size())));
        }
        return round;
    }
    round.exit = report.fails() ? scripts_wrong : done;
    for (const auto& target : targets)
        if (const auto written = write_report(target.path, render(report, target.format, false), round.scripts); !written) round.exit = refuse(written.message());
    if (const auto written = write_report("-", render(report, options.format, use_color(options.color, STDOUT_FILENO))); !written) round.exit = refuse(written.message());
    const auto broken_elsewhere = report.broken.fails() && options.format != "human" && options.format != "json" && options.format != "junit";
    if (broken_elsewhere) say("the tests of scripts with errors did not run: {}", report.broken.sum());
    if (options.min_coverage && report.coverage->percent() < *options.min_coverage) {
        say("coverage is {:.1f}%, and {}% are asked for", report.coverage->percent(), *options.min_coverage);
        if (round.exit == done) round.exit = scripts_wrong;
    }
    return round;
}

volatile std::sig_atomic_t interrupted = 0;

// A file as it is: when it was written last, its size.
using Stamp = std::pair<fs::file_time_type, std::uintmax_t>;
using Stamps = std::map<std::string, Stamp>;

Stamp stamp(const std::string& path) {
    std::error_code error;
    const auto time = fs::last_write_time(path, error);
    return {error ? fs::file_time_type{} : time, fs::file_size(path, error)};
}

// What a round depends on: the scripts of its programs, what was named, and what is in the folders by now.
Stamps watched(const Options& options, const std::set<std::string>& scripts) {
    Stamps out;
    for (const auto& script : scripts) out[script] = stamp(script);
    for (const auto& path : options.paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) out[file_identity(path)] = stamp(path);
        else if (const auto below = scripts_below(path))
            for (const auto& script : *below) out[file_identity(script)] = stamp(script);
    }
    return out;
}

// Again whenever a file changes, until it is interrupted; then only the programs with that file.
int watch(const Options& options, const std::vector<ReportFile>& targets) {
    constexpr auto pause = std::chrono::milliseconds(150);
    std::signal(SIGINT, [](int) { interrupted = 1; });
    std::signal(SIGTERM, [](int) { interrupted = 1; });
    auto before = watched(options, {});
    auto round = run_round(options, targets, nullptr);
    auto scripts = round.scripts;
    const auto settle = [&] { // what changed while the round ran is seen by the next look
        auto now = watched(options, scripts);
        for (auto& [file, is] : now)
            if (const auto was = before.find(file); was != before.end()) is = was->second;
        before = std::move(now);
    };
    settle();
    say("watching {} file{}; Ctrl-C ends it", before.size(), before.size() == 1 ? "" : "s");
    while (!interrupted) {
        std::this_thread::sleep_for(pause);
        auto now = watched(options, scripts);
        std::set<std::string> changed;
        for (const auto& [file, is] : now)
            if (const auto was = before.find(file); was == before.end() || was->second != is) changed.insert(file);
        for (const auto& [file, was] : before)
            if (!now.contains(file)) changed.insert(file);
        if (changed.empty()) continue;
        std::vector<std::string> shown;
        shown.reserve(changed.size());
        for (const auto& file : changed) shown.push_back(fs::path(file).lexically_proximate(fs::current_path()).string());
        say_as_is(fmt::format("\n{} changed\n", fmt::join(shown, ", ")));
        std::this_thread::sleep_for(pause / 3); // editors write in several steps
        before = watched(options, scripts);
        round = run_round(options, targets, round.scripts.empty() ? nullptr : &changed);
        if (!round.scripts.empty()) scripts = round.scripts; // none: they could not be read, and those that were known are watched on
        settle();
    }
    return round.exit;
}

int test_paths(const Options& options) {
    if (const auto format = find_format(options.format, formats); !format) return refuse("--format: " + format.message());
    auto files = formats;
    files.emplace_back("lcov");
    const auto targets = report_files(options.reports, files);
    if (!targets) return refuse(targets.message());
    return options.watch ? watch(options, *targets) : run_round(options, *targets, nullptr).exit;
}

constexpr const char* footer =
    "The files named are one program. Of a folder every *.flow below it is tested, hidden folders and `build` left out. A test starts at\n"
    "2026-01-01 00:00 UTC with no fans; docs/testing.md has all that it can say.\n"
    "\n"
    "  segue test flows --filter release --coverage --report junit=tests.xml --report lcov=coverage.info --min-coverage 90\n"
    "\n"
    "Exit codes: 0 all passed, 1 a test failed, a script has errors or too little is covered, 2 there are no tests, or a file cannot be read or written.";

} // namespace

void add_test(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    command.add_option("PATHS", options->paths, "the scripts of one program, and folders of scripts; this folder if not said")->type_name("");
    command.add_option("--filter", options->filters, "only the tests with this in their names; may be said several times")->type_name("TEXT")->expected(1)->take_all()->allow_extra_args(false);
    command.add_option("--format", options->format, "what standard output gets: human (if not said), json, junit, concise, github or sarif")->type_name("FORMAT");
    command.add_option("--report", options->reports, "write a report to a file as well, also lcov; may be said several times")->type_name("FORMAT=FILE")->expected(1)->take_all()->allow_extra_args(false);
    command.add_flag("--coverage", options->coverage, "also show which rules, steps, branches and suppressions the tests reached");
    command.add_option("--min-coverage", options->min_coverage, "fail below so many percent of rules, steps and branches")->check(CLI::Range(0, 100).description(""))->type_name("PERCENT");
    command.add_flag("--watch", options->watch, "go on, and test again what changes");
    add_color(command, options->color);
    command.footer(footer);
    command.callback([options, &exit] {
        if (options->paths.empty()) options->paths.emplace_back(".");
        exit = test_paths(*options);
    });
}

} // namespace segue
