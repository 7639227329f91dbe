#include "lsp/workspace.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "syntax/build.hpp"
#include "syntax/parse.hpp"
#include "text/pages.hpp"

namespace segue::lsp {

const ast::File* Compilation::file(std::uint32_t source) const {
    for (const auto& file : loaded.files)
        if (file.source == source) return &file;
    return nullptr;
}

std::vector<const NameUse*> Compilation::names_at(std::uint32_t source, std::uint32_t offset) const {
    std::vector<const NameUse*> out;
    const auto from = std::lower_bound(names.uses.begin(), names.uses.end(), source, [](const NameUse& use, std::uint32_t wanted) { return use.span.source < wanted; });
    for (auto it = from; it != names.uses.end() && it->span.source == source && it->span.begin <= offset; ++it) {
        if (offset > it->span.end) continue;
        if (!out.empty() && out.front()->span.begin != it->span.begin) out.clear(); // `a.b`: between them it is the second
        out.push_back(&*it);
    }
    return out;
}

const NameUse* Compilation::name_at(std::uint32_t source, std::uint32_t offset) const {
    const auto all = names_at(source, offset);
    return all.empty() ? nullptr : all.front();
}

const NameUse* Compilation::declaration(const NameUse& use) const {
    const NameUse* first = nullptr;
    for (const auto& other : names.uses) {
        if (!other.declares || !other.same_thing(use)) continue;
        if (!first || (loaded.from_stdlib[first->span.source] && !loaded.from_stdlib[other.span.source])) first = &other;
    }
    return first;
}

// ---- what is open ----------------------------------------------------------------------------------------------------

void Workspace::open(const std::string& uri, std::int64_t version, std::string text) {
    const auto path = path_of_uri(uri).value_or(uri); // one that was never saved has a name of its own
    const auto identity = disk_.identity(path);
    open_[identity] = {uri, path, identity, version, std::move(text)};
    read_uses(path);
    touched(identity);
}

Document* Workspace::find(const std::string& uri) {
    const auto at = std::find_if(open_.begin(), open_.end(), [&](const auto& each) { return each.second.uri == uri; });
    return at == open_.end() ? nullptr : &at->second;
}

const Document* Workspace::document(const std::string& uri) const { return const_cast<Workspace*>(this)->find(uri); }

void Workspace::change(const std::string& uri, std::int64_t version, const Json& changes) {
    auto* document = find(uri);
    if (!document) return;
    auto text = document->text; // if one of them is wrong none is made
    for (const auto& change : changes) {
        if (!change.contains("range")) {
            text = change.at("text").get<std::string>();
            continue;
        }
        const auto begin = positions_.offset(text, change["range"].at("start"));
        const auto end = std::max(begin, positions_.offset(text, change["range"].at("end")));
        text.replace(begin, end - begin, change.at("text").get<std::string>());
    }
    document->text = std::move(text);
    document->version = version;
    read_uses(document->path);
    touched(document->identity);
}

void Workspace::close(const std::string& uri) {
    const auto* document = find(uri);
    if (!document) return;
    const auto identity = document->identity, path = document->path;
    open_.erase(identity);
    read_uses(path);
    touched(identity);
}

void Workspace::changed_on_disk(const std::string& uri) {
    const auto path = path_of_uri(uri);
    if (!path) return;
    const auto identity = disk_.identity(*path);
    if (open_.contains(identity)) return; // the editor's is the one that counts
    read_uses(*path);
    touched(identity);
}

void Workspace::forget_closed() {
    std::vector<std::string> paths;
    for (const auto& [identity, script] : scripts_)
        if (!open_.contains(identity)) paths.push_back(script.path);
    for (const auto& path : paths) changed_on_disk(uri_of_path(path));
}

Result<std::string> Workspace::text(const std::string& path) const {
    const auto at = open_.find(disk_.identity(path));
    return at == open_.end() ? disk_.read(path) : at->second.text;
}

// ---- which programs there are ----------------------------------------------------------------------------------------

namespace {

// What has to change so that a script uses other files.
std::string lines_with_use(std::string_view text) {
    std::string out;
    for (std::size_t at = text.find("use"); at != std::string_view::npos; at = text.find("use", at)) {
        const auto begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1; // npos + 1 is 0
        const auto end = std::min(text.find('\n', at), text.size());
        const auto line = text.substr(begin, end - begin);
        if (line.find('"') != std::string_view::npos || line.find_first_not_of(" \t") == at - begin) (out += line) += '\n';
        at = end;
    }
    return out;
}

} // namespace

void Workspace::scan() {
    std::set<std::string> there;
    for (const auto& [identity, document] : open_) there.insert(identity);
    unread_.clear();
    for (const auto& folder : folders_) {
        const auto paths = disk_.scripts(folder);
        if (!paths) continue;
        for (const auto& path : *paths) {
            there.insert(disk_.identity(path));
            if (!scripts_.contains(disk_.identity(path))) unread_.push_back(path);
        }
    }
    shape_ += std::erase_if(scripts_, [&](const auto& script) {
        const bool used = std::any_of(scripts_.begin(), scripts_.end(), [&](const auto& other) { return other.second.uses.contains(script.first); });
        return !there.contains(script.first) && !used;
    });
    std::reverse(unread_.begin(), unread_.end()); // the last is read next
}

bool Workspace::read_next() {
    if (unread_.empty()) return false;
    const auto path = std::move(unread_.back());
    unread_.pop_back();
    if (!scripts_.contains(disk_.identity(path))) read_uses(path);
    return true;
}

void Workspace::read_uses(const std::string& path) {
    const auto identity = disk_.identity(path);
    auto now = text(path);
    if (!now) {
        shape_ += scripts_.erase(identity);
        return;
    }
    auto lines = lines_with_use(*now);
    if (const auto known = scripts_.find(identity); known != scripts_.end() && known->second.path == path && known->second.lines == lines) return;
    ++shape_;
    auto& script = scripts_[identity];
    script = {path, std::move(lines), {}};
    if (script.lines.empty()) return;
    Sources sources;
    Diagnostics nobody;
    const auto file = build(parse(sources, sources.add(path, std::move(*now)), nobody), sources, nobody);
    std::vector<std::string> unknown;
    for (const auto& use : file.uses) {
        if (use.file.empty()) continue;
        const auto used = (std::filesystem::path(path).parent_path() / use.file).lexically_normal().string();
        script.uses.insert(disk_.identity(used));
        if (!scripts_.contains(disk_.identity(used))) unknown.push_back(used);
    }
    for (const auto& used : unknown) read_uses(used);
}

std::vector<std::string> Workspace::roots_of(const std::string& identity) {
    // From it upwards, to those that nobody uses; in a circle, itself.
    std::set<std::string> seen{identity};
    std::vector<std::string> waiting{identity}, out;
    while (!waiting.empty()) {
        const auto here = waiting.back();
        waiting.pop_back();
        bool used = false;
        for (const auto& [other, script] : scripts_) {
            if (!script.uses.contains(here) || other == here) continue;
            used = true;
            if (seen.insert(other).second) waiting.push_back(other);
        }
        if (!used)
            if (const auto at = scripts_.find(here); at != scripts_.end()) out.push_back(at->second.path);
    }
    if (out.empty())
        if (const auto at = scripts_.find(identity); at != scripts_.end()) out.push_back(at->second.path);
    std::sort(out.begin(), out.end());
    return out;
}

const std::vector<std::string>& Workspace::roots() {
    if (roots_shape_ == shape_) return roots_;
    std::set<std::string> out;
    for (const auto& [identity, script] : scripts_)
        for (auto& root : roots_of(identity)) out.insert(std::move(root));
    roots_.assign(out.begin(), out.end());
    roots_shape_ = shape_;
    return roots_;
}

void Workspace::touched(const std::string& identity) {
    std::erase_if(compiled_, [&](const auto& each) { return each.second->files.contains(identity) || !each.second->loaded.complete || disk_.identity(each.first) == identity; });
}

void Workspace::compile(Compilation& out, const std::function<Result<std::string>(const std::string& path)>& read) const {
    std::vector<ProgramText> roots;
    if (out.root.empty()) roots.push_back({"", "use std.recipes\n"}); // the library itself
    else if (auto now = read(out.root)) roots.push_back({out.root, std::move(*now)});
    out.loaded = load(roots, {read, disk_.identity}, out.sources, out.diagnostics);
    Scenarios scenarios;
    out.program = std::make_shared<const Program>(check(out.loaded, out.sources, *out.ledger, out.diagnostics, &out.places, &scenarios, &out.names));
    out.tests = std::move(scenarios.tests);
    for (std::uint32_t i = 0; i < out.sources.size(); ++i) {
        const auto& source = out.sources[i];
        const auto path = source.embedded() ? library_path(source.name()) : source.name();
        if (!path.empty()) out.files.emplace(disk_.identity(path), i);
    }
}

const Compilation& Workspace::compiled(const std::string& root) {
    auto& kept = compiled_[root];
    if (kept) return *kept;
    kept = std::make_unique<Compilation>();
    kept->root = root;
    compile(*kept, [this](const std::string& path) { return text(path); });
    return *kept;
}

std::unique_ptr<Compilation> Workspace::compiled_with(const std::string& root, const std::map<std::string, std::string>& texts) const {
    auto out = std::make_unique<Compilation>();
    out->root = root;
    compile(*out, [&](const std::string& path) -> Result<std::string> {
        const auto at = texts.find(disk_.identity(path));
        return at == texts.end() ? text(path) : at->second;
    });
    return out;
}

const Compilation* Workspace::program_with(const std::string& uri) {
    const auto* document = this->document(uri);
    const auto path = document ? document->path : path_of_uri(uri).value_or(uri);
    const auto identity = disk_.identity(path);
    const auto roots = roots_of(identity);
    if (!roots.empty()) return &compiled(roots.front());
    // The copy of a file of the library: some program has it, or one that uses all of the library.
    if (disk_.library.empty() || !identity.starts_with(disk_.identity(disk_.library))) return nullptr;
    for (const auto& [root, program] : compiled_)
        if (program && program->files.contains(identity)) return program.get();
    const auto& bare = compiled("");
    return bare.files.contains(identity) ? &bare : nullptr;
}

std::string Workspace::uri(const Compilation& program, std::uint32_t source) const {
    const auto& of = program.sources[source];
    if (!of.embedded()) {
        const auto at = open_.find(disk_.identity(of.name()));
        return at != open_.end() ? at->second.uri : uri_of_path(std::filesystem::absolute(of.name()).lexically_normal().string());
    }
    const auto copy = copied(of.name(), of.text());
    return copy.empty() ? "segue:///" + of.name() : copy;
}

std::string Workspace::page_uri(Code code) const {
    const auto page = page_of(code);
    return page.empty() ? "" : copied(fmt::format("diagnostics/{}.md", info(code).code), page);
}

std::string Workspace::copied(const std::string& name, std::string_view text) const {
    const auto path = library_path(name);
    if (path.empty() || !disk_.write_copy) return "";
    if (copied_.insert(path).second && !disk_.write_copy(path, std::string(text))) return "";
    return uri_of_path(path);
}

} // namespace segue::lsp
