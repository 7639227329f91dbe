#include "lsp/editor.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <sstream>
#include <stdexcept>

namespace segue::test {

using lsp::Json;

Json Editor::all_capabilities() {
    return {{"textDocument", {{"completion", {{"completionItem", {{"snippetSupport", true}}}}}, {"documentSymbol", {{"hierarchicalDocumentSymbolSupport", true}}}, {"rename", {{"prepareSupport", true}}}}},
            {"workspace", {{"codeLens", {{"refreshSupport", true}}}, {"didChangeWatchedFiles", {{"dynamicRegistration", true}}}}}};
}

Editor::Editor(const Json& capabilities, const Json& options, const std::vector<std::pair<std::string, std::string>>& files) {
    for (const auto& [name, text] : files) file(name, text);
    lsp::Disk disk;
    disk.read = [this](const std::string& path) -> Result<std::string> {
        const auto at = disk_.find(path);
        if (at == disk_.end()) return Failure{fmt::format("cannot read {}: No such file or directory", path)};
        return at->second;
    };
    disk.identity = [](const std::string& path) { return std::filesystem::path(path).lexically_normal().string(); };
    disk.scripts = [this](const std::string& folder) -> Result<std::vector<std::string>> {
        std::vector<std::string> out;
        for (const auto& [path, text] : disk_)
            if (path.starts_with(folder) && path.ends_with(".flow")) out.push_back(path);
        return out;
    };
    disk.write_copy = [this](const std::string& path, const std::string& text) -> Outcome {
        disk_[path] = text;
        return Done{};
    };
    disk.library = "/library";
    disk.fired = [](const std::string& state) -> Result<std::map<std::string, std::uint64_t>> {
        if (state != "state.db") return Failure{"cannot read " + state};
        return std::map<std::string, std::uint64_t>{{"w1/r1", 3}, {"w1/r2", 1}};
    };
    server_ = std::make_unique<lsp::Server>(std::move(disk), [this](const Json& message) {
        if (message.contains("id") && !message.contains("method")) answers_[message["id"].dump()] = message.contains("result") ? message["result"] : Json{{"error", message["error"]}};
        else if (message["method"] == "textDocument/publishDiagnostics") pushed[message["params"]["uri"].get<std::string>()] = message["params"]["diagnostics"];
        else notes.push_back(message);
    });
    ask("initialize", {{"processId", nullptr}, {"rootUri", "file:///w"}, {"capabilities", capabilities}, {"initializationOptions", options}});
    tell("initialized", Json::object());
}

Json Editor::ask(const std::string& method, Json params) {
    const Json id = next_++;
    server_->take({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}});
    const auto at = answers_.find(id.dump());
    if (at == answers_.end()) throw std::runtime_error(method + " was not answered");
    auto out = std::move(at->second);
    answers_.erase(at);
    return out;
}

void Editor::tell(const std::string& method, Json params) { server_->take({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}}); }

void Editor::idle() {
    while (server_->idle()) {}
}

void Editor::remove(const std::string& name) {
    disk_.erase(path(name));
    tell("workspace/didChangeWatchedFiles", {{"changes", {{{"uri", uri(name)}, {"type", 3}}}}});
}

void Editor::open(const std::string& name, const std::string& text) {
    texts_[path(name)] = text;
    tell("textDocument/didOpen", {{"textDocument", {{"uri", uri(name)}, {"languageId", "segue"}, {"version", versions_[name] = 1}, {"text", text}}}});
}

void Editor::close(const std::string& name) {
    texts_.erase(path(name));
    tell("textDocument/didClose", {{"textDocument", {{"uri", uri(name)}}}});
}

namespace {

Json position_of(const std::string& place) { // "3:7"
    const auto colon = place.find(':');
    return {{"line", std::stoi(place) - 1}, {"character", std::stoi(place.substr(colon + 1)) - 1}};
}

Json range_of(const std::string& place) {
    const auto dash = place.find('-');
    return {{"start", position_of(place.substr(0, dash))}, {"end", position_of(dash == std::string::npos ? place : place.substr(dash + 1))}};
}

std::string unquoted(const std::string& text) { // \n and \" as they are written in a session
    std::string out;
    for (std::size_t i = text.starts_with('"') ? 1 : 0; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] != '\\') out += text[i];
        else out += text[++i] == 'n' ? '\n' : text[i];
    }
    return out;
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\n' ? std::string("\\n") : std::string(1, c);
    return out;
}

