// `segue why`: the story of one fan, from a state file.
#include <unistd.h>

#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/report_files.hpp"
#include "commands/say.hpp"
#include "commands/state_reader.hpp"
#include "scenario/describe.hpp"
#include "scenario/story.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

namespace {

struct Options {
    std::string state, fan;
    std::string color = "auto";
    bool json = false;
};

int tell_story(const Options& options) {
    auto state = StateReader::open(options.state);
    if (!state) return refuse(state.message());
    const auto ledger = std::make_shared<Ledger>();
    const auto compiled = (*state)->program(*ledger);
    if (!compiled) return refuse(compiled.message());
    auto world = (*state)->world(ledger, (*compiled)->program);
    if (!world) return refuse(world.message());
    const auto* known = world->fan(options.fan);
    if (!known) {
        if (world->forgotten.contains(forgotten_key(options.fan))) return refuse(fmt::format("{} was forgotten: nothing is kept of them", options.fan));
        std::vector<std::string> ids;
        for (const auto* fan : fans_of(*world))
            if (ids.size() < 10'000) ids.push_back(fan->id);
        const auto near = did_you_mean(options.fan, ids);
        return refuse(fmt::format("there is no fan {} in {}{}", options.fan, options.state, near ? fmt::format("; did you mean {}?", *near) : fmt::format(" ({} fans)", ids.size())));
    }
    const auto& fan = *known;
    auto entries = (*state)->journal(fan);
    if (!entries) return refuse(entries.message());
    std::string out;
    if (options.json) out = json_of_story(*world, fan, *entries).dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    else {
        out = show_fan(*world, fan, {}) + "\n";
        if (entries->empty()) out += "nothing that happened to this fan is kept: the journal goes back 30 days, or as far as `segue run --journal DAYS` says\n";
        else out += render_story(*world, fan, *entries, use_color(options.color, STDOUT_FILENO));
        out += fmt::format("\nit is {} {}\n", clock_text(*world, 0, world->clock), world->zones.name(0));
    }
    if (const auto written = write_report("-", out); !written) return refuse(written.message());
    return done;
}

} // namespace

void add_why(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    command.add_option("--state", options->state, "the state file of `segue run`; it is only read")->required()->type_name("FILE");
    command.add_option("FAN", options->fan, "the id of the fan, or another of their ids")->required()->type_name("");
    command.add_flag("--json", options->json, "as a JSON document");
    add_color(command, options->color);
    command.footer("What is kept, and for how long, is said by `segue run --journal DAYS`.\n\n  segue why --state fans.db ana\n\nExit codes: 0 done, 2 there is no such fan, or the file cannot be read.");
    command.callback([options, &exit] { exit = tell_story(*options); });
}

} // namespace segue
