// `segue init`: a new project folder, whole from the first minute: a flow, a test, a check in CI, settings for editors.
#include <algorithm>
#include <filesystem>

#include "commands/command.hpp"
#include "commands/say.hpp"
#include "commands/templates.hpp"
#include "commands/write_file.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string folder;
    std::string ci = "github";
};

struct NewFile {
    fs::path path; // below the folder
    std::string text;
};

std::vector<NewFile> new_files(const Options& options, const std::string& name) {
    std::vector<NewFile> out;
    for (const auto& file : template_files()) {
        const auto slash = file.path.find('/');
        const auto set = file.path.substr(0, slash);
        if (set != "project" && set != options.ci) continue;
        std::string text(file.text);
        constexpr std::string_view mark = "{{name}}";
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + name.size())) text.replace(at, mark.size(), name);
        out.push_back({file.path.substr(slash + 1), std::move(text)});
    }
    return out;
}

int init(const Options& options) {
    const std::vector<std::string> sets = {"github", "gitlab", "none"};
    if (std::find(sets.begin(), sets.end(), options.ci) == sets.end()) {
        const auto near = did_you_mean(options.ci, sets);
        say("--ci: there is no `{}`; {}", options.ci, near ? fmt::format("did you mean `{}`?", *near) : "there are github, gitlab and none");
        return refused;
    }
    if (options.folder.empty()) {
        say("FOLDER is empty; write `.` for the one that you are in");
        return refused;
    }
    std::error_code error;
    const auto whole = fs::weakly_canonical(fs::absolute(options.folder, error), error);
    const auto name = whole.filename().empty() ? whole.parent_path().filename().string() : whole.filename().string();
    const auto files = new_files(options, name.empty() ? "flows" : name);

    // Nothing is made if something is in the way.
    for (const auto& file : files) {
        const auto path = fs::path(options.folder) / file.path;
        if (fs::symlink_status(path, error).type() == fs::file_type::not_found) continue;
        say("{} is there already; nothing was made. Choose another folder, or move it away", path.string());
        return refused;
    }
    for (const auto& file : files)
        if (const auto made = create_file((fs::path(options.folder) / file.path).string(), file.text); !made) {
            return refuse(made.message());
        }

    for (const auto& file : files) say_as_is(fmt::format("made {}\n", (fs::path(options.folder) / file.path).lexically_normal().string()));
    say_as_is(fmt::format("\nTry it:\n\n{}    segue check flows\n    segue test\n    segue repl flows/release.flow\n", options.folder == "." ? "" : fmt::format("    cd {}\n", options.folder)));
    return done;
}

} // namespace

void add_init(CLI::App& command, int& exit) {
    auto options = std::make_shared<Options>();
    command.add_option("FOLDER", options->folder, "the folder to make, or `.`")->required()->type_name("");
    command.add_option("--ci", options->ci, "which CI file: github (if not said), gitlab or none")->type_name("WHICH");
    command.footer("Nothing is made if one of the files is there already.\n"
                   "Exit codes: 0 done, 2 something is in the way, or a file cannot be written.");
    command.callback([options, &exit] { exit = init(*options); });
}

} // namespace segue
