#include "commands/script_folders.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <tuple>

#include "check/analysis/budget.hpp"
#include "commands/parallel.hpp"

namespace segue {

namespace fs = std::filesystem;

namespace {

using Attempt = std::optional<Result<Checked>>;

// The program itself is let go of, unless it is to be tested: of a thousand files only what was found is kept.
Result<Checked> check_program(const std::vector<std::string>& files, Wanted wanted, const ReadText& read) {
    const auto ledger = std::make_shared<Ledger>();
    auto compiled = compile(files, *ledger, read, wanted == Wanted::Tests);
    if (!compiled) return compiled.failure();
    auto& c = **compiled;
    Checked out;
    out.roots.insert(files.begin(), files.end());
    for (const auto& text : c.texts) out.files.insert(file_identity(text.path));
    if (wanted == Wanted::Budget && !c.diagnostics.has_errors()) {
        out.budget = analysis::budget_of(*c.program, c.places, *ledger);
        out.budget->program = fmt::format("{}", fmt::join(files, ", "));
    }
    if (wanted == Wanted::Tests) {
        out.ledger = ledger;
        out.program = c.program;
        out.places = std::move(c.places);
        out.tests = std::move(c.tests);
    }
    out.sources = std::move(c.sources);
    out.diagnostics = std::move(c.diagnostics);
    return out;
}

// A comment in a file that several programs use silences nothing only if it does so in none of them; and who sees one program alone
// does not know the others.
void agree_on_allowed(std::vector<Checked>& programs) {
    using Place = std::tuple<std::string, std::uint32_t>;
    const auto place = [](const Checked& c, const Diagnostic& d) { return Place{c.sources[d.span.source].name(), d.span.begin}; };
    std::map<std::string, std::size_t> users;
    std::map<Place, std::size_t> unused;
    for (const auto& c : programs) {
        for (std::uint32_t s = 0; s < c.sources.size(); ++s) ++users[c.sources[s].name()];
        for (const auto& d : c.diagnostics.all())
            if (d.code == Code::unused_allow) ++unused[place(c, d)];
    }
    for (auto& c : programs) {
        c.diagnostics.remove_if([&](const Diagnostic& d) { return d.code == Code::unused_allow && unused[place(c, d)] < users[c.sources[d.span.source].name()]; });
        for (auto& d : c.diagnostics.since(0))
            if (d.code == Code::unused_allow && !c.roots.contains(c.sources[d.span.source].name())) d.safe = false;
    }
}

} // namespace

Result<std::vector<std::string>> scripts_below(const std::string& folder) {
    std::vector<std::string> out;
    std::error_code error;
    auto at = fs::recursive_directory_iterator(folder, error);
    auto reading = folder;
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
        const auto name = at->path().filename().string();
        std::error_code ignored; // a link to nothing is no script
        if (at->is_directory(ignored)) {
            if (name.starts_with('.') || name == "build") at.disable_recursion_pending();
            else reading = at->path().string();
        } else if (name.ends_with(".flow") && !name.starts_with('.') && at->is_regular_file(ignored)) out.push_back(at->path().lexically_normal().string());
    }
    if (error) return Failure{fmt::format("cannot read the folder {}: {}", reading, error.message())};
    if (out.empty()) return Failure{fmt::format("there is no .flow file in {}", folder)};
    std::sort(out.begin(), out.end());
    return out;
}

Result<std::vector<Checked>> check_all(const std::vector<std::string>& paths, Wanted asked, const ReadText& read) {
    std::vector<std::vector<std::string>> roots;
    std::vector<std::string> files, scripts;
    std::set<std::string> seen;
    for (const auto& path : paths) {
        std::error_code error;
        if (!fs::is_directory(path, error)) {
            files.push_back(path);
            continue;
        }
        auto below = scripts_below(path);
        if (!below) return below.failure();
        for (auto& script : *below)
            if (seen.insert(file_identity(script)).second) scripts.push_back(std::move(script));
    }
    if (!files.empty()) roots.push_back(files);
    for (auto& script : scripts) roots.push_back({std::move(script)});

    // Each is checked alone first: only then it is known who uses whom.
    std::vector<Attempt> programs(roots.size());
    in_parallel(roots.size(), [&](std::size_t i) { programs[i] = check_program(roots[i], asked, read); });
    std::string refusals;
    for (const auto& program : programs)
        if (!*program) refusals += (refusals.empty() ? "" : "\n") + program->message();
    if (!refusals.empty()) return Failure{refusals};

    std::map<std::string, std::size_t> users; // programs that a file is part of
    for (const auto& program : programs)
        for (const auto& file : (**program).files) ++users[file];
    std::vector<bool> wanted(programs.size());
    std::set<std::string> covered;
    const auto want = [&](std::size_t i) {
        wanted[i] = true;
        covered.insert((**programs[i]).files.begin(), (**programs[i]).files.end());
    };
    if (!files.empty()) want(0);
    for (std::size_t i = files.empty() ? 0 : 1; i < roots.size(); ++i)
        if (users[file_identity(roots[i].front())] == 1) want(i);
    for (std::size_t i = 0; i < roots.size(); ++i) // those that use each other in a circle: the first stands for all
        if (!wanted[i] && !covered.contains(file_identity(roots[i].front()))) want(i);

    std::vector<Checked> out;
    for (std::size_t i = 0; i < programs.size(); ++i)
        if (wanted[i]) out.push_back(std::move(**programs[i]));
    agree_on_allowed(out);
    return out;
}

} // namespace segue
