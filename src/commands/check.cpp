#include <unistd.h>

#include "check/analysis/budget.hpp"
#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/output.hpp"
#include "commands/program_files.hpp"
#include "commands/say.hpp"
#include "text/render.hpp"

namespace segue {

namespace {

struct Options {
    std::vector<std::string> files;
    std::string color = "auto";
    bool budget = false;
};

int check_files(const Options& options) {
    Ledger ledger;
    const auto compiled = compile(options.files, ledger);
    if (!compiled) {
        say("{}", compiled.message());
        return refused;
    }
    const auto& c = **compiled;
    auto out = Output::open("-", 0);
    out->text(render_human(c.diagnostics, c.sources, use_color(options.color, STDOUT_FILENO)));
    if (options.budget && !c.diagnostics.has_errors()) out->text(analysis::budget_table(*c.program, c.places, ledger));
    if (const auto written = out->flush(); !written) {
        say("{}", written.message());
        return refused;
    }
    return c.diagnostics.has_errors() ? scripts_wrong : done;
}

} // namespace

void add_check(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    command.add_option("FILES", options->files, "the scripts of one program")->required()->type_name("");
    command.add_flag("--budget", options->budget, "also show the most that one fan can get on each channel, and whether promises are kept");
    add_color(command, options->color);
    command.footer("Silent when all is well. Exit codes: 0 nothing is wrong (there may be warnings), 1 something is, 2 a file cannot be read.");
    command.callback([options, &exit] { exit = check_files(*options); });
}

} // namespace segue
