// The grammar of Segue, declared with PEGTL. No behaviour: parse.cpp is the only file that includes this.
//
// Conventions: `ws` (blanks and comments) stands between the tokens of a rule, never around them, so that spans do not
// swallow comments. `need<X>` stands only where we are committed: what fails there is reported with the words of
// failures.hpp. Operators are parsed as a flat list; build gives them their precedence.
#pragma once

#include <tao/pegtl.hpp>

namespace segue::grammar {

namespace p = tao::pegtl;

// Thrown where a `need` fails, after it was reported; caught at the next item.
struct abandoned {};

// ---- words and blanks ------------------------------------------------------------------------------------------------

struct comment : p::seq<p::one<'#'>, p::star<p::not_one<'\n'>>> {};
struct ws : p::star<p::sor<p::one<' ', '\t', '\r', '\n', '\f', '\v'>, comment>> {};

template <class R> struct need : p::seq<ws, p::sor<R, p::raise<R>>> {};          // committed; what fails is told of where R begins
template <class... R> struct also : p::opt<ws, p::seq<R...>> {};                // optional, after blanks
template <class... R> struct many : p::star<ws, p::seq<R...>> {};               // any number, after blanks

struct word_rest : p::sor<p::ranges<'a', 'z', 'A', 'Z', '0', '9'>, p::one<'_'>> {};
struct word_end : p::not_at<word_rest> {};

#define KEYWORD(id, text, kind) struct kw_##id : p::seq<TAO_PEGTL_STRING(text), word_end> {};
#include "grammar/keywords.def"
#undef KEYWORD

struct never : p::failure {};
#define SEGUE_RESERVED_reserved(id) kw_##id,
#define SEGUE_RESERVED_declaration(id)
#define SEGUE_RESERVED_unit(id)
#define SEGUE_RESERVED_word(id)
#define SEGUE_RESERVED_property(id)
#define KEYWORD(id, text, kind) SEGUE_RESERVED_##kind(id)
struct reserved : p::sor<
#include "grammar/keywords.def"
    never> {};
#undef KEYWORD

#define SEGUE_DECLARATION_reserved(id)
#define SEGUE_DECLARATION_declaration(id) kw_##id,
#define SEGUE_DECLARATION_unit(id)
#define SEGUE_DECLARATION_word(id)
#define SEGUE_DECLARATION_property(id)
#define KEYWORD(id, text, kind) SEGUE_DECLARATION_##kind(id)
struct declaration_word : p::sor<
#include "grammar/keywords.def"
    never> {};
#undef KEYWORD

struct any_word : p::seq<p::ranges<'a', 'z'>, p::star<p::sor<p::ranges<'a', 'z', '0', '9'>, p::one<'_'>>>, word_end> {};
struct item_ahead; // the start of the next declaration or rule
struct begins_line : p::success {}; // parse.cpp knows
struct next_item : p::seq<begins_line, item_ahead> {}; // what is missing before it is not taken from it
struct name : p::seq<p::not_at<reserved>, p::not_at<next_item>, any_word> {};
struct field_name : p::seq<any_word> {};

// ---- punctuation that can be missing ---------------------------------------------------------------------------------

struct open_brace : p::one<'{'> {};
struct close_brace : p::one<'}'> {};
struct open_paren : p::one<'('> {};
struct close_paren : p::one<')'> {};
struct close_bracket : p::one<']'> {};
struct close_hole : p::one<'}'> {};
struct colon : p::one<':'> {};
struct equals : p::seq<p::one<'='>, p::not_at<p::one<'=', '>'>>> {};
struct arrow : p::string<'=', '>'> {};
struct semicolons : p::star<ws, p::one<';'>> {};

// ---- literals --------------------------------------------------------------------------------------------------------

struct expression;

struct digits : p::plus<p::digit> {};
struct number : p::seq<digits, p::opt<p::one<'.'>, digits>, word_end> {};
struct percent : p::seq<digits, p::opt<p::one<'.'>, digits>, p::one<'%'>> {};
struct date : p::seq<p::rep<4, p::digit>, p::one<'-'>, p::rep<2, p::digit>, p::one<'-'>, p::rep<2, p::digit>, word_end> {};
struct clock : p::seq<p::rep_min_max<1, 2, p::digit>, p::one<':'>, p::rep<2, p::digit>, word_end> {};
struct unit : p::sor<kw_seconds, kw_second, kw_minutes, kw_minute, kw_hours, kw_hour, kw_days, kw_day, kw_weeks, kw_week> {};
struct duration : p::seq<number, ws, unit> {};

struct hole : p::seq<p::one<'{'>, need<expression>, need<close_hole>> {};
struct escape_unicode : p::seq<p::string<'u', '{'>, p::rep_min_max<1, 6, p::xdigit>, p::one<'}'>> {};
struct escape_body : p::sor<p::one<'"', '\\', 'n', 't', '{', '}'>, escape_unicode> {};
struct text_escape : p::if_must<p::one<'\\'>, escape_body> {};
struct text_chunk : p::plus<p::not_one<'"', '\\', '{', '\n', '\r'>> {};
struct text_end : p::one<'"'> {};
struct long_quote : p::string<'"', '"', '"'> {};
struct long_chunk : p::plus<p::not_at<long_quote>, p::not_one<'\\', '{'>> {};
struct long_end : p::string<'"', '"', '"'> {};
struct text : p::seq<p::not_at<long_quote>, p::one<'"'>, p::star<p::sor<hole, text_escape, text_chunk>>, p::must<text_end>> {};
struct long_text : p::seq<long_quote, p::star<p::sor<hole, text_escape, p::seq<p::not_at<long_quote>, long_chunk>>>, p::must<long_end>> {};
struct any_text : p::sor<long_text, text> {};

// ---- expressions -----------------------------------------------------------------------------------------------------

struct compare_op : p::sor<p::string<'=', '='>, p::string<'!', '='>, p::string<'<', '='>, p::string<'>', '='>, p::one<'<'>, p::one<'>'>> {};
struct binary_op : p::sor<kw_or_, kw_and_, kw_in_, compare_op, p::string<'?', '?'>, p::one<'+'>, p::seq<p::one<'-'>, p::not_at<p::one<'>'>>>,
                          p::one<'*'>, p::one<'/'>> {};
struct prefix_op : p::sor<kw_not_, kw_known, p::seq<p::one<'-'>, p::not_at<p::one<'>'>>>> {};

struct arg_op : p::sor<p::one<':'>, compare_op> {};
struct arg_field : p::seq<field_name, ws, p::at<arg_op>> {};
struct named_arg : p::seq<arg_field, ws, arg_op, need<expression>> {};
struct bare_arg : p::seq<expression> {};
struct arg : p::sor<named_arg, bare_arg> {};
struct arguments : p::seq<open_paren, ws, p::opt<arg, many<p::one<','>, need<arg>>>, need<close_paren>> {};

struct list : p::seq<p::one<'['>, ws, p::opt<p::sor<expression>, many<p::one<','>, need<expression>>>, need<close_bracket>> {};
struct group : p::seq<open_paren, need<expression>, need<close_paren>> {};
struct next_release : p::seq<kw_next, ws, kw_release> {};
struct latest_release : p::seq<kw_latest, ws, kw_release> {};
struct callee : p::seq<name> {};
struct call : p::seq<callee, ws, arguments> {};
struct reference : p::sor<name, kw_release, kw_stage, kw_now> {};
struct boolean : p::sor<kw_true_, kw_false_> {};
struct primary : p::sor<any_text, date, clock, percent, duration, number, boolean, next_release, latest_release, list, group, call, reference> {};

struct span_length : p::sor<duration, name> {};   // a duration, or a parameter that holds one
struct dot_field : p::seq<p::one<'.'>, p::must<field_name>> {};
struct within : p::seq<kw_within, need<span_length>> {};
struct after_prefix : p::seq<primary> {};
struct prefixed : p::sor<p::seq<p::plus<prefix_op, ws>, need<after_prefix>>, primary> {};
struct operand : p::seq<prefixed, many<p::sor<dot_field, within>>> {};
struct after_op : p::seq<operand> {};
struct expression : p::seq<operand, many<binary_op, need<after_op>>> {};
struct condition : p::seq<expression> {};

// ---- patterns and triggers -------------------------------------------------------------------------------------------

struct event_name : p::seq<name> {};
struct pattern : p::seq<event_name, p::opt<ws, arguments>> {};
struct channel_name : p::seq<name> {};
struct stage_name : p::seq<name> {};
struct label : p::seq<any_word> {};

struct moment_of_day : p::sor<clock, name> {};
struct at_clock : p::seq<kw_at_, need<moment_of_day>> {};

struct for_word : p::seq<kw_for_> {};
struct release_word : p::seq<kw_release> {};
struct day_word : p::seq<kw_day> {};
struct threshold : p::sor<number, name, p::seq<p::one<'-'>, number>> {};
struct count_op : p::seq<compare_op> {};
struct count_part : p::seq<count_op, need<threshold>> {};
struct every_part : p::seq<kw_every, need<threshold>> {};
struct per_part : p::seq<kw_per, need<field_name>> {};

struct silence_trigger : p::seq<kw_no, need<pattern>, need<for_word>, need<span_length>> {};
struct enter_trigger : p::seq<kw_enter, need<stage_name>> {};
struct release_trigger : p::seq<kw_release, need<day_word>, also<at_clock>> {};
struct offset_word : p::sor<kw_before, kw_after> {};
struct offset_trigger : p::seq<duration, need<offset_word>, need<release_word>, also<at_clock>> {};
struct date_trigger : p::seq<date, also<at_clock>> {};
struct event_trigger : p::seq<pattern, many<kw_or_, need<pattern>>, many<p::sor<count_part, every_part, per_part, within>>> {};
struct trigger : p::sor<silence_trigger, enter_trigger, release_trigger, date_trigger, offset_trigger, event_trigger> {};

// ---- rules -----------------------------------------------------------------------------------------------------------

struct when_clause : p::seq<kw_when, need<condition>> {};
struct once_per : p::seq<kw_per, need<field_name>> {};
struct once_every : p::seq<kw_every, need<span_length>> {};
struct once_clause : p::seq<kw_once, also<p::sor<once_per, once_every>>> {};
struct until_clause : p::seq<kw_until, need<pattern>, many<kw_or_, need<pattern>>> {};
struct clause : p::sor<when_clause, once_clause, until_clause> {};

struct text_parameter : p::seq<p::not_at<item_ahead>, name> {};
struct text_value : p::sor<any_text, text_parameter> {};
struct after_slash : p::seq<text_value> {};
struct message : p::seq<text_value, also<p::one<'/'>, need<after_slash>>> {};
struct route : p::seq<channel_name, also<message>> {};
struct routes : p::seq<route, many<kw_or_, need<route>>> {};

struct step;
struct block;
struct goal : p::seq<pattern> {};
struct via : p::seq<kw_via, need<routes>> {};
struct prompt : p::seq<kw_prompt, need<goal>, many<kw_or_, need<goal>>, also<p::sor<via, message>>> {};
struct send : p::seq<kw_send, need<routes>> {};
struct reply : p::seq<kw_reply, need<text_value>> {};

struct of_release : p::seq<kw_of, need<primary>> {};
struct until_release : p::seq<kw_release, need<day_word>, also<of_release>> {};
struct wait_moment : p::seq<p::sor<until_release, date, clock, name>, also<at_clock>> {};
struct wait_until : p::seq<kw_until, need<wait_moment>> {};
struct up_word : p::seq<kw_up> {};
struct to_word : p::seq<kw_to> {};
struct else_block : p::seq<kw_else_, need<block>> {};
struct wait_for : p::seq<kw_for_, need<pattern>, need<up_word>, need<to_word>, need<span_length>, also<else_block>> {};
struct wait_length : p::seq<span_length, also<at_clock>> {};
struct wait_what : p::sor<wait_until, wait_for, wait_length> {};
struct wait : p::seq<kw_wait, need<wait_what>> {};

struct record : p::seq<kw_record, need<pattern>> {};
struct tag_name : p::seq<name> {};
struct tag : p::seq<kw_tag, need<tag_name>> {};
struct untag : p::seq<kw_untag, need<tag_name>> {};
struct if_step;
struct else_part : p::seq<kw_else_, need<p::sor<if_step, block>>> {};
struct if_step : p::seq<kw_if_, need<condition>, need<block>, also<else_part>> {};
struct split_name : p::seq<name> {};
struct arm_name : p::seq<name, ws, p::one<':'>> {};
struct share : p::seq<percent, also<arm_name>, need<block>> {};
struct shares : p::plus<ws, share, semicolons> {};
struct split_step : p::seq<kw_split, need<split_name>, need<open_brace>, need<shares>, need<close_brace>> {};
struct stop : p::seq<kw_stop> {};
struct block : p::seq<open_brace, p::star<ws, p::sor<p::one<';'>, p::seq<step, also<kw_then>>>>, need<close_brace>> {};
struct step : p::sor<prompt, send, reply, wait, record, tag, untag, if_step, split_step, stop, block> {};

struct then_step : p::seq<semicolons, ws, kw_then, need<step>> {};
struct response : p::seq<step, p::star<then_step>> {};
struct aim : p::seq<p::string<'-', '>'>, need<stage_name>> {};
struct label_part : p::seq<label, ws, p::one<':'>, ws, p::at<kw_on>> {};
struct rule : p::seq<p::opt<label_part>, kw_on, need<trigger>, many<clause>, need<arrow>, need<response>, p::opt<semicolons, ws, aim>> {};

// ---- declarations ----------------------------------------------------------------------------------------------------

struct declared_name : p::seq<name> {};
struct module_path : p::seq<p::not_at<next_item>, p::list<any_word, p::one<'.'>>> {};
struct use_target : p::sor<any_text, module_path> {};
struct use : p::seq<kw_use, need<use_target>> {};

struct type_name : p::seq<any_word> {};
struct optional_mark : p::one<'?'> {};
struct bound : p::seq<kw_up, need<to_word>, need<number>> {};
struct type : p::seq<type_name, p::opt<ws, optional_mark>, also<bound>> {};
struct source_text : p::seq<text> {};
struct from_part : p::seq<kw_from, need<source_text>, many<p::one<','>, need<source_text>>> {};
struct field_from : p::seq<kw_from, need<source_text>> {};
struct event_field : p::seq<field_name, need<colon>, need<type>, also<field_from>> {};
struct event_fields : p::seq<open_paren, ws, p::opt<event_field, many<p::one<','>, need<event_field>>>, need<close_paren>> {};
struct once_part : p::seq<kw_once, also<once_per>> {};
struct undoes_part : p::seq<kw_undoes, need<event_name>> {};
struct event : p::seq<kw_event, need<declared_name>, also<event_fields>, many<p::sor<once_part, undoes_part, from_part>>> {};

struct attribute : p::seq<kw_attribute, need<declared_name>, need<colon>, need<type>> {};
struct consent_word : p::seq<kw_consent> {};
struct subject_word : p::seq<kw_subject> {};
struct needs_consent : p::seq<kw_needs, need<consent_word>> {};
struct has_subject : p::seq<kw_has, need<subject_word>> {};
struct channel : p::seq<kw_channel, need<declared_name>, many<p::sor<needs_consent, has_subject>>> {};

struct when_word : p::seq<kw_when> {};
struct stage_row : p::seq<declared_name, need<when_word>, need<condition>, semicolons> {};
struct stages : p::seq<kw_stages, need<open_brace>, many<stage_row>, need<close_brace>> {};

struct property_value : p::sor<any_text, date> {};
struct property : p::seq<field_name, need<property_value>, semicolons> {};
struct release : p::seq<kw_release, need<declared_name>, need<open_brace>, many<p::not_at<next_item>, property>, need<close_brace>> {};

struct define : p::seq<kw_define, need<declared_name>, need<equals>, need<condition>> {};

struct target : p::seq<name> {};
struct per_word : p::seq<kw_per> {};
struct at_word : p::seq<kw_at_> {};
struct most_word : p::seq<kw_most> {};
struct from_word : p::seq<kw_from> {};
struct wait_word : p::seq<kw_wait> {};
struct up_to : p::seq<kw_up, need<to_word>, need<span_length>> {};
struct else_wait : p::seq<kw_else_, need<wait_word>, also<up_to>> {};
struct limit : p::seq<kw_limit, need<target>, need<to_word>, need<threshold>, need<per_word>, need<span_length>, also<else_wait>> {};
struct promise : p::seq<kw_promise, need<target>, need<at_word>, need<most_word>, need<threshold>, need<per_word>, need<span_length>> {};
struct quiet : p::seq<kw_quiet, need<target>, need<from_word>, need<moment_of_day>, need<to_word>, need<moment_of_day>> {};

struct zone_text : p::seq<text> {};
struct timezone : p::seq<kw_timezone, need<zone_text>> {};
struct attribution : p::seq<kw_attribution, need<span_length>> {};

struct default_value : p::seq<p::one<'='>, need<expression>> {};
struct parameter : p::seq<name, need<colon>, need<type>, also<default_value>> {};
struct parameters : p::seq<open_paren, ws, p::opt<parameter, many<p::one<','>, need<parameter>>>, need<close_paren>> {};
struct item_list;
// The end of a block that is not closed is told where it is missed, and what stands in it stays in it.
struct end_of_items : p::sor<p::try_catch_type<abandoned, ws, p::sor<close_brace, p::raise<close_brace>>>, p::success> {};
struct flow : p::seq<kw_flow, need<declared_name>, also<parameters>, need<open_brace>, item_list, end_of_items> {};
struct as_name : p::seq<kw_as, need<declared_name>> {};
struct include : p::seq<kw_include, need<declared_name>, also<arguments>, also<as_name>> {};

} // namespace segue::grammar

