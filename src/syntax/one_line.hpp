// A piece of a script on one line, for lists and answers.
#pragma once

#include <string>
#include <string_view>

namespace segue {

// Without its comments, with one blank where white space stands between tokens. What stands in quotes stays as it is, but that the line
// breaks of a text of several lines are blanks. The piece need not be whole: a text that is not closed ends with its line.
std::string one_line(std::string_view script);

} // namespace segue
