// What editors ask, one function each: the answer as the protocol has it. They only read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lsp/workspace.hpp"
#include "scenario/documented.hpp"

namespace segue::lsp {

// A place in a program that somebody asks about.
struct Asked {
    const Workspace& workspace;
    const Compilation& program;
    std::uint32_t source = 0;
    std::uint32_t offset = 0;
    bool snippets = false;  // the client fills in templates of code
    bool templates = true;  // ... and has none of its own

    const Source& text() const { return program.sources[source]; }
    const Positions& positions() const { return workspace.positions(); }
    Json range(Span span) const { return positions().range(program.sources[span.source], span); }
    Json location(Span span) const { return {{"uri", workspace.uri(program, span.source)}, {"range", range(span)}}; }
};

// diagnostics.cpp
Json diagnostic_json(const Asked& in, const Diagnostic& diagnostic);
Json diagnostics_of(const Asked& in); // of the file
// What was found of a text that has been changed since: what stands before and behind the changed lines, where it is now.
Json still_found(const Json& diagnostics, std::string_view text, std::string_view now, const std::string& uri);

// completion.cpp, signature.cpp, hover.cpp
Json completion(const Asked& in);
Json signature_help(const Asked& in);
Json hover(const Asked& in);
void unmark(Json& answer); // unmarked.cpp: what is Markdown in it becomes plain text

// navigation.cpp
Json definition(const Asked& in);
Json references(const Asked& in, const std::vector<NameUse>& things, bool with_declaration);
Json highlights(const Asked& in);
Json document_links(const Asked& in);
std::vector<NameUse> things_at(const Asked& in);
// The same for who only looks: in a rule that cannot be read yet, what the word would stand for anywhere.
std::vector<NameUse> likely_things_at(const Asked& in);
std::vector<const NameUse*> uses_of(const Compilation& program, const std::vector<NameUse>& things); // each place once

// rename.cpp
Json prepare_rename(const Asked& in);
// What a name stands for may be in several programs: the edits of each are put together by the caller.
struct Renaming {
    std::string refused;                                // why not; empty: it goes
    std::vector<Edit> edits;                            // within this program
};
std::string after_rename(const NameUse& thing); // what a script alone cannot change: who goes by the old name; empty: nobody
Renaming rename(const Workspace& workspace, const Compilation& program, const std::vector<NameUse>& things, const std::string& to);

// symbols.cpp
Json document_symbols(const Asked& in, bool nested);
Json workspace_symbols(const Asked& in, const std::string& query); // of the files of the program that are no library's

// structure.cpp
Json folding_ranges(const Asked& in);
Json selection_ranges(const Asked& in, const std::vector<std::uint32_t>& offsets);

// tokens.cpp
std::vector<std::string> token_types();
std::vector<std::string> token_modifiers();
std::vector<std::uint32_t> semantic_tokens(const Asked& in, Span range); // as the protocol packs them

// format_edits.cpp
Json format_edits(const Asked& in, std::optional<Span> range); // null: the text has errors, and stays as it is
std::string with_line_breaks(std::string_view text); // \r\n for each \n
Json format_on_type(const Asked& in, const std::string& typed);

// actions.cpp
// `later`: what costs checks of the whole program is left for `resolved_action`, which is asked with the place of the rule. Null: it is gone.
Json code_actions(const Asked& in, Span range, const std::vector<std::string>& only, bool later);
Json resolved_action(const Asked& in);
// test_of_rule.cpp: a test for a rule, that passes if what has to be there was found; false: nobody can say what wakes it.
bool can_be_tested(const Asked& in, const ast::Rule& rule);
std::string test_of_rule(const Asked& in, const ast::Rule& rule);

// lens.cpp
struct TestState {
    bool passed = false;
    std::string text; // "passed", or the first failure
};
Json code_lenses(const Asked& in, const std::map<std::string, TestState>& tests, const std::map<std::string, std::uint64_t>* fired);
Json inlay_hints(const Asked& in, Span range);

// hierarchy.cpp
Json prepare_hierarchy(const Asked& in);
Json incoming_calls(const Asked& in, const std::string& rule);
Json outgoing_calls(const Asked& in, const std::string& rule);

// names.cpp: what a name is, in words
const Documented* documented_of(const std::vector<Documented>& all, const NameUse& use);
std::string kind_word(Named kind); // "event"
std::string signature_of(const Compilation& program, const NameUse& use, const std::vector<Documented>& all); // as it is written; empty: nothing to show
std::string doc_of(const Compilation& program, const NameUse& use, const std::vector<Documented>& all);       // Markdown; may be empty
const std::vector<std::pair<std::string_view, std::string_view>>& all_meanings(); // of words: Markdown, with an example that can be read
std::string meaning_of_word(std::string_view word); // of a word of the language; empty: there is none
const std::vector<std::pair<std::string_view, std::string_view>>& all_functions(); // by name: "distinct(EVENT.FIELD): number"
std::string function_signature(std::string_view name); // of one; empty: there is none
std::optional<std::uint32_t> rule_at(const Compilation& program, std::uint32_t source, std::uint32_t offset); // of the Program; none: no rule stands there
std::string rule_summary(const Compilation& program, std::uint32_t rule); // Markdown: its worst case; empty where the program has errors
std::string leads_to(const Compilation& program, std::uint32_t rule);     // likewise: what wakes it, and what it leads to

} // namespace segue::lsp
