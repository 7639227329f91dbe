// Where the cursor stands, by the words around it. It reads characters, not the tree: what is just being typed is mostly no script yet.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <cstdint>

namespace segue::lsp {

struct Word {
    std::string_view text; // a word, a number with what belongs to it, a text with its quotes, or one sign (`=>` and the like are one)
    std::uint32_t begin = 0;
    std::uint32_t end() const { return begin + static_cast<std::uint32_t>(text.size()); }
};

// What stands in parentheses that are still open.
struct OpenCall {
    std::string_view name;     // before the parenthesis; may be empty
    std::string_view head;     // the word before that: "on", "include", ...
    std::size_t argument = 0;  // how many came before
    std::vector<Word> words;   // of the argument so far
};

struct Cursor {
    bool in_comment = false;
    bool in_text = false;               // within quotes, but not in a hole
    bool in_hole = false;
    std::string_view comment;           // up to the cursor, if it is in one
    std::vector<std::string_view> blocks; // the first word of what opened each brace around it, the outermost first
    std::vector<std::vector<Word>> heads; // likewise: all its words
    std::vector<std::vector<Word>> outer; // of all that is open around it: braces, parentheses, holes
    std::vector<Word> words;            // of the statement up to here, without the one that is being typed
    std::vector<OpenCall> calls;        // the innermost is the last
    std::string_view typed;             // the beginning of a word right before the cursor
    std::uint32_t begin = 0;            // where it begins

    std::string_view last(std::size_t back = 0) const { return back < words.size() ? words[words.size() - 1 - back].text : std::string_view(); }
    bool inside(std::string_view block) const; // of any of the blocks
    bool has(std::string_view word) const;     // among `words`
    std::vector<std::string_view> behind_on() const; // the word behind each `on` of the statement, and of those around it
};

Cursor cursor_at(std::string_view text, std::uint32_t offset);

bool is_number(std::string_view word);
bool is_comparison(std::string_view word); // `==` and the like

// Where the word begins and ends that stands around an offset: of letters, digits and `_`, and of those other signs. Empty: none does.
struct WordPlace {
    std::uint32_t begin = 0, end = 0;
};
WordPlace word_around(std::string_view text, std::uint32_t offset, std::string_view other_signs = {});

} // namespace segue::lsp
