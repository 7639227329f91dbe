// A program is the prelude, the files given, and what they `use`. Reading files is the caller's; this only asks for them.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "syntax/ast.hpp"
#include "text/diagnostic.hpp"
#include "text/result.hpp"

namespace segue {

// One file of the standard library, as it stands in stdlib/. Made at build time.
struct StdlibFile {
    std::string_view path; // "recipes/win_back.flow"
    std::string_view text;
};
const std::vector<StdlibFile>& stdlib_files();

struct Loaded {
    std::vector<ast::File> files;      // in the order of the program: used files before those that use them, the prelude first
    std::vector<bool> from_stdlib;     // for each file
    bool complete = true;              // every `use` led somewhere
};

// The world as load sees it: a text by its path, and what makes two paths the same file.
struct Files {
    std::function<Result<std::string>(const std::string& path)> read;
    std::function<std::string(const std::string& path)> identity;
};

// One text of a program: its path and what stands in it.
struct ProgramText {
    std::string path;
    std::string text;
};

// Parses `roots` and everything they use, each once. A used file that cannot be read is a diagnostic at its `use`.
Loaded load(const std::vector<ProgramText>& roots, const Files& world, Sources& sources, Diagnostics& diagnostics);

} // namespace segue
