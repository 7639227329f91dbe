#include "commands/state_reader.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace segue {

std::string pack_texts(const std::vector<ProgramText>& texts, std::size_t roots) {
    nlohmann::json json{{"roots", roots}, {"texts", nlohmann::json::array()}};
    for (const auto& text : texts) json["texts"].push_back({text.path, text.text});
    return json.dump();
}

std::optional<std::pair<std::vector<ProgramText>, std::size_t>> unpack_texts(const std::string& packed) {
    const auto json = nlohmann::json::parse(packed, nullptr, false);
    if (json.is_discarded() || !json.contains("texts") || !json.contains("roots")) return std::nullopt;
    std::vector<ProgramText> texts;
    for (const auto& text : json["texts"]) texts.push_back({text[0].get<std::string>(), text[1].get<std::string>()});
    return std::pair(std::move(texts), json["roots"].get<std::size_t>());
}

Result<std::unique_ptr<StateReader>> StateReader::open(const std::string& path) {
    auto store = open_sqlite_to_read(path);
    if (!store) return store.failure();
    if ((*store)->fresh()) return Failure{fmt::format("{} holds nothing yet: no run was committed to it", path)};
    std::unique_ptr<StateReader> reader(new StateReader(path, std::move(*store)));
    std::error_code error;
    reader->written_ = std::filesystem::last_write_time(path, error);
    return reader;
}

namespace {

Result<std::pair<std::vector<ProgramText>, std::size_t>> kept_texts(const std::string& path, Store& store) {
    auto versions = store.versions("");
    if (!versions) return versions.failure();
    for (const auto& kept : *versions) {
        if (kept.version != store.version()) continue;
        auto texts = unpack_texts(kept.texts);
        if (!texts) return Failure{fmt::format("{} is damaged: the kept program cannot be read", path)};
        return std::move(*texts);
    }
    return Failure{fmt::format("{} does not hold the program that it was written with; name its scripts", path)};
}

// The versions that responses under way started with, before the current one.
Outcome attach_kept_versions(const std::string& path, Store& store, World& world, const std::string& current) {
    auto versions = store.versions(current);
    if (!versions) return versions.failure();
    for (const auto& kept : *versions) {
        const auto texts = unpack_texts(kept.texts);
        if (!texts) return Failure{fmt::format("{} is damaged: a kept program cannot be read", path)};
        const auto old = compile_texts(texts->first, texts->second, *world.ledger);
        if (old->diagnostics.has_errors()) return Failure{fmt::format("{} holds responses of a program that this version of segue cannot read; finish them with the version that wrote it", path)};
        auto program = std::make_shared<Program>(*old->program);
        program->version = kept.version;
        attach_old(world, std::move(program));
    }
    return Done{};
}

} // namespace

Result<std::unique_ptr<Compiled>> kept_program(const std::string& path, Store& store, Ledger& ledger) {
    auto kept = kept_texts(path, store);
    if (!kept) return kept.failure();
    auto compiled = compile_texts(kept->first, kept->second, ledger);
    if (compiled->diagnostics.has_errors()) return Failure{fmt::format("{} was written with a program that this version of segue cannot read", path)};
    auto program = std::make_shared<Program>(*compiled->program);
    program->version = store.version();
    compiled->program = std::move(program);
    return compiled;
}

Outcome fill_world(const std::string& path, Store& store, World& world, std::shared_ptr<const Program> program) {
    if (store.interrupted() && store.version() != program->version) {
        auto kept = kept_program(path, store, *world.ledger);
        if (!kept) return kept.failure();
        program = (*kept)->program;
    }
    if (auto kept = attach_kept_versions(path, store, world, program->version); !kept) return kept;
    attach(world, std::move(program));
    if (auto loaded = store.load(world); !loaded) return loaded;
    return store.replay(world);
}

Outcome finish_interrupted(const std::string& path, Store& store) {
    World world(std::make_shared<Ledger>());
    auto kept = kept_program(path, store, *world.ledger);
    if (!kept) return kept.failure();
    if (auto filled = fill_world(path, store, world, (*kept)->program); !filled) return filled;
    const auto written = store.write(store.take(world, true));
    return written ? Outcome(Done{}) : written.failure();
}

Result<std::pair<std::vector<ProgramText>, std::size_t>> StateReader::texts() const { return kept_texts(path_, *store_); }

Result<std::unique_ptr<Compiled>> StateReader::program(Ledger& ledger) const { return kept_program(path_, *store_, ledger); }

Result<World> StateReader::world(std::shared_ptr<Ledger> ledger, std::shared_ptr<const Program> program) {
    World world(std::move(ledger));
    if (auto filled = fill_world(path_, *store_, world, program); !filled) return filled.failure();
    std::error_code error;
    if (std::filesystem::last_write_time(path_, error) != written_) return Failure{fmt::format("{} has changed while it was looked at; begin again", path_)};
    if (world.program().version != program->version) change_program(world, std::move(program));
    return world;
}

Result<std::map<std::string, GraphNumbers::Rule>> StateReader::rule_numbers() {
    const auto all = journal();
    if (!all) return all.failure();
    std::map<std::string, GraphNumbers::Rule> out;
    for (const auto& entry : *all)
        for (const auto& item : entry.items) {
            if (item.kind == Note::Kind::Started) ++out[item.rule].started;
            if (item.kind != Note::Kind::Action || item.rule.empty()) continue;
            if (item.action.kind == Action::Kind::Suppressed) ++out[item.rule].suppressed;
            if (item.action.kind == Action::Kind::Stage) ++out[item.rule].converted;
        }
    return out;
}

} // namespace segue
