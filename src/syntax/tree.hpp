// What parse leaves: the matched rules as one flat vector in the order of the text, and the comments beside it.
#pragma once

#include <cstdint>
#include <vector>

#include "text/source.hpp"

namespace segue {

enum class Kind : std::uint8_t {
#define NODE(rule) rule,
#include "grammar/nodes.def"
#undef NODE
};

struct Node {
    Kind kind;
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t next; // index just past the last node inside this one
};

struct Tree {
    std::uint32_t source = 0;
    std::vector<Node> nodes;     // pre-order
    std::vector<Span> comments;  // in the order of the text
    std::vector<std::uint32_t> broken; // where items begin that were given up after an error in them
    std::vector<std::uint32_t> unsaid; // where something was skipped for a reason that only the checker can tell
};

} // namespace segue
