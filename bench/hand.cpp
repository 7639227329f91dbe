// W1 by hand: what bench/w1.flow does with such streams as stream.cpp writes, to the byte. See README.md.
// Usage: bench_hand EVENTS ACTIONS [--core] [--trace] [--state FILE [--commit-records N]]
#include <cstdio>
#include <exception>
#include <future>
#include <memory>

#include "bench/hand/state.hpp"
#include "bench/hand/world.hpp"

int main(int argc, char** argv) try {
    using namespace hand;
    const char* events = nullptr;
    const char* actions = nullptr;
    const char* state = nullptr;
    std::uint64_t commit_records = 10'000;
    bool trace = false, core = false;
    for (int i = 1; i < argc; ++i) {
        const std::string_view a = argv[i];
        if (a == "--trace") trace = true;
        else if (a == "--core") core = true;
        else if (a == "--state" && i + 1 < argc) state = argv[++i];
        else if (a == "--commit-records" && i + 1 < argc) commit_records = std::strtoull(argv[++i], nullptr, 10);
        else if (!events) events = argv[i];
        else actions = argv[i];
    }
    if (!events || !actions || commit_records == 0) die("usage: bench_hand EVENTS ACTIONS [--core] [--trace] [--state FILE [--commit-records N]]");

    auto world = std::make_unique<World>(state != nullptr, trace, core);
    const auto file = open(actions, O_WRONLY | O_CREAT, 0644);
    if (file < 0) die("cannot write {}", actions);
    std::uint64_t from = 0, written = 0;
    std::unique_ptr<State> store;
    if (state) {
        store = std::make_unique<State>(state, *world, from, written);
        write_at(file, store->last_actions(), written - store->last_actions().size());
    }
    if (ftruncate(file, static_cast<off_t>(written)) != 0) (void)0; // not a regular file
    std::future<void> keeping; // the commit before, beside what goes on
    const auto keep = [&](std::uint64_t position) {
        auto out = std::string(world->actions());
        world->taken();
        const auto at = written;
        written += out.size();
        if (!store) return write_at(file, out, at);
        auto changes = world->delta();
        if (keeping.valid()) keeping.get();
        keeping = std::async(std::launch::async, [&, position, at, out = std::move(out), changes = std::move(changes)] {
            store->commit(changes, out, position, at + out.size());
            write_at(file, out, at);
        });
    };

    constexpr std::size_t ahead = 32;
    std::vector<Record> records(ahead);
    Reader reader(events, from);
    std::uint64_t since = 0, position = from;
    while (true) {
        const auto n = reader.next(records.data(), ahead);
        if (n == 0) break;
        world->prefetch(records.data(), n);
        for (std::size_t i = 0; i < n; ++i) {
            world->step(records[i]);
            if (!store) continue;
            position = reader.end_of(records[i]);
            if (++since == commit_records) keep(position), since = 0;
        }
        if (!store && world->actions().size() >= 1 << 20) keep(position);
    }
    if (!store || since > 0) keep(position);
    if (keeping.valid()) keeping.get();
    if (store) store->close();
    fmt::print(stderr, "hand: {} records, {} of them twice; {} actions, {} suppressed\n", world->records, world->duplicates, world->emitted, world->suppressed);
    std::fflush(stderr);
    _exit(0); // what is in memory need not be taken down
} catch (const std::exception& e) {
    std::fprintf(stderr, "hand: %s\n", e.what());
    return 2;
}
