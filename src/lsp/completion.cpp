// What can stand where the cursor is.
#include <algorithm>
#include <fmt/format.h>

#include "lsp/completion_items.hpp"
#include "syntax/words.hpp"

namespace segue::lsp {

namespace {

class Completing : private Offers {
public:
    explicit Completing(const Asked& in) : Offers(in) {
        // The word that the cursor stands in goes with all of it.
        end_ = cursor_.typed.empty() ? in.offset : word_around(in.text().text(), in.offset).end;
    }

    Json run() {
        fill();
        return {{"isIncomplete", false}, {"items", std::move(items_)}};
    }

private:
    void fill() {
        if (cursor_.in_comment) return in_comment();
        if (cursor_.in_text) return in_text();
        const auto last = cursor_.last();
        if (in_literal(last)) return;
        if (last == ".") return behind_dot(cursor_.last(1));
        if (!cursor_.calls.empty() && !cursor_.calls.back().name.empty()) return in_call(cursor_.calls.back());
        if (cursor_.in_hole) return last.empty() || continues(last) || is_comparison(last) || last == "," ? expression() : operators();
        if (is_number(last) && unit_place() && !at_line_start()) return units();
        if (block_is_split()) return share(last);
        const auto block = cursor_.blocks.empty() ? std::string_view() : cursor_.blocks.back();
        if (block == "release" && !cursor_.inside("test")) return properties(false);
        if (block == "release") return properties(true);
        if (block == "fan") return facts();
        if (block == "stages") return in_stages(last);
        if (in_test()) return statement(last);
        const bool goes_on = !cursor_.words.empty() && cursor_.words.front().text != "}";
        if (!goes_on) return in_steps() ? steps() : items();
        // A line may go on with what stands above it, or begin anew: further in it goes on, and a rule without a response does as well.
        const bool held_back = last == "wait" && cursor_.last(1) == "else" && cursor_.has("limit"); // it may end here
        const bool fresh = at_line_start() && (!wants_more(last) || held_back) && (cursor_.has("=>") || !cursor_.has("on"));
        if (fresh && !further_in()) in_steps() ? steps() : items();
        in_item(last);
        if (fresh && further_in()) in_steps() ? steps() : items();
    }

    // ---- places ------------------------------------------------------------------------------------------------------

    // A clock time or a date of which the first part stands there: only digits follow.
    bool in_literal(std::string_view last) const {
        return last.size() > 1 && last[0] >= '0' && last[0] <= '9' && (last.back() == ':' || last.back() == '-' || last.back() == '.') && cursor_.words.back().end() == in_.offset;
    }
    bool in_test() const { return cursor_.inside("test"); }
    bool in_steps() const { return !cursor_.blocks.empty() && cursor_.blocks.back() != "flow" && cursor_.blocks.back() != "test"; }
    // Right in the braces of a split, not in those of one of its arms.
    bool block_is_split() const {
        if (cursor_.heads.empty()) return false;
        const auto& head = cursor_.heads.back();
        return head.size() >= 2 && head[head.size() - 2].text == "split";
    }
    void share(std::string_view last) {
        double given = 0;
        for (const auto& w : cursor_.words)
            if (w.text.ends_with('%')) given += std::atof(std::string(w.text).c_str());
        const auto rest = given <= 0 || given >= 100 ? std::string("50%") : fmt::format("{}%", 100 - given);
        if (cursor_.words.empty() || last == "}") return snippet(rest, rest + " ${1:arm}: { ${2:stop} }", "some of the fans");
        if (last.ends_with('%')) return snippet("arm", "${1:arm}: { ${2:stop} }", "its name, and what they get");
    }
    bool at_line_start() const { return begins_line(in_.text().text(), cursor_.begin); }
    // Whether the line begins further in than the statement does.
    bool further_in() const {
        const auto column = [&](std::uint32_t offset) {
            const auto line = in_.text().line(in_.text().position(offset).line);
            return std::min(line.find_first_not_of(" \t"), line.size());
        };
        return cursor_.begin - in_.text().line_begin(in_.text().position(cursor_.begin).line) > column(cursor_.words.front().begin);
    }
    static bool wants_more(std::string_view last) {
        static constexpr std::string_view words[] = {"=>", "then", "via", "prompt", "send", "wait", "until", "for", "on", "no", "enter", "tag", "untag", "record", "split", "reply", "->", "per", "every", "within", "up", "to", "of", "at", ":"};
        return continues(last) || std::find(std::begin(words), std::end(words), last) != std::end(words);
    }
    bool unit_place() const {
        const auto before = cursor_.last(1);
        static constexpr std::string_view words[] = {"within", "for", "every", "wait", "per", "after", "to", "attribution", "on", "up", "??", "+", "-", ">", "<", ">=", "<=", "==", "!="};
        if (std::find(std::begin(words), std::end(words), before) == std::end(words)) return false;
        // `>= 2` of a trigger is a number, and so is that of a count; a `since` is compared with a length.
        if (is_comparison(before)) return cursor_.has("since");
        if (before == "to" && (cursor_.has("limit") || cursor_.has("quiet"))) return false;
        return !(before == "every" && !cursor_.has("once"));
    }

