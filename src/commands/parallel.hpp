// Many small jobs on all processors.
#pragma once

#include <cstddef>
#include <functional>

namespace segue {

// Each job once, by as many threads as there are processors. What one throws, this throws.
void in_parallel(std::size_t jobs, const std::function<void(std::size_t)>& job);

} // namespace segue
