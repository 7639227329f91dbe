// The words of the language, by their class in keywords.def.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace segue {

std::vector<std::string> words(std::initializer_list<std::string_view> classes);
bool is_word_of(std::string_view word_class, std::string_view word);

} // namespace segue
