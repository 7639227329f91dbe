// editors/: what is generated there is what the tool makes, and what is not fits it. How editors read it is tested by tests/editors/.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>

#include "support.hpp"
#include "syntax/editors/editors.hpp"
#include "syntax/editors/snippets.hpp"
#include "syntax/words.hpp"

using namespace segue;
using namespace segue::test;
using nlohmann::json;

namespace {

const std::string folder = SEGUE_ROOT "/editors/";

json of_property_list(const pugi::xml_node& node) {
    const std::string kind = node.name();
    if (kind == "string") return node.text().get();
    json out = kind == "dict" ? json::object() : json::array();
    for (auto child = node.first_child(); child; child = child.next_sibling()) {
        if (kind == "array") out.push_back(of_property_list(child));
        else if (std::string(child.name()) == "key") out[child.text().get()] = of_property_list(child.next_sibling());
    }
    return out;
}

} // namespace

TEST_CASE("editors: what is committed is what `segue syntax --emit` makes") {
    REQUIRE(editor_files().size() >= 7);
    for (const auto& file : editor_files()) {
        INFO(file.path << " is behind: build/dev/segue syntax --emit " << file.what << " --output editors/" << file.path);
        const auto p = shell(tool() + " syntax --emit " + std::string(file.what));
        CHECK(p.exit == 0);
        CHECK(p.err.empty());
        CHECK((p.out == slurp(folder + std::string(file.path))));
        if (!file.path.starts_with("vscode/")) CHECK(p.out.find("segue syntax --emit") != std::string::npos); // there it has no place
    }
}

TEST_CASE("editors: every word of the language is in every grammar") {
    for (const auto* what : {"textmate", "sublime", "vim", "emacs", "monarch"})
        for (const auto& file : editor_files()) {
            if (file.what != what) continue;
            const auto text = file.text();
            for (const auto& word : words({"reserved", "declaration", "unit", "word"})) {
                INFO(what << " " << word);
                CHECK((word == "any" || word == "messages" || text.find(word) != std::string::npos));
            }
        }
}

TEST_CASE("editors: the property list says what the JSON says") {
    pugi::xml_document document;
    REQUIRE(document.load_string(sublime_grammar().c_str(), pugi::parse_default | pugi::parse_ws_pcdata_single));
    auto list = of_property_list(document.child("plist").child("dict"));
    auto grammar = json::parse(textmate_grammar());
    CHECK(list.erase("comment") == 1);
    CHECK(grammar.erase("comment") == 1);
    CHECK(list == grammar);
    CHECK(grammar["repository"].size() > 10);
}

TEST_CASE("editors: a snippet, filled in as it stands, is right") {
    Scratch s;
    std::set<std::string_view> titles;
    for (const auto& snippet : snippets()) {
        CHECK(titles.insert(snippet.title).second);
        CHECK((is_word_of("reserved", snippet.prefix) || is_word_of("declaration", snippet.prefix) || is_word_of("word", snippet.prefix)));
        auto script = std::string(snippet.around.empty() ? "@" : snippet.around);
        script.replace(script.find('@'), 1, filled(snippet.body));
        const auto path = s.write("snippet.flow", script + "\n");
        const auto p = shell(tool() + " check '" + path + "' --format concise");
        INFO(snippet.title << "\n" << script << "\n" << p.out << p.err);
        CHECK(p.exit == 0);
        CHECK(filled(snippet.body).find('$') == std::string::npos);
    }
    CHECK(filled("a ${1:b {c\\} d} ${2|e,f|}$0\n${3:}x") == "a b {c} d e\nx");
}

TEST_CASE("editors: the extension of VS Code has the problem matcher, the language and what script/vsix packs") {
    const auto package = json::parse(slurp(folder + "vscode/package.json"));
    const auto matcher = json::parse(slurp(folder + "problem-matcher.json"))["problemMatcher"][0];
    const auto& ours = package["contributes"]["problemMatchers"][0];
    CHECK(ours["pattern"] == matcher["pattern"]);
    CHECK(ours["owner"] == matcher["owner"]);
    const auto packed = slurp(SEGUE_ROOT "/script/vsix");
    for (const auto& path : {package["contributes"]["languages"][0]["configuration"], package["contributes"]["grammars"][0]["path"], package["contributes"]["snippets"][0]["path"], package["main"]})
        CHECK(packed.find(path.get<std::string>().substr(2)) != std::string::npos);
    CHECK(package["contributes"]["grammars"][0]["scopeName"] == json::parse(textmate_grammar())["scopeName"]);
    CHECK(package["version"] == SEGUE_VERSION);
    for (const auto* lock : {"/editors/vscode/package-lock.json", "/tests/node/package-lock.json"}) CHECK(slurp(std::string(SEGUE_ROOT) + lock).find("\"resolved\"") == std::string::npos);
}

TEST_CASE("syntax: what is asked for wrongly is told in words") {
    const auto syntax = [](const std::string& arguments) { return shell(tool() + " syntax " + arguments); };
    CHECK(syntax("").exit == 2);
    CHECK(syntax("").err.find("--emit WHAT") != std::string::npos);
    CHECK(syntax("--emit textmat").err == "segue: --emit: there is no `textmat`; did you mean `textmate`?\n");
    CHECK(syntax("--emit word").err.find("there are textmate, sublime") != std::string::npos);
    CHECK(syntax("--emit vim --tokens x.flow").exit == 2);
    CHECK(syntax("--tokens nowhere.flow").exit == 2);
    Scratch s;
    const auto right = s.write("right.flow", "on save => prompt follow\n");
    CHECK(syntax("--tokens '" + right + "'").out == "1:1-1:3 keyword\n1:4-1:8 name\n1:9-1:11 operator\n1:12-1:18 keyword\n1:19-1:25 name\n");
    CHECK(shell("printf 'on \xC3\xA9 => stop' | " + tool() + " syntax --tokens - 2>/dev/null").out == "1:1-1:3 keyword\n1:4-1:5 unknown\n1:6-1:8 operator\n1:9-1:13 keyword\n");
    CHECK(syntax("--tokens '" + right + "' --output '" + right + "'").err.find("is one of the scripts") != std::string::npos);
    CHECK(syntax("--emit vim --output /nowhere/x.vim").exit == 2);
    const auto wrong = syntax("--tokens '" + s.write("wrong.flow", "on save prompt follow\n") + "'");
    CHECK(wrong.exit == 1);
    CHECK(wrong.out.find("1:9-1:15 keyword") != std::string::npos);
    CHECK(wrong.err.find("E0101") != std::string::npos);
}
