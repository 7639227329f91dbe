#include "lsp/completion_items.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "check/reasons.hpp"
#include "check/time_zones.hpp"
#include "syntax/words.hpp"

namespace segue::lsp {

// The templates of that place. Several may begin with one word: all but the first say what they are.
void Offers::templates_of(SnippetPlace place) {
    std::set<std::string_view> begun;
    for (const auto& each : snippets()) {
        if (place_of(each) != place || !in_.templates || (each.prefix == "does" && !in_.snippets)) continue;
        const bool first = begun.insert(each.prefix).second;
        if (each.prefix == "reply" && !begun_by([](const EventType& event) { return event.name == "keyword"; })) continue;
        if (each.body.starts_with("wait until release day") && !begun_by([](const EventType& event) { return std::any_of(event.fields.begin(), event.fields.end(), [](const auto& field) { return field.name == "release" && !field.optional; }); })) continue;
        if (place == SnippetPlace::Item && cursor_.inside("flow") && each.prefix != "on" && each.prefix != "limit" && each.prefix != "quiet") continue;
        auto title = std::string(each.title);
        title[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(title[0])));
        auto& made = filled(first ? std::string(each.prefix) : fmt::format("{} ({})", each.prefix, title), std::string(each.body), std::string(each.description));
        if (made.empty()) continue;
        made["filterText"] = fmt::format("{} {}", each.prefix, title);
        if (!in_.snippets) made["textEdit"]["newText"] = each.prefix;
    }
}

// Whether the rule that the cursor stands in begins with such an event.
bool Offers::begun_by(bool (*is)(const EventType& event)) const {
    const auto begun = cursor_.behind_on();
    return std::any_of(begun.begin(), begun.end(), [&](std::string_view word) {
        const auto event = program_.event(word);
        return event && is(program_.events[*event]);
    });
}

void Offers::items() { templates_of(SnippetPlace::Item); }

void Offers::steps() {
    templates_of(SnippetPlace::Step);
    word("stop", "end the response");
}

void Offers::triggers() {
    events();
    snippet("no ... for", "no ${1:listen} for ${2:30 days}", "when the fan has been silent so long");
    snippet("enter", "enter ${1:follower}", "when the fan reaches a stage");
    snippet("release day", "release day at ${1:10:00}", "on the day of each release");
    snippet("days before release", "${1:3 days} before release at ${2:10:00}", "some days before or after it");
}

void Offers::operators() {
    if (cursor_.last(1) == ".") { // a value, which is no condition yet
        for (const auto* op : {"==", "!=", "in", "??", ">=", "<", "and", "or"}) word(op, "");
    } else if (program_.event(cursor_.last()) || cursor_.last() == ")") {
        for (const auto* op : {"and", "or", ">=", "within", "??"}) word(op, "");
    } else {
        for (const auto* op : {"and", "or", ">=", "==", "!=", "<", "in"}) word(op, "");
    }
}

void Offers::behind_until() {
    if (cursor_.last(1) == "wait") {
        snippet("release day", "release day at ${1:10:00}", "when it is out");
        return snippet("hour", "${1:09:00}", "the next time that the fan's clock shows that");
    }
    events();
}

// The likeliest first: they are shown in this order.
void Offers::expression() {
    trigger_fields();
    parameters();
    events();
    for (const auto& file : in_.program.loaded.files)
        for (const auto& d : file.defines) declared(Named::Define, d.name.text, Constant);
    for (const auto& channel : program_.channels)
        if (channel.needs_consent || cursor_.in_hole) declared(Named::Channel, channel.name, Enum);
    snippet("fan.", "fan.", "what is known of the fan");
    word("not", ""), word("stage", "the fan's stage"), word("known", "whether it is known");
    functions(true);
    word("now", "this instant");
    releases(true);
}

void Offers::functions(bool all) {
    for (const auto& [name, signature] : all_functions()) {
        if (!all && name != "distinct") continue;
        auto& made = filled(std::string(name), std::string(name) + "($1)", meaning_of_word(name));
        made["kind"] = Function;
        made["detail"] = signature;
    }
}

void Offers::events() {
    for (const auto& event : program_.events) declared(Named::Event, event.name, Event);
}

void Offers::channels() {
    for (const auto& channel : program_.channels) declared(Named::Channel, channel.name, Enum);
    parameters("channel");
}

// Behind an arrow those first to which what is asked for leads.
void Offers::stages() {
    const auto leads = [&](std::size_t stage) {
        if (cursor_.last() != "->" || stage >= in_.program.places.stage_conditions.size()) return false;
        const auto span = in_.program.places.stage_conditions[stage];
        const auto condition = in_.program.sources[span.source].slice(span);
        for (std::size_t i = 0; i + 1 < cursor_.words.size(); ++i)
            if (cursor_.words[i].text == "prompt" && condition.find(cursor_.words[i + 1].text) != std::string_view::npos) return true;
        return false;
    };
    for (const bool first : {true, false})
        for (std::size_t s = 0; s < program_.stages.size(); ++s)
            if (leads(s) == first) declared(Named::Stage, program_.stages[s].name, EnumMember);
    parameters("stage");
}

