// Records of JSON Lines that hold scalars only, as most do, without a document: with simdjson's On-Demand, whose first stage is asked for many lines at once.
#pragma once

#include <simdjson.h>

#include "ingest/fields.hpp"

namespace segue {

class FlatLines {
public:
    // The record of `line` into `fields`. `ahead`: what follows the line in memory, if that is known; with simdjson's padding behind it. False, and nothing is
    // said, if it is none of scalars only, or not whole, or not valid; `parse_json` says what it is. The views live until the next call. What is ahead must stay as
    // it is until all its lines were given.
    bool read(std::string_view line, std::string_view ahead, Fields& fields);

private:
    enum class Found : std::uint8_t { Flat, Nested, Broken };

    static constexpr std::size_t largest = 1u << 16, first_larger = 1u << 10; // bytes of a piece

    bool find(std::string_view line, std::string_view ahead);
    bool open(std::string_view piece);
    Found read(std::string_view line, Fields& fields);

    simdjson::ondemand::parser parser_;
    simdjson::ondemand::document_stream stream_;
    simdjson::ondemand::document_stream::iterator at_, end_;
    std::string_view piece_;         // some lines; empty: none
    bool plain_ = false;             // nothing is escaped in it
    std::size_t size_ = largest;     // of the next piece, at most: each line that breaks one makes it small again
};

} // namespace segue
