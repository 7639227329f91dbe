// Records of JSON Lines that hold scalars only, as most do, without a document: simdjson's first stage says where the tokens of many lines begin, and what stands
// there is looked at in place.
#pragma once

#include <memory>
#include <simdjson.h>
#include <vector>

#include "ingest/fields.hpp"

namespace segue {

class FlatLines {
public:
    FlatLines();

    // The record of `line` into `fields`. `ahead`: what follows the line in memory, if that is known; with simdjson's padding behind it. False, and nothing is
    // said, if it is none of scalars only, or not whole, or not valid; `parse_json` says what it is. The views live until the next call. What is ahead must stay as
    // it is until all its lines were given.
    bool read(std::string_view line, std::string_view ahead, Fields& fields);

private:
    using Token = const std::uint32_t*; // where in the piece it begins

    static constexpr std::size_t largest = 1u << 16, first_larger = 1u << 10; // bytes of a piece

    bool find(std::string_view line, std::string_view ahead);
    bool open(std::string_view piece);
    bool read(const char* end, Fields& fields);
    bool scalar(std::string_view word, Scalar& out);
    bool text(std::string_view word, std::string_view& out);
    const char* at(Token token) const { return piece_.data() + *token; }

    std::unique_ptr<simdjson::internal::dom_parser_implementation> indexer_; // of which the first stage is asked only
    std::string_view piece_;                // some lines
    Token next_ = nullptr, last_ = nullptr; // of its tokens: the first that is not done with, and behind the last
    std::size_t size_ = largest;            // of the next piece, at most: each that cannot be indexed makes it small again
    bool plain_ = false;                    // nothing is escaped in it
    bool plain_line_ = false;               // nor in the line
    std::vector<std::uint8_t> unescaped_;   // texts of a line in which something is
    std::size_t used_ = 0;                  // bytes of it
};

} // namespace segue
