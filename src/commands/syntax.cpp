// `segue syntax`: the grammars of editors, and the class of each token to compare them with.
#include <fmt/ranges.h>
#include <unistd.h>

#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/program_files.hpp"
#include "commands/report_files.hpp"
#include "commands/say.hpp"
#include "syntax/editors/editors.hpp"
#include "syntax/highlight.hpp"
#include "syntax/parse.hpp"
#include "text/did_you_mean.hpp"
#include "text/render.hpp"

namespace segue {

namespace {

struct Options {
    std::string emit;
    std::string tokens;
    std::string output = "-";
    std::string color = "auto";
};

int emit(const Options& options) {
    std::vector<std::string> names;
    for (const auto& file : editor_files()) {
        if (file.what == options.emit) {
            if (const auto written = write_report(options.output, file.text()); !written) return refuse(written.message());
            return done;
        }
        names.emplace_back(file.what);
    }
    if (const auto near = did_you_mean(options.emit, names)) return refuse(fmt::format("--emit: there is no `{}`; did you mean `{}`?", options.emit, *near));
    return refuse(fmt::format("--emit: there is no `{}`; there are {}", options.emit, fmt::join(names, ", ")));
}

int tell(const Options& options) {
    const bool stream = options.tokens == "-";
    auto text = stream ? read_standard_input() : read_file(options.tokens);
    if (!text) return refuse(text.message());
    Sources sources;
    Diagnostics diagnostics;
    const auto index = sources.add(stream ? "<standard input>" : options.tokens, std::move(*text));
    const auto tree = parse(sources, index, diagnostics);
    report_unsaid(sources, tree, diagnostics);
    std::string out;
    for (const auto& token : highlight(tree, sources[index])) {
        const auto from = sources[index].position(token.span.begin);
        const auto to = sources[index].position(token.span.end);
        out += fmt::format("{}:{}-{}:{} {}\n", from.line, from.column, to.line, to.column, name_of(token.highlight));
    }
    if (const auto written = write_report(options.output, out, {options.tokens}); !written) return refuse(written.message());
    if (!diagnostics.has_errors()) return done;
    diagnostics.sort();
    say_as_is(render_human(diagnostics, sources, use_color(options.color, STDERR_FILENO)));
    return scripts_wrong;
}

std::string footer() {
    std::string out = "What can be made:\n";
    for (const auto& file : editor_files()) out += fmt::format("  {:<16} {}\n", file.what, file.summary);
    return out + "Each is a file of editors/ as it stands there; its words are those of grammar/keywords.def.\n\n"
                 "With --tokens, one line a token: LINE:COLUMN-LINE:COLUMN CLASS. Columns count characters from 1; the end is the place behind the\n"
                 "token. Of a broken script there are all tokens too; what could not be read is classed by what stands beside each word.\n"
                 "Exit codes: 0 done, 1 the script is broken, 2 there is nothing of that name, or a file cannot be read or written.\n\n"
                 "  segue syntax --emit vim --output ~/.vim/syntax/segue.vim\n"
                 "  segue syntax --tokens flows/release.flow";
}

} // namespace

void add_syntax(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    auto* emitted = command.add_option("--emit", options->emit, "what to make: see below")->type_name("WHAT");
    auto* told = command.add_option("--tokens", options->tokens, "tell the tokens of this script, or - for standard input")->type_name("FILE");
    command.add_option("--output", options->output, "where to; standard output if not said, or -")->type_name("FILE");
    emitted->excludes(told);
    add_color(command, options->color);
    command.footer(footer());
    command.callback([options, emitted, told, &exit] {
        if (*emitted) exit = emit(*options);
        else if (*told) exit = tell(*options);
        else exit = refuse("say what to make with --emit WHAT, or which script's tokens to tell with --tokens FILE; `segue syntax --help` shows more");
    });
}

} // namespace segue
