#include "syntax/words.hpp"

#include <algorithm>

namespace segue {

namespace {

struct Word {
    std::string_view text;
    std::string_view word_class;
};
constexpr Word all[] = {
#define KEYWORD(id, text, kind) {text, #kind},
#include "grammar/keywords.def"
#undef KEYWORD
};

} // namespace

std::vector<std::string> words(std::initializer_list<std::string_view> classes) {
    std::vector<std::string> out;
    for (const auto& word : all)
        if (std::find(classes.begin(), classes.end(), word.word_class) != classes.end()) out.emplace_back(word.text);
    return out;
}

bool is_word_of(std::string_view word_class, std::string_view text) {
    return std::any_of(std::begin(all), std::end(all), [&](const Word& word) { return word.word_class == word_class && word.text == text; });
}

} // namespace segue
