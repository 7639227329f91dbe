// What can stand where the cursor is.
#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "check/reasons.hpp"
#include "lsp/completion_items.hpp"
#include "syntax/words.hpp"

namespace segue::lsp {

namespace {

class Completing : private Offers {
public:
    explicit Completing(const Asked& in) : Offers(in) {
        // The word that the cursor stands in goes with all of it.
        const auto text = in.text().text();
        end_ = in.offset;
        while (end_ < text.size() && (std::isalnum(static_cast<unsigned char>(text[end_])) || text[end_] == '_')) ++end_;
        if (cursor_.typed.empty()) end_ = in.offset;
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
        if (last == ".") return behind_dot(cursor_.last(1));
        if (!cursor_.calls.empty() && !cursor_.calls.back().name.empty()) return in_call(cursor_.calls.back());
        if (cursor_.in_hole) return expression();
        if (is_number(last) && unit_place()) return units();
        const auto block = cursor_.blocks.empty() ? std::string_view() : cursor_.blocks.back();
        if (block == "release" && !cursor_.inside("test")) return properties(false);
        if (block == "release") return properties(true);
        if (block == "fan") return facts();
        if (block == "stages") return in_stages(last);
        if (in_test()) return statement(last);
        const bool goes_on = !cursor_.words.empty() && cursor_.words.front().text != "}";
        if (!goes_on || (at_line_start() && !wants_more(last))) in_steps() ? steps() : items(); // a line may go on with what stands above it, or begin anew
        if (goes_on) in_item(last);
    }

    // ---- places ------------------------------------------------------------------------------------------------------

    bool in_test() const { return cursor_.inside("test"); }
    bool in_steps() const { return !cursor_.blocks.empty() && cursor_.blocks.back() != "flow" && cursor_.blocks.back() != "test"; }
    bool at_line_start() const {
        const auto before = in_.text().text().substr(0, cursor_.begin);
        const auto last = before.find_last_not_of(" \t");
        return last == std::string_view::npos || before[last] == '\n';
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
        const bool compared = before == ">" || before == "<" || before == ">=" || before == "<=" || before == "==" || before == "!=";
        if (compared) return cursor_.has("since");
        if (before == "to" && (cursor_.has("limit") || cursor_.has("quiet"))) return false;
        return !(before == "every" && !cursor_.has("once"));
    }

    void in_item(std::string_view last) {
        const auto first = cursor_.words.front().text;
        static constexpr std::string_view compares[] = {"==", "!=", "<", "<=", ">", ">="};
        if (first == "use") return modules();
        if (first == "include") return cursor_.words.size() == 1 ? templates() : word("as", "under another name");
        if (first == "limit" || first == "quiet" || first == "promise") return in_limit(first, last);
        if (first == "event") return in_event(last);
        if (first == "attribute") return last == ":" ? types() : void();
        if (first == "channel") return in_channel(last);
        if (first == "timezone" || first == "attribution" || first == "release" || first == "test" || first == "stages") return;
        if (first == "flow") return last == ":" ? types() : void();
        if (first == "define") return cursor_.words.size() < 3 ? void() : last == "=" || continues(last) ? expression() : operators();
        // a rule, or a step of one
        if (last == "enter" || last == "->") return stages();
        if (last == "per") return cursor_.has("=>") ? void() : trigger_fields();
        if (last == "no") return events();
        if (last == "prompt") return goals();
        if (last == "send" || last == "via") return channels();
        if (last == "record") return events();
        if (last == "tag" || last == "untag") return tags();
        if (last == "=>" || last == "then") return steps();
        if (last == "until") return behind_until();
        if (last == "wait") return word("until", "a moment"), word("for", "something that the fan does"), snippet("2 days", "${1:2} days", "a length of time");
        if (last == "for") return cursor_.last(1) == "wait" ? events() : void();
        if (last == "once") return word("per", "once for each value of a field"), word("every", "not more often than that");
        if (last == "of") return releases(true);
        if (last == "up") return word("to", "so long");
        if (last == "day" && cursor_.last(1) == "release") return word("at", "at an hour of the fan's day"), word("of", "of which release"), rest_of_step();
        if (last == "on") return triggers();
        if (std::find(std::begin(compares), std::end(compares), last) != std::end(compares)) return compared_with();
        if (last == "or" && !cursor_.has("when") && !cursor_.has("=>")) return events();
        if (last == "or" && cursor_.has("prompt") && !cursor_.has("via")) return goals();
        if (last == "or" && (cursor_.has("send") || cursor_.has("via"))) return channels();
        if (continues(last)) return expression();
        if (last == "at" || last == "within" || last == "every") return;
        if (last == "split") return splits();
        if (last == ":" && cursor_.words.size() == 2) return word("on", "what happens");
        if (first == "if" || has_condition()) {
            operators();
            if (!cursor_.has("=>") && first != "if") clauses();
            return;
        }
        if (cursor_.has("=>") || in_steps()) return rest_of_step();
        if (cursor_.has("on")) return clauses();
        items();
    }

