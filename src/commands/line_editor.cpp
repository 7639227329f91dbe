#include "commands/line_editor.hpp"

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstring>
#include <histedit.h>
#include <unistd.h>

#include "syntax/one_line.hpp"

namespace segue {

namespace {

constexpr int most_history = 1'000;

} // namespace

struct LineEditor::Parts {
    EditLine* edit = nullptr;
    History* history = nullptr;
    std::string history_file;
    Complete complete;
    std::string prompt;
    std::string pasted; // several lines, that stand for the one being edited
    bool left = false;  // by Ctrl-C
};

namespace {

// Reads what is pasted, up to the terminal's mark of its end.
std::string read_paste(EditLine* edit) {
    constexpr std::string_view end = "\033[201~";
    std::string text;
    char c = 0;
    while (el_getc(edit, &c) == 1) {
        text += c == '\r' ? '\n' : c;
        if (text.ends_with(end)) {
            text.resize(text.size() - end.size());
            break;
        }
    }
    return text;
}

} // namespace

LineEditor::LineEditor(std::string history_file, Complete complete) : parts_(std::make_unique<Parts>()) {
    auto& p = *parts_;
    std::setlocale(LC_CTYPE, "");
    p.history_file = std::move(history_file);
    p.complete = std::move(complete);
    p.edit = el_init("segue", stdin, stdout, stderr);
    p.history = history_init();
    HistEvent event;
    ::history(p.history, &event, H_SETSIZE, most_history);
    ::history(p.history, &event, H_SETUNIQUE, 1);
    if (!p.history_file.empty()) ::history(p.history, &event, H_LOAD, p.history_file.c_str());
    el_set(p.edit, EL_CLIENTDATA, &p);
    el_set(p.edit, EL_PROMPT_ESC, +[](EditLine* e) -> char* {
        void* data = nullptr;
        el_get(e, EL_CLIENTDATA, &data);
        return static_cast<Parts*>(data)->prompt.data();
    }, '\1');
    el_set(p.edit, EL_EDITOR, "emacs");
    el_set(p.edit, EL_HIST, ::history, p.history);
    el_set(p.edit, EL_ADDFN, "segue-complete", "complete what is in scope", +[](EditLine* e, int) -> unsigned char {
        void* data = nullptr;
        el_get(e, EL_CLIENTDATA, &data);
        auto& parts = *static_cast<Parts*>(data);
        const auto* line = el_line(e);
        const std::string text(line->buffer, static_cast<std::size_t>(line->lastchar - line->buffer));
        const auto cursor = static_cast<std::size_t>(line->cursor - line->buffer);
        auto words = parts.complete(text, cursor);
        if (words.empty()) return CC_REFRESH_BEEP;
        // What they have in common, beyond what is typed.
        auto common = words[0];
        for (const auto& word : words) {
            std::size_t n = 0;
            while (n < common.size() && n < word.size() && common[n] == word[n]) ++n;
            common.resize(n);
        }
        std::size_t typed = 0; // how much of it stands there
        for (auto n = std::min(common.size(), cursor); n > 0 && typed == 0; --n)
            if (text.compare(cursor - n, n, common, 0, n) == 0) typed = n;
        if (common.size() > typed) el_insertstr(e, common.substr(typed).c_str());
        if (common.size() > typed || words.size() == 1) return CC_REFRESH;
        std::size_t width = 0;
        for (const auto& word : words) width = std::max(width, word.size());
        std::string shown = "\n";
        const auto columns = std::max<std::size_t>(1, 78 / (width + 2));
        for (std::size_t i = 0; i < words.size() && i < 200; ++i) {
            shown += words[i] + std::string(width + 2 - words[i].size(), ' ');
            if ((i + 1) % columns == 0) shown += "\n";
        }
        if (!shown.ends_with('\n')) shown += '\n';
        std::fwrite(shown.data(), 1, shown.size(), stdout);
        std::fflush(stdout);
        return CC_REDISPLAY;
    });
    el_set(p.edit, EL_ADDFN, "segue-paste", "take what is pasted as one piece", +[](EditLine* e, int) -> unsigned char {
        void* data = nullptr;
        el_get(e, EL_CLIENTDATA, &data);
        auto& parts = *static_cast<Parts*>(data);
        auto text = read_paste(e);
        while (text.ends_with('\n')) text.pop_back();
        if (text.find('\n') == std::string::npos) {
            std::replace(text.begin(), text.end(), '\t', ' ');
            el_insertstr(e, text.c_str());
            return CC_REFRESH;
        }
        const auto* line = el_line(e);
        parts.pasted = std::string(line->buffer, static_cast<std::size_t>(line->cursor - line->buffer)) + text + "\n";
        std::fwrite(text.data(), 1, text.size(), stdout);
        std::fflush(stdout);
        return CC_NEWLINE;
    });
    // A key like others, not a signal: the line that is left stays to be seen.
    el_set(p.edit, EL_SETTY, "-d", "-isig", nullptr);
    el_set(p.edit, EL_ADDFN, "segue-leave", "leave the line", +[](EditLine* e, int) -> unsigned char {
        void* data = nullptr;
        el_get(e, EL_CLIENTDATA, &data);
        static_cast<Parts*>(data)->left = true;
        std::fputs("^C\n", stdout);
        std::fflush(stdout);
        return CC_NEWLINE;
    });
    el_set(p.edit, EL_BIND, "^C", "segue-leave", nullptr);
    el_set(p.edit, EL_BIND, "^I", "segue-complete", nullptr);
    el_set(p.edit, EL_BIND, "\033[200~", "segue-paste", nullptr);
    el_set(p.edit, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_set(p.edit, EL_BIND, "\033[A", "ed-search-prev-history", nullptr);
    el_set(p.edit, EL_BIND, "\033[B", "ed-search-next-history", nullptr);
    el_set(p.edit, EL_BIND, "\033[H", "ed-move-to-beg", nullptr);
    el_set(p.edit, EL_BIND, "\033[F", "ed-move-to-end", nullptr);
    el_set(p.edit, EL_BIND, "\033[3~", "ed-delete-next-char", nullptr);
    el_set(p.edit, EL_BIND, "\033[1;5C", "em-next-word", nullptr);
    el_set(p.edit, EL_BIND, "\033[1;5D", "ed-prev-word", nullptr);
    el_source(p.edit, nullptr); // the user's own ~/.editrc
    std::fputs("\033[?2004h", stdout);
    std::fflush(stdout);
}

LineEditor::~LineEditor() {
    auto& p = *parts_;
    std::fputs("\033[?2004l", stdout);
    std::fflush(stdout);
    HistEvent event;
    if (!p.history_file.empty()) ::history(p.history, &event, H_SAVE, p.history_file.c_str());
    history_end(p.history);
    el_end(p.edit);
}

std::optional<std::string> LineEditor::read(const std::string& prompt) {
    auto& p = *parts_;
    p.prompt = prompt;
    p.pasted.clear();
    p.left = false;
    int n = 0;
    const auto* line = el_gets(p.edit, &n);
    if (p.left) return std::string();
    if (!p.pasted.empty()) std::fputs("\n", stdout);
    if (!p.pasted.empty()) return std::move(p.pasted);
    if (!line || n <= 0) return std::nullopt;
    return std::string(line, static_cast<std::size_t>(n));
}

void LineEditor::remember(const std::string& entry) {
    auto& p = *parts_;
    auto text = entry;
    while (text.ends_with('\n')) text.pop_back();
    if (text.find('\n') != std::string::npos) {
        if (text.find("\"\"\"") != std::string::npos) return; // a text of several lines cannot stand on one
        text = one_line(text);
    }
    HistEvent event;
    if (text.find_first_not_of(" \t") == std::string::npos) return;
    ::history(p.history, &event, H_ENTER, text.c_str());
    if (!p.history_file.empty()) ::history(p.history, &event, H_SAVE, p.history_file.c_str()); // a session can end in any way
}

} // namespace segue
