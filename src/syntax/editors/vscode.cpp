// What VS Code wants to know beside the grammar.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "syntax/editors/editors.hpp"
#include "syntax/editors/snippets.hpp"

namespace segue {

using json = nlohmann::ordered_json;

std::string vscode_language() {
    const auto pairs = json::array({json::array({"{", "}"}), json::array({"[", "]"}), json::array({"(", ")"})});
    auto closing = json::array();
    for (const auto& pair : pairs) closing.push_back({{"open", pair[0]}, {"close", pair[1]}});
    closing.push_back({{"open", "\""}, {"close", "\""}, {"notIn", {"string", "comment"}}});
    closing.push_back({{"open", "\"\"\""}, {"close", "\"\"\""}, {"notIn", {"comment"}}});
    auto surrounding = pairs;
    surrounding.push_back({"\"", "\""});
    // The parts of a rule, in the columns in which `segue fmt` puts them.
    const json out = {
        {"comments", {{"lineComment", "#"}}},
        {"brackets", pairs},
        {"autoClosingPairs", closing},
        {"surroundingPairs", surrounding},
        {"wordPattern", "[a-z][a-z0-9_]*|\\d{4}-\\d{2}-\\d{2}|\\d{1,2}:\\d{2}|\\d+(?:\\.\\d+)?%?"},
        {"folding", {{"offSide", false}}},
        {"indentationRules", {{"increaseIndentPattern", "^(?:[^#\"]|\"(?:[^\"\\\\]|\\\\.)*\")*[{(\\[]\\s*(?:#.*)?$|^\\s*[a-z][a-z0-9_]*:\\s*(?:#.*)?$"}, {"decreaseIndentPattern", "^\\s*[})\\]]"}}},
        {"onEnterRules",
         json::array({
             {{"beforeText", "^\\s*##"}, {"action", {{"indent", "none"}, {"appendText", "## "}}}},
             {{"beforeText", "^\\s*(?:[a-z][a-z0-9_]*:\\s*)?on\\b(?:(?!=>)[^#])*$"}, {"action", {{"indent", "indent"}}}},
             {{"beforeText", "^\\s*->\\s*[a-z][a-z0-9_]*\\s*$"}, {"action", {{"indent", "outdent"}}}},
         })},
    };
    return out.dump(2) + "\n";
}

std::string vscode_snippets() {
    auto out = json::object();
    for (const auto& snippet : snippets()) {
        auto body = json::array();
        for (auto text = snippet.body; !text.empty();) {
            const auto stop = std::min(text.find('\n'), text.size());
            body.push_back(std::string(text.substr(0, stop)));
            text.remove_prefix(std::min(stop + 1, text.size()));
        }
        out[std::string(snippet.title)] = {{"prefix", std::string(snippet.prefix)}, {"description", std::string(snippet.description)}, {"body", body}};
    }
    return out.dump(2) + "\n";
}

} // namespace segue
