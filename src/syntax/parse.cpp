#include "syntax/parse.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <tao/pegtl/contrib/analyze.hpp>

#include "grammar/failures.hpp"
#include "grammar/rules.hpp"
#include "syntax/mistakes.hpp"
#include "syntax/token_at.hpp"
#include "syntax/words.hpp"
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
template <> inline constexpr bool nests<grammar::flow> = true;
template <> inline constexpr bool nests<grammar::skip_block> = true;

// What is read again from its next one after a mistake.
template <class Rule> inline constexpr bool is_item = std::is_same_v<Rule, grammar::item> || std::is_same_v<Rule, grammar::statement>;

// A text with more mistakes than this is no script; looking for the rest would cost seconds, and nobody reads them.
constexpr std::size_t most_mistakes = 5'000;
struct enough {};

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
    bool ended = false;               // the end of the file came too early, and that was said
    std::uint32_t told_open = 0;      // the brace of which was said last that it is not closed where it should be
    std::set<std::uint32_t> never_closed; // braces to which a skip has found no end
    std::optional<std::set<std::uint32_t>> open_to_the_end; // braces that nothing closes, if somebody asked
    std::vector<bool> flows_closed;   // of the flows being read
};

// The braces, brackets and parentheses between two places that nothing there closes.
std::vector<std::uint32_t> still_open(const Source& source, std::uint32_t index, std::uint32_t from, std::size_t to) {
    std::vector<std::uint32_t> open;
    const auto text = source.text();
    for (auto at = from; at < std::min(to, text.size());) {
        if (text[at] == '#') {
            while (at < text.size() && text[at] != '\n') ++at;
            continue;
        }
        if (text.substr(at).starts_with("\"\"\"")) {
            const auto end = text.find("\"\"\"", at + 3);
            at = static_cast<std::uint32_t>(std::min(end == std::string_view::npos ? end : end + 3, text.size()));
            continue;
        }
        if (text[at] == '{' || text[at] == '(' || text[at] == '[') open.push_back(at);
        else if ((text[at] == '}' || text[at] == ')' || text[at] == ']') && !open.empty()) open.pop_back();
        at = text[at] == '"' ? std::max(token_at(source, index, at).end, at + 1) : at + 1;
    }
    return open;
}

// Whether something closes the brace right before `behind`.
bool is_closed(State& state, std::uint32_t behind) {
    if (!state.open_to_the_end) {
        state.open_to_the_end.emplace();
        for (const auto at : still_open(state.source, state.tree.source, 0, state.source.text().size()))
            if (state.source.text()[at] == '{') state.open_to_the_end->insert(at);
    }
    return !state.open_to_the_end->contains(behind - 1);
}

// Where the bracket or quote stands that was to be closed.
std::optional<Span> unclosed(const State& state, std::uint32_t offset, std::string_view what) {
    const auto kind = what.substr(0, what.find(' '));
    const char closing = kind.size() == 3 ? kind[1] : '\0';
    const char opening = closing == '}' ? '{' : closing == ')' ? '(' : closing == ']' ? '[' : '\0';
    const auto index = state.tree.source;
    if (kind == "`\"`" || kind == "`\"\"\"`" || what.starts_with("`}` after")) {
        if (state.open.empty()) return std::nullopt;
        const auto begin = state.tree.nodes[state.open.back()].begin;
        return Span{index, begin, begin + (kind == "`\"\"\"`" ? 3u : 1u)};
    }
    if (opening == '\0' || state.items.empty()) return std::nullopt;
    auto open = still_open(state.source, index, state.items.front(), offset);
    while (!open.empty() && state.source.text()[open.back()] != opening) open.pop_back();
    if (open.empty()) return std::nullopt;
    return Span{index, open.back(), open.back() + 1};
}

