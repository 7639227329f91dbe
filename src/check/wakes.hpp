// What conditions ask of the fields of an event by constants: rules are found by it, and told apart.
#pragma once

#include <cstdint>
#include <vector>

#include "check/program.hpp"

namespace segue {

// A conjunct of a condition, `field == constant` or `field in [constants]`: the slot's field has to have one of the values.
struct Required {
    const Expr* part; // in the condition that was asked
    std::uint32_t slot;
    std::vector<Value> values;
};

// In the order in which they stand; linear in the condition.
std::vector<Required> required_values(const Expr& condition);

} // namespace segue
