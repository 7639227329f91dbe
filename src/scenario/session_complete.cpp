// What can stand where the cursor is.
#include <algorithm>
#include <set>

#include "check/reasons.hpp"
#include "scenario/describe.hpp"
#include "scenario/documented.hpp"
#include "scenario/session_parts.hpp"
#include "syntax/words.hpp"

namespace segue {

namespace {

// What an event takes, where the cursor stands between its parentheses; null: it does not.
const EventType* event_around(const Program& program, const std::string& before) {
    std::size_t open = before.size();
    for (int depth = 0; open > 0; --open) {
        const char c = before[open - 1];
        if (c == ')') ++depth;
        if (c == '(' && depth-- == 0) break;
    }
    if (open == 0) return nullptr;
    auto begin = --open;
    while (begin > 0 && ((before[begin - 1] >= 'a' && before[begin - 1] <= 'z') || before[begin - 1] == '_')) --begin;
    const auto event = program.event(before.substr(begin, open - begin));
    return event ? &program.events[*event] : nullptr;
}

bool opened(const std::string& before, std::string_view word) { // `fan ana { `
    const auto at = before.rfind('{');
    return at != std::string::npos && before.find('}', at) == std::string::npos && before.substr(before.find_first_not_of(" \t")).starts_with(word);
}

} // namespace

std::vector<std::string> Session::completions(const std::string& line, std::size_t cursor) {
    auto begin = std::min(cursor, line.size());
    if ((line.starts_with(":load ") || line.starts_with(":save ") || line.starts_with(":save! ")) && around_.paths)
        return around_.paths(line.substr(0, begin).substr(std::min(line.find_first_not_of(' ', line.find(' ')), begin)));
    const bool module = line.find("use ") != std::string::npos;
    const auto word_sign = [module](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '#' || (module && c == '.'); };
    while (begin > 0 && word_sign(line[begin - 1])) --begin;
    const auto word = line.substr(begin, cursor - begin);
    const auto before = line.substr(0, begin);
    std::set<std::string> all;
    const auto& world = play_->world();
    const auto& program = world.program();
    const auto first = before.find_first_not_of(" \t");
    const auto behind = [&](std::initializer_list<std::string_view> words) { // the last word before this one
        const auto end = before.find_last_not_of(" \t(");
        const auto start = end == std::string::npos ? end : before.find_last_of(" \t(,", end);
        const auto word_before = end == std::string::npos ? std::string() : before.substr(start == std::string::npos ? 0 : start + 1, end - (start == std::string::npos ? 0 : start + 1) + 1);
        return std::find(words.begin(), words.end(), word_before) != words.end();
    };
    const auto events = [&] { for (const auto& event : program.events) all.insert(event.name); };
    const auto channels = [&] { for (const auto& channel : program.channels) all.insert(channel.name); };
    const auto stages = [&] { for (const auto& stage : program.stages) all.insert(stage.name); };
    const auto fans = [&] {
        for (const auto* fan : fans_of(world))
            if (fan_name(fan->id) == fan->id && all.size() < 2'000) all.insert(fan->id);
    };
    const auto releases = [&] { for (const auto& entry : world.catalogue) all.insert(world.ledger->symbols.text(entry.id)); };
    const auto expected = [&] { all.insert({"prompt", "send", "reply", "tag", "untag", "arm", "suppressed", "nothing", "stage"}); };
    if (before.ends_with(':') && first == before.size() - 1) {
        for (const auto& row : session_commands()) all.insert(std::string(row.name.substr(0, row.name.find(' '))));
    } else if (before.ends_with("fan.")) {
        for (const auto& a : program.attributes) all.insert(a.name);
    } else if (before.ends_with("release.")) {
        all = {"title", "date", "link", "artist"};
    } else if (before.starts_with(":drop")) {
        for (const auto& rule : program.rules) all.insert(rule.name);
        for (const auto& entry : documented(now().loaded, now().sources))
            if (!entry.library && entry.kind != "rule" && entry.kind != "stage") all.insert(entry.name);
    } else if (before.starts_with(":doc")) {
        for (const auto& entry : documented(now().loaded, now().sources)) all.insert(entry.name);
    } else if ((first != std::string::npos && before[first] == ':' && !before.starts_with(":why")) || (behind({">=", "<", ">", "<="}) && before.find("stage") == std::string::npos)) {
        return {}; // a number, a time, nothing
    } else if (const auto* event = event_around(program, before)) {
        for (const auto& field : event->fields) {
            all.insert(field.name);
            if (field.type == Type::Release) releases();
            if (field.type == Type::Channel) channels();
        }
    } else if (opened(before, "fan ")) {
        for (const auto& a : program.attributes) all.insert(a.name);
    } else if (opened(before, "release ")) {
        all = {"title", "date", "link", "artist", "live"};
    } else if (before.ends_with("release day of ")) {
        releases();
        all.insert({"next", "latest"});
    } else if (behind({"does", "on", "record", "no"})) {
        events();
    } else if (behind({"prompt"})) {
        events();
        channels();
    } else if (behind({"send", "via", "limit", "quiet", "promise"})) {
        channels();
        if (!behind({"send", "via"})) all.insert("messages");
    } else if (behind({"expect", ":why", "not"}) && (before.starts_with(":why") || before.find("expect") != std::string::npos)) {
        expected();
        if (before.starts_with(":why") && !behind({"not"})) all.insert("not");
    } else if (behind({"because"})) {
        for (const auto& reason : suppression_reasons()) all.insert(std::string(reason.name));
    } else if (behind({"enter", "->", "stage"}) || (behind({">=", "<", ">", "<=", "=="}) && before.find("stage") != std::string::npos)) {
        stages();
    } else if (behind({"to", "of", "fan"})) {
        fans();
        if (behind({"of"})) releases();
    } else if (behind({"use", "include"})) {
        for (const auto& file : stdlib_files()) {
            auto name = "std." + std::string(file.path.substr(0, file.path.size() - 5));
            std::replace(name.begin(), name.end(), '/', '.');
            if (behind({"use"})) all.insert(name);
        }
        if (behind({"include"}))
            for (const auto& entry : documented(now().loaded, now().sources))
                if (entry.kind == "template") all.insert(entry.name);
    } else {
        events();
        channels();
        stages();
        fans();
        releases();
        for (const auto& file : now().loaded.files) {
            for (const auto& d : file.defines) all.insert(d.name.text);
            for (const auto& f : file.flows) all.insert(f.name.text);
        }
        for (const auto& split : program.splits) all.insert(split.name);
        for (auto& word_of : words({"reserved", "declaration", "unit", "word"})) all.insert(std::move(word_of));
    }
    std::vector<std::string> out;
    for (const auto& candidate : all)
        if (candidate.starts_with(word)) out.push_back(candidate);
    return out;
}

} // namespace segue
