#include "check/reasons.hpp"

namespace segue {

const std::vector<SuppressionReason>& suppression_reasons() {
    static const std::vector<SuppressionReason> all = {
        {"already", "the fan has done it already", "it is undone first"},
        {"no_consent", "the fan consented to none of its channels", "the fan opts in to one of them before"},
        {"limit", "a limit closed every channel that it could take", "the limit is not used up, or waits for long enough (`else wait`)"},
        {"unknown_release", "the catalogue lacks an entry, or a part of one, that it needs", "the entry stands in the catalogue"},
        {"no_keyword", "there was no keyword to reply to", "it answers a keyword on the spot, before any wait"},
        {"too_deep", "events were recorded in too long a chain", "fewer rules record what starts each other"},
        {"too_many", "the fan had too much under way", "something that is under way ends before"},
    };
    return all;
}

const SuppressionReason* find_reason(std::string_view name) {
    for (const auto& reason : suppression_reasons())
        if (reason.name == name) return &reason;
    return nullptr;
}

} // namespace segue