#include "grammar/scenarios.hpp"

namespace segue::grammar {

struct statement_list;
struct test : p::seq<kw_test, need<any_text>, need<open_brace>, statement_list, end_of_items> {};

struct item : p::sor<rule, use, event, attribute, channel, stages, release, define, limit, promise, quiet, timezone, attribution, flow, include, test> {};

// ---- recovery --------------------------------------------------------------------------------------------------------

// What can only be the start of the next item, wherever it stands. Words ahead leave no node.
struct word_ahead : p::seq<p::range<'a', 'z'>, p::star<word_rest>> {};
struct goes_on_ahead : p::sor<kw_does, p::seq<kw_up, ws, kw_to>> {}; // behind a fan or an event that has the name of a declaration
struct name_ahead : p::seq<p::not_at<p::sor<reserved, goes_on_ahead>>, word_ahead> {};
struct declaration_ahead : p::sor<
    p::seq<declaration_word, ws, p::not_at<p::one<':'>>, p::sor<name_ahead, p::one<'"'>, p::range<'A', 'Z'>>>, p::seq<kw_use, ws, p::sor<word_ahead, p::one<'.', '/'>>>,
    p::seq<kw_stages, ws, open_brace>, p::seq<kw_release, ws, name_ahead, ws, open_brace>, p::seq<kw_attribution, ws, p::digit>> {};
struct item_ahead : p::sor<kw_on, p::seq<word_ahead, ws, p::one<':'>, ws, kw_on>, declaration_ahead> {};

struct skip_text : p::seq<p::one<'"'>, p::star<p::not_one<'"', '\n'>>, p::opt<p::one<'"'>>> {};
struct skip_long_text : p::seq<long_quote, p::until<long_quote>> {};
struct skip_word : p::seq<word_rest, p::star<word_rest>> {};
struct skip_block : p::seq<open_brace, p::star<p::not_at<close_brace>, p::sor<skip_block, comment, skip_long_text, skip_text, skip_word, p::any>>, close_brace> {};
struct skip_token : p::sor<comment, skip_block, skip_long_text, skip_text, skip_word, p::any> {};
// The first token goes in any case; then on to the next item. Inside a flow its closing brace ends the skip.
// A rule whose `on` is misspelt is not lost in the skip before it.
struct like_rule : p::seq<p::not_at<p::sor<reserved, declaration_word>>, p::plus<p::alpha>, p::plus<p::blank>, name_ahead, ws, p::sor<arrow, compare_op>> {};
template <class Stop> struct skip_to : p::seq<p::not_at<Stop>, p::sor<p::seq<word_ahead, ws, p::one<':'>, ws, p::not_at<Stop>, skip_token>, skip_token>,
                                              p::star<ws, p::not_at<p::sor<item_ahead, like_rule, Stop>>, skip_token>> {};
struct skipped : skip_to<p::eof> {};
struct skipped_in_flow : skip_to<p::sor<p::eof, close_brace>> {};

// In a test, what can only be the start of the next statement; and what can only stand outside of it.
struct statement_ahead : p::sor<
    p::seq<kw_expect, ws, p::not_at<kw_does>>, p::seq<kw_at_, ws, p::sor<p::digit, kw_release>>, p::seq<kw_after, ws, p::digit>, p::seq<kw_fan, ws, p::sor<word_ahead, quoted>>,
    p::seq<p::sor<word_ahead, quoted>, ws, kw_does>, p::seq<kw_release, ws, word_ahead, ws, open_brace>> {};
struct after_test : p::sor<p::eof, close_brace, p::seq<p::not_at<kw_release>, item_ahead>> {};
struct skipped_in_test : p::seq<p::not_at<after_test>, skip_token, p::star<ws, p::not_at<p::sor<statement_ahead, after_test>>, skip_token>> {};

struct recovered_item : p::sor<p::try_catch_type<abandoned, item>, skipped> {};
struct recovered_flow_item : p::sor<p::try_catch_type<abandoned, item>, skipped_in_flow> {};
struct recovered_statement : p::sor<p::try_catch_type<abandoned, statement>, skipped_in_test> {};
struct statement_list : p::star<ws, p::sor<p::one<';'>, recovered_statement>> {};
// A flow that is never closed ends where something begins that cannot stand in one.
struct flow_is_closed : p::success {}; // parse.cpp knows
struct outside_ahead : p::seq<p::not_at<p::sor<kw_limit, kw_quiet>>, declaration_ahead> {};
struct item_list : p::star<ws, p::sor<flow_is_closed, p::not_at<outside_ahead>>, p::sor<p::one<';'>, recovered_flow_item>> {};

// What stands on a line of the REPL.
struct question : p::seq<condition, also<of_fan>> {};
struct end_of_entry : p::eof {};
struct entry : p::seq<p::star<ws, p::sor<p::one<';'>, statement, item, question>>, need<end_of_entry>> {};

struct file : p::seq<p::star<ws, p::not_at<p::eof>, p::sor<p::one<';'>, recovered_item>>, ws, p::eof> {};

} // namespace segue::grammar
