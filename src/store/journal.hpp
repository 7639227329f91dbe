// What happened to fans, for `segue why`: the engine's notes and actions, in batches that are written with the commits. A batch is appended
// and read as a whole: nothing is looked up while records come in, and asking for one fan costs reading what is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "run/world.hpp"
#include "store/bytes.hpp"

namespace segue {

inline constexpr std::size_t most_journal_text = 160; // bytes of a message's text that are kept; what goes on ends with "..."

struct JournalItem {
    Note::Kind kind = Note::Kind::Event;
    Note::Why why = Note::Why::None;
    bool whole = false;
    Time due = 0;                                               // Event: its own time
    std::uint64_t count = 0;                                    // Passed
    std::string event;                                          // Event: its name
    std::vector<std::pair<std::string, std::string>> fields;    // Event: those that it had, as a statement writes them
    std::string rule;                                           // its name; empty: none
    Action action;                                              // Action: without id, fan and cause
};

// All that one record, or one timer, led to for one fan.
struct JournalEntry {
    std::uint32_t fan = 0; // number
    Time time = 0;
    std::string cause;
    std::uint32_t joined = none; // the number of a fan who became this one, and the id that was theirs
    std::string joined_id;
    std::string program;         // its version
    std::vector<JournalItem> items;
};

// A batch in the making.
class JournalWriter {
public:
    explicit JournalWriter(const Symbols& symbols) : symbols_(symbols) {}
    // What the notes of one call say; `actions` are of the same call.
    void add(const World& world, const Trace& trace, const Actions& actions);
    bool empty() const { return out_.size() == 0; }
    Time last() const { return last_; }      // of the clock
    std::string take();                      // and begins anew

private:
    void name(std::string_view text); // once in a batch, then by its number

    const Symbols& symbols_;
    std::string program_;               // version
    ByteWriter names_out_{symbols_};    // each once
    ByteWriter out_{symbols_};          // entries
    ByteWriter entry_{symbols_};        // the one being written
    std::unordered_map<std::string, std::uint64_t> names_;
    Time last_ = 0;
};

// A batch: the version of the program, the names that its entries call by their number, then the entries, each behind the number of its fan and its length, so that those
// of other fans are passed over, and those of a forgotten one cut out.

// False if the bytes are no batch. `wanted`: the numbers of fans; empty: all.
bool read_journal(std::string_view bytes, const std::vector<bool>& wanted, std::vector<JournalEntry>& entries);

// The batch without the entries of these fans, empty if all are theirs. Nothing where none is, or the bytes are no batch.
std::optional<std::string> without_fans(std::string_view bytes, const std::vector<bool>& forgotten);

} // namespace segue
