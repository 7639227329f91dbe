// Where the parts of a Program stand in the scripts, beside it: the engine sees no source text, and the findings over the whole
// program point into it.
#pragma once

#include <vector>

#include "text/source.hpp"

namespace segue {

struct StepPlace {
    Span span;
    std::vector<Span> goals;  // Prompt
    std::vector<Span> routes; // Prompt, Send, Reply: by route, its text where it has one of its own
};

struct RulePlace {
    Span rule;                    // all of it
    Span on;                      // label, `on` and the trigger
    Span trigger;
    Span when;                    // of the clauses and the aim: empty where there is none
    Span frequency;
    Span aim;
    std::vector<Span> until;
    std::vector<StepPlace> steps; // by step of the Rule
    Span included;                // the `include` that made it from a template; empty: none did
};

struct Places {
    std::vector<RulePlace> rules; // each list in the order of the Program's
    std::vector<Span> limits, quiets, promises, stages, stage_conditions, flows, releases;
};

} // namespace segue
