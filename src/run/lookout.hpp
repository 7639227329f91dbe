// Looks ahead of the steps, in the thread that reads, for what needs no more of the world than its clock: which records are duplicates, and which numbers
// their fans have. From the first record on for which more is needed, it leaves that to `step`, with all that it knows.
#pragma once

#include <vector>

#include "check/large.hpp"
#include "run/record.hpp"
#include "run/seen.hpp"

namespace segue {

struct World;

class Lookout {
public:
    // Before any step, of a world that nobody is in.
    explicit Lookout(Time clock) : clock_(clock) {}

    // The next record that is read. False: it, and what comes behind it, is not for this one any more; `give_up` once it is its turn.
    bool look(Record& record);
    void prefetch(const Record& record) const;
    void give_up(World& world);

private:
    Seen seen_;
    HashIndex ids_;
    std::vector<std::uint64_t, LargeAllocator<std::uint64_t>> fans_; // by their number: of the digest of the id what its hash has not, so that 96 bits are compared
    Time clock_;
};

} // namespace segue
