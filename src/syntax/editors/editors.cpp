#include "syntax/editors/editors.hpp"

namespace segue {

namespace {

constexpr EditorFile table[] = {
    {"textmate", "textmate/segue.tmLanguage.json", "a TextMate grammar as JSON, for VS Code and whatever reads such", textmate_grammar},
    {"sublime", "sublime/Segue.tmLanguage", "the same as a property list, for Sublime Text and TextMate", sublime_grammar},
    {"vscode-language", "vscode/language-configuration.json", "brackets, comments and indentation for VS Code", vscode_language},
    {"snippets", "vscode/snippets.json", "snippets in the form of VS Code", vscode_snippets},
    {"vim", "vim/syntax/segue.vim", "a syntax file for Vim and Neovim", vim_syntax},
    {"emacs", "emacs/segue-words.el", "the words of the language for segue-mode", emacs_words},
    {"monarch", "monaco/segue.js", "a module for Monaco: Monarch tokenizer and language configuration", monarch_language},
};

} // namespace

std::span<const EditorFile> editor_files() { return table; }

} // namespace segue
