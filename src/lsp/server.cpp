#include "lsp/server.hpp"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <utility>

#include "text/utf8.hpp"

namespace segue::lsp {

const Server::Method Server::methods[] = {
    {"initialize", &Server::initialize},
    {"initialized", &Server::initialized},
    {"shutdown", &Server::shutdown},
    {"exit", &Server::exit},
    {"$/setTrace", &Server::ignored},
    {"window/workDoneProgress/cancel", &Server::ignored},
    {"textDocument/didOpen", &Server::did_open},
    {"textDocument/didChange", &Server::did_change},
    {"textDocument/didClose", &Server::did_close},
    {"textDocument/didSave", &Server::did_save},
    {"workspace/didChangeWatchedFiles", &Server::did_change_watched},
    {"workspace/didChangeWorkspaceFolders", &Server::did_change_folders},
    {"workspace/didChangeConfiguration", &Server::did_change_configuration},
    {"textDocument/diagnostic", &Server::document_diagnostic},
    {"textDocument/completion", &Server::completion},
    {"textDocument/hover", &Server::hover},
    {"textDocument/signatureHelp", &Server::signature_help},
    {"textDocument/definition", &Server::about<lsp::definition>},
    {"textDocument/declaration", &Server::about<lsp::definition>},
    {"textDocument/references", &Server::references},
    {"textDocument/documentHighlight", &Server::about<lsp::highlights>},
    {"textDocument/prepareRename", &Server::about<lsp::prepare_rename>},
    {"textDocument/rename", &Server::rename},
    {"textDocument/documentLink", &Server::about<lsp::document_links>},
    {"textDocument/documentSymbol", &Server::document_symbols},
    {"workspace/symbol", &Server::workspace_symbols},
    {"textDocument/foldingRange", &Server::about<lsp::folding_ranges>},
    {"textDocument/selectionRange", &Server::selection},
    {"textDocument/semanticTokens/full", &Server::tokens_full},
    {"textDocument/semanticTokens/range", &Server::tokens_range},
    {"textDocument/formatting", &Server::formatting},
    {"textDocument/rangeFormatting", &Server::range_formatting},
    {"textDocument/onTypeFormatting", &Server::on_type_formatting},
    {"textDocument/codeAction", &Server::code_actions},
    {"codeAction/resolve", &Server::resolve_action},
    {"textDocument/codeLens", &Server::code_lenses},
    {"textDocument/inlayHint", &Server::inlay_hints},
    {"textDocument/prepareCallHierarchy", &Server::about<lsp::prepare_hierarchy>},
    {"callHierarchy/incomingCalls", &Server::incoming},
    {"callHierarchy/outgoingCalls", &Server::outgoing},
    {"workspace/executeCommand", &Server::execute},
};

Server::Server(Disk disk, std::function<void(const Json&)> send) : disk_(std::move(disk)), send_(std::move(send)) {}
Server::~Server() = default;

// ---- messages --------------------------------------------------------------------------------------------------------

void Server::notify(const std::string& method, Json params) { send_({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}}); }
void Server::request(const std::string& method, Json params) {
    Json message{{"jsonrpc", "2.0"}, {"id", next_id_++}, {"method", method}};
    if (!params.is_null()) message["params"] = std::move(params);
    send_(message);
}
void Server::respond(const Json& id, Json result) { send_({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}}); }
void Server::refuse(const Json& id, const Refused& why) { send_({{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", why.code}, {"message", why.message}}}}); }
void Server::bad_message(const std::string& why) { refuse(nullptr, {parse_error, why}); }

void Server::take(const Json& message, bool cancelled) {
    if (!message.is_object() || !message.contains("method")) {
        const bool answer = message.is_object() && message.contains("id") && (message.contains("result") || message.contains("error"));
        if (!answer) refuse(message.is_object() && message.contains("id") ? message["id"] : Json(), {invalid_request, "a message has a `method`"});
        return; // what a client answers to our own requests changes nothing
    }
    const bool wants_answer = message.contains("id");
    const Json id = wants_answer ? message["id"] : Json();
    try {
        const auto name = message["method"].is_string() ? message["method"].get<std::string>() : std::string();
        const auto at = std::find_if(std::begin(methods), std::end(methods), [&](const Method& m) { return m.name == name; });
        if (life_ == Life::New && name != "initialize" && name != "exit") {
            if (wants_answer) refuse(id, {server_not_initialized, "`initialize` comes first"});
            return;
        }
        if (life_ == Life::Shut && name != "exit") {
            if (wants_answer) refuse(id, {invalid_request, "after `shutdown` there is only `exit`"});
            return;
        }
        if (at == std::end(methods)) {
            if (wants_answer) refuse(id, {method_not_found, fmt::format("`{}` is not known here", name)});
            return;
        }
        if (cancelled && wants_answer) return refuse(id, {request_cancelled, "cancelled"});
        static const Json nothing = Json::object();
        auto result = (this->*at->handle)(message.contains("params") && message["params"].is_object() ? message["params"] : nothing);
        if (wants_answer) respond(id, std::move(result));
    } catch (const Refused& why) {
        if (wants_answer) refuse(id, why);
    } catch (const Json::exception& error) {
        if (wants_answer) refuse(id, {invalid_params, error.what()});
        else notify("window/logMessage", {{"type", 2}, {"message", fmt::format("a message that cannot be read: {}", error.what())}});
    } catch (const std::exception& error) {
        if (wants_answer) refuse(id, {internal_error, error.what()});
        else notify("window/logMessage", {{"type", 1}, {"message", error.what()}});
    }
}

Workspace& Server::workspace() { return *workspace_; }

bool Server::client_can(const char* pointer) const {
    const Json::json_pointer at(pointer);
    if (!capabilities_.contains(at)) return false;
    const auto& value = capabilities_.at(at);
    return value.is_boolean() ? value.get<bool>() : !value.is_null();
}

// ---- the life of a session -------------------------------------------------------------------------------------------

Json Server::initialize(Params params) {
    if (life_ != Life::New) throw Refused{invalid_request, "`initialize` comes once"};
    capabilities_ = params.contains("capabilities") && params["capabilities"].is_object() ? params["capabilities"] : Json::object();
    if (params.contains("processId") && params["processId"].is_number_integer()) client_process_ = params["processId"].get<std::int64_t>();
    auto encoding = Encoding::Utf16;
    if (const Json::json_pointer at("/general/positionEncodings"); capabilities_.contains(at))
        for (const auto& each : capabilities_.at(at))
            if (each == "utf-8") encoding = Encoding::Utf8;
    workspace_.emplace(disk_, Positions(encoding));
    if (params.contains("initializationOptions") && params["initializationOptions"].is_object()) did_change_configuration({{"settings", params["initializationOptions"]}});
    std::vector<std::string> folders;
    if (params.contains("workspaceFolders") && params["workspaceFolders"].is_array())
        for (const auto& folder : params["workspaceFolders"]) folders.push_back(folder.at("uri").get<std::string>());
    else if (params.contains("rootUri") && params["rootUri"].is_string()) folders.push_back(params["rootUri"].get<std::string>());
    else if (params.contains("rootPath") && params["rootPath"].is_string()) folders.push_back(uri_of_path(params["rootPath"].get<std::string>()));
    for (const auto& folder : folders)
        if (const auto path = path_of_uri(folder)) workspace().add_folder(*path);
    unscanned_ = true;
    life_ = Life::Running;

    Json can{
        {"positionEncoding", encoding_name(encoding)},
        {"textDocumentSync", {{"openClose", true}, {"change", 2}, {"save", {{"includeText", false}}}}},
        {"completionProvider", {{"triggerCharacters", {".", "(", ":", ">", "\"", " "}}, {"resolveProvider", false}}},
        {"hoverProvider", true},
        {"signatureHelpProvider", {{"triggerCharacters", {"(", ","}}, {"retriggerCharacters", {":"}}}},
        {"definitionProvider", true},
        {"declarationProvider", true},
        {"referencesProvider", true},
        {"documentHighlightProvider", true},
        {"documentSymbolProvider", true},
        {"workspaceSymbolProvider", true},
        {"documentLinkProvider", {{"resolveProvider", false}}},
        {"foldingRangeProvider", true},
        {"selectionRangeProvider", true},
        {"semanticTokensProvider", {{"legend", {{"tokenTypes", token_types()}, {"tokenModifiers", token_modifiers()}}}, {"full", true}, {"range", true}}},
        {"documentFormattingProvider", true},
        {"documentRangeFormattingProvider", true},
        {"documentOnTypeFormattingProvider", {{"firstTriggerCharacter", "}"}, {"moreTriggerCharacter", {"\n"}}}},
        {"codeActionProvider", {{"codeActionKinds", {"quickfix", "refactor.rewrite", "source.fixAll.segue"}}, {"resolveProvider", true}}},
        {"codeLensProvider", {{"resolveProvider", false}}},
        {"inlayHintProvider", true},
        {"callHierarchyProvider", true},
        {"renameProvider", client_can("/textDocument/rename/prepareSupport") ? Json{{"prepareProvider", true}} : Json(true)},
        {"executeCommandProvider", {{"commands", {"segue.runTest", "segue.runTests"}}}},
        {"diagnosticProvider", {{"identifier", "segue"}, {"interFileDependencies", true}, {"workspaceDiagnostics", false}}},
        {"workspace", {{"workspaceFolders", {{"supported", true}, {"changeNotifications", true}}}}},
    };
    return {{"capabilities", std::move(can)}, {"serverInfo", {{"name", "segue"}, {"version", SEGUE_VERSION}}}};
}

Json Server::initialized(Params) {
    if (client_can("/workspace/didChangeWatchedFiles/dynamicRegistration"))
        request("client/registerCapability", {{"registrations", {{{"id", "scripts"}, {"method", "workspace/didChangeWatchedFiles"}, {"registerOptions", {{"watchers", {{{"globPattern", "**/*.flow"}}}}}}}}}});
    return nullptr;
}

void Server::read_all() {
    while (workspace().read_next()) {}
    if (!std::exchange(unscanned_, false)) return;
    waiting_.insert(workspace().roots().begin(), workspace().roots().end());
}

Json Server::shutdown(Params) { return life_ = Life::Shut, nullptr; }
Json Server::exit(Params) { return exited_ = life_ == Life::Shut ? 0 : 1, nullptr; }
Json Server::ignored(Params) { return nullptr; }

// ---- texts -----------------------------------------------------------------------------------------------------------

void Server::look_again(const std::string& identity) {
    for (auto& root : workspace().roots_of(identity)) waiting_.insert(std::move(root));
}

Json Server::did_open(Params params) {
    const auto& document = params.at("textDocument");
    const auto uri = document.at("uri").get<std::string>();
    workspace().open(uri, document.value("version", std::int64_t{0}), document.at("text").get<std::string>());
    look_again(workspace().document(uri)->identity);
    return nullptr;
}

Json Server::did_change(Params params) {
    const auto uri = params.at("textDocument").at("uri").get<std::string>();
    workspace().change(uri, params["textDocument"].value("version", std::int64_t{0}), params.at("contentChanges"));
    if (const auto* document = workspace().document(uri)) look_again(document->identity);
    forget_tests();
    return nullptr;
}

// What came of tests is no longer so when something is changed.
void Server::forget_tests() {
    if (tests_.empty()) return;
    tests_.clear();
    for (const auto& [uri, failures] : std::exchange(failed_, {})) publish(uri);
    if (client_can("/workspace/codeLens/refreshSupport")) request("workspace/codeLens/refresh");
}

Json Server::did_close(Params params) {
    const auto uri = params.at("textDocument").at("uri").get<std::string>();
    const auto* document = workspace().document(uri);
    if (!document) return nullptr;
    const auto identity = document->identity;
    look_again(identity);
    workspace().close(uri);
    pulled_.erase(uri);
    look_again(identity);
    return nullptr;
}

// The text is known already. A client that does not watch files may have saved others with it.
Json Server::did_save(Params) {
    fired_.reset(); // a run may have gone on meanwhile
    if (client_can("/workspace/didChangeWatchedFiles/dynamicRegistration")) return nullptr;
    workspace().forget_closed();
    waiting_.insert(workspace().roots().begin(), workspace().roots().end());
    return nullptr;
}

Json Server::did_change_watched(Params params) {
    for (const auto& change : params.at("changes")) {
        const auto uri = change.at("uri").get<std::string>();
        const auto path = path_of_uri(uri);
        if (!path) continue;
        const auto before = workspace().roots_of(disk_.identity(*path));
        waiting_.insert(before.begin(), before.end()); // a program of one file that went away has nothing wrong any more
        workspace().changed_on_disk(uri);
        look_again(disk_.identity(*path));
    }
    return nullptr;
}

Json Server::did_change_folders(Params params) {
    const auto& event = params.at("event");
    for (const auto& folder : event.at("removed"))
        if (const auto path = path_of_uri(folder.at("uri").get<std::string>())) workspace().remove_folder(*path);
    for (const auto& folder : event.at("added"))
        if (const auto path = path_of_uri(folder.at("uri").get<std::string>())) workspace().add_folder(*path);
    unscanned_ = true;
    return nullptr;
}

Json Server::did_change_configuration(Params params) {
    const auto& all = params.contains("settings") && params["settings"].is_object() ? params["settings"] : params;
    const auto& ours = all.contains("segue") && all["segue"].is_object() ? all["segue"] : all;
    state_ = ours.value("state", std::string());
    templates_ = ours.value("templates", templates_);
    fired_.reset();
    return nullptr;
}

// ---- what is wrong ---------------------------------------------------------------------------------------------------

void Server::publish(const std::string& uri) {
    Json all = Json::array();
    const bool told = !pulled_.contains(uri);
    if (const auto& by_root = found_[uri]; told && by_root.size() == 1) {
        all = by_root.begin()->second;
    } else if (told) {
        for (const auto& [root, list] : by_root) // what is wrong in all programs that have the file is said once
            for (const auto& each : list)
                if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(each);
    }
    if (const auto failures = failed_.find(uri); failures != failed_.end()) all.insert(all.end(), failures->second.begin(), failures->second.end()); // nobody asks for these
    Json params{{"uri", uri}, {"diagnostics", std::move(all)}};
    if (const auto* document = workspace().document(uri)) params["version"] = document->version;
    auto& last = published_[uri];
    if (last == params || (last.is_null() && params["diagnostics"].empty() && !params.contains("version"))) return;
    last = params;
    notify("textDocument/publishDiagnostics", std::move(params));
}

// While a script has errors nothing is found of the whole program. What was found before stays, but for the lines that are being written.
Json Server::problems(const Compilation& program, std::uint32_t source) {
    const Asked in{workspace(), program, source};
    auto out = diagnostics_of(in);
    auto& kept = findings_[program.root][workspace().uri(program, source)];
    if (!program.diagnostics.has_errors()) {
        kept = {std::string(in.text().text()), out};
        return out;
    }
    for (auto& each : still_found(kept.diagnostics, kept.text, in.text().text(), workspace().uri(program, source)))
        if (std::find(out.begin(), out.end(), each) == out.end()) out.push_back(std::move(each));
    return out;
}

bool Server::idle() {
    if (!workspace_ || life_ != Life::Running) return false;
    // What is open is looked at before the rest is read: it may be a part of something there, and is then looked at again.
    if (waiting_.empty()) {
        if (workspace().read_next()) return true;
        if (unscanned_) read_all();
        if (waiting_.empty()) return false;
    }
    // The programs that are being written come first.
    auto next = waiting_.begin();
    for (const auto& [identity, document] : workspace().documents())
        for (const auto& root : workspace().roots_of(identity))
            if (const auto at = waiting_.find(root); at != waiting_.end()) next = at;
    const auto root = *next;
    waiting_.erase(next);
    std::set<std::string> changed;
    for (auto& [uri, by_root] : found_)
        if (by_root.erase(root) > 0) changed.insert(uri);
    const auto& roots = workspace().roots();
    if (std::exchange(shape_, workspace().shape()) != workspace().shape()) {
        const auto is_none = [&](const std::string& of) { return std::find(roots.begin(), roots.end(), of) == roots.end(); };
        for (auto& [uri, by_root] : found_) // of programs that are none any more
            if (std::erase_if(by_root, [&](const auto& each) { return is_none(each.first); }) > 0) changed.insert(uri);
        std::erase_if(looked_at_, is_none);
        std::erase_if(findings_, [&](const auto& each) { return is_none(each.first); });
        for (const auto& each : roots) // and those that are new
            if (each != root && !looked_at_.contains(each)) waiting_.insert(each);
    }
    looked_at_.insert(root);
    if (std::find(roots.begin(), roots.end(), root) != roots.end()) {
        const auto& program = workspace().compiled(root);
        for (std::size_t i = 0; i < program.loaded.files.size(); ++i) {
            if (program.loaded.from_stdlib[i]) continue;
            const auto source = program.loaded.files[i].source;
            const auto uri = workspace().uri(program, source);
            found_[uri][root] = problems(program, source);
            changed.insert(uri);
        }
    }
    for (const auto& uri : changed) publish(uri);
    return !waiting_.empty() || unscanned_;
}

Json Server::document_diagnostic(Params params) {
    const auto uri = params.at("textDocument").at("uri").get<std::string>();
    const auto* document = workspace().document(uri);
    Json all = Json::array();
    if (document)
        for (const auto& root : workspace().roots_of(document->identity)) {
            const auto& program = workspace().compiled(root);
            const auto at = program.files.find(document->identity);
            if (at == program.files.end()) continue;
            for (auto& each : problems(program, at->second))
                if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(std::move(each));
        }
    // Who asks needs not to be told as well.
    if (pulled_.insert(uri).second) publish(uri);
    const auto id = std::to_string(std::hash<std::string>()(all.dump(-1, ' ', false, Json::error_handler_t::replace)));
    if (params.value("previousResultId", std::string()) == id) return {{"kind", "unchanged"}, {"resultId", id}};
    return {{"kind", "full"}, {"resultId", id}, {"items", std::move(all)}};
}

// ---- tests -----------------------------------------------------------------------------------------------------------

Json Server::execute(Params params) {
    const auto command = params.at("command").get<std::string>();
    const auto arguments = params.value("arguments", Json::array());
    if (command != "segue.runTest" && command != "segue.runTests") throw Refused{invalid_params, fmt::format("there is no command `{}`: segue.runTest, segue.runTests", command)};
    const auto uri = arguments.at(0).get<std::string>();
    auto out = run_tests(uri, command == "segue.runTest" ? arguments.at(1).get<std::string>() : "");
    if (client_can("/workspace/codeLens/refreshSupport")) request("workspace/codeLens/refresh");
    return out;
}

void Server::read_fired() {
    if (fired_ || state_.empty() || !disk_.fired) return;
    auto read = disk_.fired(state_);
    if (read) fired_ = std::move(*read);
    else {
        notify("window/logMessage", {{"type", 2}, {"message", read.message()}});
        state_.clear(); // said once
    }
}

} // namespace segue::lsp
