// What came out of tests, for people and for CI.
#pragma once

#include <optional>

#include "scenario/coverage.hpp"
#include "text/report.hpp"

namespace segue {

struct TestCase {
    std::string name;
    std::string file;        // as it was named
    std::uint32_t line = 0;  // from 1
    std::vector<Diagnostic> failures;
    const Sources* sources = nullptr;
    bool passed() const { return failures.empty(); }
};

struct SuiteReport {
    explicit SuiteReport(std::string folder) : failures(folder), broken(std::move(folder)) {}

    std::vector<TestCase> tests; // in the order of the programs, then of the text
    Report failures;             // what did not hold, of all tests
    Report broken;               // errors in scripts, whose tests did not run
    std::optional<Coverage> coverage;
    double seconds = 0;

    std::size_t failed() const;
    bool fails() const { return failed() > 0 || broken.fails(); }
    std::string sum() const; // "12 tests: 11 passed, 1 failed"
};

std::string render_tests_human(const SuiteReport& report, bool color);
std::string render_tests_json(const SuiteReport& report);
std::string render_tests_junit(const SuiteReport& report);

} // namespace segue
