// A TextMate grammar. Its rules are tried in their order at each place of a line, and none sees another line: what stands before a
// word on the same line is matched together with it.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "syntax/editors/editors.hpp"
#include "syntax/editors/patterns.hpp"
#include "syntax/words.hpp"

namespace segue {

namespace {

using namespace editors;
using json = nlohmann::ordered_json;

// The scopes; tests/editors/textmate.mjs says which class each stands for.
constexpr auto keyword = "keyword.control.segue";
constexpr auto declaration = "storage.type.segue";
constexpr auto unit = "keyword.other.unit.segue";
constexpr auto name = "variable.other.segue";
constexpr auto declared = "entity.name.function.segue";
constexpr auto field = "variable.other.member.segue";
constexpr auto type = "support.type.segue";
constexpr auto operator_sign = "keyword.operator.segue";
constexpr auto punctuation = "punctuation.segue";

json captures(std::initializer_list<std::pair<const char*, const char*>> scopes) {
    auto out = json::object();
    for (const auto& [group, scope] : scopes) out[group] = {{"name", scope}};
    return out;
}
json match(const std::string& scope, const std::string& pattern) { return {{"name", scope}, {"match", pattern}}; }
json match(const std::string& pattern, std::initializer_list<std::pair<const char*, const char*>> scopes) { return {{"match", pattern}, {"captures", captures(scopes)}}; }
json include(const char* rule) { return {{"include", std::string("#") + rule}}; }
json includes(std::initializer_list<const char*> rules) {
    auto out = json::array();
    for (const auto* rule : rules) out.push_back(include(rule));
    return out;
}
json group(json patterns) { return {{"patterns", std::move(patterns)}}; }
// What stands between two signs.
json region(const std::string& begin, json begin_captures, const std::string& end, json patterns) {
    return {{"begin", begin}, {"beginCaptures", std::move(begin_captures)}, {"end", end}, {"endCaptures", captures({{"0", punctuation}})}, {"patterns", std::move(patterns)}};
}

json text(const char* scope, const std::string& quotes, const std::string& end) {
    return {{"name", scope},
            {"begin", quotes},
            {"beginCaptures", captures({{"0", "punctuation.definition.string.begin.segue"}})},
            {"end", end},
            {"endCaptures", captures({{"0", "punctuation.definition.string.end.segue"}})},
            {"patterns", includes({"escape", "hole"})}};
}

json numbers() {
    const auto number = "\\b\\d+(?:\\.\\d+)?";
    return group({
        match("constant.numeric.date.segue", "\\b\\d{4}-\\d{2}-\\d{2}\\b"),
        match("constant.numeric.clock.segue", "\\b\\d{1,2}:\\d{2}\\b"),
        match("constant.numeric.percent.segue", fmt::format("{}%", number)),
        match(fmt::format("({})\\s+({})", number, word(words({"unit"}))), {{"1", "constant.numeric.segue"}, {"2", unit}}),
        match("constant.numeric.segue", fmt::format("{}\\b", number)),
    });
}

// Words that are keywords in their place only: behind one other word, or by what follows. What follows may stand on the next line.
json in_place(bool pairs) {
    auto out = json::array();
    for (const auto& place : places()) {
        const bool declares = is_word_of("declaration", place.word);
        const auto* scope = declares ? declaration : keyword;
        const auto follows = ahead(place);
        const auto pattern = fmt::format("{}\\b{}", place.word, follows);
        if (is_one_word(place.behind) != pairs) continue;
        if (pairs) out.push_back(match(fmt::format("\\b({})\\s+({})", place.behind, pattern), {{"1", keyword}, {"2", scope}}));
        else out.push_back(match(scope, fmt::format("\\b{}|{}{}\\b(?=\\s*(?:#|$))", pattern, declares ? "^\\s*" : "\\b", place.word)));
    }
    if (pairs) out.insert(out.begin(), match("\\b(expect)\\s+(suppressed)\\s+(record)\\b", {{"1", keyword}, {"2", keyword}, {"3", keyword}}));
    return group(out);
}

// A name behind a word that asks for one; whatever else it might be.
json named() {
    const auto before = words_before_names();
    auto keywords = before.reserved;
    keywords.insert(keywords.end(), before.others.begin(), before.others.end());
    return group({
        match("entity.name.label.segue", fmt::format("\\b{}(?=\\s*:\\s*on\\b)", a_word)),
        match(fmt::format("\\b(per)\\s+({})", a_word), {{"1", keyword}, {"2", field}}),
        match(fmt::format("(\\.)({})", a_word), {{"1", punctuation}, {"2", field}}),
        match(fmt::format("(->)\\s*({})", a_name()), {{"1", operator_sign}, {"2", name}}),
        match(fmt::format("\\b({})\\s+({})\\b", any(operand_words()), any(words({"declaration"}))), {{"1", keyword}, {"2", name}}),
        match(fmt::format("\\b(attribute)\\s+({})\\s*(:)\\s*({})", a_name(), a_word), {{"1", declaration}, {"2", declared}, {"3", punctuation}, {"4", type}}),
        region(fmt::format("\\b({})\\s+({})\\s*(\\()", any({"event", "flow"}), a_name()), captures({{"1", declaration}, {"2", declared}, {"3", punctuation}}), "\\)",
               json::array({include("comments"), match(fmt::format("({})\\s*(:)\\s*({})", a_word, a_word), {{"1", field}, {"2", punctuation}, {"3", type}}), include("code")})),
        region(fmt::format("\\b(fan)\\s+(?:({})|(\"[^\"]*\"))\\s*(\\{{)", a_name()), captures({{"1", keyword}, {"2", name}, {"3", "string.quoted.double.segue"}, {"4", punctuation}}), "\\}",
               includes({"facts"})),
        region(fmt::format("\\b(release)\\s+({})\\s*(\\{{)", a_name()), captures({{"1", declaration}, {"2", declared}, {"3", punctuation}}), "\\}", includes({"facts"})),
        match(fmt::format("\\b({})\\s+{}({})", any(keywords), not_a_name(), a_word), {{"1", keyword}, {"2", name}}),
        match(fmt::format("\\b({})\\s+({})(?!\\s*=>)", any(before.declarations), a_name()), {{"1", declaration}, {"2", declared}}),
    });
}

json grammar() {
    json repository;
    repository["comments"] = group({
        match("comment.line.documentation.segue", "##.*$"),
        match("comment.line.number-sign.segue", "#.*$"),
    });
    repository["texts"] = group({
        text("string.quoted.triple.segue", "\"\"\"", "\"\"\""),
        text("string.quoted.double.segue", "\"", "\"|$"),
    });
    repository["escape"] = match("constant.character.escape.segue", "\\\\(?:[\"\\\\nt{}]|u\\{[0-9a-fA-F]{1,6}\\})");
    repository["hole"] = {{"begin", "\\{"},
                          {"beginCaptures", captures({{"0", "punctuation.section.embedded.begin.segue"}})},
                          {"end", "\\}"},
                          {"endCaptures", captures({{"0", "punctuation.section.embedded.end.segue"}})},
                          {"contentName", "meta.embedded.segue"},
                          {"patterns", includes({"code"})}};
    repository["numbers"] = numbers();
    repository["named"] = named();
    repository["pairs"] = in_place(true);
    repository["in-place"] = in_place(false);
    auto plain = words({"reserved"});
    std::erase_if(plain, [](const auto& w) { return w == "true" || w == "false"; });
    repository["keywords"] = group({
        match("constant.language.boolean.segue", word({"true", "false"})),
        match(keyword, word(plain)),
    });
    repository["names"] = match(name, fmt::format("\\b{}", a_word));
    repository["signs"] = group({
        match(operator_sign, "=>|->|==|!=|<=|>=|\\?\\?|[-<>+*/=?]"),
        match(punctuation, "[{}()\\[\\],:;.]"),
    });
    // The value of a field, or a comparison with one, is about the field whatever it is called.
    const auto is_field = "(?=\\s*(?::|[=!<>]=|[<>]))";
    repository["arguments"] = region(fmt::format("(?<=[a-z0-9_])(?<!{})\\(", [] {
                                         std::string out;
                                         for (const auto& w : words({"reserved"})) out += (out.empty() ? "\\b" : "|\\b") + w;
                                         return out;
                                     }()),
                                     captures({{"0", punctuation}}), "\\)",
                                     json::array({include("comments"), match(field, fmt::format("(?<=[(,]|[(,]\\s|^)\\s*{}{}", a_word, is_field)), include("code")}));
    repository["group"] = region("\\(", captures({{"0", punctuation}}), "\\)", includes({"code"}));
    repository["facts"] = group(json::array({include("comments"), include("texts"), include("numbers"), match(fmt::format("(\\.)({})", a_word), {{"1", punctuation}, {"2", field}}),
                                             match(name, a_name()), include("keywords"), include("arguments"), include("group"), include("signs")}));
    repository["code"] = group(includes({"comments", "texts", "numbers", "pairs", "named", "in-place", "keywords", "names", "arguments", "group", "signs"}));
    return {{"comment", made_by("textmate")},
            {"name", "Segue"},
            {"scopeName", "source.segue"},
            {"fileTypes", {"flow"}},
            {"patterns", includes({"code"})},
            {"repository", repository}};
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) c == '&' ? out += "&amp;" : c == '<' ? out += "&lt;" : c == '>' ? out += "&gt;" : out += c;
    return out;
}

void property_list(const json& value, std::string indent, std::string& out) {
    if (value.is_string()) {
        out += fmt::format("{}<string>{}</string>\n", indent, escaped(value.get<std::string>()));
        return;
    }
    out += fmt::format("{}<{}>\n", indent, value.is_object() ? "dict" : "array");
    for (const auto& [key, item] : value.items()) {
        if (value.is_object()) out += fmt::format("{}\t<key>{}</key>\n", indent, escaped(key));
        property_list(item, indent + "\t", out);
    }
    out += fmt::format("{}</{}>\n", indent, value.is_object() ? "dict" : "array");
}

} // namespace

std::string textmate_grammar() { return grammar().dump(2) + "\n"; }

std::string sublime_grammar() {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                      "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\">\n";
    auto whole = grammar();
    whole["comment"] = made_by("sublime");
    property_list(whole, "", out);
    return out + "</plist>\n";
}

} // namespace segue
