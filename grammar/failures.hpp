// What was expected, in a reader's words, for every rule that stands behind `need` or `must`.
// A rule without its words here does not compile.
#pragma once

#include <string_view>

#include "grammar/rules.hpp"

namespace segue::grammar {

template <class Rule> inline constexpr std::string_view expected = {};

#define EXPECTED(rule, words) template <> inline constexpr std::string_view expected<rule> = words
EXPECTED(open_brace, "`{`");
EXPECTED(close_brace, "`}`");
EXPECTED(open_paren, "`(`");
EXPECTED(close_paren, "`)`");
EXPECTED(close_bracket, "`]`");
EXPECTED(close_hole, "`}` after the expression in a text");
EXPECTED(colon, "`:`");
EXPECTED(equals, "`=`");
EXPECTED(arrow, "`=>` and a response");
EXPECTED(expression, "an expression");
EXPECTED(condition, "a condition");
EXPECTED(after_op, "an expression after the operator");
EXPECTED(after_prefix, "a value or a condition");
EXPECTED(arg, "an argument");
EXPECTED(primary, "a release");
EXPECTED(escape_body, "an escape: \\\" \\\\ \\n \\t \\{ \\} or \\u{1F3B5}");
EXPECTED(text_end, "`\"` at the end of the text");
EXPECTED(long_end, "`\"\"\"` at the end of the text");
EXPECTED(field_name, "the name of a field");
EXPECTED(span_length, "a duration such as `7 days`");
EXPECTED(moment_of_day, "a clock time such as `09:00`");
EXPECTED(for_word, "`for` and a duration");
EXPECTED(day_word, "`day`");
EXPECTED(release_word, "`release`");
EXPECTED(offset_word, "`before release` or `after release`");
EXPECTED(threshold, "a whole number");
EXPECTED(pattern, "an event");
EXPECTED(stage_name, "the name of a stage");
EXPECTED(trigger, "a trigger: an event, `no EVENT for ...`, `enter STAGE`, `release day` or a date");
EXPECTED(goal, "a goal: an event or a channel");
EXPECTED(routes, "a channel");
EXPECTED(route, "a channel");
EXPECTED(text_value, "a text");
EXPECTED(after_slash, "the body, as a text");
EXPECTED(wait_moment, "`release day`, a date or a clock time");
EXPECTED(up_word, "`up to` and a duration");
EXPECTED(to_word, "`to`");
EXPECTED(wait_what, "a duration, `until ...` or `for ...`");
EXPECTED(block, "a block: `{ ... }`");
EXPECTED(tag_name, "the name of a tag");
EXPECTED(split_name, "the name of the split");
EXPECTED(shares, "a share: `50% { ... }`");
EXPECTED(response, "a response: `prompt`, `send`, `reply`, `wait`, `record`, `tag`, `untag`, `if`, `split`, `stop` or `{ ... }`");
EXPECTED(step, "a step: `prompt`, `send`, `reply`, `wait`, `record`, `tag`, `untag`, `if`, `split`, `stop` or `{ ... }`");
EXPECTED(declared_name, "a name");
EXPECTED(use_target, "a module such as `std.recipes`, or a file such as `\"./shared.flow\"`");
EXPECTED(type, "a type");
EXPECTED(number, "a number");
EXPECTED(source_text, "the outside world's name, as a text");
EXPECTED(event_field, "a field: `name: type`");
EXPECTED(event_name, "the name of an event");
EXPECTED(consent_word, "`consent`");
EXPECTED(subject_word, "`subject`");
EXPECTED(when_word, "`when` and a condition");
EXPECTED(property_value, "a text or a date");
EXPECTED(target, "a channel, or `messages`");
EXPECTED(per_word, "`per` and a duration");
EXPECTED(at_word, "`at most` and a number");
EXPECTED(most_word, "`most`");
EXPECTED(from_word, "`from` and a clock time");
EXPECTED(wait_word, "`wait`");
EXPECTED(zone_text, "a time zone such as `\"Europe/Berlin\"`");
EXPECTED(parameter, "a parameter: `name: type`");
EXPECTED(any_text, "a text");
EXPECTED(who, "a fan: a name, or an id in quotes");
EXPECTED(of_fan, "`of` and a fan");
EXPECTED(fact_value, "a value");
EXPECTED(entry_value, "a text, a date, `true` or `false`");
EXPECTED(moment, "a moment: `2026-03-13 10:00`, `10:00` or `release day of NAME`");
EXPECTED(of_release, "`of` and a release");
EXPECTED(duration, "a duration such as `2 days`");
EXPECTED(channel_name, "the name of a channel");
EXPECTED(goal_here, "a goal: an event or a channel");
EXPECTED(channel_here, "the name of a channel");
EXPECTED(end_of_entry, "a statement, a rule, a declaration, an expression or a command such as `:help`");
EXPECTED(reason, "a reason, such as `limit`");
EXPECTED(expected_what, "what is expected: `prompt`, `send`, `reply`, `tag`, `untag`, `arm`, `suppressed`, `nothing`, `stage` or a condition");
#undef EXPECTED
template <> inline constexpr std::string_view expected<tao::pegtl::sor<if_step, block>> = "`if` or a block: `{ ... }`";

} // namespace segue::grammar
