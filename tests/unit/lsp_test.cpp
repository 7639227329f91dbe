// The language server: sessions in readable lines (golden/lsp), the protocol's own rules, and edits without end.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "lsp/editor.hpp"
#include "scenario/suite.hpp"
#include "support.hpp"
#include "syntax/editors/snippets.hpp"

using namespace segue;
using namespace segue::test;
using lsp::Json;

namespace {

// What a session of golden/lsp says: each command, and below it what came back.
std::string played(const std::string& session) {
    Json options = Json::object();
    std::istringstream in(session);
    std::string out, line, file, text;
    std::unique_ptr<Editor> editor;
    std::vector<std::pair<std::string, std::string>> files; // before it begins
    while (std::getline(in, line)) {
        if (line.starts_with("  | ") || line == "  |") {
            files.back().second += (line.size() > 4 ? line.substr(4) : "") + "\n";
            continue;
        }
        if (line.empty() || line.starts_with("#")) continue;
        if (line.starts_with("state ")) options["state"] = line.substr(6);
        else if (line.starts_with("file ")) files.emplace_back(line.substr(5), "");
        else {
            if (!editor) editor = std::make_unique<Editor>(Editor::all_capabilities(), options, files);
            out += "> " + line + "\n" + editor->act(line);
        }
    }
    return out;
}

Json message(std::int64_t id, const std::string& method, Json params = Json::object()) { return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}}; }

} // namespace

TEST_CASE("lsp: sessions in readable lines") {
    const auto all = files(SEGUE_ROOT "/tests/golden/lsp", ".session");
    REQUIRE(all.size() >= 5);
    for (const auto& path : all) {
        const auto expected = path.substr(0, path.size() - 8) + ".expected";
        const auto said = played(slurp(path));
        if (std::getenv("SEGUE_WRITE_GOLDEN")) std::ofstream(expected) << said; // to be looked at before it is kept
        INFO(path);
        CHECK(said == slurp(expected));
    }
}

TEST_CASE("lsp: what is no message, or not yet, or no more, is refused and changes nothing") {
    std::vector<Json> sent;
    lsp::Server server({}, [&](const Json& m) { sent.push_back(m); });
    const auto last_code = [&] { return sent.empty() || !sent.back().contains("error") ? 0 : sent.back()["error"]["code"].get<int>(); };
    server.take(message(1, "textDocument/hover"));
    CHECK(last_code() == lsp::server_not_initialized);
    server.take(Json::array());
    CHECK(last_code() == lsp::invalid_request);
    server.bad_message("not JSON");
    CHECK(last_code() == lsp::parse_error);
    server.take(message(2, "initialize", {{"capabilities", {{"general", {{"positionEncodings", {"utf-32", "utf-8"}}}}}}}));
    CHECK(sent.back()["result"]["capabilities"]["positionEncoding"] == "utf-8");
    server.take(message(3, "initialize"));
    CHECK(last_code() == lsp::invalid_request);
    server.take(message(4, "no/such"));
    CHECK(last_code() == lsp::method_not_found);
    const auto before = sent.size();
    server.take({{"jsonrpc", "2.0"}, {"method", "$/no/such"}});
    CHECK(sent.size() == before);
    server.take(message(5, "textDocument/hover", {{"textDocument", 5}}));
    CHECK(last_code() == lsp::invalid_params);
    server.take(message(6, "shutdown"), true);
    CHECK(last_code() == lsp::request_cancelled);
    server.take(message(7, "shutdown"));
    CHECK(sent.back()["result"].is_null());
    server.take(message(8, "textDocument/hover"));
    CHECK(last_code() == lsp::invalid_request);
    CHECK_FALSE(server.exited());
    server.take({{"jsonrpc", "2.0"}, {"method", "exit"}});
    CHECK(server.exited() == 0);
    lsp::Server rude({}, [](const Json&) {});
    rude.take({{"jsonrpc", "2.0"}, {"method", "exit"}});
    CHECK(rude.exited() == 1);
}

