// Scripts by the paths that a person gave: files, folders, standard input.
#pragma once

#include <string>
#include <vector>

#include "text/result.hpp"

namespace segue {

// The scripts that a path stands for, sorted: a folder is gone through for *.flow, without hidden folders and `build`;
// a file is itself, whatever its name, and "-" too. A failure is a path that is not there, or a folder that cannot be read.
Result<std::vector<std::string>> script_files(const std::string& path);

// Two paths of one file have the same.
std::string file_identity(const std::string& path);

} // namespace segue
