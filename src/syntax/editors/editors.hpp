// What editors know of the language, made from keywords.def and the places of words: every file of ../../../editors/ that is generated.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace segue {

struct EditorFile {
    std::string_view what; // as `segue syntax --emit` calls it
    std::string_view path; // below editors/
    std::string_view summary;
    std::string (*text)();
};
std::span<const EditorFile> editor_files();

std::string textmate_grammar();      // textmate.cpp: JSON
std::string sublime_grammar();       // the same as a property list
std::string vscode_language();       // vscode.cpp
std::string vscode_snippets();
std::string vim_syntax();            // vim.cpp
std::string emacs_words();           // emacs.cpp
std::string monarch_language();      // monarch.cpp

} // namespace segue
