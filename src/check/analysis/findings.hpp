// The findings over the whole program, one file each, in one table.
#pragma once

#include "check/analysis/model.hpp"

namespace segue::analysis {

void storm(const Model& model);
void broken_promise(const Model& model);
void dead_end(const Model& model);
void no_progression(const Model& model);
void never(const Model& model);
void no_consent_path(const Model& model);
void lost(const Model& model);
void asked_once(const Model& model);
void collision(const Model& model);
void no_quiet_hours(const Model& model);
void long_sms(const Model& model);
void endless_wait(const Model& model);

// Marks the rules that cannot fire, for all the others.
void find_unreachable(Model& model);

void find_all(Model& model);

} // namespace segue::analysis
