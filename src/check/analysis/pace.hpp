// How close together the messages of one rule's responses can come, by the waits between them.
#pragma once

#include "check/analysis/model.hpp"

namespace segue::analysis {

// Of one response: the most messages on those channels that one way through it sends within a span. Waits of a fixed length keep
// them apart; what the calendar or the fan decides may be no time at all.
double most_within(const Rule& rule, const std::vector<bool>& channels, Span_ms span);

// Of responses that start at least `every` apart: the most messages within a span. A message comes between its earliest and its latest delay
// after the start, so that at most ceil((span + latest - earliest) / every) responses bring it within one span. Infinite if a message on the way can be
// held back, by quiet hours or a limit that waits, or goes by the calendar.
double most_paced(const Model& model, const Rule& rule, const std::vector<bool>& channels, Span_ms span, Span_ms every);

} // namespace segue::analysis
