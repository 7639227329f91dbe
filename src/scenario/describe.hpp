// The engine's things in a reader's words: the same words that a script uses for them.
#pragma once

#include <string>
#include <vector>

#include "check/scenario.hpp"
#include "run/ask.hpp"
#include "run/world.hpp"

namespace segue {

// "2026-03-13 10:00" on the clock of that zone; with seconds only where there are some.
std::string clock_text(World& world, Zones::Id zone, Time time);
// The same on the program's clock, and on the fan's where it shows another hour: "2026-03-13 09:00 (10:00 for ana)".
std::string clock_text(World& world, const Fan& fan, Time time);

std::string quoted(std::string_view text);
std::string duration_text(Span_ms span); // "2 days", "90 seconds"
std::string fan_name(const std::string& id); // as a statement names it: in quotes unless it is a name

// As an expression of the script. `rule`: whose fields it sees.
std::string describe(const World& world, const Program& program, const Value& value);
std::string describe(const World& world, const Program& program, const Expr& expr, const Rule* rule = nullptr);
std::string describe(const World& world, const Program& program, const EventPattern& pattern, const Rule* rule = nullptr);
// With what it compares with, one value for each match.
std::string describe(const World& world, const Program& program, const EventPattern& pattern, const Value* values);
std::string describe(const World& world, const Program& program, const std::vector<Goal>& goals, const Rule* rule = nullptr);
std::string describe(const World& world, const Program& program, const Need& need); // without what it is grouped by
std::string describe(const World& world, const Program& program, const Trigger& trigger);
std::string describe(const Program& program, const Limit& limit); // "limit sms to 3 per 7 days"
std::string describe(const Program& program, const Quiet& quiet); // "quiet sms from 21:00 to 09:00"

// What drops responses of the rule, as its `until` says it; empty: nothing.
std::string until_text(const World& world, const Program& program, const Rule& rule);
std::vector<std::string> consented(const World& world, const Fan& fan); // the channels of the program that the fan agreed to

// An action as `expect` names it: `send sms to ana "..."`. A suppressed one with `because`.
std::string expectation_of(const World& world, const Action& action);

// What is expected, as the statement says it, without `expect`.
std::string expectation_text(const World& world, const Program& asked, const Statement& statement);

// Why a condition does not hold (or, if `wanted` is false, why it does): each part that is to blame, with what is there.
std::vector<std::string> blame(const Asking& asking, const Expr& condition, bool wanted = true, const Rule* rule = nullptr);

// What is kept of a fan, in well-set lines. `last`: their last actions, the oldest first.
std::string show_fan(World& world, const Fan& fan, const std::vector<Action>& last);

} // namespace segue
