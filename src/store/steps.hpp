// What was done to a world, so that it can be done again: the engine is deterministic, so the fans as they were kept and the steps since are the fans as
// they are. To write the steps down costs a fraction of writing every fan that they change.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "run/world.hpp"
#include "store/bytes.hpp"

namespace segue {

class StepsWriter {
public:
    explicit StepsWriter(const Symbols& symbols) : symbols_(symbols), out_(symbols, &dictionary_) {}

    void record(const World& world, const Record& record, std::uint64_t turns);  // that was handed to `step`, and the turns of what was due
    void advance(Time until, std::size_t most);             // that `advance` was called so
    std::uint64_t count() const { return count_; }          // of records and timers, since the last `take` or `clear`
    std::string take();                                     // and begins anew
    void clear();

private:
    const Symbols& symbols_;
    Dictionary dictionary_;
    ByteWriter out_;
    Time before_ = 0;
    std::uint64_t count_ = 0;
};

// Does those steps again, under the version of the program that they were done under; what comes of them is dropped, for it went out before. False if
// that are no steps. `count`: how many they were.
bool replay(std::string_view steps, World& world, std::uint64_t& count);

} // namespace segue