    void in_item(std::string_view last) {
        const auto first = cursor_.words.front().text;
        if (first == "use") return modules();
        if (first == "include") return cursor_.words.size() == 1 ? templates() : last == "as" ? void() : word("as", "under another name");
        if (first == "limit" || first == "quiet" || first == "promise") return in_limit(first, last);
        if (first == "event") return in_event(last);
        if (first == "attribute") return last == ":" ? types() : last == "up" ? word("to", "at most so many characters") : cursor_.has(":") && !cursor_.has("up") ? word("up", "`up to`: at most so many characters") : void();
        if (first == "channel") return in_channel(last);
        if (first == "timezone" || first == "attribution" || first == "release" || first == "test" || first == "stages") return;
        if (first == "flow") return last == ":" ? types() : void();
        if (first == "define") return cursor_.words.size() < 3 ? void() : last == "=" ? expression() : last == "within" ? snippet("7 days", "${1:7} days", "a length of time") : in_condition(last);
        if (last == ":" && cursor_.words.size() == 2) return word("on", "what happens");
        in_rule(last);
    }

    // A rule, or a step of one, by what came of it so far.
    void in_rule(std::string_view last) {
        if (last == "enter" || last == "->") return stages();
        if (last == "no" || last == "record") return events();
        if (last == "prompt") return goals();
        if (last == "send" || last == "via") return channels();
        if (last == "tag" || last == "untag") return tags();
        if (last == "=>" || last == "then") return steps();
        if (last == "on") return triggers();
        if (last == "split") return splits();
        if (last == "reply") return text_place();
        if (cursor_.last(1) == "split") return snippet("{ }", "{\n  50% { $1 }\n  50% { $2 }\n}", "who gets what");
        if (last == "once") return word("per", "once for each value of a field"), word("every", "not more often than that");
        if (last == "of") return releases(true);
        if (last == "next" || last == "latest") return word("release", "of the catalogue");
        if (last == "else") return snippet("{ }", "{\n  $1\n}", "what the others get"), cursor_.has("wait") ? void() : word("if", "only where that holds");
        if (last == "within" || (last == "every" && cursor_.has("once"))) return snippet("7 days", "${1:7} days", "a length of time"), parameters("duration");
        if (last == "at") return snippet("10:00", "${1:10:00}", "an hour of the fan's day"), parameters("clock");
        if (has_condition()) return in_condition(last);
        if (cursor_.has("=>") || !cursor_.has("on")) return in_response(last);
        if (last == "until") return events();
        if (last == "per") return trigger_fields();
        if (last == "or") return events();
        if (is_comparison(last) || last == "every") return parameters("number");
        in_trigger();
    }

    void in_condition(std::string_view last) {
        if (last == "in") return snippet("[...]", "[$1]", "a list of values");
        if (is_comparison(last) || (last == "[" && cursor_.last(1) == "in")) return compared_with();
        if (last == "stage") {
            for (const auto* op : {">=", "==", "<", "!="}) word(op, "compared with a stage");
            return;
        }
        if (continues(last)) return expression();
        const bool of_rule = !cursor_.has("=>") && cursor_.has("on");
        if (of_rule && cursor_.last(1) != ".") word("=>", "the response"); // a value is no condition yet: there it comes last
        operators();
        if (of_rule) word("once", "not again"), word("until", "give up when that happens"), word("=>", "the response");
    }

