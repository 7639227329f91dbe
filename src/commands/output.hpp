// A file that lines are appended to, or standard output.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "text/result.hpp"

namespace segue {

class Output {
public:
    Output() = default;
    Output(Output&& other) noexcept;
    Output& operator=(Output&& other) noexcept;
    ~Output();

    // "-" is standard output. A file is cut to its first `keep` bytes.
    static Result<Output> open(const std::string& path, std::uint64_t keep);

    bool is_open() const { return fd_ >= 0; }
    const std::string& path() const { return path_; }
    std::uint64_t size() const { return size_; } // with what is buffered
    void line(std::string_view text);            // buffered
    void text(std::string_view lines);
    Outcome flush();                             // to the system
    Outcome sync();                              // and to the disk

private:
    int fd_ = -1;
    std::string path_;
    std::uint64_t size_ = 0;
    bool made_ = false; // by us, and its folder was not synced since
    std::string buffer_;
};

} // namespace segue
