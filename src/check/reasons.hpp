// Why a step came to nothing, each in one line: what an action of kind `suppressed` says as its reason.
#pragma once

#include <string_view>
#include <vector>

namespace segue {

struct SuppressionReason {
    std::string_view name;
    std::string_view because; // "NAME was suppressed because ..."
    std::string_view unless;  // "... unless ..."
};
const std::vector<SuppressionReason>& suppression_reasons();
const SuppressionReason* find_reason(std::string_view name); // null: no such reason

} // namespace segue
