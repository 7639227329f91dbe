// Regular expressions of the language's words, in the notation that Oniguruma and JavaScript share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "syntax/places.hpp"

namespace segue::editors {

std::string any(const std::vector<std::string>& words);       // (?:a|b)
std::string word(const std::vector<std::string>& words);      // \b(?:a|b)\b
std::string reserved();                                       // \b(?:...)\b, with true and false
inline constexpr std::string_view a_word = "[a-z][a-z0-9_]*\\b";
std::string a_name();                                         // no reserved word
std::string ahead(const Place& place);                        // what follows the word, as something to look ahead for; "" for anything
bool is_one_word(std::string_view list);                      // that stands for itself

// Words of `before_names` by what they are.
struct BeforeNames {
    std::vector<std::string> declarations, reserved, others; // the sign `->` left out
};
BeforeNames words_before_names();
bool asks_for_name(std::string_view word); // is one of them

std::vector<std::string> operand_words(); // of before_operands

// A word behind a word of `before_names` that is a keyword all the same.
std::string not_a_name();

std::string made_by(std::string_view what); // the line that says so, without a comment's signs

} // namespace segue::editors
