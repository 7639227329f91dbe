// The worst case: how many messages one fan can get on one channel within a span, given the limits.
#pragma once

#include <limits>

#include "check/analysis/model.hpp"
#include "text/budget.hpp"

namespace segue::analysis {

inline constexpr double unbounded = std::numeric_limits<double>::infinity();

// Sends and prompts of one rule on channels for which `counts` holds, within `span`.
double bound_of_rule(const Model& model, std::uint32_t rule, const std::vector<bool>& channels, Span_ms span);

struct Bound {
    double most = 0;
    std::string because;        // what holds it: a limit, or the rules themselves
    std::vector<std::uint32_t> rules; // that can message there
};

// Of every flow together. Replies to the fan's own words are not counted: no limit closes them.
Bound bound_of(const Model& model, const std::vector<bool>& channels, Span_ms span);
Bound bound_of(const Model& model, const Scope& scope, Span_ms span);

// `segue check --budget`: the worst case of each channel that some rule messages on, and each promise with the verdict on it.
// Of a program without errors.
Budget budget_of(const Program& program, const Places& places, Ledger& ledger);

std::vector<bool> channels_of(const Model& model, const Scope& scope);

} // namespace segue::analysis
