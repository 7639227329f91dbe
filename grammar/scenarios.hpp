// Statements of tests and of the REPL. Included by rules.hpp, in its place.
//
// A name at the start of a line may be a fan, so nothing here commits before a word that only a statement has.
#pragma once

namespace segue::grammar {

// What is missing at the end of a statement is not looked for in the next one.
struct statement_ahead;
template <class R> struct here : p::seq<p::not_at<statement_ahead>, R> {};
struct goal_here : here<goal> {};
struct channel_here : here<channel_name> {};

// A fan by its id: a name, or any text in quotes.
struct who : p::sor<name, text> {};
struct to_fan : p::seq<kw_to, need<who>> {};
struct of_fan : p::seq<kw_of, need<who>> {};

struct fact_value : p::seq<expression> {};
struct fact : p::seq<field_name, need<fact_value>, semicolons> {};
struct fan_statement : p::seq<kw_fan, p::not_at<p::one<'.'>>, need<who>, also<open_brace, many<fact>, need<close_brace>>> {};

struct entry_value : p::sor<any_text, date, boolean> {};
struct entry_field : p::seq<field_name, need<entry_value>, semicolons> {};
struct release_statement : p::seq<kw_release, need<declared_name>, need<open_brace>, many<entry_field>, need<close_brace>> {};

struct release_moment : p::seq<kw_release, need<day_word>, need<of_release>, also<at_clock>> {};
struct date_moment : p::seq<date, also<clock>> {};
struct moment : p::sor<release_moment, date_moment, clock> {};
struct in_zone : p::seq<kw_in_, need<zone_text>> {};
struct at_statement : p::seq<kw_at_, need<moment>, also<in_zone>> {};
struct after_clock : p::seq<kw_at_, ws, clock> {}; // as in `wait 2 days at 10:00`; an `at` with a day is the next statement
struct after_statement : p::seq<kw_after, need<duration>, also<after_clock>> {};

struct does_statement : p::seq<who, ws, kw_does, need<pattern>> {};

// A text that begins the next statement belongs there.
struct quoted : p::seq<p::one<'"'>, p::star<p::sor<p::seq<p::one<'\\'>, p::any>, p::not_one<'"', '\n'>>>, p::one<'"'>> {}; // to look ahead
struct said : p::seq<p::not_at<quoted, ws, kw_does>, any_text> {};
struct said_text : p::seq<said, also<p::one<'/'>, need<any_text>>> {};
struct whom_and_text : p::star<ws, p::sor<to_fan, said_text>> {};
struct by_channel : p::seq<kw_via, need<channel_name>> {};
struct split_of : p::seq<kw_of, need<split_name>> {};
struct arm_value : p::sor<name, digits> {};
struct expected_prompt : p::seq<kw_prompt, need<goal_here>, many<kw_or_, need<goal_here>>, also<by_channel>, whom_and_text> {};
struct expected_send : p::seq<kw_send, need<channel_here>, whom_and_text> {};
struct expected_reply : p::seq<kw_reply, whom_and_text> {};
struct expected_tag : p::seq<p::sor<kw_tag, kw_untag>, need<tag_name>, also<to_fan>> {};
struct expected_arm : p::seq<kw_arm, ws, arm_value, ws, split_of, also<to_fan>> {};
struct expected_nothing : p::seq<kw_nothing, also<to_fan>> {};
struct silent_step : p::sor<kw_reply, kw_wait, kw_record> {}; // what else can be suppressed
struct suppressed_prompt : p::seq<kw_prompt, need<goal_here>, many<kw_or_, need<goal_here>>> {};
struct suppressed_send : p::seq<kw_send, need<channel_here>> {};
struct reason : here<any_word> {};
struct because : p::seq<kw_because, need<reason>> {};
struct expected_suppressed : p::seq<kw_suppressed, also<p::sor<suppressed_prompt, suppressed_send, silent_step>>, also<to_fan>, also<because>> {};
struct expected_stage : p::seq<kw_stage, ws, stage_name, ws, of_fan> {};
struct expected_state : p::seq<condition, need<of_fan>> {};
struct expected_what : here<p::sor<expected_prompt, expected_send, expected_reply, expected_tag, expected_arm, expected_suppressed, expected_nothing, expected_stage, expected_state>> {};
struct expect_statement : p::seq<kw_expect, need<expected_what>> {};

struct statement : p::sor<does_statement, fan_statement, release_statement, at_statement, after_statement, expect_statement> {};

} // namespace segue::grammar