void report(State& state, std::uint32_t offset, std::string_view what, Code code = Code::syntax) {
    const auto& source = state.source;
    if (state.diagnostics.full(code)) {
        state.diagnostics.error(code, {state.tree.source, offset, offset}, "");
        return;
    }
    const auto token = token_at(source, state.tree.source, offset);
    // One end of the file closes nothing, however much is open.
    const bool at_end = token.begin >= source.text().size();
    if (at_end && std::exchange(state.ended, true)) return;
    const auto word = source.slice(token);
    if ((what.starts_with("a name") || what.starts_with("the name of")) && is_word_of("reserved", word)) {
        auto& d = state.diagnostics.error(Code::reserved_name, token, fmt::format("`{}` is a word of the language and cannot be {}", word, what));
        d.primary = fmt::format("expected {}", what);
        d.help = "choose another name";
        return;
    }
    const auto open = unclosed(state, offset, what);
    // What closes the outer one was taken for the inner one's.
    if (open && what == "`}`" && std::exchange(state.told_open, open->begin) > open->begin) return;
    if (open && (at_end || code == Code::open_text)) {
        // Said where it was opened: its end is missing, and the end of the file says nothing.
        const auto line_end = code == Code::open_text && !at_end ? token.begin : open->end;
        const auto mark = source.slice(*open);
        auto& d = state.diagnostics.error(code, {open->source, open->begin, line_end}, code == Code::open_text ? "this text does not end" : fmt::format("this `{}` is not closed", mark));
        d.primary = fmt::format("no {} follows", what.substr(0, what.find("` ") == std::string_view::npos ? what.size() : what.find("` ") + 1));
        d.help = code != Code::open_text ? fmt::format("write {} where it ends", what.substr(0, 3)) : mark == "\"" ? "end it with `\"` on its line; a text of several lines stands between `\"\"\"`" : "end it with `\"\"\"`";
        return;
    }
    // What is missing at the end of a line is missing there, not at the start of what follows.
    const bool next = at_end || word == "on" || word == "}" || is_word_of("declaration", word);
    const bool missing = (what[0] == '`' || next) && !open && begins_line(source.text(), token.begin);
    if (const auto before = missing ? token_before(source, state.tree.source, token.begin) : Span{}; before.end > before.begin) {
        auto& d = state.diagnostics.error(code, before, fmt::format("expected {} after {}", in_short(what), named(source, before)));
        if (what.find(": ") != std::string_view::npos) d.primary = fmt::format("expected {}", what);
        explain(d, {source, token, what});
        return;
    }
    auto& d = state.diagnostics.error(code, token, fmt::format("expected {}, found {}", in_short(what), named(source, token)));
    d.primary = fmt::format("expected {}", what);
    if (code == Code::unknown_escape) d.help = "a backslash itself is written `\\\\`";
    if (code == Code::syntax) explain(d, {source, token, what});
    if (open && d.help.empty()) d.help = fmt::format("close it with {} before this", what.substr(0, what.find("` ") == std::string_view::npos ? what.size() : what.find("` ") + 1));
    if (open) d.labels.push_back({*open, open_label(source.slice(*open))});
}

