#include <algorithm>
#include <filesystem>
#include <set>
#include <unistd.h>

#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/report_files.hpp"
#include "commands/say.hpp"
#include "commands/script_folders.hpp"
#include "text/report.hpp"

namespace segue {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<std::string> paths;
    std::string format = "human";
    std::vector<std::string> reports; // FORMAT=FILE
    std::vector<std::string> deny;
    std::string color = "auto";
    bool budget = false;
};

std::vector<std::string> format_names() {
    std::vector<std::string> out;
    for (const auto& format : report_formats()) out.emplace_back(format.name);
    return out;
}

const ReportFormat& format_of(const std::string& name) {
    return *std::find_if(report_formats().begin(), report_formats().end(), [&](const ReportFormat& format) { return format.name == name; });
}

Result<std::set<Code>> denied_codes(const std::vector<std::string>& words) {
    std::set<Code> out;
    for (const auto& word : words) {
        if (word == "warnings") {
            for (const auto& entry : diagnostic_catalogue())
                if (entry.severity == Severity::Warning) out.insert(entry.id);
        } else if (const auto* entry = find_code(word)) out.insert(entry->id);
        else return Failure{fmt::format("--deny: {}", unknown_code(word, {"warnings"}))};
    }
    return out;
}

int check_paths(const Options& options) {
    const auto format = find_format(options.format, format_names());
    if (!format) return refuse("--format: " + format.message());
    const auto denied = denied_codes(options.deny);
    if (!denied) return refuse(denied.message());
    const auto targets = report_files(options.reports, format_names());
    if (!targets) return refuse(targets.message());

    const auto shows_budget = [](const ReportFile& target) { return format_of(target.format).shows_budget; };
    if (options.budget && !format_of(*format).shows_budget && std::none_of((*targets).begin(), (*targets).end(), shows_budget))
        return refuse(fmt::format("--budget: the format `{}` has no place for it; `human` and `json` have", *format));

    auto programs = check_all(options.paths, options.budget ? Wanted::Budget : Wanted::Findings);
    if (!programs) return refuse(programs.message());
    std::error_code error;
    Report report(fs::current_path(error).string());
    std::set<std::string> scripts;
    for (auto& program : *programs) {
        report.add(program.sources, program.diagnostics);
        if (program.budget) report.add(std::move(*program.budget));
        scripts.merge(program.files);
    }
    report.deny(*denied);

    // Everything is tried, so that a full disk costs one report and not the others.
    int exit = report.fails() ? scripts_wrong : done;
    for (const auto& target : *targets)
        if (const auto written = write_report(target.path, format_of(target.format).render(report, false), scripts); !written) exit = refuse(written.message());
    if (const auto written = write_report("-", format_of(*format).render(report, use_color(options.color, STDOUT_FILENO))); !written) exit = refuse(written.message());
    return exit;
}

constexpr const char* footer =
    "The files named are one program. Of a folder every *.flow below it is checked, hidden folders and `build` left out: each is a program of its own\n"
    "with what it `use`s; a script that another one uses is checked as part of that one.\n"
    "\n"
    "Formats: human and concise (one line each) are for people and editors; json, sarif, github and junit for CI. Silent when all is well in the forms\n"
    "made of lines; json, sarif and junit are whole documents also then. `segue explain CODE` tells more of a code.\n"
    "\n"
    "  segue check flows --format github --report sarif=segue.sarif --report junit=segue.xml --deny warnings\n"
    "\n"
    "Exit codes: 0 nothing is wrong (there may be warnings), 1 something is, 2 a file cannot be read or written.";

} // namespace

void add_check(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    command.add_option("PATHS", options->paths, "the scripts of one program, and folders of scripts")->required()->type_name("");
    command.add_option("--format", options->format, "what standard output gets: human (if not said), concise, json, sarif, github or junit")->type_name("FORMAT");
    command.add_option("--report", options->reports, "write a report to a file as well; may be said several times")->type_name("FORMAT=FILE")->expected(1)->take_all()->allow_extra_args(false);
    command.add_option("--deny", options->deny, "make these warnings errors: `warnings`, a code or its name; may be said several times")->type_name("WHAT")->expected(1)->take_all()->allow_extra_args(false);
    command.add_flag("--budget", options->budget, "also show the most that one fan can get on each channel, and whether promises are kept");
    add_color(command, options->color);
    command.footer(footer);
    command.callback([options, &exit] { exit = check_paths(*options); });
}

} // namespace segue