// What began the rule comes last: it has just happened.
void Offers::goals() {
    const auto begun = cursor_.behind_on();
    const auto began = [&](const EventType& event) { return std::find(begun.begin(), begun.end(), event.name) != begun.end(); };
    for (const bool last : {false, true}) {
        for (const auto& event : program_.events)
            if (event.undoes == none && began(event) == last) declared(Named::Event, event.name, Event);
        if (last) break;
        for (const auto& channel : program_.channels)
            if (channel.needs_consent) declared(Named::Channel, channel.name, Enum);
        parameters("channel");
    }
}

void Offers::releases(bool relative) {
    each_named(Named::Release, Struct);
    if (relative) snippet("next release", "next release", "the next to come out"), snippet("latest release", "latest release", "the last that came out");
}

void Offers::each_named(Named kind, int of_kind) {
    std::set<std::string> seen;
    for (const auto& use : in_.program.names.uses)
        if (use.kind == kind && !(use.span.source == in_.source && use.span.begin == cursor_.begin) && seen.insert(use.name).second) declared(kind, use.name, of_kind);
}

void Offers::tags() { each_named(Named::Tag, Constant); }

void Offers::splits() { each_named(Named::Split, Enum); }

void Offers::fans() {
    each_named(Named::Fan, Variable);
    // And those of a test that cannot be read yet.
    const auto text = in_.text().text();
    for (auto at = text.find(" does "); at != std::string_view::npos; at = text.find(" does ", at + 1)) {
        const auto begin = word_around(text, static_cast<std::uint32_t>(at)).begin;
        if (begin < at && begin != cursor_.begin) item(std::string(text.substr(begin, at - begin)), Variable, "fan", "");
    }
}

void Offers::reasons() {
    for (const auto& reason : suppression_reasons()) item(std::string(reason.name), EnumMember, "reason", std::string(reason.because));
}

void Offers::facts() {
    for (const auto& a : program_.attributes) {
        auto& made = declared(Named::Attribute, a.name, Property);
        made["textEdit"]["newText"] = a.name + " ";
    }
}

void Offers::properties(bool live) {
    if (is_word_of("property", cursor_.last()) || cursor_.last() == "live") return; // its value
    for (const auto& name : words({"property"})) {
        if (cursor_.has(name)) continue;
        if (name == "date") snippet("date", "date ${1:2026-03-13}", "the day on which it comes out");
        else snippet(name, fmt::format("{} \"$1\"", name), "a text");
    }
    if (live && !cursor_.has("live")) word("live", "whether it is in the catalogue");
}

void Offers::types() {
    for (const auto type : {Type::Text, Type::Number, Type::Bool, Type::Duration, Type::Time, Type::Date, Type::Channel, Type::Stage, Type::Artist, Type::Release, Type::Track, Type::Clock})
        if (type != Type::Clock || cursor_.inside("flow") || (!cursor_.words.empty() && cursor_.words.front().text == "flow") || (!cursor_.calls.empty() && cursor_.calls.back().head == "flow")) item(std::string(type_name(type)), TypeParameter, "type", "");
}

void Offers::templates() {
    for (const auto& file : in_.program.loaded.files)
        for (const auto& flow : file.flows) {
            if (!flow.has_parameters) continue;
            std::string fields;
            int n = 1;
            for (const auto& p : flow.parameters)
                if (!p.default_value) fields += fmt::format("{}{}: ${{{}:{}}}", fields.empty() ? "" : ", ", p.name.text, n++, p.type.name.text);
            auto& made = declared(Named::Flow, flow.name.text, Function);
            const auto text = in_.text().text();
            if (in_.snippets && end_ == in_.offset && (end_ >= text.size() || text[end_] != '(')) {
                made["insertTextFormat"] = 2;
                made["textEdit"]["newText"] = fmt::format("{}({})", flow.name.text, fields.empty() ? "$1" : fields);
            }
        }
}

void Offers::modules() {
    const auto text = in_.text().text();
    const auto place = word_around(text, in_.offset, "."); // all of `std.recipes.x`
    begin_ = place.begin, end_ = place.end;
    std::set<std::string> all;
    for (const auto& file : stdlib_files()) {
        auto name = "std." + std::string(file.path.substr(0, file.path.size() - 5));
        std::replace(name.begin(), name.end(), '/', '.');
        if (file.path == "prelude.flow") continue;
        all.insert(name);
        all.insert(name.substr(0, name.rfind('.')));
    }
    for (const auto& name : all) item(name, Module, "of the standard library", "");
}

