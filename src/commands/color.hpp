// Colours, the same for every command.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace segue {

// The option `--color auto|always|never`.
void add_color(CLI::App& command, std::string& when);

// `auto` is colour on a terminal that has it, unless NO_COLOR is set.
bool use_color(const std::string& when, int fd);

} // namespace segue
