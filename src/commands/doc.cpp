// `segue doc`: what the doc comments of a program, and of the standard library, say.
#include <filesystem>
#include <unistd.h>

#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/report_files.hpp"
#include "commands/say.hpp"
#include "commands/program_files.hpp"
#include "scenario/documented.hpp"
#include "syntax/load.hpp"
#include "text/did_you_mean.hpp"
#include "text/render.hpp"

namespace segue {

namespace {

struct Options {
    std::vector<std::string> paths;
    std::string name;
    std::string format = "terminal";
    std::string output = "-";
    std::string color = "auto";
    bool library = false;
};

int document(const Options& options) {
    if (const auto format = find_format(options.format, {"terminal", "markdown"}); !format) return refuse("--format: " + format.message());
    std::vector<ProgramText> roots;
    for (const auto& path : options.paths) {
        auto text = read_file(path);
        if (!text) return refuse(text.message());
        roots.push_back({path, std::move(*text)});
    }
    const bool library = options.library || roots.empty();
    if (library) roots.push_back({"", "use std\n"}); // all of it
    Sources sources;
    Diagnostics diagnostics;
    const auto loaded = load(roots, {read_file, file_identity}, sources, diagnostics);
    if (diagnostics.has_errors()) {
        diagnostics.sort();
        say_as_is(render_human(diagnostics, sources, use_color(options.color, STDERR_FILENO)));
        return scripts_wrong;
    }
    auto all = documented(loaded, sources);
    std::vector<std::string> names;
    for (const auto& entry : all) names.push_back(entry.name);
    // A name is looked for everywhere; a list is of what was asked for.
    if (!options.name.empty()) std::erase_if(all, [&](const Documented& d) { return d.name != options.name && !d.name.ends_with("/" + options.name); });
    else std::erase_if(all, [&](const Documented& d) { return d.library && !library; });
    if (all.empty() && !options.name.empty()) {
        const auto near = did_you_mean(options.name, names);
        return refuse(near ? fmt::format("nothing is named `{}`; did you mean `{}`?", options.name, *near) : fmt::format("nothing is named `{}`", options.name));
    }
    std::string out;
    if (options.format == "markdown") out = render_markdown(all);
    else
        for (const auto& entry : all) out += (out.empty() ? "" : "\n") + render_terminal(entry, use_color(options.color, STDOUT_FILENO));
    if (out.empty()) out = "nothing is declared there\n";
    const std::set<std::string> scripts(options.paths.begin(), options.paths.end());
    if (const auto written = write_report(options.output, out, scripts); !written) return refuse(written.message());
    return done;
}

} // namespace

void add_doc(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    command.add_option("FILES", options->paths, "the scripts; none: the standard library")->type_name("");
    command.add_option("--name", options->name, "only the declaration of that name, the library's as well")->type_name("NAME");
    command.add_flag("--library", options->library, "the standard library besides");
    command.add_option("--format", options->format, "terminal (if not said) or markdown")->type_name("FORMAT");
    command.add_option("--output", options->output, "where to; standard output if not said, or -")->type_name("FILE");
    add_color(command, options->color);
    command.footer("A doc comment begins with `##` and stands right above what it is about.\n\n  segue doc --name presave\n  segue doc flows/release.flow --format markdown --output flows.md");
    command.callback([options, &exit] { exit = document(*options); });
}

} // namespace segue
