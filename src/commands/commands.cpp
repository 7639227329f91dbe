#include <exception>
#include <fcntl.h>
#include <fmt/format.h>
#include <new>
#include <system_error>
#include <unistd.h>

#include "commands/command.hpp"
#include "commands/say.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

namespace {

struct Row {
    const char* name;
    const char* summary;
    AddCommand add;
};

constexpr Row table[] = {
    {"check", "find what is wrong with scripts", add_check},
    {"doc", "what the doc comments of scripts and of the library say", add_doc},
    {"explain", "tell what a code of a message means, with an example", add_explain},
    {"fix", "mend what can be mended safely", add_fix},
    {"fmt", "write scripts in the one style", add_fmt},
    {"graph", "draw a program: events, rules, messages, waits, stages", add_graph},
    {"init", "make a new project folder", add_init},
    {"lsp", "the language server, for editors", add_lsp},
    {"repl", "try a program: fans, time and rules at a prompt", add_repl},
    {"run", "turn a stream of fan events into actions", add_run},
    {"syntax", "make the grammars of editors, or tell the class of each token", add_syntax},
    {"test", "run the tests of scripts", add_test},
    {"why", "tell the story of a fan: what came, what did not, and why", add_why},
};

// A stream that is closed must not become the state file.
void open_streams() {
    int fd = ::open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO) fd = ::open("/dev/null", O_RDWR);
    if (fd > STDERR_FILENO) ::close(fd);
}

// A state file stands a kill at any moment, so nothing has to be taken apart, which might ask for more.
[[noreturn]] void out_of_memory() {
    say_as_is("segue: out of memory; what was committed to a state is kept, and the same command goes on from there\n");
    ::_exit(refused);
}

} // namespace

int refuse(const std::string& message) {
    say("{}", message);
    return refused;
}

int run_tool(int argc, char** argv) try {
    open_streams();
    std::set_new_handler(out_of_memory);
    CLI::App app{"Segue: action flows as a language. trigger => response -> progression", "segue"};
    app.set_version_flag("--version", "segue " SEGUE_VERSION);
    app.require_subcommand(1);
    app.footer("`segue COMMAND --help` tells more of each.\nExit codes: 0 done, 1 the scripts are wrong, 2 usage or the world refused, 101 a bug of segue's own.");
    int exit = done;
    std::vector<std::string> names;
    for (const auto& row : table) {
        row.add(*app.add_subcommand(row.name, row.summary), exit);
        names.emplace_back(row.name);
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        if (e.get_exit_code() == 0) return app.exit(e); // --help, --version
        say("{}", e.what());
        const std::string word = argc > 1 ? argv[1] : "";
        const auto near = did_you_mean(word, names);
        const bool unknown = std::find(names.begin(), names.end(), word) == names.end();
        if (unknown && near) say_as_is(fmt::format("did you mean `segue {}`?\n", *near));
        else say_as_is(fmt::format("`segue{}{} --help` shows how it is used\n", unknown ? "" : " ", unknown ? "" : word));
        return refused;
    }
    return exit;
} catch (const std::system_error& e) { // a file, a thread
    return refuse(e.what());
} catch (const std::exception& e) {
    say("a bug of segue's own: {}\nplease report it with what you ran", e.what());
    return our_bug;
}

} // namespace segue
