// `segue fix`: the safe mends, applied until none is left. What is a mend is the checker's to say; here they become files.
#include <filesystem>
#include <map>
#include <set>
#include <unistd.h>

#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/output.hpp"
#include "commands/write_file.hpp"
#include "commands/say.hpp"
#include "commands/script_folders.hpp"
#include "text/diff.hpp"
#include "text/edits.hpp"
#include "text/render.hpp"

namespace segue {

namespace {

struct Options {
    std::vector<std::string> paths;
    std::string color = "auto";
    bool diff = false;
};

// A file on the way from what stands on disk to what it will be. A byte order mark is kept.
struct Mended {
    std::string path;
    std::string before;
    std::string after;
    std::size_t mends = 0;
};

// A mend can uncover the next mistake, but not without end.
constexpr int most_rounds = 100;

// What is on disk is replaced only if it is still what was mended.
Outcome write(const Mended& file) {
    const auto now = read_file(file.path);
    if (!now) return now.failure();
    if (*now != file.before) return Failure{fmt::format("{} has changed meanwhile and is left alone; try again", file.path)};
    return replace_file(file.path, file.after);
}

int fix(const Options& options) {
    std::map<std::string, Mended> files; // by identity
    const auto read = [&](const std::string& path) -> Result<std::string> {
        const auto at = files.find(file_identity(path));
        return at == files.end() ? read_file(path) : at->second.after;
    };
    Report report;
    for (int round = 0; round < most_rounds; ++round) {
        const auto programs = check_all(options.paths, Wanted::Findings, read);
        if (!programs) {
            return refuse(programs.message());
        }
        report = Report();
        for (const auto& program : *programs) report.add(program.sources, program.diagnostics);
        const auto fixable = report.fixable();
        if (fixable.empty()) break;
        std::vector<Edit> edits;
        std::map<std::uint32_t, std::size_t> mends;
        for (const auto i : compatible(fixable)) {
            edits.insert(edits.end(), fixable[i]->mend.begin(), fixable[i]->mend.end());
            std::set<std::uint32_t> touched;
            for (const auto& edit : fixable[i]->mend) touched.insert(edit.span.source);
            for (const auto source : touched) ++mends[source];
        }
        for (const auto& [index, count] : mends) {
            const auto& source = report.sources()[index];
            auto& file = files[file_identity(source.name())];
            const auto mark = source.left_out() > 0 ? std::string("\xEF\xBB\xBF") : std::string();
            if (file.path.empty()) file.path = source.name(), file.before = mark + std::string(source.text());
            file.after = mark + edited(source.text(), index, edits);
            file.mends += count;
        }
    }

    auto out = Output::open("-", 0);
    int exit = report.fails() ? scripts_wrong : done;
    for (const auto& [identity, file] : files) {
        if (options.diff) {
            const auto difference = unified_diff(file.before, file.after, file.path, use_color(options.color, STDOUT_FILENO));
            out->text(difference);
            if (!difference.empty()) exit = scripts_wrong;
        } else if (const auto written = write(file); written) say_as_is(fmt::format("fixed {}: {} mend{}\n", file.path, file.mends, file.mends == 1 ? "" : "s"));
        else {
            say("{}", written.message());
            exit = refused;
        }
    }
    if (!options.diff) out->text(render_human(report, use_color(options.color, STDOUT_FILENO)));
    else if (const auto sum = report.sum(); !sum.empty()) say("{} would stay; `segue check` shows them", sum);
    if (const auto written = out->flush(); !written) {
        return refuse(written.message());
    }
    return exit;
}

} // namespace

void add_fix(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    command.add_option("PATHS", options->paths, "the scripts of one program, and folders of scripts")->required()->type_name("");
    command.add_flag("--diff", options->diff, "change nothing; show what would change, as `patch` reads it");
    add_color(command, options->color);
    command.footer("A mend is safe where the script can mean nothing else: a spelling of another language, a word that is missing, an `allow` that silences\n"
                   "nothing. Guesses, such as `did you mean`, are left to you, and shown as by `segue check`. Files that the scripts `use` are mended too.\n"
                   "Exit codes: 0 nothing is wrong now, 1 something is or, with --diff, something would change, 2 a file cannot be read or written.");
    command.callback([options, &exit] { exit = fix(*options); });
}

} // namespace segue
