#include "ingest/lines.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest/decode.hpp"

namespace segue {

namespace {
constexpr std::size_t chunk = 1u << 18;
}

Lines::Lines(int fd, const InputOptions& options, InputPosition from)
    : fd_(fd), path_(fd == STDIN_FILENO ? "standard input" : options.path), idle_ms_(options.idle_ms), idle_(options.idle), position_(from) {
    buffer_.resize(chunk + simdjson::SIMDJSON_PADDING);
}

Lines::Lines(Lines&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)), idle_ms_(other.idle_ms_), idle_(std::move(other.idle_)), buffer_(std::move(other.buffer_)), begin_(other.begin_), end_(other.end_), eof_(other.eof_),
      position_(other.position_), failure_(std::move(other.failure_)) {}

Lines::~Lines() {
    if (fd_ > 0) ::close(fd_);
}

Result<Lines> Lines::open(const InputOptions& options, InputPosition from) {
    const auto& path = options.path;
    if (path == "-") return Lines(STDIN_FILENO, options, from);
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return Failure{fmt::format("cannot read {}: {}", path, std::strerror(errno))};
    struct stat info {};
    if (::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) {
        ::close(fd);
        return Failure{fmt::format("cannot read {}: it is a folder", path)};
    }
    if (from.offset > 0 && ::lseek(fd, static_cast<off_t>(from.offset), SEEK_SET) < 0) {
        const auto why = std::strerror(errno);
        ::close(fd);
        return Failure{fmt::format("cannot go on in {}: {}", path, why)};
    }
    return Lines(fd, options, from);
}

// Until there is something to read; false when nothing is wanted any more, and then half a line is no line.
bool Lines::wait() {
    pollfd waiting{fd_, POLLIN, 0};
    while (idle_ && ::poll(&waiting, 1, idle_ms_) <= 0) { // a signal counts as having waited
        if (idle_()) continue;
        eof_ = true;
        end_ = begin_;
        return false;
    }
    return true;
}

bool Lines::fill() {
    if (eof_) return false;
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ + simdjson::SIMDJSON_PADDING >= buffer_.size()) buffer_.resize(buffer_.size() * 2);
    while (wait()) {
        const auto n = ::read(fd_, buffer_.data() + end_, buffer_.size() - end_ - simdjson::SIMDJSON_PADDING);
        if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (n < 0) failure_ = fmt::format("cannot read {}: {}", path_, std::strerror(errno));
        if (n <= 0) {
            eof_ = true;
            return false;
        }
        end_ += static_cast<std::size_t>(n);
        return true;
    }
    return false;
}

bool Lines::next(std::string_view& line, bool& too_long) {
    std::size_t looked = 0;
    std::uint64_t dropped = 0;
    too_long = false;
    while (true) {
        const auto* start = buffer_.data() + begin_;
        const auto* found = static_cast<const char*>(std::memchr(start + looked, '\n', end_ - begin_ - looked));
        if (found || (eof_ && begin_ < end_)) {
            const auto length = found ? static_cast<std::size_t>(found - start) : end_ - begin_;
            line = {start, length};
            too_long = too_long || length > most_record_bytes;
            begin_ += length + (found ? 1 : 0);
            position_.offset += dropped + length + (found ? 1 : 0);
            ++position_.line;
            return true;
        }
        looked = end_ - begin_;
        if (looked > most_record_bytes) { // keep its head for the rejects, drop the middle
            too_long = true;
            const auto keep = std::size_t{200};
            dropped += looked - keep;
            end_ = begin_ + keep;
            looked = keep;
        }
        if (!fill() && begin_ == end_) return false;
    }
}

bool Lines::next_filled(std::string_view& line, bool& too_long) {
    do {
        if (!next(line, too_long)) return false;
    } while (!too_long && line.find_first_not_of(" \t\r") == std::string_view::npos);
    return true;
}

std::string_view Lines::peek() {
    while (true) {
        std::string_view text(buffer_.data() + begin_, end_ - begin_);
        const auto start = text.find_first_not_of(" \t\r\n");
        const auto stop = start == std::string_view::npos ? start : text.find('\n', start);
        const bool enough = stop != std::string_view::npos || text.size() > most_record_bytes;
        if (enough || !fill()) {
            text = {buffer_.data() + begin_, end_ - begin_};
            return start == std::string_view::npos ? std::string_view{} : text.substr(start, stop == std::string_view::npos ? stop : stop - start);
        }
    }
}

std::string Lines::rest() {
    while (fill()) {}
    std::string all(buffer_.data() + begin_, end_ - begin_);
    begin_ = end_;
    return all;
}

} // namespace segue
