// What comes in: one record of a stream, decoded against a program.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "check/hash.hpp"
#include "check/program.hpp"

namespace segue {

// A change to an entry of the catalogue; what is not said stays.
struct ReleaseChange {
    std::string id;
    std::optional<std::string> title, link, artist;
    std::optional<std::int64_t> date; // days since 1970
    std::optional<bool> live;
};

// A text by which something is found, with its digest: whoever reads records makes it, in a thread of its own.
class Key {
public:
    Key() = default;
    Key& operator=(std::string_view text) {
        text_ = text;
        digest_ = Digest::of(text);
        return *this;
    }
    void clear() {
        text_.clear();
        digest_ = {};
    }
    bool empty() const { return text_.empty(); }
    const std::string& text() const { return text_; }
    const Digest& digest() const { return digest_; }

private:
    std::string text_;
    Digest digest_; // of no text: 0
};

struct Record {
    enum class Kind : std::uint8_t { Event, Profile, Release, Identify, Forget };
    enum class Sight : std::uint8_t { Unasked, First, Again };

    Kind kind = Kind::Event;
    Sight sight = Sight::Unasked;                          // whether its id came before, if that was found out ahead (`Lookout`); then
    std::uint32_t who = none;                              // ... the number of its fan is known, too: perhaps the next that is given; none: nobody
    Time time = 0;
    Key id;                                                // empty: none
    Key fan;                                               // empty for a release
    std::uint64_t line = 0;                                // of the input; names the record where it has no id
    std::uint32_t event = none;                            // Event
    Row fields;                                            // Event: one for each field of the event
    std::vector<std::pair<std::uint32_t, Value>> profile;  // Profile: fact of the Ledger and value; missing: erased
    ReleaseChange release;                                 // Release
    std::string alias;                                     // Identify
};

} // namespace segue
