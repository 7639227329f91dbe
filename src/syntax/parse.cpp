#include "syntax/parse.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <set>
#include <tao/pegtl/contrib/analyze.hpp>

#include "grammar/failures.hpp"
#include "grammar/rules.hpp"
#include "text/did_you_mean.hpp"
#include "text/utf8.hpp"

namespace segue {

namespace {

namespace p = tao::pegtl;

template <class Rule> struct recorded : std::false_type {};
#define NODE(rule)                                                     \
    template <> struct recorded<grammar::rule> : std::true_type {      \
        static constexpr Kind kind = Kind::rule;                       \
    };
#include "grammar/nodes.def"
#undef NODE

// Rules that can nest without end; their depth is counted.
template <class Rule> inline constexpr bool nests = false;
template <> inline constexpr bool nests<grammar::expression> = true;
template <> inline constexpr bool nests<grammar::block> = true;
template <> inline constexpr bool nests<grammar::if_step> = true;
template <> inline constexpr bool nests<grammar::raw_block> = true;
template <> inline constexpr bool nests<grammar::skip_block> = true;

struct State {
    const Source& source;
    Tree& tree;
    Diagnostics& diagnostics;
    std::vector<std::uint32_t> open;
    std::size_t depth = 0;
    bool too_deep = false;
    std::uint32_t comment = 0;        // where the comment being read begins
    std::vector<std::uint32_t> items; // where the items being read begin
    std::set<std::uint32_t> reported; // items in which something was reported
};

// The token at `offset`, as a person would point at it.
Span token_at(const Source& source, std::uint32_t index, std::uint32_t offset) {
    const auto text = source.text();
    const auto word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (static_cast<unsigned char>(c) & 0x80); };
    std::uint32_t end = offset;
    while (end < text.size() && word(text[end])) ++end;
    if (end == offset && end < text.size() && text[end] != '\n' && text[end] != '\r') {
        const auto two = text.substr(offset, 2);
        end += two == "=>" || two == "->" || two == "==" || two == "!=" || two == "<=" || two == ">=" || two == "??" ? 2 : 1;
    }
    return {index, offset, end};
}

std::string found(const Source& source, Span token) {
    if (token.begin >= source.text().size()) return "the end of the file";
    if (token.begin == token.end) return "the end of the line";
    return fmt::format("`{}`", source.slice(token));
}

std::vector<std::string> words(std::initializer_list<std::string_view> classes) {
    std::vector<std::string> out;
#define KEYWORD(id, text, kind) \
    if (std::find(classes.begin(), classes.end(), #kind) != classes.end()) out.emplace_back(text);
#include "grammar/keywords.def"
#undef KEYWORD
    return out;
}

void suggest(Diagnostic& d, Span span, std::string_view word, const std::vector<std::string>& candidates) {
    if (const auto near = did_you_mean(word, candidates)) {
        d.help = fmt::format("did you mean `{}`?", *near);
        d.mend.push_back({span, *near});
    }
}

// The mistakes that are made most, each with its mend.
void help_with(Diagnostic& d, const Source& source, Span token, std::string_view what) {
    const auto word = source.slice(token);
    const auto text = source.text();
    const auto is = [](char c, auto test) { return test(static_cast<unsigned char>(c)) != 0; };
    if (word.empty()) return;
    if (is(word[0], [](int c) { return std::isupper(c); })) d.help = "names are written in lower case: letters, digits and `_`";
    else if (word == "'") d.help = "a text stands in double quotes";
    else if (word == "=" && what.starts_with("`=>`")) d.help = "two values are compared with `==`";
    else if (word == "->" && what.starts_with("`=>`")) d.help = "the response follows `=>`; `->` comes last and says what it is for";
    else if (word == "}" || word == "]" || word == ")") d.help = fmt::format("nothing is open here that this `{}` could close", word);
    else if (is(word[0], [](int c) { return std::isdigit(c); })) {
        auto at = token.end;
        while (at < text.size() && text[at] == ' ') ++at;
        const auto next = token_at(source, token.source, at);
        const auto unit = source.slice(next);
        const auto units = words({"unit"});
        if (!unit.empty() && is(unit[0], [](int c) { return std::isalpha(c); }) && std::find(units.begin(), units.end(), unit) == units.end()) {
            d.help = fmt::format("`{}` is no unit of time: seconds, minutes, hours, days or weeks", unit);
            suggest(d, next, unit, units);
        }
    } else {
        const auto known = words({"reserved", "word", "unit"});
        if (std::find(known.begin(), known.end(), word) == known.end()) suggest(d, token, word, known);
    }
}

void report(State& state, std::uint32_t offset, std::string_view what, Code code = Code::syntax) {
    const auto token = token_at(state.source, state.tree.source, offset);
    auto& d = state.diagnostics.error(code, token, fmt::format("expected {}, found {}", what, found(state.source, token)));
    d.primary = fmt::format("expected {}", what);
    if (code == Code::syntax) help_with(d, state.source, token, what);
}

template <class Rule>
struct Control : p::normal<Rule> {
    template <class Input> static void start(const Input& in, State& state) {
        if constexpr (nests<Rule>) {
            if (state.depth >= most_nesting) {
                if (!state.too_deep) {
                    const auto token = token_at(state.source, state.tree.source, static_cast<std::uint32_t>(in.byte()));
                    auto& d = state.diagnostics.error(Code::too_deep, token, fmt::format("this is nested more than {} deep", most_nesting));
                    d.help = "name a part of it with `define`, or split the rule";
                }
                state.too_deep = true;
                throw grammar::abandoned{};
            }
            ++state.depth;
        }
        if constexpr (std::is_same_v<Rule, grammar::item>) state.items.push_back(static_cast<std::uint32_t>(in.byte()));
        if constexpr (std::is_same_v<Rule, grammar::comment>) state.comment = static_cast<std::uint32_t>(in.byte());
        if constexpr (recorded<Rule>::value) {
            state.open.push_back(static_cast<std::uint32_t>(state.tree.nodes.size()));
            state.tree.nodes.push_back({recorded<Rule>::kind, static_cast<std::uint32_t>(in.byte()), 0, 0});
        }
    }

    template <class Input> static void success(const Input& in, State& state) {
        if constexpr (nests<Rule>) --state.depth;
        if constexpr (std::is_same_v<Rule, grammar::item>) state.items.pop_back();
        if constexpr (std::is_same_v<Rule, grammar::comment>) {
            // A place is tried by several rules; its comment is noted once.
            auto& comments = state.tree.comments;
            if (comments.empty() || comments.back().end <= state.comment)
                comments.push_back({state.tree.source, state.comment, static_cast<std::uint32_t>(in.byte())});
        }
        if constexpr (recorded<Rule>::value) {
            auto& node = state.tree.nodes[state.open.back()];
            node.end = static_cast<std::uint32_t>(in.byte());
            node.next = static_cast<std::uint32_t>(state.tree.nodes.size());
            state.open.pop_back();
        }
    }

    template <class Input> static void failure(const Input&, State& state) {
        if constexpr (std::is_same_v<Rule, grammar::item>) state.items.pop_back();
        undo(state);
    }
    template <class Input> static void unwind(const Input&, State& state) { // something was raised inside
        if constexpr (std::is_same_v<Rule, grammar::item>) {
            state.reported.insert(state.items.back());
            state.items.pop_back();
        }
        undo(state);
    }

    template <class Input> [[noreturn]] static void raise(const Input& in, State& state) {
        static_assert(!grammar::expected<Rule>.empty(), "say in failures.hpp what is expected here");
        constexpr auto code = std::is_same_v<Rule, grammar::text_end> || std::is_same_v<Rule, grammar::long_end> ? Code::open_text
                              : std::is_same_v<Rule, grammar::escape_body>                                        ? Code::unknown_escape
                                                                                                                  : Code::syntax;
        report(state, static_cast<std::uint32_t>(in.byte()), grammar::expected<Rule>, code);
        throw grammar::abandoned{};
    }

private:
    static void undo(State& state) {
        if constexpr (nests<Rule>) --state.depth;
        if constexpr (recorded<Rule>::value) {
            state.tree.nodes.resize(state.open.back(), Node{});
            state.open.pop_back();
        }
    }
};

// What starts no item and raised nothing of its own.
void report_skipped(State& state) {
    auto starts = words({"declaration"});
    starts.insert(starts.end(), {"on", "release"});
    for (const auto& node : state.tree.nodes) {
        if (node.kind != Kind::skipped && node.kind != Kind::skipped_in_flow) continue;
        bool said = state.too_deep || state.reported.contains(node.begin);
        for (const auto& d : state.diagnostics.all())
            said = said || (d.span.source == state.tree.source && d.span.begin >= node.begin && d.span.begin <= node.end);
        if (said) continue;
        const auto token = token_at(state.source, state.tree.source, node.begin);
        auto& d = state.diagnostics.error(Code::syntax, token, fmt::format("expected a rule or a declaration, found {}", found(state.source, token)));
        d.primary = "this starts neither";
        if (const auto near = did_you_mean(state.source.slice(token), starts)) {
            d.help = fmt::format("did you mean `{}`?", *near);
            d.mend.push_back({token, *near});
        } else {
            help_with(d, state.source, token, "");
            if (d.help.empty()) d.help = "a rule is written `on EVENT => RESPONSE`";
        }
    }
}

} // namespace

Tree parse(const Sources& sources, std::uint32_t index, Diagnostics& diagnostics) {
    const auto& source = sources[index];
    Tree tree;
    tree.source = index;
    if (source.text().size() > most_source_bytes) {
        diagnostics.error(Code::too_large, {index, 0, 0}, fmt::format("this file is larger than {} MiB", most_source_bytes >> 20)).help =
            "split it, and bring the parts together with `use`";
        return tree;
    }
    if (const auto bad = invalid_utf8(source.text())) {
        const auto at = static_cast<std::uint32_t>(*bad);
        auto& d = diagnostics.error(Code::not_utf8, {index, at, at + 1}, "this is not UTF-8");
        d.primary = fmt::format("byte 0x{:02X}", static_cast<unsigned char>(source.text()[*bad]));
        d.help = "save the file as UTF-8";
        return tree;
    }
    State state{source, tree, diagnostics, {}, 0, false, 0, {}, {}};
    p::memory_input<p::tracking_mode::lazy, p::eol::lf, const char*> in(source.text().data(), source.text().data() + source.text().size(), "");
    try {
        if (!p::parse<grammar::file, p::nothing, Control>(in, state) && !state.too_deep)
            report(state, 0, "a rule or a declaration");
    } catch (const grammar::abandoned&) {
        // Reported where it was raised; only a skip that is itself too deep comes here.
    }
    report_skipped(state);
    return tree;
}

std::size_t analyze_grammar() { return p::analyze<grammar::file>(); }

} // namespace segue
