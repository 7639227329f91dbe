#include "commands/report_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "commands/output.hpp"
#include "commands/program_files.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

namespace fs = std::filesystem;

Result<std::string> find_format(const std::string& name, const std::vector<std::string>& formats) {
    if (std::find(formats.begin(), formats.end(), name) != formats.end()) return name;
    if (const auto near = did_you_mean(name, formats)) return Failure{fmt::format("there is no format `{}`; did you mean `{}`?", name, *near)};
    return Failure{fmt::format("there is no format `{}`; there are {}", name, fmt::join(formats, ", "))};
}

Result<std::vector<ReportFile>> report_files(const std::vector<std::string>& words, const std::vector<std::string>& formats) {
    std::vector<ReportFile> out;
    std::set<std::string> taken;
    for (const auto& word : words) {
        const auto equals = word.find('=');
        if (equals == std::string::npos || equals + 1 == word.size()) return Failure{fmt::format("--report: write FORMAT=FILE, such as junit=segue.xml, not `{}`", word)};
        const auto format = find_format(word.substr(0, equals), formats);
        if (!format) return Failure{"--report: " + format.message()};
        const auto path = word.substr(equals + 1);
        if (path == "-") return Failure{fmt::format("--report writes files: name one behind {}=", *format)};
        std::error_code error;
        const bool kept = !fs::exists(path, error) || fs::is_regular_file(path, error); // a pipe or /dev/null may be several things
        if (kept && !taken.insert(file_identity(path)).second) return Failure{fmt::format("--report: {} is asked for twice", path)};
        out.push_back({*format, path});
    }
    return out;
}

Outcome write_report(const std::string& path, std::string_view text, const std::set<std::string>& scripts) {
    std::error_code error;
    const auto same = [&](const std::string& script) { return fs::equivalent(script, path, error); };
    if (path != "-" && std::any_of(scripts.begin(), scripts.end(), same)) return Failure{fmt::format("{} is one of the scripts: name another file", path)};
    auto out = Output::open(path, 0);
    if (!out) return out.failure();
    out->text(text);
    return out->flush();
}

} // namespace segue
