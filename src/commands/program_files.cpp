#include "commands/program_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>

#include "syntax/parse.hpp"

namespace segue {

namespace {

Result<std::string> read_all(std::FILE* in, const std::string& name) {
    std::string text;
    char part[65'536];
    while (const auto n = std::fread(part, 1, sizeof part, in)) {
        text.append(part, n);
        if (text.size() > most_source_bytes + 4) break; // with its byte order mark: the parser says that it is too large
    }
    if (std::ferror(in) != 0) return Failure{fmt::format("cannot read {}: {}", name, std::strerror(errno))};
    return text;
}

} // namespace

Result<std::string> read_file(const std::string& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) return Failure{fmt::format("cannot read {}: it is a folder", path)};
    auto* in = std::fopen(path.c_str(), "rb");
    if (!in) return Failure{fmt::format("cannot read {}: {}", path, std::strerror(errno))};
    auto text = read_all(in, path);
    std::fclose(in);
    return text;
}

std::string file_identity(const std::string& path) {
    std::error_code error;
    const auto whole = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
    return error ? path : whole.string();
}

Result<std::string> read_standard_input() { return read_all(stdin, "standard input"); }

namespace {

std::unique_ptr<Compiled> compile_roots(const std::vector<ProgramText>& roots, const Files& world, Ledger& ledger, bool with_tests) {
    auto out = std::make_unique<Compiled>();
    out->texts = roots;
    const auto noted = [&](const std::string& path) {
        auto text = world.read(path);
        if (text) out->texts.push_back({path, *text});
        return text;
    };
    const auto loaded = load(roots, {noted, world.identity}, out->sources, out->diagnostics);
    Scenarios scenarios;
    out->program = std::make_shared<const Program>(check(loaded, out->sources, ledger, out->diagnostics, &out->places, with_tests ? &scenarios : nullptr));
    out->tests = std::move(scenarios.tests);
    return out;
}

} // namespace

Result<std::unique_ptr<Compiled>> compile(const std::vector<std::string>& paths, Ledger& ledger, const ReadText& read, bool with_tests) {
    std::vector<ProgramText> roots;
    for (const auto& path : paths) {
        auto text = read(path);
        if (!text) return text.failure();
        roots.push_back({path, std::move(*text)});
    }
    return compile_roots(roots, {read, file_identity}, ledger, with_tests);
}

std::unique_ptr<Compiled> compile_texts(const std::vector<ProgramText>& texts, std::size_t roots, Ledger& ledger) {
    const auto read = [&](const std::string& path) -> Result<std::string> {
        for (const auto& text : texts)
            if (text.path == path) return text.text;
        return Failure{"not kept"};
    };
    const auto identity = [](const std::string& path) { return std::filesystem::path(path).lexically_normal().string(); };
    return compile_roots({texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(std::min(roots, texts.size()))}, {read, identity}, ledger, false);
}

} // namespace segue
