// `segue graph`: a program as a picture. Graphviz lays out the SVG.
#include <cerrno>
#include <csignal>
#include <cstring>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/report_files.hpp"
#include "commands/say.hpp"
#include "commands/state_reader.hpp"
#include "scenario/graph.hpp"
#include "text/render.hpp"

extern char** environ;

namespace segue {

namespace {

struct Options {
    std::vector<std::string> paths;
    std::string format = "mermaid";
    std::string output = "-";
    std::string state;
    std::string color = "auto";
};

// What a program of the system makes of a text.
Result<std::string> through(const std::vector<std::string>& command, const std::string& input) {
    int in[2], out[2];
    if (::pipe(in) != 0 || ::pipe(out) != 0) return Failure{fmt::format("cannot run {}: {}", command[0], std::strerror(errno))};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    for (const int fd : {in[0], in[1], out[0], out[1]}) posix_spawn_file_actions_addclose(&actions, fd);
    std::vector<char*> arguments;
    for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    pid_t pid = 0;
    const auto error = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    std::string made;
    if (error == 0) {
        std::signal(SIGPIPE, SIG_IGN);
        std::size_t at = 0;
        pollfd both[] = {{out[0], POLLIN, 0}, {in[1], POLLOUT, 0}};
        char part[65'536];
        while (true) { // both at once: neither side waits for the other
            if (::poll(both, 2, -1) < 0 && errno != EINTR) break;
            if (both[1].fd >= 0 && both[1].revents != 0) {
                const auto n = ::write(in[1], input.data() + at, std::min<std::size_t>(4096, input.size() - at));
                if (n > 0) at += static_cast<std::size_t>(n);
                if (n <= 0 || at == input.size()) {
                    ::close(in[1]);
                    both[1].fd = -1;
                }
            }
            if (both[0].revents != 0) {
                const auto n = ::read(out[0], part, sizeof part);
                if (n <= 0) break;
                made.append(part, static_cast<std::size_t>(n));
            }
        }
        if (both[1].fd >= 0) ::close(in[1]);
    } else ::close(in[1]);
    ::close(out[0]);
    if (error != 0) return Failure{fmt::format("cannot run `{}`: {}", command[0], std::strerror(error))};
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return Failure{fmt::format("`{}` failed", command[0])};
    return made;
}

GraphNumbers numbers_of(World& world, std::map<std::string, GraphNumbers::Rule> rules) {
    GraphNumbers out{std::move(rules), {}};
    for (const auto* fan : fans_of(world)) {
        if (fan->stage >= 0) ++out.stages[world.program().stages[static_cast<std::size_t>(fan->stage)].name];
        for (const auto& r : fan->responses) ++out.rules[world.versions[r.version].program->rules[r.rule].name].under_way;
    }
    return out;
}

int draw(const Options& options) {
    if (const auto format = find_format(options.format, {"mermaid", "dot", "svg", "text"}); !format) return refuse("--format: " + format.message());
    const auto ledger = std::make_shared<Ledger>();
    std::unique_ptr<StateReader> state;
    if (!options.state.empty()) {
        auto opened = StateReader::open(options.state);
        if (!opened) return refuse(opened.message());
        state = std::move(*opened);
    }
    if (options.paths.empty() && !state) return refuse("name the scripts of a program, or a state file with --state");
    auto compiled = options.paths.empty() ? state->program(*ledger) : compile(options.paths, *ledger);
    if (!compiled) return refuse(compiled.message());
    auto& c = **compiled;
    if (c.diagnostics.has_errors()) {
        say_as_is(render_human(c.diagnostics, c.sources, use_color(options.color, STDERR_FILENO)));
        return scripts_wrong;
    }
    std::string picture;
    Graph graph;
    if (state) {
        auto world = state->world(ledger, c.program);
        if (!world) return refuse(world.message());
        const auto rules = state->rule_numbers();
        if (!rules) return refuse(rules.message());
        const auto numbers = numbers_of(*world, *rules);
        graph = graph_of(*world, &numbers);
    } else {
        World world(ledger);
        attach(world, c.program);
        graph = graph_of(world);
    }
    if (options.format == "mermaid") picture = render_mermaid(graph);
    else if (options.format == "text") picture = render_text(graph, use_color(options.color, STDOUT_FILENO));
    else picture = render_dot(graph);
    if (options.format == "svg") {
        auto drawn = through({"dot", "-Tsvg"}, picture);
        if (!drawn) return refuse(fmt::format("{}; Graphviz lays out the picture: install it (Debian: `apt-get install graphviz`), or take `--format dot` or `mermaid`", drawn.message()));
        picture = std::move(*drawn);
    }
    const std::set<std::string> scripts(options.paths.begin(), options.paths.end());
    if (const auto written = write_report(options.output, picture, scripts); !written) return refuse(written.message());
    return done;
}

} // namespace

void add_graph(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    command.add_option("FILES", options->paths, "the scripts of the program")->type_name("");
    command.add_option("--format", options->format, "mermaid (if not said), dot, svg or text")->type_name("FORMAT");
    command.add_option("--output", options->output, "where to; standard output if not said, or -")->type_name("FILE");
    command.add_option("--state", options->state, "put numbers on it, from the state file of `segue run`: fans at each stage, and of each rule what started, was suppressed, converted and is under way")->type_name("FILE");
    add_color(command, options->color);
    command.footer("Numbers of what happened go back as far as the journal does (`segue run --journal DAYS`).\n\n  segue graph flows/release.flow --format svg --output release.svg");
    command.callback([options, &exit] { exit = draw(*options); });
}

} // namespace segue