TEST_CASE("lsp: messages come in pieces, several at once, and none where there is none") {
    lsp::Framing framing;
    const std::string two = "Content-Length: 2\r\n\r\n{}content-length:3\r\nContent-Type: x\r\n\r\n[1]Content-Le";
    std::vector<std::string> bodies;
    for (const char c : two) {
        framing.add({&c, 1});
        while (auto body = framing.next()) bodies.push_back(*body);
    }
    CHECK(bodies == std::vector<std::string>{"{}", "[1]"});
    CHECK_FALSE(framing.broken());
    for (const std::string wrong : {"Content-Length: x\r\n\r\n", "Length: 3\r\n\r\n{}", "Content-Length: 99999999999999\r\n\r\n"}) {
        lsp::Framing other;
        other.add(wrong);
        CHECK_FALSE(other.next());
        CHECK(other.broken());
    }
    lsp::Framing endless;
    endless.add(std::string(10'000, 'x'));
    CHECK_FALSE(endless.next());
    CHECK(endless.broken());
}

TEST_CASE("lsp: places count as was agreed") {
    const Source source("a.flow", "a\xC3\xA9\xF0\x9F\x8E\xB5z\r\nb\n");
    using lsp::Encoding;
    const auto at = [](int line, int character) { return Json{{"line", line}, {"character", character}}; };
    for (const auto encoding : {Encoding::Utf8, Encoding::Utf16, Encoding::Utf32}) {
        const lsp::Positions positions(encoding);
        for (const std::uint32_t offset : {0u, 1u, 3u, 7u, 8u, 10u, 11u, 12u}) {
            const auto position = positions.position(source, offset);
            CHECK(positions.offset(source, position) == offset);
            CHECK(positions.offset(source.text(), position) == offset);
        }
        for (const auto& beyond : {at(0, 99), at(1, 5), at(7, 0)}) CHECK(positions.offset(source, beyond) == positions.offset(source.text(), beyond));
    }
    CHECK(lsp::Positions(Encoding::Utf16).position(source, 7) == at(0, 4));
    CHECK(lsp::Positions(Encoding::Utf8).position(source, 7) == at(0, 7));
    CHECK(lsp::Positions(Encoding::Utf32).position(source, 7) == at(0, 3));
    CHECK(lsp::Positions(Encoding::Utf16).offset(source, at(0, 3)) == 3); // inside a pair: where it begins
    CHECK(lsp::Positions(Encoding::Utf16).offset(source, at(0, 99)) == 8); // before the line break of two
}

TEST_CASE("lsp: paths and URIs") {
    for (const std::string path : {"/a/b.flow", "/a b/\xC3\xA9.flow", "/100%/c#d?.flow"}) CHECK(lsp::path_of_uri(lsp::uri_of_path(path)) == path);
    CHECK(lsp::path_of_uri("file://host/a%20b") == "/a b");
    CHECK_FALSE(lsp::path_of_uri("untitled:Untitled-1"));
}

TEST_CASE("lsp: edits carry the versions that they are of, for clients that look at them") {
    auto can = Editor::all_capabilities();
    can["workspace"]["workspaceEdit"] = {{"documentChanges", true}};
    Editor editor(can, Json::object(), {{"b.flow", "define fond = save\n"}});
    editor.open("a.flow", "use \"./b.flow\"\non listen when fond => tag x\n");
    editor.edit("a.flow", "2:1", "## A rule.\n");
    auto params = editor.at("a.flow", "3:17");
    params["newName"] = "devoted";
    const auto answer = editor.ask("textDocument/rename", params);
    REQUIRE(answer.contains("documentChanges"));
    std::map<std::string, Json> versions;
    for (const auto& each : answer["documentChanges"]) versions[each["textDocument"]["uri"].get<std::string>()] = each["textDocument"]["version"];
    CHECK(versions == std::map<std::string, Json>{{Editor::uri("a.flow"), 2}, {Editor::uri("b.flow"), nullptr}});
}

TEST_CASE("lsp: the test for a rule is written when it is chosen, for clients that ask once more") {
    auto can = Editor::all_capabilities();
    can["textDocument"]["codeAction"] = {{"resolveSupport", {{"properties", {"edit"}}}}};
    const std::string text = "on save >= 2 => prompt follow -> follower\n";
    const auto offered = [&](Editor& editor) -> Json {
        editor.open("a.flow", text);
        const auto place = editor.at("a.flow", "1:5")["position"];
        for (auto& action : editor.ask("textDocument/codeAction", {{"textDocument", {{"uri", Editor::uri("a.flow")}}}, {"range", {{"start", place}, {"end", place}}}, {"context", {{"diagnostics", Json::array()}}}}))
            if (action["title"] == "Write a test for this rule") return action;
        return nullptr;
    };
    Editor patient(can), plain;
    const auto action = offered(patient);
    REQUIRE_FALSE(action.contains("edit"));
    CHECK(patient.ask("codeAction/resolve", action)["edit"] == offered(plain)["edit"]);
    patient.edit("a.flow", "1:1-2:1", "");
    CHECK_FALSE(patient.ask("codeAction/resolve", action).contains("edit")); // the rule is gone
}

TEST_CASE("lsp: the test that is written for a rule passes, for every rule of the examples") {
    std::size_t seen = 0;
    for (const auto& path : files(SEGUE_ROOT "/examples", ".flow")) {
        const auto text = slurp(path);
        const Script script(text, path);
        if (script.diagnostics.has_errors()) continue; // one that shows mistakes
        Editor editor;
        editor.open("a.flow", text);
        const lsp::Positions positions;
        for (const auto& rule : script.places.rules) {
            if (script.sources[rule.on.source].name() != path) continue;
            const auto at = positions.range(script.sources[rule.on.source], rule.on);
            for (const auto& action : editor.ask("textDocument/codeAction", {{"textDocument", {{"uri", Editor::uri("a.flow")}}}, {"range", at}, {"context", {{"diagnostics", Json::array()}}}})) {
                if (action["title"] != "Write a test for this rule") continue;
                const auto made = action["edit"]["changes"][Editor::uri("a.flow")][0]["newText"].get<std::string>();
                INFO(path << "\n" << made);
                const Script with(text + made, path);
                REQUIRE(with.tests.size() == script.tests.size() + 1);
                CHECK(run_test(with.tests.back(), with.program, *with.ledger, false).failures.empty());
                CHECK(made.find("expect nothing") == std::string::npos);
                ++seen;
            }
        }
    }
    CHECK(seen > 25);
}

TEST_CASE("lsp: who asks for what is wrong is not told as well") {
    Editor editor;
    editor.open("a.flow", "on presav => prompt sms\n");
    CHECK(editor.problems("a.flow").size() == 1);
    auto answer = editor.ask("textDocument/diagnostic", {{"textDocument", {{"uri", Editor::uri("a.flow")}}}});
    CHECK(answer["kind"] == "full");
    CHECK(answer["items"].size() == 1);
    CHECK(editor.problems("a.flow").empty());
    const auto again = editor.ask("textDocument/diagnostic", {{"textDocument", {{"uri", Editor::uri("a.flow")}}}, {"previousResultId", answer["resultId"]}});
    CHECK(again["kind"] == "unchanged");
    editor.edit("a.flow", "1:10", "e");
    answer = editor.ask("textDocument/diagnostic", {{"textDocument", {{"uri", Editor::uri("a.flow")}}}, {"previousResultId", answer["resultId"]}});
    CHECK(answer["kind"] == "full");
}

TEST_CASE("lsp: clients that show no Markdown get the same words without its signs") {
    auto capabilities = Editor::all_capabilities();
    capabilities["textDocument"]["hover"] = {{"contentFormat", {"plaintext"}}};
    capabilities["textDocument"]["completion"]["completionItem"]["documentationFormat"] = {"plaintext"};
    capabilities["textDocument"]["signatureHelp"] = {{"signatureInformation", {{"documentationFormat", {"plaintext"}}}}};
    Editor plain(capabilities), marked;
    const std::string script = "## Whose *songs* they hear.\ndefine fond = save\non presave when fond => prompt save(track: \"x\")\n";
    for (auto* editor : {&plain, &marked}) editor->open("a.flow", script);
    const auto at = [](int line, int character) { return Json{{"textDocument", {{"uri", Editor::uri("a.flow")}}}, {"position", {{"line", line}, {"character", character}}}}; };
    const auto hover = [&](Editor& editor, int character) { return editor.ask("textDocument/hover", at(2, character))["contents"]; };
    CHECK(hover(marked, 17)["kind"] == "markdown");
    CHECK(hover(plain, 17) == Json{{"kind", "plaintext"}, {"value", "define fond = save\n\nWhose *songs* they hear.\n\nDeclared in /w/a.flow:2."}});
    CHECK(hover(plain, 12)["value"] == "when\n\nA condition: the rule runs only where it holds.\n\n    on presave when not sms => prompt sms");
    for (const auto* method : {"textDocument/completion", "textDocument/signatureHelp"}) {
        const auto answer = plain.ask(method, at(2, 41)).dump();
        CHECK(answer.find("plaintext") != std::string::npos);
        CHECK(answer.find("markdown") == std::string::npos);
        CHECK(marked.ask(method, at(2, 41)).dump().find("markdown") != std::string::npos);
    }
}

TEST_CASE("lsp: every template that is offered can be read, and every example of a word") {
    const auto reads = [](const std::string& script) {
        const Script read(script);
        INFO(script << "\n" << read.messages());
        for (const auto& d : read.diagnostics.all()) CHECK_FALSE(info(d.code).code.starts_with("E01"));
    };
    std::size_t seen = 0;
    const std::vector<std::pair<std::string, std::string>> places = {{"", ""}, {"flow f {\n  ", "\n}"}, {"on presave => ", ""}, {"on ", " => tag x"}, {"on presave => wait ", ""}, {"test \"t\" {\n  ", "\n}"}, {"on presave => wait until ", ""}, {"promise sms ", ""},
                                                                    {"release neon {\n  ", "\n}"}, {"stages {\n  ", "\n}"}, {"limit sms to 2 per 7 days ", ""}, {"test \"t\" {\n  at ", "\n}"}, {"on presave => split s { 50% { ", " } 50% {} }"}};
    for (const auto& [before, after] : places) {
        Editor editor;
        editor.open("a.flow", before + after);
        const auto line = std::count(before.begin(), before.end(), '\n');
        const auto answer = editor.ask("textDocument/completion", {{"textDocument", {{"uri", Editor::uri("a.flow")}}}, {"position", {{"line", line}, {"character", before.size() - (line ? before.rfind('\n') + 1 : 0)}}}});
        for (const auto& item : answer["items"]) {
            if (item.value("insertTextFormat", 1) != 2) continue;
            const auto body = item["textEdit"]["newText"].get<std::string>();
            if (body.find("$1)") != std::string::npos || body.find("$2)") != std::string::npos || body.find("\"$1\"") != std::string::npos) continue; // it leaves a place empty
            reads(before + filled(body) + after), ++seen;
        }
    }
    CHECK(seen > 60);
    for (const auto& [word, meaning] : lsp::all_meanings()) {
        auto at = meaning.find("\n\n    ");
        if (at == std::string_view::npos) continue;
        std::string example;
        std::istringstream in{std::string(meaning.substr(at + 2))};
        for (std::string line; std::getline(in, line);) example += line.substr(4) + "\n";
        const auto starts = [&](std::initializer_list<const char*> words) { return std::any_of(words.begin(), words.end(), [&](const char* w) { return example.starts_with(w); }); };
        if (starts({"when"})) example = "on presave " + example + " => tag x";
        else if (starts({"prompt", "send", "reply", "record", "untag", "split", "if", "wait"})) {
            std::istringstream steps(example);
            for (std::string step; std::getline(steps, step);) reads("on keyword(\"x\") => " + step);
            continue;
        } else if (starts({"expect", "ana", "after"})) example = "test \"t\" {\n" + example + "}";
        else if (starts({"\""})) example = "on presave => send sms " + example;
        else if (starts({"distinct", "since", "("})) example = "on presave when " + example + " => tag x";
        INFO(word << "\n" << example);
        // Not only read: it is right, with what it speaks of declared.
        const Script script("use std.recipes\nrelease r { title \"R\" date 2026-03-13 link \"l\" }\nattribute joined: time\n" + example);
        INFO(script.messages());
        for (const auto& d : script.diagnostics.all())
            if (d.severity() == Severity::Error) CHECK((d.code == Code::duplicate_name || d.code == Code::bad_statement || d.code == Code::bad_stages || d.code == Code::repeated_setting || d.code == Code::bad_include || d.code == Code::cannot_use));
    }
}

// The text that the server has is the editor's after any edits, and what it says is what one says that sees only the last text.
TEST_CASE("lsp: ten thousand random edits") {
    const std::vector<std::string> pieces = {"on presave => prompt sms\n", "flow f {\n", "}\n", "\"", "{", "(", ")", "=>", " when not save(track)", "# allow: storm because x\n", "release neon {\n  title \"N\"\n  date 2026-03-13\n  link \"l\"\n}\n",
                                             "test \"t\" {\n  ana does save(\"t1\")\n  expect prompt follow\n}\n", "x", "\n", "\r\n", "\xF0\x9F\x8E\xB5", "\xC3\xA9", "\xFF", "use \"./b.flow\"\n", "include f()", "stages {\n  a when listen\n}\n", "-> follower", "\"\"\"", ":", " "};
    Editor editor(Editor::all_capabilities(), Json::object(), {{"b.flow", "tag_me: on visit => tag v\n"}});
    auto text = slurp(SEGUE_ROOT "/examples/06-across-channels/across_channels.flow");
    editor.open("a.flow", text);
    std::mt19937 random(4);
    const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    const lsp::Positions positions; // UTF-16, as the client said nothing
    const std::vector<std::string> questions = {"completion", "hover", "signatureHelp", "definition", "documentHighlight", "prepareRename", "prepareCallHierarchy", "documentSymbol", "foldingRange", "semanticTokens/full", "codeLens", "documentLink", "formatting"};
    for (int n = 0; n < 10'000; ++n) {
        if (text.size() > 6'000) {
            text = slurp(SEGUE_ROOT "/examples/06-across-channels/across_channels.flow");
            editor.tell("textDocument/didChange", {{"textDocument", {{"uri", Editor::uri("a.flow")}, {"version", n}}}, {"contentChanges", {{{"text", text}}}}});
        }
        // One to three edits at once, each in the text that the one before has left.
        Json changes = Json::array();
        for (std::size_t k = 1 + pick(3); k > 0; --k) {
            const Source now("a.flow", text);
            auto begin = positions.offset(now, positions.position(now, static_cast<std::uint32_t>(pick(text.size() + 1))));
            auto end = positions.offset(now, positions.position(now, static_cast<std::uint32_t>(std::min(text.size(), begin + (pick(3) == 0 ? pick(30) : 0)))));
            end = std::max(begin, end);
            const auto& piece = pieces[pick(pieces.size())];
            changes.push_back({{"range", positions.range(now, {0, begin, end})}, {"text", piece}});
            text.replace(begin, end - begin, piece);
        }
        editor.tell("textDocument/didChange", {{"textDocument", {{"uri", Editor::uri("a.flow")}, {"version", n}}}, {"contentChanges", changes}});
        if (n % 4 == 0) {
            const Source now("a.flow", text);
            const auto& question = questions[pick(questions.size())];
            const auto answer = editor.ask("textDocument/" + question, {{"textDocument", {{"uri", Editor::uri("a.flow")}}}, {"position", positions.position(now, static_cast<std::uint32_t>(pick(text.size() + 1)))}, {"options", Json::object()}});
            INFO(question << " " << answer.dump(-1, ' ', false, Json::error_handler_t::replace));
            REQUIRE_FALSE((answer.is_object() && answer.contains("error")));
        }
        if (n % 500 != 0) continue;
        Editor fresh(Editor::all_capabilities(), Json::object(), {{"b.flow", "tag_me: on visit => tag v\n"}});
        fresh.open("a.flow", text);
        INFO("after " << n << " edits");
        REQUIRE(editor.problems("a.flow") == fresh.problems("a.flow"));
    }
}
