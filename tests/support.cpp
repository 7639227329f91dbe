#include "support.hpp"

#include "scenario/suite.hpp"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/wait.h>
#include <thread>

#include "ingest/decode.hpp"
#include "ingest/formats.hpp"
#include "run/lookout.hpp"

namespace segue::test {

std::vector<std::string> files(const std::string& folder, const std::string& ending) {
    std::vector<std::string> out;
    if (!std::filesystem::exists(folder)) return out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().string().ends_with(ending)) out.push_back(entry.path().string());
    std::sort(out.begin(), out.end());
    return out;
}

Script::Script(const std::vector<ProgramText>& roots) {
    const auto read = [](const std::string& path) -> Result<std::string> {
        if (!std::filesystem::is_regular_file(path)) return Failure{"no such file"};
        return slurp(path);
    };
    const auto loaded = load(roots, {read, [](const std::string& path) { return path; }}, sources, diagnostics);
    Scenarios scenarios;
    program = std::make_shared<const Program>(check(loaded, sources, *ledger, diagnostics, &places, &scenarios));
    tests = std::move(scenarios.tests);
}

bool Script::has_when_tested(std::string_view code) const {
    if (diagnostics.has_errors()) return has(code);
    bool found = has(code);
    for (const auto& test : tests)
        for (const auto& failure : run_test(test, program, *ledger, false).failures) found = found || info(failure.code).code == code;
    return found;
}

bool Script::has(std::string_view code) const {
    return std::any_of(diagnostics.all().begin(), diagnostics.all().end(), [&](const auto& d) { return info(d.code).code == code; });
}

Played feed(World& world, const Script& script, const std::string& records, bool look_ahead) {
    Decoder decoder(*script.program, world.symbols());
    Played out;
    JsonParsers parser;
    std::istringstream in(records);
    std::string line;
    Fields fields(decoder.names());
    struct Read {
        std::uint64_t line;
        Decoded decoded;
        Record record;
        std::string reason;
    };
    std::vector<Read> all;
    while (std::getline(in, line)) {
        ++fields.line;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        simdjson::padded_string padded(line);
        read_json_line(parser, padded, {}, false, decoder.wants_nested(), fields);
        auto& read = all.emplace_back();
        read.line = fields.line;
        read.decoded = decoder.decode(fields, read.record, read.reason);
    }
    std::optional<Lookout> lookout;
    if (look_ahead) lookout.emplace(world.clock);
    for (auto& read : all)
        if (look_ahead && read.decoded == Decoded::Record) look_ahead = lookout->look(read.record);
    for (auto& [number, decoded, record, reason] : all) {
        if (decoded == Decoded::Record) {
            if (lookout && record.sight == Record::Sight::Unasked) {
                lookout->give_up(world);
                lookout.reset();
            }
            reason = refusal(world, record);
        }
        if (!reason.empty()) out.rejects.push_back(std::to_string(number) + ": " + reason);
        else if (decoded == Decoded::Record) step(world, record, out.actions);
    }
    return out;
}

Played play(const Script& script, const std::string& records, const std::string& until) {
    INFO(script.messages());
    REQUIRE_FALSE(script.diagnostics.has_errors());
    World world(script.ledger);
    attach(world, script.program);
    auto out = feed(world, script, records);
    if (!until.empty()) {
        const auto time = read_time(until);
        REQUIRE(time);
        advance(world, *time, out.actions);
    }
    return out;
}

std::string Played::lines() const {
    std::string out;
    for (const auto& action : actions) out += to_json(action) + "\n";
    return out;
}

std::string without_ids(const std::string& lines) {
    std::istringstream in(lines);
    std::string line;
    std::string out;
    while (std::getline(in, line)) {
        if (line.empty()) continue;
        auto json = nlohmann::json::parse(line);
        for (const auto* key : {"id", "cause", "of"}) json.erase(key);
        out += json.dump() + "\n";
    }
    return out;
}

Process shell(const std::string& command) {
    Scratch scratch;
    const auto status = std::system(("( " + command + " ) >" + (scratch / "out") + " 2>" + (scratch / "err")).c_str());
    Process p;
    p.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    p.out = slurp(scratch / "out");
    p.err = slurp(scratch / "err");
    return p;
}

std::string tool() { return "'" SEGUE_BINARY "'"; }

std::size_t times(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

bool shows(const std::string& path, const std::string& text, std::size_t wanted) {
    for (int i = 0; i < 200; ++i) {
        if (times(slurp(path), text) >= wanted) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    WARN(path << " is\n" << slurp(path));
    return false;
}

Scratch::Scratch() {
    auto pattern = (std::filesystem::temp_directory_path() / "segue-test-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
}

Scratch::~Scratch() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
}

std::string Scratch::write(const std::string& name, const std::string& text) const {
    const auto path = *this / name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

} // namespace segue::test
