// What `segue init` writes: the files of templates/.
#pragma once

#include <string_view>
#include <vector>

namespace segue {

struct TemplateFile {
    std::string_view path; // "project/flows/release.flow": its first folder says which set it is of
    std::string_view text;
};
const std::vector<TemplateFile>& template_files(); // made at build time

} // namespace segue
