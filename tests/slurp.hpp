// A file as text.
#pragma once

#include <fstream>
#include <iterator>
#include <string>

namespace segue::test {

inline std::string slurp(const std::string& path) { // "" where there is none
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace segue::test
