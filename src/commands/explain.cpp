#include <unistd.h>

#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/output.hpp"
#include "commands/say.hpp"
#include "text/did_you_mean.hpp"
#include "text/pages.hpp"

namespace segue {

namespace {

struct Options {
    std::string word;
    std::string color = "auto";
};

std::string all_codes() {
    std::size_t widest = 0;
    for (const auto& entry : diagnostic_catalogue()) widest = std::max(widest, entry.name.size());
    std::string out;
    for (const auto& entry : diagnostic_catalogue()) out += fmt::format("{}  {:<{}}  {}\n", entry.code, entry.name, widest, entry.title);
    return out;
}

int explain(const Options& options) {
    std::string text;
    if (options.word.empty()) text = all_codes();
    else if (const auto* entry = find_code(options.word)) text = render_page(page_of(entry->id), use_color(options.color, STDOUT_FILENO));
    else {
        say("{}", unknown_code(options.word, {}));
        return refused;
    }
    auto out = Output::open("-", 0);
    out->text(text);
    if (const auto written = out->flush(); !written) {
        say("{}", written.message());
        return refused;
    }
    return done;
}

} // namespace

std::string unknown_code(const std::string& word, std::vector<std::string> others) {
    for (const auto& entry : diagnostic_catalogue()) {
        others.emplace_back(entry.code);
        others.emplace_back(entry.name);
    }
    const auto near = did_you_mean(word, others);
    if (near) return fmt::format("there is no code `{}`; did you mean `{}`?", word, *near);
    return fmt::format("there is no code `{}`; `segue explain` lists them all", word);
}

void add_explain(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    command.add_option("CODE", options->word, "a code or its name: E0203, reserved_name; all are listed if none is said")->type_name("");
    add_color(command, options->color);
    command.footer("The pages are docs/diagnostics/. Exit codes: 0 done, 2 there is no such code.");
    command.callback([options, &exit] { exit = explain(*options); });
}

} // namespace segue