// Of the event that is being declared.
void Offers::own_fields() {
    const auto line = in_.text().line(in_.text().position(in_.offset).line);
    const auto open = line.find('('), close = line.find(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) return;
    for (auto at = open; at < close;) {
        const auto begin = line.find_first_not_of(" (,", at);
        const auto end = line.find(':', begin);
        if (begin >= close || end >= close) return;
        item(std::string(line.substr(begin, end - begin)), Field, "field", "");
        at = std::min(line.find(',', end), close);
    }
}

// Whether an argument of that name stands in the parentheses already.
bool Offers::given(const OpenCall& call, const std::string& name) const {
    const auto text = in_.text().text();
    const auto open = text.rfind(std::string(call.name) + "(", in_.offset);
    if (open == std::string_view::npos) return false;
    const auto before = text.substr(open, in_.offset - open);
    for (auto at = before.find(name); at != std::string_view::npos; at = before.find(name, at + 1)) {
        const auto behind = before.find_first_not_of(' ', at + name.size());
        const char left = at == 0 ? ' ' : before[at - 1];
        if ((left == '(' || left == ' ' || left == ',') && behind != std::string_view::npos && before[behind] == ':') return true;
    }
    return false;
}

// A name that a value follows, unless something stands there already.
void Offers::with_colon(Json& made, const std::string& name) {
    if (made.empty()) return;
    const auto text = in_.text().text();
    const auto next = text.find_first_not_of(' ', end_);
    const bool follows = next != std::string_view::npos && (text[next] == ':' || text[next] == '<' || text[next] == '>' || text[next] == '=' || text[next] == '!');
    if (!follows) made["textEdit"]["newText"] = name + ": ";
}

