#include "check/analysis/findings.hpp"

namespace segue::analysis {

namespace {

constexpr void (*table[])(const Model&) = {storm, broken_promise, dead_end, no_progression, never, no_consent_path, lost, asked_once, collision, no_quiet_hours, long_sms, endless_wait};

} // namespace

void find_all(Model& model) {
    find_unreachable(model);
    for (const auto finding : table) finding(model);
}

} // namespace segue::analysis
