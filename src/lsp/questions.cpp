// What the client asks, handed to whoever answers: `features.hpp`.
#include <algorithm>
#include <fmt/format.h>

#include "lsp/cursor.hpp"
#include "lsp/server.hpp"
#include "scenario/suite.hpp"

namespace segue::lsp {

std::optional<Asked> Server::asked(Params params) {
    const auto uri = params.at("textDocument").at("uri").get<std::string>();
    const auto* program = workspace().program_with(uri);
    if (!program) return std::nullopt;
    const auto* document = workspace().document(uri);
    const auto at = program->files.find(document ? document->identity : disk_.identity(path_of_uri(uri).value_or(uri)));
    if (at == program->files.end()) return std::nullopt;
    Asked out{workspace(), *program, at->second};
    out.snippets = client_can("/textDocument/completion/completionItem/snippetSupport");
    out.templates = templates_;
    if (params.contains("position")) out.offset = workspace().positions().offset(out.text(), params["position"]);
    return out;
}

std::vector<Asked> Server::everywhere(const Asked& in) {
    std::vector<Asked> out{in};
    const auto things = things_at(in);
    // From file to file: whoever has one of those that speak of it may have others that do.
    std::set<std::string> roots{in.program.root};
    for (std::size_t n = 0; n < out.size(); ++n) {
        std::set<std::string> more;
        for (const auto* use : uses_of(out[n].program, things)) {
            const auto& of = out[n].program.sources[use->span.source];
            const auto around = !of.embedded() ? workspace().roots_of(disk_.identity(of.name())) : use->declares ? workspace().roots() : std::vector<std::string>(); // what the library declares is everybody's
            more.insert(around.begin(), around.end());
        }
        for (const auto& root : more)
            if (roots.insert(root).second) out.push_back({workspace(), workspace().compiled(root), 0, 0});
    }
    return out;
}

Span Server::span_of(const Asked& in, const Json& range) const {
    const auto& positions = in.positions();
    const auto begin = positions.offset(in.text(), range.at("start"));
    return {in.source, begin, std::max(begin, positions.offset(in.text(), range.at("end")))};
}

Json Server::references(Params params) {
    read_all();
    const auto in = asked(params);
    if (!in) return nullptr;
    const bool declaration = params.contains("context") && params["context"].value("includeDeclaration", true);
    const auto things = things_at(*in);
    Json out = Json::array();
    for (const auto& place : everywhere(*in))
        for (auto& each : lsp::references(place, things, declaration))
            if (std::find(out.begin(), out.end(), each) == out.end()) out.push_back(std::move(each));
    return out;
}

Json Server::completion(Params params) {
    const auto in = asked(params);
    if (!in) return nullptr;
    // A quote that closes, and a blank at the beginning of a line, ask for nothing.
    const auto sign = params.contains("context") ? params["context"].value("triggerCharacter", std::string()) : std::string();
    if (sign == "\"" && !cursor_at(in->text().text(), in->offset).in_text) return nullptr;
    if (sign == " " && begins_line(in->text().text(), in->offset)) return nullptr;
    return in_form(lsp::completion(*in), "/textDocument/completion/completionItem/documentationFormat");
}

Json Server::hover(Params params) { return in_form(about<lsp::hover>(params), "/textDocument/hover/contentFormat"); }
Json Server::signature_help(Params params) { return in_form(about<lsp::signature_help>(params), "/textDocument/signatureHelp/signatureInformation/documentationFormat"); }

Json Server::in_form(Json answer, const char* formats) const {
    const Json::json_pointer at(formats);
    if (capabilities_.contains(at) && capabilities_.at(at).is_array() && std::find(capabilities_.at(at).begin(), capabilities_.at(at).end(), "markdown") == capabilities_.at(at).end()) unmark(answer);
    return answer;
}

Json Server::versioned(Json edit) const {
    if (!client_can("/workspace/workspaceEdit/documentChanges")) return edit;
    Json out = Json::array();
    for (auto& [uri, edits] : edit["changes"].items()) {
        const auto* document = workspace_->document(uri);
        out.push_back({{"textDocument", {{"uri", uri}, {"version", document ? Json(document->version) : Json()}}}, {"edits", std::move(edits)}});
    }
    return {{"documentChanges", std::move(out)}};
}

Json Server::rename(Params params) {
    read_all();
    const auto in = asked(params);
    if (!in) return nullptr;
    const auto to = params.at("newName").get<std::string>();
    const auto things = things_at(*in);
    Json changes = Json::object();
    for (const auto& place : everywhere(*in)) {
        const auto renaming = lsp::rename(workspace(), place.program, things, to);
        if (!renaming.refused.empty()) throw Refused{request_failed, renaming.refused};
        for (const auto& [span, text] : renaming.edits) {
            auto& edits = changes[workspace().uri(place.program, span.source)];
            const Json edit{{"range", place.range(span)}, {"newText", text}};
            if (std::find(edits.begin(), edits.end(), edit) == edits.end()) edits.push_back(edit);
        }
    }
    if (const auto told = changes.empty() ? std::string() : after_rename(things.front()); !told.empty()) notify("window/showMessage", {{"type", 3}, {"message", told}});
    return versioned({{"changes", std::move(changes)}});
}

Json Server::document_symbols(Params params) {
    const auto in = asked(params);
    return in ? lsp::document_symbols(*in, client_can("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport")) : Json();
}

Json Server::workspace_symbols(Params params) {
    read_all();
    const auto query = params.value("query", std::string());
    Json out = Json::array();
    for (const auto& root : workspace().roots())
        for (auto& each : lsp::workspace_symbols({workspace(), workspace().compiled(root)}, query))
            if (std::find(out.begin(), out.end(), each) == out.end()) out.push_back(std::move(each));
    return out;
}

Json Server::selection(Params params) {
    const auto in = asked(params);
    if (!in) return nullptr;
    std::vector<std::uint32_t> offsets;
    for (const auto& position : params.at("positions")) offsets.push_back(in->positions().offset(in->text(), position));
    return selection_ranges(*in, offsets);
}

Json Server::tokens_full(Params params) {
    const auto in = asked(params);
    return in ? Json{{"data", semantic_tokens(*in, {in->source, 0, static_cast<std::uint32_t>(in->text().text().size())})}} : Json();
}
Json Server::tokens_range(Params params) {
    const auto in = asked(params);
    return in ? Json{{"data", semantic_tokens(*in, span_of(*in, params.at("range")))}} : Json();
}
Json Server::formatting(Params params) {
    const auto in = asked(params);
    return in ? format_edits(*in, std::nullopt) : Json();
}
Json Server::range_formatting(Params params) {
    const auto in = asked(params);
    return in ? format_edits(*in, span_of(*in, params.at("range"))) : Json();
}
Json Server::on_type_formatting(Params params) {
    const auto in = asked(params);
    return in ? format_on_type(*in, params.at("ch").get<std::string>()) : Json();
}

Json Server::code_actions(Params params) {
    const auto in = asked(params);
    if (!in) return nullptr;
    std::vector<std::string> only;
    if (params.contains("context") && params["context"].contains("only"))
        for (const auto& kind : params["context"]["only"]) only.push_back(kind.get<std::string>());
    const Json::json_pointer at("/textDocument/codeAction/resolveSupport/properties");
    const bool later = capabilities_.contains(at) && std::find(capabilities_.at(at).begin(), capabilities_.at(at).end(), "edit") != capabilities_.at(at).end();
    auto out = lsp::code_actions(*in, span_of(*in, params.at("range")), only, later);
    for (auto& action : out)
        if (action.contains("edit")) action["edit"] = versioned(std::move(action["edit"]));
    return out;
}

Json Server::resolve_action(Params params) {
    Json out = params;
    auto in = params.contains("data") ? asked({{"textDocument", {{"uri", params["data"].at("uri")}}}}) : std::nullopt;
    if (!in) return out;
    in->offset = params["data"].at("rule").get<std::uint32_t>();
    if (auto edit = resolved_action(*in); !edit.is_null()) out["edit"] = versioned(std::move(edit));
    return out;
}

Json Server::code_lenses(Params params) {
    const auto in = asked(params);
    if (!in) return nullptr;
    read_fired();
    return lsp::code_lenses(*in, tests_[params.at("textDocument").at("uri").get<std::string>()], fired_ ? &*fired_ : nullptr);
}
Json Server::inlay_hints(Params params) {
    const auto in = asked(params);
    return in ? lsp::inlay_hints(*in, span_of(*in, params.at("range"))) : Json();
}

Json Server::incoming(Params params) {
    const auto& data = params.at("item").at("data");
    const auto in = asked({{"textDocument", {{"uri", params["item"].at("uri")}}}});
    return in ? incoming_calls(*in, data.at("rule").get<std::string>()) : Json();
}
Json Server::outgoing(Params params) {
    const auto& data = params.at("item").at("data");
    const auto in = asked({{"textDocument", {{"uri", params["item"].at("uri")}}}});
    return in ? outgoing_calls(*in, data.at("rule").get<std::string>()) : Json();
}

Json Server::run_tests(const std::string& uri, const std::string& only) {
    const auto in = asked({{"textDocument", {{"uri", uri}}}});
    if (!in) throw Refused{request_failed, fmt::format("{} is no script that is known here", uri)};
    if (in->program.diagnostics.has_errors()) throw Refused{request_failed, "the program has errors: mend them first"};
    Json out = Json::array();
    for (const auto& test : in->program.tests) {
        if (test.span.source != in->source || (!only.empty() && test.name != only)) continue;
        const auto result = run_test(test, in->program.program, *in->program.ledger, false);
        TestState state{result.failures.empty(), "passed"};
        Json failures = Json::array();
        for (const auto& failure : result.failures) failures.push_back(diagnostic_json(*in, failure));
        if (!state.passed) state.text = result.failures.front().message;
        tests_[uri][test.name] = state;
        out.push_back({{"name", test.name}, {"passed", state.passed}, {"message", state.text}, {"failures", std::move(failures)}});
    }
    if (out.empty()) throw Refused{request_failed, fmt::format("there is no test \"{}\" here", only)};
    std::size_t failed = 0;
    std::string first;
    for (const auto& each : out) {
        if (each["passed"] == true) continue;
        if (++failed == 1) first = fmt::format("\"{}\": {}", each["name"].get<std::string>(), each["message"].get<std::string>());
    }
    notify("window/showMessage", {{"type", failed == 0 ? 3 : 1}, {"message", failed == 0 ? fmt::format("{} test{} passed", out.size(), out.size() == 1 ? "" : "s") : fmt::format("{} of {} failed: {}", failed, out.size(), first)}});
    // Why a test failed stands where it is written, until something is changed.
    auto& shown = failed_[uri];
    if (only.empty() || !shown.is_array()) shown = Json::array();
    else shown.erase(std::remove_if(shown.begin(), shown.end(), [&](const Json& d) { return d["data"].value("test", "") == only; }), shown.end());
    for (const auto& each : out)
        for (auto failure : each["failures"]) {
            failure["data"]["test"] = each["name"];
            shown.push_back(std::move(failure));
        }
    publish(uri);
    return out;
}

} // namespace segue::lsp
