#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "commands/color.hpp"
#include "commands/command.hpp"
#include "commands/program_files.hpp"
#include "commands/running.hpp"
#include "commands/say.hpp"
#include "ingest/decode.hpp"
#include "text/render.hpp"

namespace segue {

namespace {

std::atomic<bool> interrupted = false; // without a lock: a signal may set it, and two threads ask
static_assert(std::atomic<bool>::is_always_lock_free);
void interrupt(int) { interrupted = true; }

std::string thousands(std::uint64_t n) {
    auto text = std::to_string(n);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3) text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

// A line on a terminal that tells how far it is; nothing in a pipe.
class Progress {
public:
    explicit Progress(bool wanted) : wanted_(wanted), start_(Clock::now()), last_(start_) {}

    void show(std::uint64_t records, Time clock) {
        if (!wanted_ || records % 512 != 0) return;
        const auto now = Clock::now();
        if (now - last_ < std::chrono::milliseconds(100)) return;
        last_ = now;
        const auto seconds = std::chrono::duration<double>(now - start_).count();
        say_as_is(fmt::format("\r{} records, {}/s, at {}\033[K", thousands(records), thousands(static_cast<std::uint64_t>(static_cast<double>(records) / seconds)), to_rfc3339(clock)));
        std::fflush(stderr);
        shown_ = true;
    }
    void clear() {
        if (shown_) say_as_is("\r\033[K");
        shown_ = false;
    }

private:
    using Clock = std::chrono::steady_clock;
    bool wanted_;
    bool shown_ = false;
    Clock::time_point start_, last_;
};

int run_program(const RunOptions& options) {
    const auto ledger = std::make_shared<Ledger>();
    const auto compiled = compile(options.programs, *ledger);
    if (!compiled) return refuse(compiled.message());
    const auto& c = **compiled;
    say_as_is(render_human(c.diagnostics, c.sources, use_color(options.color, STDERR_FILENO)));
    if (c.diagnostics.has_errors()) return scripts_wrong;

    std::optional<Time> until;
    if (!options.until.empty()) {
        until = read_time(options.until);
        if (!until)
            if (const auto day = read_date(options.until)) until = *day * day_ms;
        if (!until) return refuse(fmt::format("--until: `{}` is not a time; write it as 2026-03-13T10:00:00Z", options.until));
    }

    if (options.cache_fans > 0 && options.state.empty()) return refuse("--cache-fans: fans rest beside a state; name one with --state, or leave it out");

    auto running = Running::open(options, c, ledger);
    if (!running) return refuse(running.message());
    auto& run = **running;
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    std::signal(SIGPIPE, SIG_IGN);

    Progress progress(isatty(STDERR_FILENO) != 0);
    const auto finished = run.run(until, [&] { progress.show(run.summary().records, run.clock().value_or(0)); });
    progress.clear();
    const auto& s = run.summary();
    std::string parts;
    const auto part = [&](std::uint64_t n, std::string_view what) {
        if (n > 0) parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", thousands(n), what);
    };
    part(s.duplicates, s.duplicates == 1 ? "duplicate" : "duplicates");
    part(s.unknown, "of an unknown type");
    part(s.rejected, "rejected");
    say("{} record{}{}{}{}; {} action{}{}{}", thousands(s.records), s.records == 1 ? "" : "s", parts.empty() ? "" : " (", parts, parts.empty() ? "" : ")",
               thousands(s.actions), s.actions == 1 ? "" : "s", s.suppressed > 0 ? fmt::format(", {} suppressed", thousands(s.suppressed)) : "",
               run.clock() ? fmt::format("; the clock is at {}", to_rfc3339(*run.clock())) : "");
    if (s.too_deep > 0) say("{} recorded events were dropped: rules record more than {} events in a chain, or {} from one record (see --trace)", thousands(s.too_deep), most_record_depth, thousands(most_recorded));
    if (!finished) return refuse(finished.message());
    if (interrupted) return refuse(options.state.empty() ? "interrupted" : "interrupted; what was committed is kept, and the same command goes on from there");
    return done;
}

} // namespace

void add_run(CLI::App& command, int& exit) {
    auto options = std::make_shared<RunOptions>();
    auto& o = *options;
    command.add_option("PROGRAM", o.programs, "the scripts of the program")->required()->type_name("");
    command.add_option("--events", o.input.path, "records in; standard input if not said, or -")->type_name("FILE");
    command.add_option("--format", o.format, "how they are written: jsonl (if not said), csv, spotify or cloudevents")->check(CLI::IsMember({"jsonl", "csv", "spotify", "cloudevents"}).description(""))->type_name("FORMAT");
    command.add_option("--columns", o.input.columns, "names of the columns of a CSV file without a header, as fan,type,time")->delimiter(',')->type_name("NAMES")->allow_extra_args(false);
    command.add_option("--fan", o.input.fan, "whose account export it is (spotify)")->type_name("ID");
    command.add_option("--state", o.state, "keep everything in this file, and go on from there the next time")->type_name("FILE");
    command.add_option("--journal", o.journal_days, "with --state, keep for so many days what happened to each fan and why, for `segue why` (30 if not said; 0: not at all)")->check(CLI::Range(0, 100'000).description(""))->type_name("DAYS");
    command.add_option("--until", o.until, "move the clock on to this time after the last record, so that what is due fires")->type_name("TIME");
    command.add_option("--actions", o.actions, "actions out, as JSON Lines; standard output if not said, or -")->type_name("FILE");
    command.add_option("--rejects", o.rejects, "bad records out: line, reason and the record")->type_name("FILE");
    command.add_flag("--trace", o.trace, "also write the actions that were suppressed, with their reasons");
    command.add_option("--commit-records", o.commit_records, "commit after so many records (10000 if not said)")->check(CLI::Range(1, 10'000'000).description(""))->type_name("N");
    command.add_option("--replay-records", o.replay_records, "with --state, write down what was done, and only after so many records what all fans are; as many are handled again after a kill (200000 if not said; 0: each commit writes all that changed)")->check(CLI::Range(std::uint64_t{0}, std::uint64_t{10'000'000}).description(""))->type_name("N");
    command.add_option("--cache-fans", o.cache_fans, "with --state, keep about so many fans in memory; the others rest in a file beside the state, which goes with the run (all if not said)")->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000'000}).description(""))->type_name("N");
    command.add_option("--commit-ms", o.commit_ms, "commit after so many milliseconds (1000 if not said)")->check(CLI::Range(1, 3'600'000).description(""))->type_name("MS");
    add_color(command, o.color);
    command.footer("Example: segue run my.flow --events events.jsonl --state fans.db --actions actions.jsonl");
    command.callback([options, &exit] {
        using enum Format;
        options->input.format = options->format == "csv" ? Csv : options->format == "spotify" ? Spotify : options->format == "cloudevents" ? CloudEvents : Jsonl;
        options->interrupted = [] { return interrupted.load(); };
        exit = run_program(*options);
    });
}

} // namespace segue
