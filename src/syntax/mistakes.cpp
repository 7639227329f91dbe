#include "syntax/mistakes.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "syntax/token_at.hpp"
#include "syntax/words.hpp"
#include "text/did_you_mean.hpp"
#include "text/utf8.hpp"

namespace segue {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

constexpr std::string_view steps[] = {"prompt", "send", "reply", "wait", "record", "tag", "untag", "if", "split", "stop"};

bool among(std::string_view word, const auto& list) { return std::find(std::begin(list), std::end(list), word) != std::end(list); }

// ---- what people write, and what they mean ---------------------------------------------------------------------------

// Signs of other languages and of word processors.
struct Spelling {
    std::string_view found, instead;
};
constexpr Spelling spellings[] = {
    {"&&", "and"}, {"&", "and"}, {"||", "or"}, {"|", "or"}, {"!", "not"}, {"===", "=="}, {"!==", "!="}, {"<>", "!="}, {"=<", "<="}, {"≥", ">="}, {"≤", "<="}, {"≠", "!="},
    {"⇒", "=>"}, {"…", "..."}, {"–", "-"}, {"—", "-"}, {"−", "-"}, {"×", "*"}, {"÷", "/"},
};
constexpr std::string_view quotes[] = {"“", "”", "„", "«", "»", "‘", "’", "'", "`"};
constexpr std::string_view comments[] = {"//", "/*", "<!--", "--"};

struct Row {
    std::string_view what, found, help, instead, before;
    bool safe;
};
constexpr Row rows[] = {
#define MISTAKE(what, found, help, instead, before) {what, found, help, instead, before, false},
#define SLIP(what, found, help, instead, before) {what, found, help, instead, before, true},
#include "grammar/mistakes.def"
#undef MISTAKE
#undef SLIP
};

// ---- the pieces ------------------------------------------------------------------------------------------------------

struct Scene {
    Diagnostic& d;
    const Failed& at;
    std::string_view text;
    std::string_view word;

