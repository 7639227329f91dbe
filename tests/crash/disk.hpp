// A disk that loses its power. It stands beneath SQLite's own VFS and beneath our own files: this program defines the calls by which both write (write, pwrite,
// ftruncate, fsync, fdatasync, unlink), passes them on, and remembers what every sector was since it was last synced. At the cut each sector becomes one of those
// at random, a length likewise, a file that was removed may be there again, and the process is gone.
#pragma once

#include <cstdint>
#include <string>

namespace segue::test {

enum class Lie { None, State, Actions }; // syncs of these files do nothing

struct Power {
    std::string folder;       // only files in it are on the disk
    std::uint64_t cut_at = 0; // before, in the middle of or behind the operation of that number; 0: never
    std::uint32_t seed = 0;   // of what becomes of the sectors
    Lie lie = Lie::None;
};

inline constexpr int power_is_gone = 99; // the exit code of a process that was cut

void switch_on(const Power& power);
std::uint64_t operations(); // so far, since it was switched on

} // namespace segue::test
