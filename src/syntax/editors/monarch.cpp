// A module for Monaco. Monarch reads from a place to the right only, so what stands before a word is told by the state it is read in.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "syntax/editors/editors.hpp"
#include "syntax/editors/patterns.hpp"
#include "syntax/words.hpp"

namespace segue {

namespace {

using namespace editors;

std::string literal(const std::string& pattern) {
    std::string out = "/";
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '/' && (i == 0 || pattern[i - 1] != '\\')) out += '\\';
        out += pattern[i];
    }
    return out + "/";
}

// The rules of one state after the other.
class Module {
public:
    void state(const char* name) {
        if (open_) out_ += "    ],\n";
        out_ += fmt::format("    {}: [\n", name);
        open_ = true;
    }
    void rule(const std::string& pattern, const std::string& action) { out_ += fmt::format("      [{}, {}],\n", literal(pattern), action); }
    void rule(const std::string& pattern, const std::string& token, const std::string& next) {
        rule(pattern, next.empty() ? fmt::format("\"{}\"", token) : fmt::format("{{ token: \"{}\", {} }}", token, next));
    }
    void include(const char* name) { out_ += fmt::format("      {{ include: \"@{}\" }},\n", name); }
    // What a state waits for may not come.
    void otherwise(const char* next) { rule("(?=[^])", "", next); }
    std::string text() const { return out_ + "    ],\n"; }

private:
    std::string out_;
    bool open_ = false;
};

constexpr auto pop = "next: \"@pop\"";
std::string to(const char* state) { return fmt::format("next: \"@{}\"", state); }
std::string over_to(const char* state) { return fmt::format("switchTo: \"@{}\"", state); }

void words_of(Module& out) {
    const auto before = words_before_names();
    const auto name_ahead = fmt::format("(?=\\s+{})", a_name());
    out.rule("(expect)(\\s+)(suppressed)(\\s+)(record)\\b", "[\"keyword\", \"\", \"keyword\", \"\", \"keyword\"]");
    for (const auto& place : places())
        if (is_one_word(place.behind))
            out.rule(fmt::format("({})(\\s+)({}\\b{})", place.behind, place.word, ahead(place)),
                     fmt::format("[\"keyword\", \"\", {}]", asks_for_name(place.word) ? fmt::format("{{ token: \"keyword\", {} }}", to("asked")) : "\"keyword\""));
    out.rule(fmt::format("{}(?=\\s*:\\s*on\\b)", a_word), "identifier", "");
    out.rule("per\\b", "keyword", to("field"));
    const auto operand = fmt::format("({})(\\s+)({})\\b", any(operand_words()), any(words({"declaration"})));
    out.rule(operand + "(?=\\()", fmt::format("[\"keyword\", \"\", {{ token: \"identifier\", {} }}]", to("arguments")));
    out.rule(operand, "[\"keyword\", \"\", \"identifier\"]");
    out.rule(fmt::format("attribute\\b{}", name_ahead), "keyword", to("attribute"));
    out.rule(fmt::format("(?:event|flow)\\b(?=\\s+{}(?!\\s*=>))", a_name()), "keyword", to("withFields"));
    out.rule(fmt::format("fan\\b(?=\\s+{}|\\s*(?:\"|#|$))", a_name()), "keyword", to("facts"));
    out.rule(fmt::format("release\\b(?=\\s+{}\\s*\\{{)", a_name()), "keyword", to("facts"));
    out.rule(fmt::format("{}\\b(?=\\s+{}(?!\\s*=>))", any(before.declarations), a_name()), "keyword", to("declared"));
    for (const auto& place : places()) {
        if (is_one_word(place.behind) || place.word == "fan") continue;
        out.rule(fmt::format("{}\\b{}", place.word, ahead(place)), "keyword", asks_for_name(place.word) ? to("asked") : "");
        if (!is_word_of("declaration", place.word)) out.rule(fmt::format("{}\\b(?=\\s*(?:#|$))", place.word), "keyword", asks_for_name(place.word) ? to("asked") : "");
        else out.rule(fmt::format("^{}\\b(?=\\s*(?:#|$))", place.word), "keyword", "");
    }
    out.rule(fmt::format("{}\\b", any(before.reserved)), "keyword", to("asked"));
    out.rule("(?:true|false)\\b", "constant", "");
    out.rule(reserved(), "keyword", "");
}

