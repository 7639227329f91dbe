// The words of the language for Emacs, as data; segue-mode.el goes by them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "syntax/editors/editors.hpp"
#include "syntax/editors/patterns.hpp"
#include "syntax/words.hpp"
#include "text/plain.hpp"

namespace segue {

namespace {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

std::string list(const std::vector<std::string>& items) {
    std::string out;
    int column = 0;
    for (const auto& item : items) {
        const auto text = quoted(item);
        if (column + static_cast<int>(text.size()) > 90) out += "\n    ", column = 0;
        else if (!out.empty()) out += " ";
        out += text;
        column += static_cast<int>(text.size()) + 1;
    }
    return "'(" + out + ")";
}

std::string row(std::string_view parts) {
    std::vector<std::string> out;
    for (const auto part : parts_of(parts, ' ')) out.push_back(quoted(part));
    return fmt::format("({})", fmt::join(out, " "));
}

} // namespace

std::string emacs_words() {
    std::string out = ";;; segue-words.el --- The words of Segue  -*- lexical-binding: t; -*-\n\n";
    out += fmt::format(";;; Commentary:\n\n;; {}\n\n;;; Code:\n", editors::made_by("emacs"));
    const auto constant = [&](const char* name, const std::string& value, const char* what) { out += fmt::format("\n(defconst segue-{}\n  {}\n  \"{}\")\n", name, value, what); };
    for (const auto* word_class : {"reserved", "declaration", "unit", "word", "property"})
        constant(fmt::format("words-{}", word_class).c_str(), list(words({word_class})), fmt::format("The words of the class `{}'.", word_class).c_str());
    std::string table;
    for (const auto& place : places()) table += fmt::format("{}({} {} {})", table.empty() ? "" : "\n    ", quoted(place.word), row(place.behind), row(place.ahead));
    constant("places", "'(" + table + ")",
             "Where a word that is not reserved is a keyword: (WORD BEHIND AHEAD).\nOne of BEHIND stands before it, one of AHEAD after it; an empty list fits\n"
             "anything.  NAME, WORD, NUMBER, TEXT and UNIT stand for all of their class.");
    constant("before-names", list(before_names()), "Behind these a word is a name, unless it is reserved.");
    constant("before-operands", list(before_operands()), "Behind these no declaration begins.");
    constant("before-fields", list(before_fields()), "Behind these any word is a field.");
    return out + "\n(provide 'segue-words)\n;;; segue-words.el ends here\n";
}

} // namespace segue