    void in_trigger() {
        const auto on = std::find_if(cursor_.words.begin(), cursor_.words.end(), [](const Word& w) { return w.text == "on"; });
        const std::vector<Word> t(on + 1, cursor_.words.end());
        const auto is = [&](std::size_t n, std::string_view word) { return n < t.size() && t[n].text == word; };
        if (is(0, "no") && !cursor_.has("for")) return word("for", "so long");
        if (is(0, "no") && t.back().text == "for") return snippet("30 days", "${1:30} days", "a length of time"), parameters("duration");
        if (is(0, "release") && t.size() == 1) return word("day", "the day on which it comes out");
        if (!t.empty() && is_number(t[0].text) && t.size() == 2) return word("before", "before a release"), word("after", "after a release");
        if (t.size() > 2 && is_number(t[0].text) && (t.back().text == "before" || t.back().text == "after")) return word("release", "of the catalogue");
        const bool by_calendar = is(0, "release") || (!t.empty() && t[0].text[0] >= '0' && t[0].text[0] <= '9');
        if (by_calendar && !cursor_.has("at")) word("at", "at an hour of the fan's day");
        const bool counted = cursor_.has(">=") || cursor_.has("every");
        const bool by_event = !by_calendar && !is(0, "no") && !is(0, "enter");
        if (!cursor_.has("once") && !cursor_.has("until")) word("when", "only if that holds");
        word("=>", "the response");
        if (by_event && !counted) word(">=", "when it has happened so often"), word("every", "each time that it has happened so often"), word("or", "or when that happens");
        if (by_event && cursor_.has(">=")) cursor_.has("per") ? void() : word("per", "counted for each value of a field"), cursor_.has("within") ? void() : word("within", "counted only so far back");
        word("once", "not again"), word("until", "give up when that happens");
    }

    void in_response(std::string_view last) {
        // The step that is being written: from the last of the words that begin one.
        static constexpr std::string_view begins[] = {"prompt", "send", "reply", "wait", "record", "tag", "untag", "if", "split", "stop"};
        std::size_t from = cursor_.words.size();
        for (std::size_t i = 0; i < cursor_.words.size(); ++i)
            if (std::find(std::begin(begins), std::end(begins), cursor_.words[i].text) != std::end(begins)) from = i;
        const auto step = from < cursor_.words.size() ? cursor_.words[from].text : std::string_view();
        const auto in_step = [&](std::string_view word) { return std::any_of(cursor_.words.begin() + static_cast<std::ptrdiff_t>(std::min(from, cursor_.words.size())), cursor_.words.end(), [&](const Word& w) { return w.text == word; }); };
        const auto go_on = [&] { word("then", "what comes next"), word("->", "the stage that it aims at"); };
        if (last == "or") return step == "prompt" && !in_step("via") ? goals() : channels();
        if (last == "/") return text_place();
        if (step == "wait") {
            if (last == "wait") return snippet("2 days", "${1:2} days", "a length of time"), word("until", "a moment"), word("for", "something that the fan does"), parameters("duration");
            if (last == "until") return behind_until();
            if (last == "for") return events();
            if (last == "release") return word("day", "the day on which it comes out");
            if (last == "up") return word("to", "so long");
            if (last == "to") return snippet("2 days", "${1:2} days", "a length of time"), parameters("duration");
            if (in_step("for") && !in_step("up")) return word("up", "`up to`: at most so long");
            if (in_step("for") && last != "}") word("else", "what if it does not come");
            if (in_step("release") && !in_step("of") && !in_step("at")) word("of", "of which release");
            if (!in_step("for") && !in_step("at") && last != "}") word("at", "at an hour of the fan's day");
            return go_on();
        }
        if (step == "prompt" && !in_step("via")) {
            word("via", "by which channels");
            if (!last.starts_with('"')) word("or", "or that"), text_place();
        } else if (step == "prompt" || step == "send") {
            if (last.starts_with('"')) word("or", "if that cannot be");
            else text_place(), word("or", "if that cannot be");
        }
        if (step == "split" && last == "}" && in_steps() && !cursor_.has("split")) return;
        go_on();
        if (last == "}" && step == "if") word("else", "what the others get");
        if (step.empty() && last != "}") steps();
    }
    void text_place() {
        snippet("\"...\"", "\"$1\"", "a text");
        parameters("text");
    }

