#include "commands/script_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace segue {

namespace fs = std::filesystem;

Result<std::vector<std::string>> script_files(const std::string& path) {
    std::error_code error;
    if (path == "-" || !fs::is_directory(path, error)) return std::vector{path};
    std::vector<std::string> out;
    auto entry = fs::recursive_directory_iterator(path, error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
        const auto name = entry->path().filename().string();
        std::error_code unknown;
        if (entry->is_directory(unknown)) {
            if (name.starts_with('.') || name == "build") entry.disable_recursion_pending();
        } else if (name.ends_with(".flow") && entry->is_regular_file(unknown)) out.push_back(entry->path().string());
    }
    if (error) return Failure{fmt::format("cannot read the folder {}: {}", path, error.message())};
    std::sort(out.begin(), out.end());
    return out;
}

std::string file_identity(const std::string& path) {
    std::error_code error;
    const auto whole = fs::weakly_canonical(path, error);
    return error ? path : whole.string();
}

} // namespace segue
