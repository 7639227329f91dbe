// Tests, run: each in a world of its own, so that they can run side by side.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "check/ledger.hpp"
#include "check/places.hpp"
#include "check/scenario.hpp"
#include "text/diagnostic.hpp"

namespace segue {

// A point of a program that a test can come by.
struct Point {
    enum class Kind : std::uint8_t { Rule, Step, Branch, Suppression };
    Kind kind = Kind::Rule;
    std::uint32_t rule = 0;
    std::uint32_t step = 0;
    std::uint32_t branch = 0;   // as in Note
    std::string reason;         // Suppression
    friend auto operator<=>(const Point&, const Point&) = default;
};
using Reached = std::map<Point, std::uint64_t>; // how often

struct TestResult {
    std::vector<Diagnostic> failures; // none: it passed
    Reached reached;
};

// `ledger` is copied. A statement that could not be done ends the test; an expectation that was not met does not.
TestResult run_test(const Scenario& test, std::shared_ptr<const Program> program, const Ledger& ledger, bool with_coverage);

} // namespace segue