// By bytes of a text that has only characters of one byte: what sessions are written in.
std::size_t offset_of(const std::string& text, const Json& position) {
    std::size_t at = 0;
    for (auto line = position["line"].get<int>(); line > 0; --line) {
        const auto end = text.find('\n', at);
        if (end == std::string::npos) return text.size();
        at = end + 1;
    }
    return std::min(at + position["character"].get<std::size_t>(), std::min(text.find('\n', at), text.size()));
}

} // namespace

Json Editor::at(const std::string& name, const std::string& place) const { return {{"textDocument", {{"uri", uri(name)}}}, {"position", position_of(place)}}; }

void Editor::edit(const std::string& name, const std::string& range, const std::string& text) {
    const auto place = range_of(range);
    auto& now = texts_.at(path(name));
    const auto begin = offset_of(now, place["start"]), end = offset_of(now, place["end"]);
    now.replace(begin, end - begin, text);
    tell("textDocument/didChange", {{"textDocument", {{"uri", uri(name)}, {"version", ++versions_[name]}}}, {"contentChanges", {{{"range", place}, {"text", text}}}}});
}

void Editor::apply_edits(const std::string& path, Json edits) {
    std::sort(edits.begin(), edits.end(), [](const Json& a, const Json& b) { return std::pair(b["range"]["start"]["line"], b["range"]["start"]["character"]) < std::pair(a["range"]["start"]["line"], a["range"]["start"]["character"]); });
    const auto name = path.substr(3);
    if (!texts_.contains(path)) {
        auto& text = disk_.at(path);
        for (const auto& e : edits) {
            const auto begin = offset_of(text, e["range"]["start"]);
            text.replace(begin, offset_of(text, e["range"]["end"]) - begin, e["newText"].get<std::string>());
        }
        tell("workspace/didChangeWatchedFiles", {{"changes", {{{"uri", uri(name)}, {"type", 2}}}}});
        return;
    }
    const auto place = [](const Json& p) { return fmt::format("{}:{}", p["line"].get<int>() + 1, p["character"].get<int>() + 1); };
    for (const auto& e : edits) edit(name, place(e["range"]["start"]) + "-" + place(e["range"]["end"]), e["newText"].get<std::string>());
}

void Editor::apply(const Json& workspace_edit) {
    for (const auto& [uri, edits] : workspace_edit.at("changes").items()) apply_edits(uri.substr(7), edits);
}

Json Editor::problems(const std::string& name) {
    idle();
    const auto known = pushed.find(uri(name));
    return known == pushed.end() ? Json::array() : known->second;
}

std::string Editor::shown(const Json& range) const {
    const auto &a = range["start"], &b = range["end"];
    const auto n = [](const Json& value) { return value.get<int>() + 1; };
    if (a["line"] == b["line"]) return fmt::format("{}:{}-{}", n(a["line"]), n(a["character"]), n(b["character"]));
    return fmt::format("{}:{}-{}:{}", n(a["line"]), n(a["character"]), n(b["line"]), n(b["character"]));
}

std::string Editor::shown_place(const Json& location) const {
    auto uri = location["uri"].get<std::string>();
    return (uri.starts_with("file:///w/") ? uri.substr(10) : uri.substr(7)) + " " + shown(location["range"]);
}

