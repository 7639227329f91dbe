// Reads and decodes records in a thread of its own, some batches ahead of who takes them.
#pragma once

#include <atomic>
#include <array>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ingest/decode.hpp"
#include "ingest/reader.hpp"
#include "run/lookout.hpp"

namespace segue {

// A record that was read and not handled yet. What is looked at of most events stands in its first lines of memory.
struct alignas(64) Coming {
    Decoded decoded = Decoded::Rejected;
    bool cut = false;   // the last line, and not whole
    InputPosition behind;
    Record record;      // its line also where it is rejected
    std::string reason; // why it is rejected
    std::string raw;    // as it stood, if it is rejected or may yet be refused
};

class Reading {
public:
    static constexpr std::size_t most = 256; // records of a batch: fewer, if no more are there without waiting
    struct Batch {
        std::array<Coming, most> records;
        std::size_t count = 0;
        bool last = false;   // nothing comes behind it
        InputPosition end;   // then: where the input stands, unless it was stopped
        std::string failure; // then: the world refusing while reading
    };

    // Fails where the input cannot be opened. `options.stopped` is asked in both threads. `forgotten`: somebody was, before. With a lookout, it looks ahead.
    static Result<std::unique_ptr<Reading>> open(InputOptions options, const Program& program, Symbols& symbols, bool forgotten, std::optional<Lookout> lookout);
    ~Reading();
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    // What one thread gave to the other lies with another processor, and takes a while to come from there: it is asked for before, up to six fields of an event.
    static void fetch(const Coming& coming) {
        constexpr std::size_t bytes = 256;
        for (std::size_t line = 0; line < bytes; line += 64) __builtin_prefetch(reinterpret_cast<const char*>(&coming) + line);
    }

    // Before each record is handled: from the first one on that the lookout leaves to the step, the world has to know what it knew.
    void hand_over(const Record& record, World& world) {
        if (lookout_ && record.sight == Record::Sight::Unasked) give_up(world);
    }

    // The next batch, which stays as it is until the next call; none, if nothing came for so long.
    const Batch* next(std::chrono::milliseconds patience);

private:
    Reading(const Program& program, Symbols& symbols, bool forgotten, std::optional<Lookout> lookout)
        : decoder_(program, symbols), fields_(decoder_.names()), forgotten_(forgotten), lookout_(std::move(lookout)), looks_out_(lookout_) {}
    void work();
    void fill(Batch& batch);
    bool may_be_refused(const Record& record); // as `refusal` does; of each in its turn
    void look_out(Batch& batch);
    void give_up(World& world);

    Decoder decoder_;
    std::unique_ptr<Reader> reader_;
    Fields fields_;
    bool forgotten_; // somebody is, so far
    std::optional<Lookout> lookout_;
    bool looks_out_; // still; of the reading thread
    std::atomic<bool> closing_ = false;

    static constexpr auto nap = std::chrono::microseconds(100); // less than what the run does with one batch
    static constexpr int most_naps = 100;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::array<Batch, 8> ring_;
    std::size_t filled_ = 0, taken_ = 0; // batches so far; the one that was taken last is still in use
    bool wanted_ = false;                // somebody waits for one
    bool asleep_ = false;                // the reader, until it is woken
    std::thread thread_;
};

} // namespace segue