// The likeliest first; of one there is one.
void Offers::units() {
    auto all = words({"unit"});
    const bool one = cursor_.last() == "1";
    const bool calendar = cursor_.last(1) == "on"; // days before a release
    const auto rank = [&](const std::string& unit) {
        constexpr std::string_view order[] = {"day", "hour", "minute", "week", "second"};
        const bool many = unit.ends_with('s');
        const auto name = many ? unit.substr(0, unit.size() - 1) : unit;
        return std::pair(many == one, std::find(std::begin(order), std::end(order), name) - std::begin(order));
    };
    std::sort(all.begin(), all.end(), [&](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
    for (const auto& unit : all)
        if (!calendar || unit.starts_with("day") || unit.starts_with("week")) item(unit, Unit, "unit of time", "");
}

// The fields in scope: as the checker found them, or, where the rule is being written, those of the event behind `on`.
void Offers::trigger_fields(std::optional<Type> type) {
    std::set<std::string> seen;
    const auto add = [&](const std::string& name, const std::string& event) {
        if (type && !event.empty())
            for (const auto& field : program_.events[*program_.event(event)].fields)
                if (field.name == name && field.type != *type) return;
        if (!seen.insert(name).second) return;
        if (event.empty()) item(name, Field, "release", "The release whose day it is.");
        else declared(Named::Field, name, Field, event);
    };
    for (const auto& rule : in_.program.names.rules)
        if (rule.rule.source == in_.source && rule.rule.begin <= in_.offset && in_.offset <= rule.rule.end)
            for (const auto& field : rule.fields) add(field.name, field.events.empty() ? "" : field.events.front());
    for (const auto word : cursor_.behind_on()) {
        if (word == "release") add("release", "");
        if (const auto event = program_.event(word))
            for (const auto& field : program_.events[*event].fields) add(field.name, program_.events[*event].name);
    }
}

void Offers::parameters(std::string_view type) {
    const auto text = in_.text().text();
    const auto goes_on = [&](Span flow) { return flow.end == 0 || flow.end > text.size() || text[flow.end - 1] != '}'; }; // it is not closed yet
    for (const auto& file : in_.program.loaded.files)
        for (const auto& flow : file.flows)
            if (flow.span.source == in_.source && flow.span.begin <= in_.offset && (in_.offset <= flow.span.end || goes_on(flow.span)))
                for (const auto& p : flow.parameters)
                    if (type.empty() || p.type.name.text == type) declared(Named::Parameter, p.name.text, Variable, flow.name.text);
}

// ---- declarations, by their first word --------------------------------------------------------------------------------

void Offers::in_limit(std::string_view first, std::string_view last) {
    if (cursor_.words.size() == 1) {
        channels();
        return word("messages", "every channel that needs consent");
    }
    if (cursor_.words.size() == 2) return first == "limit" ? word("to", "how many") : first == "quiet" ? word("from", "the hour at which it begins") : snippet("at most", "at most ${1:4} per ${2:30 days}", "what fans were promised");
    if (last == "at" && first == "promise") return word("most", "how many");
    if (is_number(last) && cursor_.has("wait")) return units();
    if (is_number(last) && first != "quiet") return word("per", "within how long");
    if (first == "limit" && is_word_of("unit", last)) return snippet("else wait", "else wait", "hold what is too much back, instead of leaving it out");
    if (first == "limit" && last == "else") return word("wait", "hold it back");
    if (first == "limit" && last == "wait") return word("up", "at most so long");
    if (first == "limit" && last == "up") return word("to", "at most so long");
    if (first == "quiet" && last != "from" && !cursor_.has("to")) return word("to", "the hour at which it ends");
}

void Offers::in_event(std::string_view last) {
    if (last == ":") return types();
    if (last == "per") return own_fields();
    if (last == "undoes") {
        for (const auto& event : program_.events)
            if (event.held) declared(Named::Event, event.name, Event);
        return;
    }
    if (last == "once") return word("per", "for each value of a field");
    if (cursor_.has("once") || cursor_.has("undoes")) return word("from", "the name that the outside world has for it");
    if (cursor_.words.size() > 1) word("once", "a fan has it or has it not, and each of it once"), word("undoes", "takes back another event"), word("from", "the name that the outside world has for it");
}

void Offers::in_channel(std::string_view last) {
    if (last == "needs") return word("consent", "only fans who agreed to it");
    if (last == "has") return word("subject", "a text of two parts");
    if (cursor_.words.size() > 1) word("needs", "`needs consent`"), word("has", "`has subject`");
}

// What is chosen goes for all that stands between the quotes.
void Offers::whole_text() {
    const auto text = in_.text().text();
    begin_ = in_.offset;
    while (begin_ > 0 && text[begin_ - 1] != '"' && text[begin_ - 1] != '\n') --begin_;
    end_ = in_.offset;
    while (end_ < text.size() && text[end_] != '"' && text[end_] != '\n') ++end_;
}

void Offers::scripts_beside() {
    const auto path = std::filesystem::path(in_.text().name()).parent_path();
    const auto scripts = in_.workspace.disk().scripts(path.empty() ? "." : path.string());
    if (!scripts) return;
    for (const auto& script : *scripts) {
        const auto relative = std::filesystem::path(script).lexically_relative(path.empty() ? "." : path).string();
        if (relative != std::filesystem::path(in_.text().name()).filename()) item("./" + relative, File, "script", "");
    }
}

void Offers::zones() {
    for (const auto& name : time_zone_names()) item(name, Constant, "time zone", "");
}

Json& Offers::item(const std::string& label, int kind, const std::string& detail, const std::string& doc) {
    if (!seen_.insert(label).second) return nobody_ = Json::object();
    Json made{{"label", label}, {"kind", kind}, {"textEdit", {{"range", in_.range({in_.source, begin_ == none ? cursor_.begin : begin_, end_})}, {"newText", label}}}};
    if (!detail.empty()) made["detail"] = detail;
    made["sortText"] = fmt::format("{:03}", items_.size());
    if (!doc.empty()) made["documentation"] = {{"kind", "markdown"}, {"value", doc}};
    items_.push_back(std::move(made));
    return items_.back();
}

Json& Offers::declared(Named kind, const std::string& name, int of_kind, const std::string& owner) {
    const NameUse use{{}, kind, false, owner, name};
    return item(name, of_kind, signature_of(in_.program, use, documented_), doc_of(in_.program, use, documented_));
}

void Offers::word(const std::string& text, const std::string& what) {
    item(text, Keyword, what, meaning_of_word(text));
}

// A template of code, with places to fill in. In the middle of a word only the word is put in its place: what follows stands there already.
Json& Offers::filled(const std::string& label, const std::string& body, const std::string& what) {
    auto& made = item(label, Snippet, what, "");
    if (made.empty()) return made;
    const auto text = in_.text().text();
    // Also where something stands behind it on the line, other than what closes something.
    const auto line = text.substr(end_, text.find('\n', end_) - end_);
    const auto behind = line.find_first_not_of(" \t\r");
    const bool inside = end_ > in_.offset || (behind != std::string_view::npos && std::string_view(")}]\"#,").find(line[behind]) == std::string_view::npos);
    const auto word = label.substr(0, label.find_first_of(" (."));
    if (in_.snippets && !inside) {
        made["insertTextFormat"] = 2;
        made["textEdit"]["newText"] = body;
    } else if (inside || label.find('(') != std::string::npos || label.find("...") != std::string::npos) made["textEdit"]["newText"] = word;
    return made;
}

void Offers::snippet(const std::string& label, const std::string& body, const std::string& what) { filled(label, body, what); }

} // namespace segue::lsp
