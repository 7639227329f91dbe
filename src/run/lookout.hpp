// Looks for duplicates ahead of the steps, in the thread that reads: all that this needs of the world is its clock, as long as no record can be refused.
// From the first record on for which more is needed, it leaves them to `step`, with the ids that it has.
#pragma once

#include <span>
#include <utility>

#include "run/record.hpp"
#include "run/seen.hpp"

namespace segue {

class Lookout {
public:
    // Before any step, of a world in which nobody is forgotten.
    explicit Lookout(Time clock) : clock_(clock) {}

    // The next record that is read. False: it, and what comes behind it, is not for this one any more; `give_up` then.
    bool look(Record& record);
    void prefetch(const Record& record) const {
        if (!record.id.empty()) seen_.prefetch(record.id.digest());
    }
    Seen give_up() { return std::move(seen_); }

private:
    Seen seen_;
    Time clock_;
};

} // namespace segue