    static bool continues(std::string_view last) {
        static constexpr std::string_view words[] = {"when", "and", "or", "not", "if", "known", "(", "[", "in", "??", "+", "-", "*", "/", "expect", "stage"};
        return std::find(std::begin(words), std::end(words), last) != std::end(words);
    }
    // Between `when` or `if` and what ends it.
    bool has_condition() const {
        for (auto it = cursor_.words.rbegin(); it != cursor_.words.rend(); ++it) {
            if (it->text == "when" || it->text == "if") return true;
            if (it->text == "}" || it->text == "=>" || it->text == "until" || it->text == "once" || it->text == "then") return false;
        }
        return false;
    }

    void in_comment() {
        const auto at = cursor_.comment.find("allow:");
        if (at == std::string_view::npos) {
            if (cursor_.comment.find_first_not_of("# ") == std::string_view::npos || std::string_view("# allow:").starts_with(cursor_.comment)) snippet("allow:", "allow: $1 because $2", "say that a warning is known, and why");
            return;
        }
        if (cursor_.comment.find("because", at) != std::string_view::npos) return;
        begin_ = word_around(in_.text().text(), in_.offset).begin;
        for (const auto& entry : diagnostic_catalogue())
            if (entry.severity == Severity::Warning) {
                auto& made = item(std::string(entry.name), EnumMember, std::string(entry.code), std::string(entry.title));
                if (!made.empty() && in_.text().text().substr(end_, 8).find("because") == std::string_view::npos) made["textEdit"]["newText"] = std::string(entry.name) + " because ";
            }
    }

    void in_text() {
        const auto last = cursor_.last();
        if (last == "use") whole_text(), scripts_beside();
        else if (last == "timezone" || (last == "in" && in_test() && cursor_.words.front().text == "at") || (is_comparison(last) && cursor_.last(1) == "timezone")) whole_text(), zones();
    }

    void behind_dot(std::string_view of) {
        if (of == "fan")
            for (const auto& a : program_.attributes) declared(Named::Attribute, a.name, Property);
        else if (of == "std" || of == "recipes") modules();
        else if (const auto event = program_.event(of))
            for (const auto& field : program_.events[*event].fields) declared(Named::Field, field.name, Field, program_.events[*event].name);
        else
            for (const auto* name : {"title", "date", "link", "artist"}) item(name, Property, "of a release", "");
    }

    void in_call(const OpenCall& call) {
        const auto last = call.words.empty() ? std::string_view() : call.words.back().text;
        if (last == "." && call.words.size() > 1) return behind_dot(call.words[call.words.size() - 2].text);
        if (call.head == "event") return last == ":" ? types() : void();
        if (call.head == "flow") return last == ":" ? types() : call.words.size() > 3 ? value_of_type(call.words[2].text, last) : void();
        if (call.name == "distinct" || call.name == "since") {
            if (is_number(last)) return units();
            if (last == "within") return snippet("7 days", "${1:7} days", "a length of time"), parameters("duration");
            return last.empty() ? events() : word("within", "counted only so far back");
        }
        if (call.name == "out") return releases(true), trigger_fields(Type::Release);
        if (call.name == "tagged") return tags();
        if (call.head == "include") return arguments_of_template(call);
        const auto event = program_.event(call.name);
        if (!event) return expression();
        const auto& fields = program_.events[*event].fields;
        const segue::Field* wanted = fields.empty() ? nullptr : &fields[0];
        bool named = false;
        for (const auto& word : call.words)
            for (const auto& field : fields)
                if (word.text == field.name && &word != &call.words.back()) wanted = &field, named = true;
        const bool happens = call.head == "record" || call.head == "does";
        if (call.words.size() == 1 && std::any_of(fields.begin(), fields.end(), [&](const segue::Field& field) { return field.name == last; })) named = true;
        if (last == "next" || last == "latest") return word("release", "of the catalogue");
        if (named && last != ":" && !is_comparison(last)) {
            for (const auto* op : {":", ">=", "<=", "!="}) word(op, happens ? "" : "compared with");
            return;
        }
        const bool trigger = in_trigger_of(call);
        if (wanted && (named || call.argument == 0)) {
            if (!trigger) fields_of_type(wanted->type);
            values_of(wanted->type);
            if (!named && !happens) word("any", "whichever it is");
        }
        if (!named && call.words.empty())
            for (const auto& field : fields) {
                if (given(call, field.name)) continue;
                with_colon(declared(Named::Field, field.name, Field, program_.events[*event].name), field.name);
            }
        if (wanted && !trigger) trigger_fields(), parameters();
    }