void states(Module& out) {
    const auto is_field = "(?=\\s*(?::|[=!<>]=|[<>]))";
    const auto number = "\\d+(?:\\.\\d+)?";
    out.state("root");
    out.include("blanks");
    out.include("literals");
    out.rule("->", "operator", to("asked"));
    words_of(out);
    out.include("rest");

    out.state("blanks");
    out.rule("\\s+", "", "");
    out.rule("##.*", "comment.doc", "");
    out.rule("#.*", "comment", "");

    out.state("literals");
    out.rule("\"\"\"", "string", to("longText"));
    out.rule("\"", "string", to("text"));
    out.rule("\\d{4}-\\d{2}-\\d{2}\\b", "number.date", "");
    out.rule("\\d{1,2}:\\d{2}\\b", "number.clock", "");
    out.rule(fmt::format("{}%", number), "number.percent", "");
    out.rule(fmt::format("({})(\\s+)({}\\b)", number, any(words({"unit"}))), "[\"number\", \"\", \"type\"]");
    out.rule(fmt::format("{}\\b", number), "number", "");

    out.state("rest"); // names, brackets, signs
    out.rule(fmt::format("{}(?=\\()", a_word), "identifier", to("arguments"));
    out.rule(std::string(a_word), "identifier", "");
    out.rule("\\.", "delimiter", to("field"));
    out.rule("\\(", "delimiter", to("group"));
    out.rule("=>|[=!<>]=|\\?\\?|[-<>+*/=?]", "operator", "");
    out.rule("[{}()\\[\\],:;]", "delimiter", "");

    out.state("text");
    out.rule("[^\"\\\\{\\n]+", "string", "");
    out.include("inText");
    out.rule("\"", "string", pop);
    out.rule("\\n", "", "next: \"@popall\""); // it has no end
    out.rule("\\\\", "string", "");
    out.state("longText");
    out.rule("[^\"\\\\{]+", "string", "");
    out.include("inText");
    out.rule("\"\"\"", "string", pop);
    out.rule("[\"\\\\]", "string", "");
    out.state("inText");
    out.rule("\\\\(?:[\"\\\\nt{}]|u\\{[0-9a-fA-F]{1,6}\\})", "string.escape", "");
    out.rule("\\{", "delimiter.hole", to("hole"));
    out.state("hole");
    out.rule("\\}", "delimiter.hole", pop);
    out.include("root");

    out.state("asked"); // a name, behind a word that asks for one
    out.include("blanks");
    out.rule(fmt::format("{}{}(?=\\()", not_a_name(), a_word), "identifier", over_to("arguments"));
    out.rule(fmt::format("{}{}", not_a_name(), a_word), "identifier", pop);
    out.otherwise(pop);
    out.state("declared");
    out.include("blanks");
    out.rule(fmt::format("{}(?=\\()", a_word), "identifier.declared", over_to("arguments"));
    out.rule(std::string(a_word), "identifier.declared", pop);
    out.state("field"); // any word at all
    out.include("blanks");
    out.rule(std::string(a_word), "identifier", pop);
    out.otherwise(pop);

    out.state("attribute");
    out.include("blanks");
    out.rule(std::string(a_word), "identifier.declared", over_to("typed"));
    out.state("typed");
    out.include("blanks");
    out.rule(":", "delimiter", over_to("field"));
    out.otherwise(pop);
    out.state("withFields");
    out.include("blanks");
    out.rule(std::string(a_word), "identifier.declared", over_to("beforeFields"));
    out.state("beforeFields");
    out.include("blanks");
    out.rule("\\(", "delimiter", over_to("fields"));
    out.otherwise(pop);
    out.state("fields");
    out.rule("\\)", "delimiter", pop);
    out.rule(fmt::format("{}(?=\\s*:)", a_word), "identifier", to("typed"));
    out.include("root");

    out.state("facts"); // a fan or a release, and what is said of it
    out.include("blanks");
    out.rule(std::string(a_word), "identifier.declared", over_to("beforeFacts"));
    out.rule("\"[^\"\\n]*\"", "string", over_to("beforeFacts"));
    out.otherwise(pop);
    out.state("beforeFacts");
    out.include("blanks");
    out.rule("\\{", "delimiter", over_to("inFacts"));
    out.otherwise(pop);
    out.state("inFacts");
    out.rule("\\}", "delimiter", pop);
    out.include("blanks");
    out.include("literals");
    out.rule("(?:true|false)\\b", "constant", "");
    out.rule(reserved(), "keyword", "");
    out.include("rest");

    out.state("arguments");
    out.rule("\\(", "delimiter", over_to("firstArgument"));
    out.state("firstArgument");
    out.include("blanks");
    out.rule(fmt::format("{}{}", a_word, is_field), "identifier", over_to("moreArguments"));
    out.otherwise(over_to("moreArguments").c_str());
    out.state("moreArguments");
    out.rule("\\)", "delimiter", pop);
    out.rule(",", "delimiter", to("argument"));
    out.include("root");
    out.state("argument");
    out.include("blanks");
    out.rule(fmt::format("{}{}", a_word, is_field), "identifier", pop);
    out.otherwise(pop);
    out.state("group");
    out.rule("\\)", "delimiter", pop);
    out.include("root");
}

} // namespace

std::string monarch_language() {
    auto configuration = nlohmann::ordered_json::parse(vscode_language());
    for (const auto* key : {"indentationRules", "onEnterRules", "wordPattern", "folding"}) configuration.erase(key); // there they are no texts
    configuration["brackets"] = nlohmann::ordered_json::array({{"{", "}"}, {"[", "]"}, {"(", ")"}});
    Module module;
    states(module);
    return fmt::format("// Segue for Monaco: a Monarch tokenizer and a language configuration.\n// {}\n\n"
                       "export const id = \"segue\";\n\nexport const conf = {};\n\n"
                       "export const language = {{\n  defaultToken: \"invalid\",\n  tokenPostfix: \".segue\",\n  includeLF: true,\n  tokenizer: {{\n{}  }},\n}};\n\n"
                       "// Tells an editor of the language: register(monaco).\n"
                       "export function register(monaco) {{\n  monaco.languages.register({{ id, extensions: [\".flow\"], aliases: [\"Segue\"] }});\n"
                       "  monaco.languages.setLanguageConfiguration(id, conf);\n  monaco.languages.setMonarchTokensProvider(id, language);\n}}\n",
                       made_by("monarch"), configuration.dump(2), module.text());
}

} // namespace segue
