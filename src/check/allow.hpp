// `# allow: NAME because REASON`: a finding that its author knows of.
#pragma once

#include "check/check.hpp"

namespace segue {

// Takes away the warnings that a comment allows: on the comment's own line, or in the rule or declaration right under it. A comment
// without a reason or with an unknown name, and one that silences nothing, is a warning itself.
void apply_allowed(const Loaded& loaded, const Sources& sources, Diagnostics& diagnostics);

} // namespace segue