template <class Rule>
struct Control : p::normal<Rule> {
    // What failed once is not tried again. A skip tries a brace as the start of a block first, and as any token then: of many inside each
    // other each would be tried twice for each around it.
    template <p::apply_mode A, p::rewind_mode M, template <class...> class Action, template <class...> class Inner, class Input>
    static bool match(Input& in, State& state) {
        if constexpr (std::is_same_v<Rule, grammar::skip_block>) {
            const auto begin = static_cast<std::uint32_t>(in.byte());
            if (state.never_closed.contains(begin)) return false;
            if (p::normal<Rule>::template match<A, M, Action, Inner>(in, state)) return true;
            state.never_closed.insert(begin);
            return false;
        } else if constexpr (std::is_same_v<Rule, grammar::item>) {
            if (state.reported.contains(static_cast<std::uint32_t>(in.byte()))) throw grammar::abandoned{};
            return p::normal<Rule>::template match<A, M, Action, Inner>(in, state);
        } else if constexpr (std::is_same_v<Rule, grammar::item_list>) {
            struct Inside {
                std::vector<bool>& flows;
                Inside(std::vector<bool>& of, bool closed) : flows(of) { flows.push_back(closed); }
                ~Inside() { flows.pop_back(); }
            } inside(state.flows_closed, is_closed(state, static_cast<std::uint32_t>(in.byte())));
            return p::normal<Rule>::template match<A, M, Action, Inner>(in, state);
        } else if constexpr (std::is_same_v<Rule, grammar::begins_line>) {
            return begins_line(state.source.text(), in.byte());
        } else if constexpr (std::is_same_v<Rule, grammar::flow_is_closed>) {
            return state.flows_closed.back();
        } else return p::normal<Rule>::template match<A, M, Action, Inner>(in, state);
    }

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
        if constexpr (is_item<Rule>) state.items.push_back(static_cast<std::uint32_t>(in.byte()));
        if constexpr (std::is_same_v<Rule, grammar::comment>) state.comment = static_cast<std::uint32_t>(in.byte());
        if constexpr (recorded<Rule>::value) {
            state.open.push_back(static_cast<std::uint32_t>(state.tree.nodes.size()));
            state.tree.nodes.push_back({recorded<Rule>::kind, static_cast<std::uint32_t>(in.byte()), 0, 0});
        }
    }

    template <class Input> static void success(const Input& in, State& state) {
        if constexpr (nests<Rule>) --state.depth;
        if constexpr (is_item<Rule>) state.items.pop_back();
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
        if constexpr (is_item<Rule>) state.items.pop_back();
        undo(state);
    }
    template <class Input> static void unwind(const Input&, State& state) { // something was raised inside
        if constexpr (is_item<Rule>) {
            state.reported.insert(state.items.back());
            if constexpr (std::is_same_v<Rule, grammar::item>) state.tree.broken.push_back(state.items.back());
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
        if (state.diagnostics.errors() >= most_mistakes) throw enough{};
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

// A rule that ends with a name where a text or a duration could stand: unless it is a parameter, the checker says what
// is wrong with it, and what follows it is no second mistake.
bool ends_in_stray_name(const State& state, std::uint32_t rule, std::optional<std::uint32_t> flow) {
    const auto& nodes = state.tree.nodes;
    const auto text = [&](std::uint32_t node) { return state.source.slice({state.tree.source, nodes[node].begin, nodes[node].end}); };
    for (auto i = rule; i < nodes[rule].next; ++i) {
        const auto kind = nodes[i].kind;
        if (nodes[i].end != nodes[rule].end || (kind != Kind::text_parameter && kind != Kind::wait_length && kind != Kind::wait_moment)) continue;
        if (text(i).empty() || text(i).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string_view::npos) continue;
        for (auto p = flow.value_or(i); flow && p < nodes[*flow].next; ++p)
            if (nodes[p].kind == Kind::parameter && text(p + 1) == text(i)) return false;
        return true;
    }
    return false;
}

void report_skip(const Source& source, std::uint32_t index, std::uint32_t begin, bool behind_rule, bool in_test, Diagnostics& diagnostics) {
    const auto token = token_at(source, index, begin);
    const auto* wanted = behind_rule ? "the end of the rule" : in_test ? "a statement of the test" : "a rule or a declaration";
    auto& d = diagnostics.error(Code::syntax, token, fmt::format("expected {}, found {}", wanted, named(source, token)));
    d.primary = behind_rule ? "this does not go on the rule" : in_test ? "this starts none" : "this starts neither";
    if (in_test) explain_statement(d, source, token);
    else explain(d, {source, token, "", behind_rule});
}

// What starts no item and raised nothing of its own. `before` is the item before it, none at the start of a list.
void report_skipped(State& state, std::uint32_t node, std::optional<std::uint32_t> before, std::optional<std::uint32_t> flow) {
    const auto& skipped = state.tree.nodes[node];
    if (state.diagnostics.full(Code::syntax)) {
        state.diagnostics.error(Code::syntax, {state.tree.source, skipped.begin, skipped.begin}, "");
        return;
    }
    bool said = state.too_deep || state.reported.contains(skipped.begin);
    for (const auto& d : state.diagnostics.all())
        said = said || (d.span.source == state.tree.source && d.span.begin >= skipped.begin && d.span.begin <= skipped.end);
    if (said) return;
    bool behind_rule = false;
    if (before && state.tree.nodes[*before].kind == Kind::rule) {
        const auto end = state.tree.nodes[*before].end;
        behind_rule = state.source.text().substr(end, skipped.begin - end).find(';') == std::string_view::npos;
        if (behind_rule && ends_in_stray_name(state, *before, flow)) {
            state.tree.unsaid.push_back(skipped.begin);
            return;
        }
    }
    report_skip(state.source, state.tree.source, skipped.begin, behind_rule, skipped.kind == Kind::skipped_in_test, state.diagnostics);
}

void report_all_skipped(State& state, std::uint32_t begin, std::uint32_t end, std::optional<std::uint32_t> flow) {
    std::optional<std::uint32_t> before;
    for (auto i = begin; i < end; i = state.tree.nodes[i].next) {
        const auto kind = state.tree.nodes[i].kind;
        if (kind == Kind::skipped || kind == Kind::skipped_in_flow || kind == Kind::skipped_in_test) report_skipped(state, i, before, flow);
        if (kind == Kind::flow || kind == Kind::test) report_all_skipped(state, i + 1, state.tree.nodes[i].next, i);
        before = i;
    }
}

template <class Root> Tree parse_as(const Sources& sources, std::uint32_t index, Diagnostics& diagnostics) {
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
    for (std::uint32_t at = 0; at < source.text().size(); ++at) {
        const char c = source.text()[at];
        if (!(c >= 0 && c < ' ' && std::string_view("\t\n\r\f\v").find(c) == std::string_view::npos) && c != 0x7F) continue;
        auto& d = diagnostics.error(Code::syntax, {index, at, at + 1}, fmt::format("there is a control character here, U+{:04X}", static_cast<unsigned char>(c)));
        d.primary = "it cannot be seen";
        d.help = "delete it";
        d.mend.push_back({d.span, ""});
        d.safe = true;
        return tree;
    }
    State state{source, tree, diagnostics, {}, 0, false, 0, {}, {}, false, 0, {}, {}, {}};
    p::memory_input<p::tracking_mode::lazy, p::eol::lf, const char*> in(source.text().data(), source.text().data() + source.text().size(), "");
    try {
        if (!p::parse<Root, p::nothing, Control>(in, state) && !state.too_deep)
            report(state, 0, "a rule or a declaration");
    } catch (const grammar::abandoned&) {
        // Reported where it was raised; only a skip that is itself too deep comes here.
    } catch (const enough&) {
    }
    report_all_skipped(state, 0, static_cast<std::uint32_t>(tree.nodes.size()), std::nullopt);
    return tree;
}

} // namespace

Tree parse(const Sources& sources, std::uint32_t source, Diagnostics& diagnostics) { return parse_as<grammar::file>(sources, source, diagnostics); }

Tree parse_entry(const Sources& sources, std::uint32_t source, Diagnostics& diagnostics) { return parse_as<grammar::entry>(sources, source, diagnostics); }

void report_unsaid(const Sources& sources, const Tree& tree, Diagnostics& diagnostics) {
    for (const auto begin : tree.unsaid) report_skip(sources[tree.source], tree.source, begin, true, false, diagnostics);
}

std::size_t analyze_grammar() { return p::analyze<grammar::file>() + p::analyze<grammar::entry>(); }

} // namespace segue
