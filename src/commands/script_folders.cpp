#include "commands/script_folders.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace segue {

namespace fs = std::filesystem;

namespace {

using Attempt = std::optional<Result<std::unique_ptr<Compiled>>>;

// Each job once, by as many threads as there are processors. What one throws, this throws.
void in_parallel(std::size_t jobs, const std::function<void(std::size_t)>& job) {
    std::atomic<std::size_t> next = 0;
    std::exception_ptr thrown;
    std::mutex lock;
    const auto work = [&] {
        try {
            for (auto i = next++; i < jobs; i = next++) job(i);
        } catch (...) {
            const std::lock_guard guard(lock);
            thrown = std::current_exception();
        }
    };
    std::vector<std::thread> threads;
    const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
    for (std::size_t n = 1; n < std::min(jobs, processors); ++n) threads.emplace_back(work);
    work();
    for (auto& thread : threads) thread.join();
    if (thrown) std::rethrow_exception(thrown);
}

std::set<std::string> identities(const Compiled& program) {
    std::set<std::string> out;
    for (const auto& text : program.texts) out.insert(file_identity(text.path));
    return out;
}

} // namespace

Result<std::vector<std::string>> scripts_below(const std::string& folder) {
    std::vector<std::string> out;
    std::error_code error;
    auto at = fs::recursive_directory_iterator(folder, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
        const auto name = at->path().filename().string();
        std::error_code ignored; // a link to nothing is no script
        if (at->is_directory(ignored)) {
            if (name.starts_with('.') || name == "build") at.disable_recursion_pending();
        } else if (name.ends_with(".flow") && !name.starts_with('.') && at->is_regular_file(ignored)) out.push_back(at->path().lexically_normal().string());
    }
    if (error) return Failure{fmt::format("cannot read the folder {}: {}", folder, error.message())};
    if (out.empty()) return Failure{fmt::format("there is no .flow file in {}", folder)};
    std::sort(out.begin(), out.end());
    return out;
}

Result<std::vector<std::unique_ptr<Compiled>>> compile_all(const std::vector<std::string>& paths) {
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

    // Each is compiled alone first: only then it is known who uses whom.
    std::vector<Attempt> programs(roots.size());
    in_parallel(roots.size(), [&](std::size_t i) {
        Ledger ledger;
        programs[i] = compile(roots[i], ledger);
    });
    std::string refusals;
    for (const auto& program : programs)
        if (!*program) refusals += (refusals.empty() ? "" : "\n") + program->message();
    if (!refusals.empty()) return Failure{refusals};

    std::vector<std::set<std::string>> parts;
    for (const auto& program : programs) parts.push_back(identities(***program));
    std::map<std::string, std::size_t> users; // programs that a file is part of
    for (const auto& part : parts)
        for (const auto& file : part) ++users[file];
    std::vector<bool> wanted(programs.size());
    std::set<std::string> covered;
    const auto want = [&](std::size_t i) {
        wanted[i] = true;
        covered.insert(parts[i].begin(), parts[i].end());
    };
    if (!files.empty()) want(0);
    for (std::size_t i = files.empty() ? 0 : 1; i < roots.size(); ++i)
        if (users[file_identity(roots[i].front())] == 1) want(i);
    for (std::size_t i = 0; i < roots.size(); ++i) // those that use each other in a circle: the first stands for all
        if (!wanted[i] && !covered.contains(file_identity(roots[i].front()))) want(i);

    std::vector<std::unique_ptr<Compiled>> out;
    for (std::size_t i = 0; i < programs.size(); ++i)
        if (wanted[i]) out.push_back(std::move(**programs[i]));
    return out;
}

} // namespace segue
