// One target for libFuzzer: SEGUE_FUZZ_TARGET is its name.
#include <cstddef>
#include <cstdint>

#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    segue::fuzz::SEGUE_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
    return 0;
}