    bool expects(std::string_view what) const { return !at.what.empty() && at.what.starts_with(what); }
    Span next() const { return after(at.token.end); }
    // The token with the blanks behind it, if there are some before it too.
    Span with_blanks() const {
        auto span = at.token;
        if (span.begin > 0 && text[span.begin - 1] == ' ')
            while (span.end < text.size() && text[span.end] == ' ') ++span.end;
        return span;
    }
    Span after(std::uint32_t offset) const {
        while (offset < text.size() && (text[offset] == ' ' || text[offset] == '\t')) ++offset;
        return token_at(at.source, at.token.source, offset);
    }
    // The empty place where what stands before the token ends.
    Span end_before() const {
        auto at_end = at.token.begin;
        while (at_end > 0 && std::string_view(" \t\r\n").find(text[at_end - 1]) != std::string_view::npos) --at_end;
        return {at.token.source, at_end, at_end};
    }
    // The word right before the token, on its line.
    Span before() const {
        auto end = at.token.begin;
        while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t')) --end;
        auto begin = end;
        while (begin > 0 && (std::isalnum(static_cast<unsigned char>(text[begin - 1])) || text[begin - 1] == '_')) --begin;
        return {at.token.source, begin, end};
    }
    void instead(std::string_view what, bool safe = false) {
        // A word does not grow together with its neighbours.
        std::string text_instead(what);
        if (!what.empty() && is_word(what, 0) && at.token.begin > 0 && is_word(text, at.token.begin - 1)) text_instead.insert(0, 1, ' ');
        if (!what.empty() && is_word(what, what.size() - 1) && at.token.end < text.size() && is_word(text, at.token.end)) text_instead += ' ';
        d.mend.push_back({at.token, std::move(text_instead)});
        d.safe = safe;
    }
    void move(Span to) {
        d.span = to;
        d.message = fmt::format("expected {}, found {}", in_short(at.what), named(at.source, to));
    }
};

bool suggest(Diagnostic& d, Span span, std::string_view word, const std::vector<std::string>& candidates) {
    const auto near = did_you_mean(word, candidates);
    if (!near) return false;
    d.help = fmt::format("did you mean `{}`?", *near);
    d.mend.push_back({span, *near});
    return true;
}

// A character that cannot be seen, or that a word processor put there.
bool odd_character(Scene& s) {
    if (s.word.empty()) return false;
    const auto c = code_point_at(s.text, s.at.token.begin).value;
    if (is_invisible(c)) {
        s.d.message = fmt::format("there is an invisible character here, U+{:04X}", c);
        s.d.primary = fmt::format("U+{:04X}", c);
        s.d.help = "delete it, or put a plain space in its place";
        const auto end = s.at.token.end;
        const bool parts = s.at.token.begin > 0 && is_word(s.text, s.at.token.begin - 1) && end < s.text.size() && is_word(s.text, end); // two words that would grow together
        s.instead((c < 0x20 || c == 0x200B || c == 0xFEFF) && !parts ? "" : " ", true);
        return true;
    }
    if (among(s.word, quotes)) {
        s.d.help = "a text stands in straight double quotes: \"...\"";
        // With the next such sign on the line, if what stands between them can stay as it is.
        const auto line = s.text.substr(s.at.token.end, s.text.find('\n', s.at.token.end) - s.at.token.end);
        auto closing = std::string_view::npos;
        std::string_view sign;
        for (const auto quote : quotes)
            if (const auto at = line.find(quote); at < closing) closing = at, sign = quote;
        if (closing == std::string_view::npos || line.substr(0, closing).find_first_of("\"\\{") != std::string_view::npos) return true;
        const auto end = s.at.token.end + static_cast<std::uint32_t>(closing);
        s.instead("\"");
        s.d.mend.push_back({{s.at.token.source, end, end + static_cast<std::uint32_t>(sign.size())}, "\""});
        return true;
    }
    if (among(s.word, comments)) {
        s.d.help = "a comment begins with `#`";
        if (s.word == "//" && s.text.substr(s.at.token.end).starts_with('/')) { // the doc comment of other languages
            s.d.mend.push_back({{s.at.token.source, s.at.token.begin, s.at.token.end + 1}, "##"});
            return s.d.safe = true;
        }
        s.instead("#", s.word == "//" || s.word == "--"); // the others have an end as well
        return true;
    }
    if (is_word(s.text, s.at.token.begin) && std::any_of(s.word.begin(), s.word.end(), [](char letter) { return static_cast<unsigned char>(letter) >= 0x80; })) {
        s.d.help = "names are written with the letters a to z, digits and `_`; texts stand in double quotes";
        return true;
    }
    for (const auto& spelling : spellings) {
        if (spelling.found != s.word) continue;
        s.d.help = fmt::format("here this is written `{}`", spelling.instead);
        s.instead(spelling.instead, true);
        return true;
    }
    return false;
}

bool found_is(const Scene& s, std::string_view found) {
    if (found.empty()) return true;
    if (found[0] != '<' || found.size() < 3) return s.word == found;
    if (s.word.empty()) return false;
    const bool name = (s.word[0] >= 'a' && s.word[0] <= 'z') || is_upper(s.word[0]);
    if (found == "<text>" || found == "<quoted>") return s.word[0] == '"';
    if (found == "<step>") return among(s.word, steps);
    if (found == "<number>") return is_digit(s.word[0]);
    if (found == "<name>") return name && !among(s.word, steps);
    if (found == "<value>") return s.word[0] == '"' || is_digit(s.word[0]) || name;
    return s.word == found;
}

bool by_table(Scene& s) {
    for (const auto& row : rows) {
        const bool there = row.what == "rule" ? s.at.behind_rule : s.expects(row.what);
        if (!there || !found_is(s, row.found)) continue;
        // A text where a name belongs: the same without its quotes.
        const auto inside = s.word.size() > 2 ? s.word.substr(1, s.word.size() - 2) : std::string_view();
        const bool name = !inside.empty() && inside[0] >= 'a' && inside[0] <= 'z' && inside.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos && !among(inside, words({"reserved"}));
        if (row.found == "<quoted>" && s.word.ends_with('"') && name) s.instead(inside);
        s.d.help = row.help;
        s.d.safe = row.safe;
        // What would stand twice was meant otherwise.
        const auto next = s.at.source.slice(s.next());
        const auto word_before = s.at.source.slice(s.before());
        if (!row.instead.empty() && row.instead == next) {
            s.d.mend.push_back({s.with_blanks(), ""});
            return true;
        }
        if (row.before.size() > 1 && row.before.substr(0, row.before.size() - 1) == word_before) return true;
        if (row.instead == " ") s.d.mend.push_back({s.with_blanks(), ""});
        else if (!row.instead.empty()) s.instead(row.instead, row.safe);
        if (row.before == ",") s.d.mend.push_back({s.end_before(), ","});
        else if (!row.before.empty()) s.d.mend.push_back({{s.at.token.source, s.at.token.begin, s.at.token.begin}, std::string(row.before)});
        return true;
    }
    return false;
}

// A number without the unit that a duration has, or with one that does not exist.
bool bad_unit(Scene& s) {
    // Behind the number, where that is an argument.
    const auto number = s.at.source.slice(s.before());
    if (s.word.empty()) return false;
    const bool behind = s.expects("`)`") && !number.empty() && std::all_of(number.begin(), number.end(), is_digit) && s.word[0] >= 'a' && s.word[0] <= 'z';
    const bool at_number = is_digit(s.word[0]) && (s.expects("a duration") || s.expects("`per`") || s.expects("a trigger"));
    if (!behind && !at_number) return false;
    const auto digits_end = std::find_if_not(s.word.begin(), s.word.end(), is_digit);
    const bool glued = !behind && digits_end != s.word.end();
    const auto unit_span = behind ? s.at.token : glued ? Span{s.at.token.source, s.at.token.begin + static_cast<std::uint32_t>(digits_end - s.word.begin()), s.at.token.end} : s.next();
    const auto unit = s.at.source.slice(unit_span);
    constexpr Spelling shorts[] = {{"s", "seconds"}, {"sec", "seconds"}, {"secs", "seconds"}, {"m", "minutes"}, {"min", "minutes"}, {"mins", "minutes"}, {"h", "hours"},
                                   {"hr", "hours"}, {"hrs", "hours"}, {"d", "days"}, {"w", "weeks"}, {"wk", "weeks"}, {"month", "30 days"}, {"months", "30 days"}, {"year", "365 days"}, {"years", "365 days"}};
    const auto units = words({"unit"});
    if (among(unit, units)) {
        if (!glued) return false;
        s.d.help = "a blank stands between a number and its unit";
        s.d.mend.push_back({{s.at.token.source, unit_span.begin, unit_span.begin}, " "});
        return s.d.safe = true;
    }
    if (behind && std::none_of(std::begin(shorts), std::end(shorts), [&](const Spelling& one) { return one.found == unit; }) && !did_you_mean(unit, units)) return false;
    const bool plain = !unit.empty() && std::all_of(unit.begin(), unit.end(), [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; });
    const auto known = words({"reserved", "word", "declaration"});
    if (!plain || among(unit, known)) {
        s.d.help = fmt::format("a duration has a unit: `{} days`", s.word.substr(0, static_cast<std::size_t>(digits_end - s.word.begin())));
        return true;
    }
    s.move(unit_span);
    s.d.primary = "no unit of time";
    s.d.help = "the units are seconds, minutes, hours, days and weeks";
    for (const auto& [found, instead] : shorts) {
        if (found != unit) continue;
        s.d.help = instead.find(' ') == std::string_view::npos ? fmt::format("write it out: `{}`", instead) : fmt::format("a {} has no fixed length: write `{}`", unit.substr(0, 5) == "month" ? "month" : "year", instead);
        if (instead.find(' ') == std::string_view::npos) s.d.mend.push_back({unit_span, (glued ? " " : "") + std::string(instead)});
        s.d.safe = unit != "m"; // which may be months
        return true;
    }
    suggest(s.d, unit_span, unit, units);
    return true;
}

// A date or an hour as other places write them.
bool bad_moment(Scene& s) {
    const auto line_end = std::min(s.text.find('\n', s.at.token.begin), s.text.size());
    const auto rest = s.text.substr(s.at.token.begin, line_end - s.at.token.begin);
    const auto shape = [&](std::string_view pattern) { // 9: digits
        std::size_t at = 0;
        for (const char c : pattern) {
            if (c != '9') {
                if (at >= rest.size() || rest[at++] != c) return false;
                continue;
            }
            const auto begin = at;
            while (at < rest.size() && is_digit(rest[at])) ++at;
            if (at == begin) return false;
        }
        return true;
    };
    if (shape("9/9/9") || shape("9.9.9") || shape("9-9-9")) {
        if (shape("9-9-9") && s.at.what.empty()) return false;
        s.d.help = "a date is YEAR-MONTH-DAY, such as `2026-03-13`";
        return true;
    }
    if (shape("9:9") && !s.at.behind_rule) {
        if (!s.expects("`=>`")) return false;
        s.d.help = "the hour follows `at`";
        s.d.mend.push_back({{s.at.token.source, s.at.token.begin, s.at.token.begin}, "at "});
        s.d.safe = true;
        return true;
    }
    if (!s.expects("a clock time") && !s.expects("`from` and a clock")) return false;
    s.d.help = "an hour is written with its minutes, from 00:00 to 23:59: `09:00`, `21:30`";
    return !s.word.empty() && (is_digit(s.word[0]) || s.word[0] == '"');
}

// The word before is misspelt, and so was taken for a name.
bool word_before(Scene& s) {
    const auto span = s.before();
    const auto before = s.at.source.slice(span);
    if (before.empty() || s.word.empty()) return false;
    const auto known = words({"reserved", "word", "unit", "declaration"});
    if (among(before, known)) return false;
    std::vector<std::string> likely;
    const bool name = s.word[0] >= 'a' && s.word[0] <= 'z';
    if (s.word == "day") likely.emplace_back("release");
    if (s.word == "release") likely.insert(likely.end(), {"next", "latest", "before", "after"});
    if (name && s.word != "day" && s.word != "release" && !among(s.word, known)) likely.insert(likely.end(), {"enter", "known", "when"});
    if (name && among(s.word, words({"word"}))) likely.insert(likely.end(), {"known"});
    if (s.word == "for" || s.word == "within" || s.word == "per") likely.clear();
    const auto near = did_you_mean(before, likely);
    if (!near) return false;
    s.move(span);
    s.d.message = fmt::format("{} is not known here", named(s.at.source, span));
    s.d.primary = "not known";
    s.d.help = fmt::format("did you mean `{}`?", *near);
    s.d.mend.push_back({span, *near});
    return true;
}

// The words between backticks of what was expected, and those that may stand there as well.
std::vector<std::string> possible(std::string_view what) {
    std::vector<std::string> out;
    for (auto at = what.find('`'); at != std::string_view::npos; at = what.find('`', at)) {
        const auto end = what.find('`', at + 1);
        if (end == std::string_view::npos) break;
        const auto inside = what.substr(at + 1, end - at - 1);
        for (std::size_t from = 0; from < inside.size();) {
            const auto to = std::min(inside.find(' ', from), inside.size());
            const auto word = inside.substr(from, to - from);
            if (!word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; })) out.emplace_back(word);
            from = to + 1;
        }
        at = end + 1;
    }
    if (what == "`}`") out.insert(out.end(), std::begin(steps), std::end(steps));
    if (what.starts_with("`=>`")) out.insert(out.end(), {"when", "once", "until", "within", "per", "every", "or", "and", "in", "at"});
    return out;
}

