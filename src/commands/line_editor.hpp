// Lines from a terminal, edited: libedit with a history that lasts, completion, and pasted text taken as one piece.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace segue {

class LineEditor {
public:
    using Complete = std::function<std::vector<std::string>(const std::string& line, std::size_t cursor)>;

    // `history`: a file; empty: none is kept.
    LineEditor(std::string history, Complete complete);
    ~LineEditor();
    LineEditor(const LineEditor&) = delete;
    LineEditor& operator=(const LineEditor&) = delete;

    // A line with its line break; what was pasted may be several. Empty text: Ctrl-C left the line. Nothing: the end of the input.
    std::optional<std::string> read(const std::string& prompt);
    void remember(const std::string& entry); // for the arrow keys, and the next session

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace segue
