// The few values that programs and records share.
#pragma once

#include "simulation/program.hpp"

namespace segue::simulation {

const std::vector<std::string>& pool(const std::string& type, const std::string& field);

} // namespace segue::simulation
