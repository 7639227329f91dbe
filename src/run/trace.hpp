// What the engine did beside its actions, and why: for tests, coverage, the REPL and `segue why`. Where nobody asks, nothing is noted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "check/value.hpp"

namespace segue {

struct Note {
    enum class Kind : std::uint8_t {
        Event,   // an event happened to the fan; `whole`: it was a new action, not a repeat of a held one; `due`: its own time
        Passed,  // a rule was considered and did not start: `why`; of a count: `count`. `said`: see World::explain
        Started, // a response
        Step,    // of a response, about to be run
        Branch,  // at that step. If: 1 true, 0 false. WaitFor: 1 it came, 0 the time was up. Split: the arm
        Paused,  // at that step, until `due` (`never`: until something happens); `whole`: its patience ends before the limit opens
        Resumed, // from that step
        Dropped, // by `until`, while it waited at that step
        Ended,   // `whole`: it had emitted something
        Action,  // `action`, of the actions of this call
        Known,   // what is known about the fan changed
        Joined,  // the fan numbered `branch`, with the id `said`, is this one from now on
        Moved,   // what the response waits for at that step has moved, to `due`
    };
    enum class Why : std::uint8_t {
        None,
        Count,     // Passed: the count is not there yet
        Condition, // Passed: `when` is not so
        Until,     // Passed: what its `until` waits for is done already
        Frequency, // Passed: it ran as often as it may
        UnderWay,  // Passed: it is under way for that key
        TooMany,   // Passed: the fan has too much under way
        Wait,      // Paused: a wait of the rule
        Quiet,     // Paused: quiet hours
        Limit,     // Paused: a limit that waits
    };

    Kind kind = Kind::Event;
    Why why = Why::None;
    bool whole = false;
    Time time = 0;
    Time due = 0;
    std::uint32_t fan = 0;       // its number
    std::uint32_t version = 0;   // of the programs of the world
    std::uint32_t rule = 0;
    std::uint32_t step = 0;
    std::uint32_t branch = 0;
    std::uint64_t response = 0;  // its seq
    std::uint64_t count = 0;
    std::size_t action = 0;      // index
    std::uint32_t event = 0;     // Event: of the current program
    Row fields;                  // Event
    std::string said;
    std::string cause;           // the record, or the timer, that it comes from
};
using Trace = std::vector<Note>;

} // namespace segue