    static bool continues(std::string_view last) {
        static constexpr std::string_view words[] = {"when", "and", "or", "not", "if", "known", "(", "[", "in", "??", "+", "-", "*", "/", "expect", "stage"};
        return std::find(std::begin(words), std::end(words), last) != std::end(words);
    }
    // Between `when` or `if` and what ends it.
    bool has_condition() const {
        for (auto it = cursor_.words.rbegin(); it != cursor_.words.rend(); ++it) {
            if (it->text == "when" || it->text == "if") return true;
            if (it->text == "=>" || it->text == "until" || it->text == "once" || it->text == "then") return false;
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
        begin_ = in_.offset;
        const auto text = in_.text().text();
        while (begin_ > 0 && (std::isalnum(static_cast<unsigned char>(text[begin_ - 1])) || text[begin_ - 1] == '_')) --begin_;
        for (const auto& entry : diagnostic_catalogue())
            if (entry.severity == Severity::Warning) item(std::string(entry.name), EnumMember, std::string(entry.code), std::string(entry.title));
    }

    void in_text() {
        const auto last = cursor_.last();
        if (last != "use") return;
        // a file beside this one
        const auto path = std::filesystem::path(in_.text().name()).parent_path();
        const auto text = in_.text().text();
        begin_ = in_.offset;
        while (begin_ > 0 && text[begin_ - 1] != '"' && text[begin_ - 1] != '\n') --begin_;
        end_ = in_.offset;
        while (end_ < text.size() && text[end_] != '"' && text[end_] != '\n') ++end_;
        const auto scripts = in_.workspace.disk().scripts(path.empty() ? "." : path.string());
        if (!scripts) return;
        for (const auto& script : *scripts) {
            const auto relative = std::filesystem::path(script).lexically_relative(path.empty() ? "." : path).string();
            if (relative != std::filesystem::path(in_.text().name()).filename()) item("./" + relative, File, "script", "");
        }
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
        if (call.head == "flow") return last == ":" ? types() : void();
        if (call.name == "distinct" || call.name == "since") return events();
        if (call.name == "out") return releases(true), trigger_fields();
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
        if (!named && call.words.empty())
            for (const auto& field : fields) {
                auto& made = declared(Named::Field, field.name, Field, program_.events[*event].name);
                made["insertText"] = field.name + ": ";
                made["sortText"] = (&field == &fields[0] ? "1" : "0") + field.name;
            }
        if (!wanted) return;
        values_of(wanted->type);
        trigger_fields();
        if (!named && call.argument == 0) word("any", "whichever it is");
    }

    void arguments_of_template(const OpenCall& call) {
        for (const auto& file : in_.program.loaded.files)
            for (const auto& flow : file.flows) {
                if (flow.name.text != call.name) continue;
                for (const auto& p : flow.parameters) {
                    if (call.words.empty()) declared(Named::Parameter, p.name.text, Variable, flow.name.text)["insertText"] = p.name.text + ": ";
                    else if (call.words.front().text == p.name.text && p.type.name.text == "channel") channels();
                    else if (call.words.front().text == p.name.text && p.type.name.text == "stage") stages();
                    else if (call.words.front().text == p.name.text && p.type.name.text == "release") releases(true);
                }
            }
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
        if (what == "artist" || what == "release") releases(true);
        if (cursor_.has("=>") == false && cursor_.has("when") == false && cursor_.has("on")) return; // the number of a trigger
        trigger_fields();
        for (const auto& a : program_.attributes) {
            auto& made = declared(Named::Attribute, a.name, Property);
            made["label"] = "fan." + a.name;
            made["textEdit"]["newText"] = "fan." + a.name;
            made["filterText"] = "fan." + a.name;
        }
    }

    void in_limit(std::string_view first, std::string_view last) {
        if (cursor_.words.size() == 1) {
            channels();
            return word("messages", "every channel that needs consent");
        }
        if (cursor_.words.size() == 2) return first == "limit" ? word("to", "how many") : first == "quiet" ? word("from", "the hour at which it begins") : snippet("at most", "at most ${1:4} per ${2:30 days}", "what fans were promised");
        if (last == "at" && first == "promise") return word("most", "how many");
        if (is_number(last) && first != "quiet") return word("per", "within how long");
        if (first == "limit" && is_word_of("unit", last)) return snippet("else wait", "else wait", "hold what is too much back, instead of leaving it out");
        if (first == "limit" && last == "else") return word("wait", "hold it back");
        if (first == "limit" && last == "wait") return word("up", "at most so long");
        if (first == "quiet" && last != "from" && last != "to") return word("to", "the hour at which it ends");
    }

    void in_event(std::string_view last) {
        if (last == ":") return types();
        if (last == "per") return;
        if (last == "undoes") return events();
        if (last == "once") return word("per", "for each value of a field");
        if (cursor_.words.size() > 1) word("once", "a fan has it or has it not, and each of it once"), word("undoes", "takes back another event"), word("from", "the name that the outside world has for it");
    }

    void in_channel(std::string_view last) {
        if (last == "needs") return word("consent", "only fans who agreed to it");
        if (last == "has") return word("subject", "a text of two parts");
        if (cursor_.words.size() > 1) word("needs", "`needs consent`"), word("has", "`has subject`");
    }

    void in_stages(std::string_view last) {
        if (cursor_.words.empty()) return snippet("stage", "${1:name} when ${2:follow}", "a step of the ladder, above those before it");
        if (cursor_.words.size() == 1) return word("when", "what a fan has to have done");
        if (continues(last)) return stage_condition();
        operators();
        stage_condition();
    }
    void stage_condition() {
        events();
        channels();
        functions(false);
        word("not", "");
    }

    void statement(std::string_view last) {
        if (cursor_.words.empty()) {
            templates_of(SnippetPlace::Statement);
            return fans();
        }
        if (last == "does") return events();
        if (last == "expect" || last == "suppressed") {
            for (const auto* what : {"prompt", "send", "reply", "tag", "untag"}) word(what, "");
            if (last == "suppressed") return;
            for (const auto* what : {"arm", "suppressed", "nothing", "stage"}) word(what, "");
            return expression();
        }
        if (last == "prompt") return goals();
        if (last == "send" || last == "via") return channels();
        if (last == "tag" || last == "untag") return tags();
        if (last == "to") return fans();
        if (last == "stage" || last == "->") return stages();
        if (last == "because")
            for (const auto& reason : suppression_reasons()) item(std::string(reason.name), EnumMember, "reason", std::string(reason.because));
        if (last == "because") return;
        if (last == "of") return releases(true), fans();
        if (last == "at") return snippet("release day of", "release day of ${1:neon}", "the day of a release");
        if (last == "day" && cursor_.last(1) == "release") return word("of", "of which release");
        if (last == "in") return;
        if (continues(last)) return expression();
        if (last == "==" || last == ">=" || last == "<=" || last == "!=" || last == "<" || last == ">") return compared_with();
        if (cursor_.has("expect")) {
            word("to", "to which fan"), word("of", "of which fan"), word("via", "by which channel"), word("because", "why not");
            operators();
        }
    }
};

} // namespace

Json completion(const Asked& in) { return Completing(in).run(); }

} // namespace segue::lsp
