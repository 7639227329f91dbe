// Files written as a whole, or not at all.
#pragma once

#include <string>
#include <string_view>

#include "text/result.hpp"

namespace segue {

// Writes beside the file, syncs and renames: whoever reads it sees the old text or the new one, also after a power cut. The
// permissions stay; of a link the file behind it is written. A file that may not be written is refused, though its folder would let it be replaced.
Outcome replace_file(const std::string& path, std::string_view text);

// A new file, with the folders above it; a text that begins with `#!` may be executed. Refused if something is there already.
Outcome create_file(const std::string& path, std::string_view text);

} // namespace segue
