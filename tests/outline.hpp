// What the syntax alone says of a script, without its layout.
#pragma once

#include <string>
#include <vector>

namespace segue::test {

struct Outline {
    std::vector<std::string> comments; // in their order
    std::vector<std::string> rules;    // the canonical text of each, and of the parameters
    friend bool operator==(const Outline&, const Outline&) = default;
};
Outline outline(const std::string& text);

} // namespace segue::test