    // Whether a pattern stands behind `on` or `no`, where no fields are in scope.
    bool in_trigger_of(const OpenCall& call) const {
        if (call.head == "on" || cursor_.outer.empty()) return call.head == "on";
        static constexpr std::string_view later[] = {"=>", "when", "until", "expect", "does", "define"};
        bool trigger = false;
        for (const auto& w : cursor_.outer.back()) {
            if (std::find(std::begin(later), std::end(later), w.text) != std::end(later)) return false;
            trigger = trigger || w.text == "on" || w.text == "no";
        }
        return trigger;
    }
    void fields_of_type(Type type) {
        for (const auto& rule : in_.program.names.rules)
            if (rule.rule.source == in_.source && rule.rule.begin <= in_.offset && in_.offset <= rule.rule.end)
                for (const auto& field : rule.fields)
                    if (field.type == type && !field.events.empty()) declared(Named::Field, field.name, Field, field.events.front());
    }

    void arguments_of_template(const OpenCall& call) {
        for (const auto& file : in_.program.loaded.files)
            for (const auto& flow : file.flows) {
                if (flow.name.text != call.name) continue;
                for (const auto& p : flow.parameters) {
                    if (call.words.empty()) given(call, p.name.text) ? void() : with_colon(declared(Named::Parameter, p.name.text, Variable, flow.name.text), p.name.text);
                    else if (call.words.front().text == p.name.text && call.words.size() > 1) value_of_type(p.type.name.text, call.words.back().text);
                }
            }
    }

    // Behind the colon of an argument, or the sign of a default.
    void value_of_type(std::string_view type, std::string_view last) {
        if (is_number(last)) return type == "duration" ? units() : void();
        if (last != ":" && last != "=") return;
        if (type == "channel") channels();
        if (type == "stage") stages();
        if (type == "release") releases(true);
        if (type == "bool") values_of(Type::Bool);
        if (type == "duration") snippet("7 days", "${1:7} days", "a length of time");
        if (type == "text") snippet("\"...\"", "\"$1\"", "a text");
        if (type == "clock") snippet("10:00", "${1:10:00}", "an hour of the day");
    }

    void values_of(Type type) {
        if (type == Type::Release) releases(true);
        if (type == Type::Channel) channels();
        if (type == Type::Stage) stages();
        if (type == Type::Bool) word("true", ""), word("false", "");
        if (type == Type::Time) word("now", "this instant");
    }

    void compared_with() {
        const auto what = cursor_.last(1);
        if (what == "stage") return stages();
        if (what == "release" || cursor_.last(2) == "release") releases(true);
        if (what == "channel") channels();
        if (program_.event(what)) return parameters("number"); // a count is compared with a number
        if (what == ")" && cursor_.has("since")) return snippet("7 days", "${1:7} days", "a length of time");
        parameters();
        trigger_fields();
        for (const auto& a : program_.attributes) {
            auto& made = declared(Named::Attribute, a.name, Property);
            made["label"] = "fan." + a.name;
            made["textEdit"]["newText"] = "fan." + a.name;
            made["filterText"] = "fan." + a.name;
        }
    }

    void in_stages(std::string_view last) {
        if (at_line_start() && !continues(last) && last != "when") return snippet("stage", "${1:name} when ${2:follow}", "a step of the ladder, above those before it");
        const auto begin = in_.text().line_begin(in_.text().position(cursor_.begin).line);
        const auto here = std::count_if(cursor_.words.begin(), cursor_.words.end(), [&](const Word& w) { return w.begin >= begin; });
        if (here == 1 && last != "when" && !continues(last)) return word("when", "what a fan has to have done");
        if (last == "when" || continues(last)) return stage_condition();
        operators();
    }
    void stage_condition() {
        events();
        each_named(Named::Define, Constant);
        channels();
        functions(false);
        word("not", "");
    }

