#include "commands/running.hpp"

#include <array>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "check/hash.hpp"
#include "commands/say.hpp"
#include "commands/state_reader.hpp"
#include "text/utf8.hpp"

namespace segue {

namespace {

constexpr std::size_t rejects_shown = 5; // on standard error, where no file takes them

std::string absolute(const std::string& path) { return path == "-" || path.empty() ? std::string() : std::filesystem::weakly_canonical(std::filesystem::absolute(path)).string(); }

// Hash of the head of a file and of what stands right before `offset`: enough to know the file again.
std::string mark_of(const std::string& path, std::uint64_t offset) {
    constexpr std::uint64_t part = 4096;
    std::string seen;
    if (auto* file = std::fopen(path.c_str(), "rb")) {
        std::string piece(part, '\0');
        const auto take = [&](std::uint64_t from, std::uint64_t n) {
            if (std::fseek(file, static_cast<long>(from), SEEK_SET) == 0) seen.append(piece.data(), std::fread(piece.data(), 1, n, file));
        };
        take(0, std::min(part, offset));
        take(offset > part ? offset - part : 0, std::min(part, offset));
        std::fclose(file);
    }
    return fmt::format("{}:{}", seen.size(), text_hash(seen));
}

} // namespace

// The world is left to the end of the process: taking a large one apart only takes time.
Running::~Running() {
    static World* left = nullptr;
    left = owned_.release();
    (void)left;
}

Result<std::unique_ptr<Running>> Running::open(const RunOptions& options, const Compiled& compiled, std::shared_ptr<Ledger> ledger) {
    std::unique_ptr<Running> run(new Running(options, compiled, std::move(ledger)));
    if (auto apart = run->roles(); !apart) return apart.failure();
    if (options.state.empty()) attach(run->world_, compiled.program);
    else if (auto opened = run->guarded([&] { return run->open_state(); }); !opened) return opened.failure();
    if (!options.trace && !run->world_.trace) run->actions_.leave_out_suppressed(); // nobody sees them
    if (auto opened = run->open_input(); !opened) return opened.failure();
    if (auto opened = run->open_outputs(); !opened) return opened.failure();
    return run;
}

Outcome Running::roles() const {
    struct Role {
        std::string what, path;
        bool written;
    };
    std::vector<Role> roles;
    for (const auto& text : compiled_.texts) roles.push_back({"a script", text.path, false});
    if (options_.input.path != "-") roles.push_back({"--events", options_.input.path, false});
    if (!options_.state.empty()) {
        roles.push_back({"--state", options_.state, true});
        for (const auto* beside : {"-wal", "-shm"}) roles.push_back({fmt::format("a file of --state ({})", options_.state), options_.state + beside, true});
    }
    if (options_.actions != "-") roles.push_back({"--actions", options_.actions, true});
    if (!options_.rejects.empty() && options_.rejects != "-") roles.push_back({"--rejects", options_.rejects, true});
    const auto same = [](const std::string& a, const std::string& b) {
        namespace fs = std::filesystem;
        std::error_code error;
        const bool there = fs::exists(a, error) && fs::exists(b, error);
        if (there) return fs::is_regular_file(a, error) && fs::equivalent(a, b, error); // a pipe or /dev/null may be several things
        return fs::weakly_canonical(fs::absolute(a, error), error) == fs::weakly_canonical(fs::absolute(b, error), error);
    };
    for (std::size_t i = 0; i < roles.size(); ++i)
        for (std::size_t j = i + 1; j < roles.size(); ++j)
            if ((roles[i].written || roles[j].written) && same(roles[i].path, roles[j].path))
                return Failure{fmt::format("{} is both {} and {}: name another file for one of them; nothing was changed", roles[j].path, roles[i].what, roles[j].what)};
    return Done{};
}

Outcome Running::open_state() {
    const auto& version = compiled_.program->version;
    const auto open = [&]() -> Outcome {
        auto store = open_sqlite(options_.state, {options_.replay_records, options_.cache_fans});
        if (!store) return store.failure();
        store_ = std::move(*store);
        return Done{};
    };
    if (auto opened = open(); !opened) return opened;
    if (store_->interrupted() && store_->version() != version) {
        if (auto finished = finish_interrupted(options_.state, *store_); !finished) return finished;
        store_.reset();
        if (auto opened = open(); !opened) return opened;
    }
    if (!store_->fresh() && store_->version() != version)
        say("{} was written by another version of the program; it goes on with this one, and responses under way finish on theirs", options_.state);
    const bool older = !store_->fresh() && store_->version() != version;
    if (auto filled = fill_world(options_.state, *store_, world_, compiled_.program); !filled) return filled;
    if (older && store_->new_counts() > 0)
        say("{} count{} that this version asks for {} not kept so far, and begin{} now", store_->new_counts(), store_->new_counts() == 1 ? "" : "s", store_->new_counts() == 1 ? "was" : "were", store_->new_counts() == 1 ? "s" : "");
    if (options_.journal_days > 0) world_.trace = &trace_;
    return store_->keep_version({version, pack_texts(compiled_.texts, options_.programs.size())});
}

Outcome Running::open_input() {
    auto& input = options_.input;
    input.stopped = options_.interrupted;
    if (input.path == "-" && isatty(STDIN_FILENO)) say("reading records from the terminal; end with Ctrl-D, or name a file with --events");
    std::error_code error;
    if (std::filesystem::is_regular_file(input.path, error)) input_name_ = absolute(input.path); // a pipe has no place to go on from
    if (store_ && !input_name_.empty()) {
        const auto kept = store_->input(input_name_);
        if (!kept) return kept.failure();
        if (*kept) {
            if (mark_of(input.path, (*kept)->position.offset) == (*kept)->mark) input.from = (*kept)->position;
            else say("{} is not the file that was read before; it is read from its start", input.path);
        }
    }
    // A state keeps what a lookout would know.
    auto reading = Reading::open(input, *compiled_.program, world_.symbols(), !world_.forgotten.empty(), store_ ? std::nullopt : std::optional(Lookout(world_.clock)));
    if (!reading) return reading.failure();
    reading_ = std::move(*reading);
    done_ = input.from;
    return Done{};
}

Outcome Running::open_outputs() {
    const auto open = [&](const std::string& path, Output& to) -> Outcome {
        std::uint64_t keep = 0;
        if (store_ && path != "-") {
            const auto kept = store_->output(absolute(path));
            if (!kept) return kept.failure();
            std::error_code error;
            const auto size = std::filesystem::file_size(path, error);
            if (*kept) keep = (*kept)->size;
            else if (!store_->fresh() && !error) keep = size; // it began elsewhere: what stands there stays
            if (!error && size < keep) {
                say("{} is shorter than what was written to it; it goes on at its end", path);
                keep = size;
            }
            if (error) keep = 0;
        }
        auto output = Output::open(path, keep);
        if (!output) return output.failure();
        to = std::move(*output);
        return Done{};
    };
    if (auto opened = open(options_.actions, actions_out_); !opened) return opened;
    if (!options_.rejects.empty())
        if (auto opened = open(options_.rejects, rejects_out_); !opened) return opened;
    committer_ = std::make_unique<Committer>(store_.get(), actions_out_, absolute(options_.actions));
    if (!store_) return Done{};
    rejects_name_ = absolute(options_.rejects);
    // What was committed and perhaps not written: the file was cut back to before it.
    const auto waiting = store_->outbox();
    if (!waiting) return waiting.failure();
    for (const auto& [batch, lines] : *waiting)
        if (auto delivered = committer_->deliver(batch, lines); !delivered) return delivered;
    return Done{};
}

void Running::take_actions() {
    summary_.suppressed += actions_.take_suppressed();
    if (actions_.empty() && trace_.empty()) return;
    if (world_.trace) {
        journal_.add(world_, trace_, actions_);
        trace_.clear();
    }
    for (const auto& action : actions_) {
        const bool suppressed = action.kind == Action::Kind::Suppressed;
        if (!suppressed) ++summary_.actions;
        else if (!options_.trace) continue;
        append_json(lines_, action);
        lines_ += '\n';
    }
    actions_.clear();
}

void Running::reject(const Coming& coming, const std::string& reason) {
    ++summary_.rejected;
    if (rejects_out_.is_open()) {
        const nlohmann::ordered_json json{{"line", coming.record.line}, {"reason", reason}, {"record", repair_utf8(coming.raw)}};
        rejects_out_.line(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
        return;
    }
    if (summary_.rejected <= rejects_shown) say("record {} rejected: {}", coming.record.line, reason);
    if (summary_.rejected == rejects_shown) say("further rejects are only counted; --rejects FILE keeps them all");
}

// As many as are fired between two looks at the clock and at the signals; false: there is more.
Result<bool> Running::fire_some(Time time) {
    const bool all = advance(world_, time, actions_, world_.at_once);
    take_actions();
    if (all) return true;
    if (store_) store_->steps().advance(time, world_.at_once);
    in_batch_ += world_.at_once;
    if (in_batch_ >= options_.commit_records || std::chrono::steady_clock::now() - batch_began_ >= std::chrono::milliseconds(options_.commit_ms))
        if (auto committed = commit(); !committed) return committed.failure();
    return false;
}

// False: interrupted.
Result<bool> Running::fire(Time time) {
    while (true) {
        const auto all = fire_some(time);
        if (!all || *all) return all;
        if (options_.interrupted()) return false;
    }
}

Outcome Running::await() {
    next_ = 0;
    // While nothing comes through a pipe, what is due is done. A file is there already: what is done between two of its records is the same in every run.
    const auto late = [&] { return input_name_.empty() && world_.due(world_.clock); };
    while (!(coming_ = reading_->next(std::chrono::milliseconds(late() ? 0 : options_.commit_ms)))) {
        if (late()) {
            const auto all = fire_some(world_.clock);
            if (!all) return all.failure();
            if (*all && store_) store_->steps().advance(world_.clock, all_timers);
            ++in_batch_;
            continue;
        }
        // Nothing to read: what is done is committed and written, so that who follows a slow stream sees it.
        if (in_batch_ > 0)
            if (auto committed = commit(); !committed) return committed;
    }
    return Done{};
}

Result<bool> Running::next() {
    if (!coming_ || next_ == coming_->count) {
        if (!coming_ || !coming_->last)
            if (auto there = await(); !there) return there.failure();
        if (next_ == coming_->count) {
            if (!coming_->failure.empty()) return Failure{coming_->failure};
            if (!options_.interrupted()) done_ = coming_->end;
            return false;
        }
    }
    if (next_ == 0)
        for (std::size_t i = 0; i < Fetcher::distance; ++i) fetcher_.next(world_, i < coming_->count ? &coming_->records[i].record : nullptr);
    if (constexpr auto before = Fetcher::distance + 8; next_ + before < coming_->count) Reading::fetch(coming_->records[next_ + before]);
    fetcher_.next(world_, next_ + Fetcher::distance < coming_->count ? &coming_->records[next_ + Fetcher::distance].record : nullptr);
    const auto& c = coming_->records[next_++];
    if (store_ && !input_name_.empty() && c.cut) {
        say("the last line of {} is not whole ({}); it is read when it is", options_.input.path, c.reason);
        return false;
    }
    ++summary_.records;
    switch (c.decoded) {
    case Decoded::Rejected: reject(c, c.reason); break;
    case Decoded::Unknown: ++summary_.unknown; break;
    case Decoded::Record:
        reading_->hand_over(c.record, world_);
        if (const auto reason = refusal(world_, c.record); !reason.empty()) {
            reject(c, reason);
            break;
        }
        // What is due before a change of the catalogue is a part of the run by itself: however much it is, it need not wait for one commit.
        if (c.record.kind == Record::Kind::Release && world_.due(c.record.time)) {
            const auto fired = fire(c.record.time);
            if (!fired) return fired.failure();
            if (!*fired) {
                --summary_.records;
                return false;
            }
        }
        const auto before = world_.turns;
        step(world_, c.record, actions_);
        const auto turns = world_.turns - before;
        if (store_) store_->steps().record(world_, c.record, turns);
        if (turns >= world_.at_once) in_batch_ += turns;
    }
    done_ = c.behind;
    summary_.duplicates = world_.duplicates;
    summary_.too_deep = world_.too_deep;
    take_actions();
    ++in_batch_;
    const auto elapsed = summary_.records % 64 == 0 || input_name_.empty() ? std::chrono::steady_clock::now() - batch_began_ : std::chrono::steady_clock::duration{};
    if (in_batch_ >= options_.commit_records || elapsed >= std::chrono::milliseconds(options_.commit_ms))
        if (auto committed = commit(); !committed) return committed.failure();
    return true;
}

Outcome Running::advance_to(Time time) {
    const auto fired = fire(time);
    if (!fired) return fired.failure();
    if (store_ && *fired) store_->steps().advance(time, all_timers);
    return Done{};
}

Outcome Running::commit(bool whole) {
    auto written = write(whole);
    failed_ = failed_ || !written;
    return written;
}

Batch Running::take(bool whole) {
    auto batch = store_ ? store_->take(world_, whole) : Batch{};
    batch.lines = std::exchange(lines_, committer_->empty_lines());
    if (!store_) return batch;
    batch.keep_journal = options_.journal_days * day_ms;
    if (!journal_.empty()) {
        batch.journal_last = journal_.last();
        batch.journal = journal_.take();
    }
    if (!input_name_.empty()) batch.input = KeptInput{input_name_, done_, mark_of(input_name_, done_.offset)};
    if (rejects_out_.is_open()) batch.outputs.push_back({rejects_name_, rejects_out_.size()});
    return batch;
}

// What could not be written is not forgotten, as long as nothing later is committed: the next run begins before it.
Outcome Running::write(bool whole) {
    in_batch_ = 0;
    batch_began_ = std::chrono::steady_clock::now();
    if (rejects_out_.is_open())
        if (auto synced = store_ ? rejects_out_.sync() : rejects_out_.flush(); !synced) return synced;
    return committer_->submit(take(whole));
}

Outcome Running::guarded(const std::function<Outcome()>& work) {
    try {
        return work();
    } catch (const Rest::Failed& failed) {
        failed_ = true; // nothing of a record that was half handled is committed
        return Failure{failed.why};
    }
}

Outcome Running::run(std::optional<Time> until, const std::function<void()>& each) {
    auto stopped = guarded([&]() -> Outcome {
        while (!options_.interrupted()) {
            const auto more = next();
            if (!more) return more.failure();
            if (!*more) break;
            each();
        }
        if (options_.interrupted() || (!until && !world_.due(world_.clock))) return Done{};
        return advance_to(until.value_or(world_.clock));
    });
    auto finished = guarded([&] { return finish(); });
    return stopped ? finished : stopped;
}

Outcome Running::finish() {
    if (failed_) return Done{}; // said
    if (auto committed = commit(true); !committed) return committed;
    if (auto settled = committer_->settle(); !settled) return settled;
    if (committer_->owes()) {
        if (auto committed = commit(); !committed) return committed;
        if (auto settled = committer_->settle(); !settled) return settled;
    }
    return store_ ? store_->close() : Done{};
}

} // namespace segue
