// Records in. Each format is one file behind one interface.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ingest/fields.hpp"
#include "text/result.hpp"

namespace segue {

// Where a reader stands; kept with the state, so that a run that was stopped goes on there.
struct InputPosition {
    std::uint64_t offset = 0; // bytes read and done with
    std::uint64_t line = 0;   // lines, or elements of an array, done with
};

class Reader {
public:
    virtual ~Reader() = default;

    // The next record, or false at the end. A record that cannot be read comes with `bad` filled, and reading goes on.
    virtual bool next(Fields& fields) = 0;

    // Whether a whole record is there without waiting for the input. False: nobody knows.
    virtual bool ready() const { return false; }

    // Just behind the last record that `next` gave.
    virtual InputPosition position() const = 0;

    // Whether the last record that `next` gave ended with the input and not with a line break: perhaps it is not whole yet.
    virtual bool cut() const { return false; }

    // The world refusing while reading: not empty after `next` gave false.
    virtual const std::string& failure() const = 0;
};

enum class Format : std::uint8_t { Jsonl, Csv, Spotify, CloudEvents };

struct InputOptions {
    std::string path = "-";           // standard input
    Format format = Format::Jsonl;
    std::vector<std::string> columns; // CSV without a header
    std::string fan;                  // Spotify: whose export it is
    bool nested = true;               // dotted names for what is nested
    InputPosition from;
    std::function<bool()> stopped = [] { return false; }; // asked now and then, also while nothing comes; true ends the input
};

Result<std::unique_ptr<Reader>> open_reader(const InputOptions& options);

} // namespace segue
