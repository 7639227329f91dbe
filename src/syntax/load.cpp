#include "syntax/load.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <set>

#include "syntax/build.hpp"
#include "syntax/parse.hpp"
#include "text/did_you_mean.hpp"

namespace segue {

namespace {

class Loader {
public:
    Loader(const Files& world, Sources& sources, Diagnostics& diagnostics) : world_(world), sources_(sources), diagnostics_(diagnostics) {}

    void text(const std::string& path, std::string text, bool stdlib) {
        if (!seen_.insert(stdlib ? "std:" + path : world_.identity(path)).second) return;
        const auto index = sources_.add(stdlib ? "std/" + path : path, std::move(text), stdlib);
        auto file = build(parse(sources_, index, diagnostics_), sources_, diagnostics_);
        for (const auto& use : file.uses) use.module.empty() ? used_file(use, path, stdlib) : used_module(use);
        out_.files.push_back(std::move(file));
        out_.from_stdlib.push_back(stdlib);
    }

    Loaded take() { return std::move(out_); }

private:
    void used_file(const ast::Use& use, const std::string& from, bool stdlib) {
        const auto path = (std::filesystem::path(from).parent_path() / use.file).lexically_normal().string();
        if (stdlib || seen_.contains(world_.identity(path))) return;
        auto text = world_.read(path);
        if (!text) {
            out_.complete = false;
            auto& d = diagnostics_.error(Code::cannot_use, use.target, text.message());
            d.help = "the path is relative to the file that this stands in";
            if (!path.ends_with(".flow") && world_.read(path + ".flow")) {
                d.help = fmt::format("did you mean `{}.flow`?", use.file);
                d.mend.push_back({use.target, fmt::format("\"{}.flow\"", use.file)});
                d.safe = true;
            }
            return;
        }
        this->text(path, std::move(*text), false);
    }

    // `std.recipes` is every file of stdlib/recipes/; `std.recipes.win_back` is one of them.
    void used_module(const ast::Use& use) {
        std::string path = use.module;
        std::replace(path.begin(), path.end(), '.', '/');
        bool found = false;
        std::vector<std::string> known;
        for (const auto& file : stdlib_files()) {
            const auto stem = "std/" + std::string(file.path.substr(0, file.path.size() - 5));
            auto module = stem;
            std::replace(module.begin(), module.end(), '/', '.');
            known.push_back(module);
            if (const auto dot = module.rfind('.'); dot > 3) known.push_back(module.substr(0, dot));
            if (stem != path && !stem.starts_with(path + "/")) continue;
            found = true;
            text(std::string(file.path), std::string(file.text), true);
        }
        if (found) return;
        out_.complete = false;
        auto& d = diagnostics_.error(Code::cannot_use, use.target, fmt::format("there is no module `{}`", use.module));
        if (const auto near = did_you_mean(use.module, known)) {
            d.help = fmt::format("did you mean `{}`?", *near);
            d.mend.push_back({use.target, *near});
        } else d.help = "modules of the standard library begin with `std`; a file is written in quotes: `use \"./shared.flow\"`";
    }

    const Files& world_;
    Sources& sources_;
    Diagnostics& diagnostics_;
    std::set<std::string> seen_;
    Loaded out_;
};

} // namespace

Loaded load(const std::vector<ProgramText>& roots, const Files& world, Sources& sources, Diagnostics& diagnostics) {
    Loader loader(world, sources, diagnostics);
    for (const auto& file : stdlib_files())
        if (file.path == "prelude.flow") loader.text("prelude.flow", std::string(file.text), true);
    for (const auto& root : roots) loader.text(root.path, root.text, false);
    return loader.take();
}

} // namespace segue