    // A name that begins its line, behind another statement: a fan, who does something.
    bool alone_on_line() const {
        static constexpr std::string_view begins[] = {"expect", "at", "after", "fan", "release", "to", "of", "via", "or", "because", "in", "does"};
        const auto& word = cursor_.words.back();
        return cursor_.words.size() > 1 && word.text[0] >= 'a' && word.text[0] <= 'z' && begins_line(in_.text().text(), word.begin) && std::find(std::begin(begins), std::end(begins), word.text) == std::end(begins);
    }

    void statement(std::string_view last) {
        if (cursor_.words.empty() || (at_line_start() && !wants_more(last) && last != "does" && last != "to" && last != "because")) {
            fans();
            return templates_of(SnippetPlace::Statement);
        }
        if (last == "after") return snippet("2 days", "${1:2} days", "so long later");
        if (last == "at") return snippet("2026-03-13 10:00", "${1:2026-03-13} ${2:10:00}", "a day and an hour"), snippet("release day of", "release day of ${1:neon}", "the day of a release");
        if (last == "does") return events();
        if (last == "expect" || last == "suppressed") {
            for (const auto* what : {"prompt", "send", "reply"}) word(what, "");
            if (last == "suppressed") return;
            for (const auto* what : {"tag", "untag", "arm", "suppressed", "nothing", "stage"}) word(what, "");
            return expression();
        }
        if (last == "prompt") return goals();
        if (last == "send" || last == "via") return channels();
        if (last == "tag" || last == "untag") return tags();
        if (last == "to") return fans();
        if (last == "stage" || last == "->") return stages();
        if (last == "because") return reasons();
        if (last == "of") return cursor_.has("arm") ? splits() : cursor_.has("day") ? releases(true) : fans();
        if (last == "day" && cursor_.last(1) == "release") return word("of", "of which release");
        if (last == "in") return;
        if (continues(last)) return expression();
        if (is_comparison(last)) return compared_with();
        if (alone_on_line()) return word("does", "a fan does something");
        if (cursor_.words.front().text == "at") {
            if (cursor_.has("of") && !cursor_.has("in") && last.find(':') == std::string_view::npos) word("at", "at an hour of the day");
            return cursor_.has("in") ? void() : word("in", "by the clock of which time zone");
        }
        if (cursor_.words.size() == 1 && cursor_.words[0].text != "expect" && cursor_.words[0].text != "at" && cursor_.words[0].text != "after" && cursor_.words[0].text != "release" && cursor_.words[0].text != "fan") return word("does", "a fan does something");
        if (cursor_.words.front().text == "release" || last == "release") return last == "release" && cursor_.words.front().text != "release" ? word("day", "the day on which it comes out") : releases(false);
        if (cursor_.words.front().text == "after" && is_word_of("unit", last)) return word("at", "at an hour of the day");
        if (last == "arm") return each_named(Named::Arm, EnumMember);
        if (cursor_.has("arm")) return !cursor_.has("of") ? word("of", "of which split") : !cursor_.has("to") ? word("to", "to which fan") : void();
        if (cursor_.has("expect")) {
            const bool stage = cursor_.has("stage"), suppressed = cursor_.has("suppressed");
            const bool message = cursor_.has("prompt") || cursor_.has("send") || cursor_.has("reply") || cursor_.has("tag") || cursor_.has("untag") || cursor_.has("nothing");
            if (message && !cursor_.has("to")) word("to", "to which fan");
            if (!message && !cursor_.has("of")) word("of", "of which fan");
            if (cursor_.has("prompt") && !cursor_.has("via") && !suppressed) word("via", "by which channel");
            if (suppressed && !cursor_.has("because")) word("because", "why not");
            if (!message && !stage && !suppressed) operators();
        }
    }
};

} // namespace

Json completion(const Asked& in) { return Completing(in).run(); }

} // namespace segue::lsp
