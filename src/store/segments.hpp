// Fans as they are kept: a log in segments, each written once (Rosenblum and Ousterhout, 1992). A fan that changed is written anew in a newer segment,
// and the newest counts. When half of the log counts no more, or there are many small segments, those with the least in them are cleaned: what
// still counts there is written anew as well, and they go. A segment that is cleaned has half of it or less that counts, so cleaning writes
// at most about as much again as the changes do, however many fans there are.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run/world.hpp"
#include "store/codec.hpp"

namespace segue {

// Before it is read: who it is will be looked up.
inline void prefetch_id(World& world, const ByteReader::Entry& entry) { world.ids.prefetch(quick_hash(ByteReader(world.symbols(), entry.bytes).text())); }

// One segment's bytes: the format, the base of its times, the texts that its fans speak of (each once), then the fans, each behind its number and its
// length.
class SegmentReader {
public:
    // Adds its texts to the world's; false if that is no segment.
    static std::optional<SegmentReader> open(World& world, std::string_view bytes);

    std::optional<ByteReader::Entry> next() { return in_.entry(); }
    // All that are left, in their order; some are missing where it is not `good`.
    std::vector<ByteReader::Entry> all() {
        std::vector<ByteReader::Entry> out;
        while (const auto entry = next()) out.push_back(*entry);
        return out;
    }
    bool read(std::string_view entry, World& world, const Numbering& numbering, Fan& fan) const; // false if it is no fan
    bool good() const { return in_.good(); }

private:
    SegmentReader(World& world, std::string_view bytes) : in_(world.symbols(), bytes) {}

    ByteReader in_;
    std::vector<Symbol> texts_;
    Time base_ = 0;
};

class Segments {
public:
    static constexpr std::size_t full = std::size_t{256} * 1024;         // bytes of a segment, about
    static constexpr std::size_t slack = std::size_t{1024} * 1024;       // bytes that may count no more, in a small log

    // A segment that was found, the newest first, and the fans in it.
    struct Found {
        std::uint32_t fan;
        bool counts;
    };
    void found(std::uint64_t id, std::size_t bytes, const std::vector<Found>& fans);

    struct New {
        std::uint64_t id = 0;
        std::string bytes;
    };
    struct Written {
        std::vector<New> fresh;
        std::vector<std::uint64_t> dropped; // ids
    };
    // What to write for `changed` fans, who are then not dirty any more; those that are gone count no more. `purge`: nothing of fans who are gone stays anywhere.
    Written take(World& world, const Numbering& numbering, std::vector<std::uint32_t> changed, bool purge);

private:
    struct Segment {
        std::uint64_t id = 0;
        std::size_t bytes = 0;
        std::size_t counting = 0;           // of its fans
        std::vector<std::uint32_t> fans;
        std::size_t counting_bytes() const { return fans.empty() ? 0 : bytes * counting / fans.size(); }
    };
    std::uint64_t& place(std::uint32_t fan);
    void leave(std::uint32_t fan);
    Segment* named(std::uint64_t id);
    void write(World& world, const Numbering& numbering, std::uint32_t fan, Written& out);
    void finish(const World& world, Written& out);
    void clean(World& world, const Numbering& numbering, std::size_t index, Written& out);
    std::size_t emptiest(std::uint64_t before) const;   // index of the one with the least that counts; their number: there is none

    std::deque<Segment> all_;               // by id
    std::vector<std::uint64_t> where_;      // by fan; 0: nowhere
    std::uint64_t last_ = 0;
    std::size_t bytes_ = 0;
    Segment making_;
    Dictionary dictionary_;
    std::optional<ByteWriter> body_, one_;
};

} // namespace segue
