// A file or a pipe, line by line, in a buffer that simdjson may read past.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/reader.hpp"

namespace segue {

class Lines {
public:
    // At `from`, which need not be where the options say.
    static Result<Lines> open(const InputOptions& options, InputPosition from);
    Lines(Lines&& other) noexcept;
    Lines& operator=(Lines&&) = delete;
    ~Lines();

    // The next line without its break, and the first one without a byte order mark; false at the end. `too_long`: it is
    // longer than a record may be, and only its head is given.
    bool next(std::string_view& line, bool& too_long);
    bool ready() const; // a whole line is in the buffer
    // What was read and is behind the last line, with its break; it stays until it was given.
    std::string_view ahead() const { return {buffer_.data() + begin_ - !cut_, end_ - begin_ + !cut_}; }
    InputPosition position() const { return position_; }
    bool cut() const { return cut_; } // the last line ended with the input
    const std::string& failure() const { return failure_; }
    // The next line that is not blank.
    bool next_filled(std::string_view& line, bool& too_long);
    // The first line that is not blank, without taking it; empty at the end.
    std::string_view peek();
    // Everything that is left, for formats that are one document.
    std::string rest();

private:
    Lines(int fd, const InputOptions& options, InputPosition from);
    bool fill();
    const char* find_break(std::size_t looked = 0) const; // null: none is in the buffer
    bool wait();

    int fd_ = -1;
    std::string path_;
    std::function<bool()> stopped_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    mutable const char* break_ = nullptr; // of the next line, if it was looked for and found
    bool eof_ = false;
    bool cut_ = false;
    bool in_line_ = false; // what comes first goes on a line that was given before
    InputPosition position_;
    std::string failure_;
};

} // namespace segue
