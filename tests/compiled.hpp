// A checked program as text: everything that the engine sees of it, but for the hash of the texts that it came from.
#pragma once

#include <string>

#include "support.hpp"

namespace segue::test {

std::string compiled(const Script& script);

} // namespace segue::test
