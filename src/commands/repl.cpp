// `segue repl`: a session at a terminal, or a script of entries from a pipe.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/line_editor.hpp"
#include "commands/output.hpp"
#include "commands/program_files.hpp"
#include "commands/say.hpp"
#include "commands/state_reader.hpp"
#include "commands/write_file.hpp"
#include "scenario/session.hpp"

namespace segue {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<std::string> paths;
    std::string state;
    std::string color = "auto";
};

// By the XDG base directory specification.
std::string history_file() {
    if (const auto* own = std::getenv("SEGUE_HISTORY")) return own;
    const auto* state = std::getenv("XDG_STATE_HOME");
    const auto* home = std::getenv("HOME");
    if ((!state || *state != '/') && !home) return "";
    const auto folder = state && *state == '/' ? fs::path(state) / "segue" : fs::path(home) / ".local/state/segue";
    std::error_code error;
    fs::create_directories(folder, error);
    return error ? "" : (folder / "history").string();
}

void put(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

// Each with its line break.
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size() - 1) + 1;
        out.push_back(text.substr(at, end - at));
        at = end;
    }
    return out;
}

int at_terminal(Session& session, bool color) {
    put(color ? "\033[1msegue\033[0m " SEGUE_VERSION "  `:help` tells what can be entered, Ctrl-D ends it\n" : "segue " SEGUE_VERSION "  `:help` tells what can be entered, Ctrl-D ends it\n");
    LineEditor editor(history_file(), [&](const std::string& line, std::size_t cursor) { return session.completions(line, cursor); });
    std::signal(SIGINT, SIG_IGN); // Ctrl-C leaves a line, never the session
    std::string entry;
    while (true) {
        auto prompt = entry.empty() ? session.clock() + "> " : std::string(session.clock().size(), ' ') + ". ";
        if (color) prompt = fmt::format("\1\033[36m\1{}\1\033[0m\1", prompt);
        const auto read = editor.read(prompt);
        if (!read && entry.empty()) break;
        if (!read || read->empty()) { // Ctrl-C, and Ctrl-D in the middle: the entry is left, not the session
            if (!read) put("\n");
            entry.clear();
            continue;
        }
        // What was pasted can be several entries.
        const auto lines = lines_of(*read);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const bool blank = lines[i].find_first_not_of(" \t\r\n") == std::string::npos;
            if (blank && entry.empty()) continue;
            entry += lines[i];
            if (i + 1 < lines.size() && continues_entry(lines[i + 1])) continue;
            const auto reply = session.enter(entry, blank);
            if (reply.answer == Session::Answer::More) continue;
            editor.remember(entry);
            entry.clear();
            put(reply.text);
            if (reply.answer == Session::Answer::Quit) return done;
        }
    }
    put("\n");
    return done;
}

// Each entry and what came of it; the exit code tells whether all of it could be done.
int from_pipe(Session& session) {
    int exit = done;
    std::string entry, line, next;
    bool more = static_cast<bool>(std::getline(std::cin, next));
    while (more) {
        line = std::move(next);
        next.clear();
        more = static_cast<bool>(std::getline(std::cin, next));
        entry += line + "\n";
        const bool blank = line.find_first_not_of(" \t\r") == std::string::npos;
        if (more && continues_entry(next) && !blank) continue;
        const auto reply = session.enter(entry, blank || !more);
        if (reply.answer == Session::Answer::More) continue;
        std::string shown;
        if (entry.find_first_not_of(" \t\r\n") != std::string::npos)
            for (const auto& text : lines_of(entry))
                if (text != "\n") shown += (shown.empty() ? "> " : ". ") + text;
        put(shown + reply.text);
        entry.clear();
        if (reply.answer == Session::Answer::Wrong) exit = scripts_wrong;
        if (reply.answer == Session::Answer::Quit) break;
    }
    return exit;
}

int run_session(const Options& options) {
    const bool terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    const bool color = use_color(options.color, STDOUT_FILENO);
    SessionWorld around;
    around.files = {read_file, file_identity};
    around.write = [](const std::string& path, std::string_view text, bool over) -> Outcome {
        std::error_code error;
        if (!over && fs::exists(path, error)) return Failure{fmt::format("{} is there already; `:save! {}` writes over it", path, path)};
        if (const auto folder = fs::path(path).parent_path(); !folder.empty() && !fs::is_directory(folder, error)) return Failure{fmt::format("there is no folder {}", folder.string())};
        return over && fs::exists(path, error) ? replace_file(path, text) : create_file(path, text);
    };
    around.paths = [](const std::string& begin) {
        std::vector<std::string> out;
        const auto folder = begin.substr(0, begin.rfind('/') + 1);
        std::error_code error;
        for (auto at = fs::directory_iterator(folder.empty() ? "." : folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
            const auto name = folder + at->path().filename().string();
            if (!name.starts_with(begin) || at->path().filename().string()[0] == '.') continue;
            if (at->is_directory(error)) out.push_back(name + "/");
            else if (name.ends_with(".flow")) out.push_back(name);
        }
        std::sort(out.begin(), out.end());
        return out;
    };
    std::vector<ProgramText> roots;
    std::unique_ptr<StateReader> state;
    if (!options.state.empty()) {
        auto opened = StateReader::open(options.state);
        if (!opened) return refuse(opened.message());
        state = std::move(*opened);
        if (options.paths.empty()) {
            auto kept = state->texts();
            if (!kept) return refuse(kept.message());
            roots.assign(kept->first.begin(), kept->first.begin() + static_cast<std::ptrdiff_t>(kept->second));
            around.files.read = [texts = kept->first](const std::string& path) -> Result<std::string> { // what it used stands there too
                for (const auto& text : texts)
                    if (text.path == path) return text.text;
                return read_file(path);
            };
        }
        around.begin = [&](std::shared_ptr<Ledger> ledger, std::shared_ptr<const Program> program) { return state->world(std::move(ledger), std::move(program)); };
    }
    for (const auto& path : options.paths) {
        auto text = read_file(path);
        if (!text) return refuse(text.message());
        roots.push_back({path, std::move(*text)});
    }
    Session session(std::move(around), color);
    auto opened = session.open(roots);
    if (!opened) return refuse(opened.message());
    if (!opened->empty()) {
        say_as_is(*opened);
        return scripts_wrong;
    }
    return terminal ? at_terminal(session, color) : from_pipe(session);
}

constexpr const char* footer =
    "Enter what fans do (`ana does save(\"t1\")`), how time goes (`after 2 days`), rules and declarations, expressions, or a\n"
    "command such as `:why` (`:help` lists them). Without a terminal the entries are read from standard input, one a line;\n"
    "the exit code is then 1 if one of them could not be done or an `expect` was not met.\n"
    "\n"
    "The history is kept in $XDG_STATE_HOME/segue/history, or in the file that SEGUE_HISTORY names.";

} // namespace

void add_repl(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    command.add_option("FILES", options->paths, "the scripts of the program to try; none: an empty one, or that of the state file")->type_name("");
    command.add_option("--state", options->state, "begin with the fans of this state file, as they are; it is only read")->type_name("FILE");
    add_color(command, options->color);
    command.footer(footer);
    command.callback([options, &exit] { exit = run_session(*options); });
}

} // namespace segue
