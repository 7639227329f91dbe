// What a state keeps of its inputs, changed behind its back, and its sums with it: for tests that a mistake of that kind is found.
#pragma once

#include <string>

namespace segue::test {

bool edit_inputs(const std::string& state, const std::string& sql); // `sql` changes nothing but the table `inputs`

} // namespace segue::test
