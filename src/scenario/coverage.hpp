// How much of the scripts a suite reached: rules, steps, branches, and the reasons for which messages were suppressed. By place, so that
// a file that several programs use, or a template that is included twice, is counted once. The library's own scripts are left out.
#pragma once

#include <array>
#include <string>

#include "scenario/suite.hpp"
#include "text/source.hpp"

namespace segue {

class Coverage {
public:
    struct Place {
        std::string file;
        std::uint32_t begin = 0, end = 0;
        Point::Kind kind = Point::Kind::Rule;
        std::uint32_t branch = 0;
        std::string reason;
        friend auto operator<=>(const Place&, const Place&) = default;
    };
    struct Spot {
        std::uint32_t line = 0, column = 0; // from 1
        std::string what; // "the rule `flow/label` never started"
        std::string name; // of the rule
        std::uint64_t hits = 0;
    };
    struct Count {
        std::size_t reached = 0, all = 0;
    };
    using Counts = std::array<Count, 4>; // by Point::Kind

    void add(const Program& program, const Places& places, const Sources& sources, const Reached& reached);

    const std::map<Place, Spot>& spots() const { return spots_; }
    std::map<std::string, Counts> by_file() const;
    Counts total() const;
    double percent() const; // of rules, steps and branches; 100 where there are none

private:
    std::map<Place, Spot> spots_;
};

std::string render_coverage(const Coverage& coverage);
// The tracefile of lcov 1.16: rules are its functions.
std::string render_lcov(const Coverage& coverage);

} // namespace segue
