#include "commands/color.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

namespace segue {

void add_color(CLI::App& command, std::string& when) {
    command.add_option("--color", when, "colours: auto (if not said), always or never")->check(CLI::IsMember({"auto", "always", "never"}).description(""))->type_name("WHEN");
}

bool use_color(const std::string& when, int fd) {
    if (when == "always") return true;
    if (when == "never") return false;
    const auto* no_color = std::getenv("NO_COLOR");
    const auto* term = std::getenv("TERM");
    return (!no_color || *no_color == '\0') && isatty(fd) && term && std::string_view(term) != "dumb";
}

} // namespace segue
