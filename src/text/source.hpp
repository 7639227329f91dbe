// Source text and places in it. Offsets are bytes everywhere; lines and columns are computed here, once, and only for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace segue {

// Half-open range of bytes of one source.
struct Span {
    std::uint32_t source = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    friend bool operator==(const Span&, const Span&) = default;
};

// 1-based. `column` counts code points, which is what editors show; `utf16` counts as JavaScript and SARIF do.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    std::uint32_t utf16 = 1;
};

class Source {
public:
    // A byte order mark is left out. One that is `embedded` is part of the tool: no file of that name need be there.
    Source(std::string name, std::string text, bool embedded = false);

    const std::string& name() const { return name_; }
    std::string_view text() const { return text_; }
    bool embedded() const { return embedded_; }
    std::uint32_t left_out() const { return left_out_; } // bytes of the file before the text: its byte order mark
    std::string_view slice(Span span) const;

    Position position(std::uint32_t offset) const;
    std::uint32_t line_begin(std::uint32_t line) const; // 1-based line to byte offset
    std::string_view line(std::uint32_t line) const;    // without its line break
    std::uint32_t line_count() const { return static_cast<std::uint32_t>(starts_.size()); }

private:
    std::string name_;
    std::string text_;
    bool embedded_;
    std::uint32_t left_out_ = 0;
    std::vector<std::uint32_t> starts_;
};

// Every text that one compilation reads. A Span's `source` is the index here.
class Sources {
public:
    std::uint32_t add(std::string name, std::string text, bool embedded = false);
    std::uint32_t add(Source source);
    const Source& operator[](std::uint32_t index) const { return all_[index]; }
    std::size_t size() const { return all_.size(); }

private:
    std::vector<Source> all_;
};

// Whether only blanks stand before it on its line.
bool begins_line(std::string_view text, std::size_t offset);

} // namespace segue