std::string Editor::act(const std::string& line) {
    std::istringstream in(line);
    std::string what, name, place;
    in >> what >> name >> place;
    std::string rest;
    std::getline(in >> std::ws, rest);
    const auto of = Json{{"textDocument", {{"uri", uri(name)}}}};
    const auto list = [](const Json& all, auto show) {
        std::string out;
        for (const auto& each : all) out += show(each) + "\n";
        return all.is_null() ? std::string("null\n") : out.empty() ? std::string("none\n") : out;
    };
    const auto refused = [](const Json& answer) { return answer.is_object() && answer.contains("error") ? fmt::format("refused: {}\n", answer["error"]["message"].get<std::string>()) : std::string(); };
    const auto actions = [&] { return ask("textDocument/codeAction", {{"textDocument", of["textDocument"]}, {"range", range_of(place)}, {"context", {{"diagnostics", Json::array()}}}}); };

    if (what == "open") return open(name), "";
    if (what == "close") return close(name), "";
    if (what == "remove") return remove(name), "";
    if (what == "edit") return edit(name, place, unquoted(rest)), "";
    if (what == "text") return text(name);
    if (what == "problems") return list(problems(name), [&](const Json& d) {
        std::string out = fmt::format("{} {} {}: {}", shown(d["range"]), d["severity"] == 1 ? "error" : "warning", d["code"].get<std::string>(), escaped(d["message"].get<std::string>()));
        if (d.contains("relatedInformation"))
            for (const auto& r : d["relatedInformation"]) out += fmt::format("\n    {}: {}", shown_place(r["location"]), r["message"].get<std::string>());
        return out;
    });
    if (what == "hover") {
        const auto answer = ask("textDocument/hover", at(name, place));
        return answer.is_null() ? "null\n" : shown(answer["range"]) + "\n" + answer["contents"]["value"].get<std::string>() + "\n";
    }
    if (what == "complete") {
        std::string out;
        const auto answer = ask("textDocument/completion", at(name, place));
        for (const auto& item : answer["items"]) out += (out.empty() ? "" : ", ") + item["label"].get<std::string>();
        return (out.empty() ? "none" : out) + "\n";
    }
    if (what == "accept") { // a completion, by its label
        const auto answer = ask("textDocument/completion", at(name, place));
        for (const auto& item : answer["items"])
            if (item["label"] == unquoted(rest)) return apply_edits("/w/" + name, Json::array({item["textEdit"]})), "";
        return "there is none\n";
    }
    if (what == "item") { // all that is said of it
        const auto answer = ask("textDocument/completion", at(name, place));
        for (const auto& item : answer["items"])
            if (item["label"] == unquoted(rest))
                return fmt::format("{} | {} | {} | {}\n", item["kind"].get<int>(), item.value("detail", ""), item.contains("documentation") ? escaped(item["documentation"]["value"].get<std::string>()) : "", escaped(item["textEdit"]["newText"].get<std::string>()));
        return "there is none\n";
    }
    if (what == "signature") {
        const auto answer = ask("textDocument/signatureHelp", at(name, place));
        if (answer.is_null()) return "null\n";
        return fmt::format("{} [{}]\n", answer["signatures"][0]["label"].get<std::string>(), answer["activeParameter"].get<int>());
    }
    if (what == "definition") return list(ask("textDocument/definition", at(name, place)), [&](const Json& l) { return shown_place(l); });
    if (what == "references") {
        auto params = at(name, place);
        params["context"] = {{"includeDeclaration", rest != "uses"}};
        return list(ask("textDocument/references", params), [&](const Json& l) { return shown_place(l); });
    }
    if (what == "highlights") return list(ask("textDocument/documentHighlight", at(name, place)), [&](const Json& h) { return shown(h["range"]) + (h["kind"] == 3 ? " write" : " read"); });
    if (what == "rename") {
        const auto ready = ask("textDocument/prepareRename", at(name, place));
        if (ready.is_null()) return "nothing to rename\n";
        auto params = at(name, place);
        params["newName"] = rest;
        const auto answer = ask("textDocument/rename", params);
        if (const auto why = refused(answer); !why.empty()) return why;
        std::string out;
        for (const auto& [of_uri, edits] : answer["changes"].items())
            for (const auto& e : edits) out += fmt::format("{} {} {}\n", of_uri.substr(10), shown(e["range"]), e["newText"].get<std::string>());
        apply(answer);
        for (const auto& note : std::exchange(notes, {}))
            if (note["method"] == "window/showMessage") out += "said: " + note["params"]["message"].get<std::string>() + "\n";
        return out;
    }
    if (what == "links") return list(ask("textDocument/documentLink", of), [&](const Json& l) { return shown(l["range"]) + " " + l["target"].get<std::string>(); });
    if (what == "outline") {
        std::string out;
        const std::function<void(const Json&, std::string)> walk = [&](const Json& all, const std::string& indent) {
            for (const auto& s : all) {
                out += fmt::format("{}{} ({}) {}\n", indent, s["name"].get<std::string>(), s.value("detail", ""), shown(s["range"]));
                if (s.contains("children")) walk(s["children"], indent + "  ");
            }
        };
        walk(ask("textDocument/documentSymbol", of), "");
        return out.empty() ? "none\n" : out;
    }
    if (what == "symbols") return list(ask("workspace/symbol", {{"query", name}}), [&](const Json& s) { return s["name"].get<std::string>() + " " + shown_place(s["location"]); });
    if (what == "folds") return list(ask("textDocument/foldingRange", of), [&](const Json& f) { return fmt::format("{}-{} {}", f["startLine"].get<int>() + 1, f["endLine"].get<int>() + 1, f.value("kind", "")); });
    if (what == "select") {
        std::string out;
        const auto answer = ask("textDocument/selectionRange", {{"textDocument", of["textDocument"]}, {"positions", {position_of(place)}}});
        for (Json step = answer[0]; !step.is_null(); step = step.contains("parent") ? step["parent"] : Json()) out += shown(step["range"]) + "\n";
        return out;
    }
    if (what == "tokens") {
        const auto data = ask("textDocument/semanticTokens/full", of)["data"];
        const auto types = lsp::token_types();
        std::string out;
        int row = 1, column = 1;
        for (std::size_t i = 0; i + 4 < data.size(); i += 5) {
            if (data[i] != 0) column = 1;
            row += data[i].get<int>(), column += data[i + 1].get<int>();
            out += fmt::format("{}:{}-{} {}{}{}\n", row, column, column + data[i + 2].get<int>(), types[data[i + 3].get<std::size_t>()], data[i + 4].get<int>() & 1 ? " declaration" : "", data[i + 4].get<int>() & 2 ? " library" : "");
        }
        return out.empty() ? "none\n" : out;
    }
    if (what == "format" || what == "type") {
        auto params = of;
        params["options"] = {{"tabSize", 2}, {"insertSpaces", true}};
        if (what == "type") params.update(at(name, place)), params["ch"] = unquoted(rest);
        else if (!place.empty()) params["range"] = range_of(place);
        const auto answer = ask(what == "type" ? "textDocument/onTypeFormatting" : place.empty() ? "textDocument/formatting" : "textDocument/rangeFormatting", params);
        if (answer.is_null()) return "null\n";
        apply_edits("/w/" + name, answer);
        return text(name);
    }
    if (what == "actions") return list(actions(), [&](const Json& a) { return fmt::format("{} [{}{}]", a["title"].get<std::string>(), a["kind"].get<std::string>(), a.value("isPreferred", false) ? ", preferred" : ""); });
    if (what == "apply") {
        for (const auto& action : actions())
            if (action["title"].get<std::string>().starts_with(unquoted(rest))) return apply(action["edit"]), text(name);
        return "there is none\n";
    }
    if (what == "lenses") return list(ask("textDocument/codeLens", of), [&](const Json& l) { return shown(l["range"]) + " " + l["command"]["title"].get<std::string>(); });
    if (what == "run") {
        const auto answer = ask("workspace/executeCommand", {{"command", place.empty() ? "segue.runTests" : "segue.runTest"}, {"arguments", {uri(name), unquoted(place + (rest.empty() ? "" : " " + rest))}}});
        if (const auto why = refused(answer); !why.empty()) return why;
        return list(answer, [&](const Json& t) { return fmt::format("{}: {}", t["name"].get<std::string>(), t["message"].get<std::string>()); });
    }
    if (what == "hints") return list(ask("textDocument/inlayHint", {{"textDocument", of["textDocument"]}, {"range", range_of("1:1-9999:1")}}), [&](const Json& h) { return fmt::format("{}:{} {}", h["position"]["line"].get<int>() + 1, h["position"]["character"].get<int>() + 1, h["label"].get<std::string>()); });
    if (what == "callers" || what == "calls") {
        const auto items = ask("textDocument/prepareCallHierarchy", at(name, place));
        if (items.is_null()) return "null\n";
        const bool in_coming = what == "callers";
        return list(ask(in_coming ? "callHierarchy/incomingCalls" : "callHierarchy/outgoingCalls", {{"item", items[0]}}), [&](const Json& c) {
            std::string places;
            for (const auto& r : c["fromRanges"]) places += " " + shown(r);
            return c[in_coming ? "from" : "to"]["name"].get<std::string>() + places;
        });
    }
    throw std::runtime_error("no such command: " + line);
}

} // namespace segue::test
