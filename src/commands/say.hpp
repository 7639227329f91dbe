// Words for a person on standard error. That nobody can hear them there is no reason to stop.
#pragma once

#include <fmt/format.h>
#include <string_view>

namespace segue {

void say_as_is(std::string_view text);

// A line that begins with the tool's name.
template <class... T> void say(fmt::format_string<T...> format, T&&... args) { say_as_is("segue: " + fmt::format(format, std::forward<T>(args)...) + "\n"); }

} // namespace segue
