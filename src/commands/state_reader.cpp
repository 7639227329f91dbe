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

Result<std::unique_ptr<StateReader>> StateReader::open(const std::string& path) {
    auto store = open_sqlite_to_read(path);
    if (!store) return store.failure();
    if ((*store)->fresh()) return Failure{fmt::format("{} holds nothing yet: no run was committed to it", path)};
    std::unique_ptr<StateReader> reader(new StateReader(path, std::move(*store)));
    std::error_code error;
    reader->written_ = std::filesystem::last_write_time(path, error);
    return reader;
}

Result<std::pair<std::vector<ProgramText>, std::size_t>> StateReader::texts() const {
    auto versions = store_->versions("");
    if (!versions) return versions.failure();
    for (const auto& kept : *versions) {
        if (kept.version != store_->version()) continue;
        auto texts = unpack_texts(kept.texts);
        if (!texts) return Failure{fmt::format("{} is damaged: the kept program cannot be read", path_)};
        return std::move(*texts);
    }
    return Failure{fmt::format("{} does not hold the program that it was written with; name its scripts", path_)};
}

Result<std::unique_ptr<Compiled>> StateReader::program(Ledger& ledger) const {
    auto kept = texts();
    if (!kept) return kept.failure();
    auto compiled = compile_texts(kept->first, kept->second, ledger);
    if (compiled->diagnostics.has_errors()) return Failure{fmt::format("{} was written with a program that this version of segue cannot read", path_)};
    auto program = std::make_shared<Program>(*compiled->program);
    program->version = store_->version();
    compiled->program = std::move(program);
    return compiled;
}

Result<World> StateReader::world(std::shared_ptr<Ledger> ledger, std::shared_ptr<const Program> program) {
    World world(std::move(ledger));
    if (auto kept = attach_kept_versions(path_, *store_, world, program->version); !kept) return kept.failure();
    attach(world, std::move(program));
    if (auto loaded = store_->load(world); !loaded) return loaded.failure();
    std::error_code error;
    if (std::filesystem::last_write_time(path_, error) != written_) return Failure{fmt::format("{} has changed while it was looked at; begin again", path_)};
    wind(world);
    return world;
}

} // namespace segue
