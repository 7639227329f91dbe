// Whether files of actions agree: of each rule the number of actions that are not suppressed, and a checksum over what they are, whatever their order.
// Usage: bench_agree [--without-stage] NAME=FILE... ; the first is what the others are held against. Exit code 1: some differ.
#include <cstdint>
#include <cstdio>
#include <fmt/format.h>
#include <map>
#include <simdjson.h>
#include <string>
#include <utility>
#include <vector>

namespace {

struct Sum {
    std::uint64_t count = 0, sum = 0;
    friend bool operator==(const Sum&, const Sum&) = default;
};

// Fan, rule, cause, when and what is done.
constexpr const char* fields[] = {"fan", "rule", "cause", "kind", "time", "channel", "goal", "subject", "text", "tag", "stage"};

std::uint64_t hash(std::string_view text, std::uint64_t h) {
    for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    return (h ^ 0xFF) * 0x100000001B3u; // the end of a field
}

std::uint64_t mixed(std::uint64_t h) {
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

std::map<std::string, Sum> read(const std::string& path, bool without_stage) {
    std::map<std::string, Sum> out;
    simdjson::dom::parser parser;
    simdjson::dom::document_stream lines;
    if (parser.load_many(path).get(lines)) throw std::runtime_error(fmt::format("cannot read {}", path));
    for (auto line : lines) {
        simdjson::dom::object action;
        if (line.get_object().get(action)) throw std::runtime_error(fmt::format("{} has a line that is no object", path));
        std::string_view kind, rule;
        std::uint64_t h = 0xCBF29CE484222325u;
        for (const auto* field : fields) {
            std::string_view value;
            if (action[field].get_string().get(value)) value = "";
            h = hash(value, h);
            if (field == fields[1]) rule = value;
            if (field == fields[3]) kind = value;
        }
        if (kind == "suppressed" || (without_stage && kind == "stage")) continue;
        auto& sum = out[fmt::format("{} {}", rule.empty() ? "-" : rule, kind)];
        ++sum.count;
        sum.sum += mixed(h);
    }
    return out;
}

} // namespace

int main(int argc, char** argv) {
    bool without_stage = false, same = true;
    std::string first;
    std::map<std::string, Sum> expected;
    try {
        for (int i = 1; i < argc; ++i) {
            const std::string_view argument = argv[i];
            if (argument == "--without-stage") {
                without_stage = true;
                continue;
            }
            const auto equals = argument.find('=');
            const std::string name(argument.substr(0, equals)), path(argument.substr(equals + 1));
            const auto sums = read(path, without_stage);
            if (first.empty()) {
                first = name;
                expected = sums;
                std::uint64_t all = 0;
                for (const auto& [what, sum] : sums) {
                    fmt::print("  {:<14} {:>9}  {:016x}\n", what, sum.count, sum.sum);
                    all += sum.count;
                }
                fmt::print("  {:<14} {:>9}\n", first, all);
                if (all == 0) throw std::runtime_error(fmt::format("{} did nothing", name));
                continue;
            }
            if (sums == expected) {
                fmt::print("  {} agrees\n", name);
                continue;
            }
            same = false;
            fmt::print("  {} DIFFERS from {}:\n", name, first);
            auto both = expected;
            both.insert(sums.begin(), sums.end());
            for (const auto& [what, unused] : both) {
                const auto a = std::as_const(expected).find(what), b = sums.find(what);
                const auto here = a == expected.end() ? Sum{} : a->second, there = b == sums.end() ? Sum{} : b->second;
                if (!(here == there)) fmt::print("    {:<14} {} {:016x} against {} {:016x}\n", what, there.count, there.sum, here.count, here.sum);
            }
        }
    } catch (const std::exception& e) {
        fmt::print("  {}\n", e.what());
        return 1;
    }
    return same ? 0 : 1;
}
