#include "syntax/editors/patterns.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "syntax/words.hpp"
#include "text/plain.hpp"

namespace segue::editors {

std::string any(const std::vector<std::string>& words) { return fmt::format("(?:{})", fmt::join(words, "|")); }

std::string word(const std::vector<std::string>& words) { return fmt::format("\\b{}\\b", any(words)); }

std::string reserved() { return word(words({"reserved"})); }

std::string a_name() { return fmt::format("(?!{})\\b{}", reserved(), a_word); }

bool is_one_word(std::string_view list) { return !list.empty() && std::all_of(list.begin(), list.end(), [](char c) { return c >= 'a' && c <= 'z'; }); }

std::string ahead(const Place& place) {
    if (place.ahead.empty()) return "";
    std::vector<std::string> parts;
    for (const auto one : parts_of(place.ahead, ' ')) {
        if (one == "NAME") parts.push_back("\\s+" + a_name());
        else if (one == "WORD") parts.emplace_back("\\s+[a-z]");
        else if (one == "NUMBER") parts.emplace_back("\\s+\\d");
        else if (one == "TEXT") parts.emplace_back("\\s*\"");
        else if (is_one_word(one)) parts.push_back(fmt::format("\\s+{}\\b", one));
        else parts.push_back(fmt::format("\\s*\\{}", one));
    }
    return fmt::format("(?={})", fmt::join(parts, "|"));
}

bool asks_for_name(std::string_view word) {
    const auto all = before_names();
    return std::find(all.begin(), all.end(), word) != all.end();
}

BeforeNames words_before_names() {
    BeforeNames out;
    for (const auto& word : before_names()) {
        if (!is_one_word(word)) continue;
        (is_word_of("declaration", word) ? out.declarations : is_word_of("reserved", word) ? out.reserved : out.others).push_back(word);
    }
    return out;
}

std::vector<std::string> operand_words() {
    auto out = before_operands();
    std::erase_if(out, [](const auto& word) { return !is_one_word(word); });
    return out;
}

std::string not_a_name() {
    std::vector<std::string> parts{reserved()};
    for (const auto& place : places())
        if (is_one_word(place.ahead) && place.behind.empty()) parts.push_back(fmt::format("{}\\s+{}\\b", place.word, place.ahead));
    return fmt::format("(?!{})", fmt::join(parts, "|"));
}

std::string made_by(std::string_view what) { return fmt::format("Made by `segue syntax --emit {}` from grammar/keywords.def; do not change it by hand.", what); }

} // namespace segue::editors
