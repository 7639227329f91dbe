#include "check/reasons.hpp"

namespace segue {

const std::vector<SuppressionReason>& suppression_reasons() {
    static const std::vector<SuppressionReason> all = {
        {"already", "the fan has done it already", "a goal that is held is not asked for again until it is undone"},
        {"no_consent", "the fan consented to none of its channels", "the fan would have to opt in to one of them"},
        {"limit", "a limit closed every channel that it could take", "it would go out when the oldest message leaves the span of the limit"},
        {"unknown_release", "the catalogue lacks an entry, or a part of one, that it needs", "the entry would have to be in the catalogue"},
        {"no_keyword", "there was no keyword to reply to", "a reply answers a keyword on the spot, before any wait"},
        {"too_deep", "events were recorded in too long a chain", "rules that record what starts each other would have to stop"},
        {"too_many", "the fan had too much under way", "what is under way would have to end first"},
    };
    return all;
}

const SuppressionReason* find_reason(std::string_view name) {
    for (const auto& reason : suppression_reasons())
        if (reason.name == name) return &reason;
    return nullptr;
}

} // namespace segue
