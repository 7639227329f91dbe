// A syntax file for Vim. Of the items that fit at a place, the one that is defined last is taken, but `nextgroup` goes first.
#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "syntax/editors/editors.hpp"
#include "syntax/editors/patterns.hpp"
#include "syntax/words.hpp"
#include "text/plain.hpp"

namespace segue {

namespace {

std::string one_of(const std::vector<std::string>& words) { return fmt::format("\\%({}\\)", fmt::join(words, "\\|")); }
std::string word(const std::vector<std::string>& words) { return fmt::format("\\<{}\\>", one_of(words)); }
const std::string a_word = "\\<[a-z][a-z0-9_]*\\>";
std::string no_reserved() { return fmt::format("\\%({}\\>\\)\\@!", one_of(words({"reserved"}))); }

std::string ahead(const Place& place) {
    if (place.ahead.empty()) return "";
    std::vector<std::string> parts;
    for (const auto one : parts_of(place.ahead, ' ')) {
        if (one == "NAME") parts.push_back("\\s\\+" + no_reserved() + "[a-z]");
        else if (one == "WORD") parts.emplace_back("\\s\\+[a-z]");
        else if (one == "NUMBER") parts.emplace_back("\\s\\+\\d");
        else if (one == "TEXT") parts.emplace_back("\\s*\"");
        else if (editors::is_one_word(one)) parts.push_back(fmt::format("\\s\\+{}\\>", one));
        else parts.push_back(fmt::format("\\s*{}", one == "." ? "\\." : one));
    }
    return fmt::format("\\%({}\\)\\@=", fmt::join(parts, "\\|"));
}

class File {
public:
    void line(const std::string& text) { out_ += text + "\n"; }
    void match(const std::string& group, const std::string& pattern, const std::string& more = "") {
        line(fmt::format("syn match {} '{}'{}", group, pattern, more.empty() ? "" : " " + more));
    }
    std::string text() const { return out_; }

private:
    std::string out_;
};

const std::string then_name = "nextgroup=segueAsked skipwhite skipempty";

void places_of_words(File& out) {
    const auto more = [](const Place& place) { return editors::asks_for_name(place.word) ? then_name : ""; };
    for (const auto& place : places()) {
        const auto* group = is_word_of("declaration", place.word) ? "segueDeclaration" : "segueKeyword";
        const auto pattern = fmt::format("{}\\>{}", place.word, ahead(place));
        if (editors::is_one_word(place.behind)) continue;
        // What follows may stand on the next line.
        const auto at_end = fmt::format("{}{}\\>\\%(\\s*\\%(#\\|$\\)\\)\\@=", is_word_of("declaration", place.word) ? "\\%(^\\s*\\)\\@<=" : "\\<", place.word);
        out.match(group, fmt::format("\\<{}\\|{}", pattern, at_end), more(place));
    }
    for (const auto& place : places()) // behind the others: the word before it may be one of them
        if (editors::is_one_word(place.behind))
            out.match("segueKeyword", fmt::format("\\<{}\\s\\+{}\\>{}", place.behind, place.word, ahead(place)), more(place));
    out.match("segueKeyword", "\\<expect\\s\\+suppressed\\s\\+record\\>");
}

void declarations(File& out) {
    const auto before = editors::words_before_names();
    out.match("segueDeclaration", fmt::format("{}\\%(\\s\\+{}{}\\%(\\s*=>\\)\\@!\\)\\@=", word(before.declarations), no_reserved(), a_word), "nextgroup=segueDeclared skipwhite skipempty");
    out.match("segueDeclared", a_word, "contained");
    out.match("segueDeclaration", fmt::format("{}\\%(\\s\\+{}[a-z]\\)\\@=", word({"event", "flow"}), no_reserved()), "nextgroup=segueWithFields skipwhite skipempty");
    out.match("segueWithFields", a_word, "contained nextgroup=segueFields skipwhite skipempty");
    out.line("syn region segueFields matchgroup=seguePunctuation start='(' end=')' contained contains=@segueCode,segueFieldOfEvent");
    out.match("segueFieldOfEvent", a_word + "\\%(\\s*:\\)\\@=", "contained nextgroup=segueColon skipwhite");
    out.match("segueColon", ":", "contained nextgroup=segueType skipwhite skipempty");
    out.match("segueType", a_word, "contained");
    out.match("segueDeclaration", fmt::format("\\<attribute\\>\\%(\\s\\+{}[a-z]\\)\\@=", no_reserved()), "nextgroup=segueAttribute skipwhite skipempty");
    out.match("segueAttribute", a_word, "contained nextgroup=segueColon skipwhite skipempty");
    // Words inside are names of properties, and of facts about a fan.
    out.match("segueKeyword", fmt::format("\\<fan\\>\\%(\\s\\+{}[a-z]\\|\\s*\"\\)\\@=", no_reserved()), "nextgroup=segueFan,segueFanText skipwhite skipempty");
    out.match("segueFan", a_word, "contained nextgroup=segueFacts skipwhite skipempty");
    out.line("syn region segueFanText start='\"' end='\"' end='$' contained nextgroup=segueFacts skipwhite skipempty");
    out.match("segueKeyword", fmt::format("\\<release\\>\\%(\\s\\+{}[a-z][a-z0-9_]*\\s*{{\\)\\@=", no_reserved()), "nextgroup=segueRelease skipwhite skipempty");
    out.match("segueRelease", a_word, "contained nextgroup=segueFacts skipwhite skipempty");
    out.line("syn region segueFacts matchgroup=seguePunctuation start='{' end='}' contained contains=@segueFact");
}

} // namespace

std::string vim_syntax() {
    File out;
    out.line("\" Vim syntax file");
    out.line("\" Language: Segue");
    out.line("\" " + editors::made_by("vim"));
    out.line("if exists('b:current_syntax')\n  finish\nendif\n");
    out.match("segueName", a_word);
    out.match("segueOperator", "=>\\|[-<>+*/=?]\\|[=!<>]=\\|??");
    out.match("segueOperator", "->", then_name);
    out.match("seguePunctuation", "[\\[\\],:;]");
    out.match("seguePunctuation", "\\.", "nextgroup=segueField");
    out.match("segueBrace", "[{}]");
    out.line("");

    out.line("\" Words");
    auto plain = words({"reserved"});
    const auto before = editors::words_before_names();
    std::erase_if(plain, [&](const auto& w) { return w == "true" || w == "false" || w == "per" || std::find(before.reserved.begin(), before.reserved.end(), w) != before.reserved.end(); });
    out.match("segueKeyword", word(plain));
    out.match("segueKeyword", word(before.reserved), then_name);
    auto operands = editors::operand_words();
    std::erase_if(operands, [](const auto& w) { return !is_word_of("reserved", w); });
    out.match("segueKeyword", word(operands), "nextgroup=segueOperand skipwhite skipempty");
    out.match("segueOperand", word(words({"declaration"})), "contained");
    out.match("segueKeyword", "\\<per\\>", "nextgroup=segueField skipwhite skipempty");
    out.match("segueConstant", word({"true", "false"}));
    places_of_words(out);
    declarations(out);
    out.match("segueLabel", a_word + "\\%(\\s*:\\s*on\\>\\)\\@=");
    out.match("segueField", a_word, "contained");
    out.match("segueAsked", fmt::format("{}\\%(\\%(\\<at\\s\\+\\)\\@20<=most\\>\\)\\@!\\%(\\%(next\\|latest\\)\\s\\+release\\>\\)\\@!{}", no_reserved(), a_word), "contained");
    out.line("");

    out.line("\" The value of a field, or a comparison with one, is about the field whatever it is called.");
    out.line("syn region segueGroup matchgroup=seguePunctuation start='(' end=')' contains=@segueCode");
    out.line(fmt::format("syn region segueArguments matchgroup=seguePunctuation start='\\w\\@1<=\\%({}\\)\\@12<!(' end=')' contains=@segueCode,segueArgument", "\\<" + one_of(words({"reserved"}))));
    out.match("segueArgument", fmt::format("\\%([(,]\\_s*\\)\\@80<={}\\%(\\s*\\%(:\\|[=!<>]=\\|[<>]\\)\\)\\@=", a_word), "contained");
    out.line("");

    out.line("\" Numbers");
    const std::string number = "\\<\\d\\+\\%(\\.\\d\\+\\)\\=";
    out.match("segueNumber", number + "\\>");
    out.match("segueNumber", fmt::format("{}\\>\\%(\\s\\+{}\\)\\@=", number, word(words({"unit"}))), "nextgroup=segueUnit skipwhite");
    out.match("segueUnit", word(words({"unit"})), "contained");
    out.match("seguePercent", number + "%");
    out.match("segueClock", "\\<\\d\\{1,2}:\\d\\d\\>");
    out.match("segueDate", "\\<\\d\\{4}-\\d\\d-\\d\\d\\>");
    out.line("");

    out.line("\" Texts and comments");
    out.line("syn region segueText start='\"' end='\"' end='$' contains=segueEscape,segueHole");
    out.line("syn region segueText start='\"\"\"' end='\"\"\"' contains=segueEscape,segueHole");
    out.match("segueEscape", "\\\\\\%([\"\\\\nt{}]\\|u{\\x\\{1,6}}\\)", "contained");
    out.line("syn region segueHole matchgroup=segueHoleBrace start='{' end='}' contained contains=@segueInHole");
    out.match("segueComment", "#.*$", "contains=@Spell");
    out.match("segueDocComment", "##.*$", "contains=@Spell");
    out.line("");

    out.line("syn cluster segueValue contains=segueConstant,segueOperator,seguePunctuation,segueGroup,segueArguments,segueNumber,seguePercent,segueClock,segueDate,segueText,segueComment,segueDocComment");
    out.line("syn cluster segueInHole contains=@segueValue,segueName,segueKeyword,segueLabel");
    out.line("syn cluster segueCode contains=@segueInHole,segueBrace,segueDeclaration");
    out.line("syn cluster segueFact contains=@segueValue,segueFactName,segueFactKeyword");
    out.match("segueFactKeyword", fmt::format("\\%({}\\>\\)\\@!{}", one_of({"true", "false"}), word(words({"reserved"}))), "contained");
    out.match("segueFactName", no_reserved() + a_word, "contained");
    out.line("syn sync fromstart\n");

    const std::pair<const char*, const char*> links[] = {
        {"segueKeyword", "Statement"}, {"segueDeclaration", "Keyword"}, {"segueFactKeyword", "Statement"}, {"segueUnit", "Type"},
        {"segueConstant", "Boolean"}, {"segueNumber", "Number"}, {"seguePercent", "Number"}, {"segueDate", "Number"}, {"segueClock", "Number"},
        {"segueText", "String"}, {"segueFanText", "String"}, {"segueEscape", "SpecialChar"}, {"segueHoleBrace", "Special"},
        {"segueOperator", "Operator"}, {"seguePunctuation", "Delimiter"}, {"segueBrace", "Delimiter"}, {"segueColon", "Delimiter"},
        {"segueComment", "Comment"}, {"segueDocComment", "SpecialComment"}, {"segueDeclared", "Function"}, {"segueWithFields", "Function"},
        {"segueAttribute", "Function"}, {"segueRelease", "Function"}, {"segueType", "Type"}, {"segueField", "Identifier"}, {"segueLabel", "Label"},
        {"segueArgument", "Identifier"}, {"segueFieldOfEvent", "Identifier"},
    };
    for (const auto& [group, other] : links) out.line(fmt::format("hi def link {} {}", group, other));
    out.line("\nlet b:current_syntax = 'segue'");
    return out.text();
}

} // namespace segue
