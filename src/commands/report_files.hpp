// `--report FORMAT=FILE`, the same for every command that writes reports.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "text/result.hpp"

namespace segue {

struct ReportFile {
    std::string format, path;
};

// One of `formats`, or why not: with the nearest.
Result<std::string> find_format(const std::string& name, const std::vector<std::string>& formats);

// What the words of `--report` ask for. One report is not overwritten by another.
Result<std::vector<ReportFile>> report_files(const std::vector<std::string>& words, const std::vector<std::string>& formats);

// Refuses to write over one of the scripts, also by another name of it. "-" is standard output.
Outcome write_report(const std::string& path, std::string_view text, const std::set<std::string>& scripts = {});

} // namespace segue
