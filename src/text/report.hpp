// What one run of a command found, of one program or of many: all that a renderer needs, and nothing that it could ask the world for.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "text/budget.hpp"
#include "text/diagnostic.hpp"

namespace segue {

class Report {
public:
    // `folder` is where relative paths begin, an absolute path; may be empty where no renderer needs more than names.
    explicit Report(std::string folder = "") : folder_(std::move(folder)) {}

    // One program more. A file that several programs use stands here once, and so does what is wrong in it.
    void add(const Sources& sources, const Diagnostics& found);
    // The worst case of the program that was added last, for the forms that can show it.
    void add(Budget budget);

    // These warnings are errors from now on. After the last `add`.
    void deny(const std::set<Code>& codes);

    const Sources& sources() const { return sources_; }
    const std::vector<Diagnostic>& all() const { return all_; } // program by program, each by place
    const std::vector<Budget>& budgets() const { return budgets_; }
    std::size_t errors() const;                                 // with those that are denied or left out
    std::size_t warnings() const;
    std::size_t left_out() const; // were found, but too many to be told
    bool fails() const { return errors() > 0; }
    std::string sum() const; // "2 errors, 1 warning (3 not shown)"; empty if there are none
    // Those that can be mended unseen: the mend is safe, and the texts are files.
    std::vector<const Diagnostic*> fixable() const;

    // The path of a source as CI wants it: below `folder` it is relative, without `.` and `..`.
    std::string path(std::uint32_t source) const;

    // The same as a URI. Relative ones are below `folder`; what stands elsewhere is `file:///...`, and what has no file `segue:///std/...`.
    std::string uri(std::uint32_t source) const;
    bool below_folder(std::uint32_t source) const;

    // For each diagnostic a name that stays when lines move: made of the code, the file, the marked text and its line.
    std::vector<std::string> fingerprints() const;

private:
    std::size_t count(Severity severity) const;

    std::string folder_;
    Sources sources_;
    std::vector<Diagnostic> all_;
    std::vector<Budget> budgets_;
    std::vector<std::uint32_t> here_; // of each source of the program added last, where it stands in `sources_`
    std::map<Code, std::size_t> left_out_;
    std::set<Code> denied_;
    std::map<std::string, std::vector<std::uint32_t>> by_name_;
    std::set<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, Code, std::string>> told_;
};

// A form that a report can be written in.
struct ReportFormat {
    std::string_view name;
    std::string (*render)(const Report& report, bool color);
    bool shows_budget = false;
};
const std::vector<ReportFormat>& report_formats();

// One line each: `file:line:column: error[E0203]: message`. editors/problem-matcher.json reads it.
std::string render_concise(const Report& report);
// Workflow commands of GitHub Actions, which become annotations.
std::string render_github(const Report& report);
// docs/checking.md describes the document.
std::string render_json(const Report& report);
// SARIF 2.1.0.
std::string render_sarif(const Report& report);
// A test suite for each file, which fails where the file has errors.
std::string render_junit(const Report& report);

} // namespace segue
