// `segue fmt`: scripts in the one style, in place. The style itself is syntax/format.
#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <unistd.h>

#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/output.hpp"
#include "commands/parallel.hpp"
#include "commands/program_files.hpp"
#include "commands/write_file.hpp"
#include "commands/say.hpp"
#include "commands/script_folders.hpp"
#include "syntax/format.hpp"
#include "text/diff.hpp"
#include "text/render.hpp"

namespace segue {

namespace {

struct Options {
    std::vector<std::string> paths;
    std::string color = "auto";
    bool check = false;
    bool diff = false;
};

// What became of one file. Files are formatted side by side and told of in their order.
struct Told {
    bool changes = false;
    bool broken = false;
    std::string output;  // for standard output: a difference, or the text itself
    std::string errors;  // what is wrong with it; apart, so that a broken text in a pipe is not taken for a formatted one
    std::string failure; // the world refused
};

Told format_file(const std::string& path, const Options& options) {
    Told told;
    const bool stream = path == "-";
    auto text = stream ? read_standard_input() : read_file(path);
    if (!text) {
        told.failure = text.message();
        return told;
    }
    const auto name = stream ? std::string("<standard input>") : path;
    Sources sources;
    Diagnostics diagnostics;
    sources.add(name, *text);
    const auto formatted = format(sources, 0, diagnostics);
    if (!formatted) {
        diagnostics.sort();
        told.broken = true;
        told.errors = render_human(diagnostics, sources, use_color(options.color, STDERR_FILENO));
        return told;
    }
    told.changes = *formatted != *text;
    if (options.diff) told.output = unified_diff(*text, *formatted, name, use_color(options.color, STDOUT_FILENO));
    if (options.check || options.diff) return told;
    if (stream) told.output = *formatted;
    else if (told.changes) {
        if (const auto written = replace_file(path, *formatted); !written) told.failure = written.message();
    }
    return told;
}

int format_files(const Options& options) {
    std::set<std::string> seen;
    std::vector<std::string> files;
    std::vector<std::string> failures;
    for (const auto& path : options.paths) {
        std::error_code error;
        const auto found = path != "-" && std::filesystem::is_directory(path, error) ? scripts_below(path) : std::vector{path};
        if (!found) failures.push_back(found.message());
        else
            for (const auto& file : *found)
                if (seen.insert(file_identity(file)).second) files.push_back(file);
    }
    std::vector<Told> told(files.size());
    in_parallel(files.size(), [&](std::size_t i) { told[i] = format_file(files[i], options); });

    auto out = Output::open("-", 0);
    int exit = done;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const auto& t = told[i];
        if (!t.failure.empty()) {
            failures.push_back(t.failure);
            continue;
        }
        const bool stream = files[i] == "-";
        if (options.check && !options.diff && t.changes) out->line(stream ? "<standard input>" : files[i]);
        out->text(t.output);
        if (t.broken) say_as_is(t.errors);
        if (t.broken || (t.changes && (options.check || options.diff))) exit = scripts_wrong;
        if (t.changes && !options.check && !options.diff && !stream) say_as_is(fmt::format("formatted {}\n", files[i]));
    }
    if (const auto written = out->flush(); !written) failures.push_back(written.message());
    for (const auto& failure : failures) say("{}", failure);
    return failures.empty() ? exit : refused;
}

} // namespace

void add_fmt(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    command.add_option("FILES", options->paths, "scripts, folders of scripts, or - for standard input")->required()->type_name("");
    command.add_flag("--check", options->check, "change nothing; list the files that would change");
    command.add_flag("--diff", options->diff, "change nothing; show what would change");
    add_color(command, options->color);
    command.footer("Folders are gone through for *.flow; hidden folders and build/ are left out. Silent when nothing changes.\n"
                   "Exit codes: 0 done, 1 a script is broken (it is left alone) or, with --check or --diff, would change, 2 a file cannot be read or written.");
    command.callback([options, &exit] { exit = format_files(*options); });
}

} // namespace segue