// In a test: what an `expect` lacks, or what no statement begins with.
bool in_statement(Scene& s) {
    static const std::vector<std::string> expected{"prompt", "send", "reply", "tag", "untag", "suppressed", "nothing", "stage", "arm"};
    if (s.expects("what is expected") && (s.word == "no" || s.word == "not")) {
        s.d.help = "that nothing comes is `expect nothing`, or `expect nothing to ana`; a condition can be denied: `expect not sms of ana`";
        return true;
    }
    if (!s.expects("`of` and a fan")) return false;
    const auto before = s.text.substr(0, s.at.token.begin);
    const auto expect = before.rfind("expect");
    if (expect == std::string_view::npos) return false;
    const auto first = s.after(static_cast<std::uint32_t>(expect + 6));
    const auto word = s.at.source.slice(first);
    if (word == "stage") s.d.help = "say of whom: `expect stage follower of ana`";
    else if (!among(std::string(word), expected) && did_you_mean(std::string(word), expected)) suggest(s.d, first, word, expected);
    else s.d.help = "a condition is asked of somebody: `expect save >= 2 of ana`";
    return true;
}

} // namespace

void explain_statement(Diagnostic& d, const Source& source, Span token) {
    const auto word = source.slice(token);
    Scene s{d, {source, token, ""}, source.text(), word};
    const auto next = s.after(token.end);
    const auto second = source.slice(next);
    d.help = "a statement is `fan NAME { ... }`, `release NAME { ... }`, `at ...`, `after ...`, `NAME does EVENT(...)` or `expect ...`";
    if (word == "wait") d.help = "the clock is moved by `after 2 days` or `at 2026-03-01 12:00`";
    else if (word == "prompt" || word == "send" || word == "reply" || word == "tag" || word == "untag") d.help = fmt::format("what has to come is `expect {} ...`", word);
    else if (!word.empty() && word[0] >= 'A' && word[0] <= 'Z') d.help = "a fan is named in lower case, or by an id in quotes: `ana`, `\"Ana\"`";
    else if (!second.empty() && did_you_mean(std::string(second), {"does"})) {
        d.help = "did you mean `does`?";
        d.mend.push_back({next, "does"});
    } else if (!second.empty() && second[0] >= 'a' && second[0] <= 'z' && source.text().substr(next.end).starts_with("(")) {
        d.help = fmt::format("write `{} does {}(...)`", word, second);
        d.mend.push_back({{token.source, token.end, token.end}, " does"});
    }
}

