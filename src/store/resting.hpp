// Fans who are not in memory. As they were read from a state they stay bytes until somebody looks at them; where only so many may be in memory, they rest in
// a file beside the state that has no name and goes with the process: the state itself does not need it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/segments.hpp"

namespace segue {

// Pieces of bytes in a file, each in a slot of some units; what is given back is used again. Its functions throw Rest::Failed.
class ScratchFile {
public:
    // `most_held`: bytes that are written together.
    ScratchFile(std::string beside, std::size_t most_held) : beside_(std::move(beside)), most_held_(most_held) {}
    ~ScratchFile();
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;

    std::uint32_t put(std::string_view bytes);        // its place
    void take(std::uint32_t place, std::string& out); // which is free then

private:
    static constexpr std::size_t unit = 64;
    static constexpr std::size_t lead = 2 * sizeof(std::uint64_t); // before the bytes: how many they are, and their hash
    static std::uint32_t units_for(std::size_t bytes);
    void open();
    void write(std::string_view bytes, std::uint64_t at);
    void read(char* to, std::size_t n, std::uint64_t at);
    [[noreturn]] void fail(std::string_view doing, int error) const;

    std::string beside_;
    std::size_t most_held_;
    int fd_ = -1;
    std::uint64_t written_ = 0;             // bytes in the file; behind them stand those of `held_`
    std::string held_;
    std::map<std::uint32_t, std::vector<std::uint32_t>> free_; // places by their units
    std::string slot_;
};

class Resting : public Rest {
public:
    // `most`: fans in memory; 0: there is no file, and who was woken stays. All of these outlive it.
    Resting(World& world, const Numbering& numbering, const std::string& state, std::size_t most)
        : world_(world), numbering_(numbering), bounded_(most > 0), file_(state, std::min<std::size_t>(64 * most, 1u << 20)) {}

    // A segment as it was read; its fans may rest then. Null if it is none.
    SegmentReader* begin(std::string_view bytes);
    bool rest(const ByteReader::Entry& entry); // of it: somebody who is enrolled; false if it is no fan

    bool has(std::uint32_t number) const override { return number < places_.size() && places_[number].segment != nowhere; }
    bool waits_for_release(std::uint32_t number) const override { return waits_[number]; }
    std::unique_ptr<Fan> wake(std::uint32_t number) override;
    void put(const Fan& fan) override;

private:
    static constexpr std::uint32_t nowhere = none, by_itself = none - 1; // by_itself: of no segment
    struct Place {
        std::uint32_t segment = nowhere;
        std::uint32_t at = 0; // of the entry in the segment's bytes; where there is a bound, in the file
    };
    struct Kept {
        std::string bytes;
        std::optional<SegmentReader> reader; // of its texts
        std::size_t resting = 0;             // of its fans
    };
    Place& place(std::uint32_t number);
    void done_with(std::uint32_t segment);

    World& world_;
    const Numbering& numbering_;
    bool bounded_;
    ScratchFile file_;
    std::deque<Kept> segments_;
    std::vector<Place> places_;          // by fan
    std::vector<bool> waits_;
    std::string bytes_;
    std::optional<ByteWriter> out_;
};

} // namespace segue