void explain(Diagnostic& d, const Failed& failed) {
    Scene s{d, failed, failed.source.text(), failed.source.slice(failed.token)};
    if (odd_character(s) || in_statement(s) || bad_moment(s) || bad_unit(s) || word_before(s)) return;
    if (!s.word.empty() && is_upper(s.word[0])) {
        std::string lower(s.word);
        std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const auto known = words({"reserved", "declaration", "unit", "word"});
        if (among(lower, known)) {
            d.help = fmt::format("the words of the language are in lower case: `{}`", lower);
            s.instead(lower);
            return;
        }
        if (!s.expects("a text") && !s.expects("a time zone") && !s.expects("`=>`")) {
            d.help = "names are written in lower case (letters, digits and `_`), texts in double quotes";
            return;
        }
    }
    auto candidates = failed.what.empty() ? words({"declaration"}) : possible(failed.what);
    if (failed.what.empty()) candidates.insert(candidates.end(), {"on", "release"});
    if (failed.behind_rule) candidates.insert(candidates.end(), {"then", "via", "or"});
    const bool known = among(s.word, words({"reserved"}));
    if (!s.word.empty() && !known && suggest(d, failed.token, s.word, candidates)) return;
    if (by_table(s)) return;
    if (s.word == "}" || s.word == "]" || s.word == ")") {
        if (failed.what.empty()) d.help = fmt::format("nothing is open here that this `{}` could close", s.word);
        return;
    }
    if (failed.behind_rule) d.help = "behind a rule come `then` and a step, `->` and a stage, or the next rule";
    else if (failed.what.empty()) d.help = "a rule is written `on EVENT => RESPONSE`";
    else if (s.expects("a name") && known) d.help = fmt::format("`{}` is a word of the language: choose another name", s.word);
}

} // namespace segue
