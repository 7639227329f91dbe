#include "ingest/lines.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <simdjson.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "ingest/decode.hpp"

namespace segue {

namespace {
constexpr std::size_t chunk = 1u << 18;
constexpr int patience_ms = 100; // until it is asked again whether anything is wanted
}

Lines::Lines(int fd, const InputOptions& options, InputPosition from)
    : fd_(fd), path_(fd == STDIN_FILENO ? "standard input" : options.path), stopped_(options.stopped), position_(from) {
    buffer_.resize(chunk + simdjson::SIMDJSON_PADDING);
}

Lines::Lines(Lines&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)), stopped_(std::move(other.stopped_)), buffer_(std::move(other.buffer_)), begin_(other.begin_), end_(other.end_), eof_(other.eof_),
      cut_(other.cut_), in_line_(other.in_line_), position_(other.position_), failure_(std::move(other.failure_)) {}

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
    Lines lines(fd, options, from);
    char before = '\n';
    lines.in_line_ = from.offset > 0 && ::pread(fd, &before, 1, static_cast<off_t>(from.offset) - 1) == 1 && before != '\n';
    return lines;
}

// Until there is something to read; false when nothing is wanted any more, and then half a line is no line.
bool Lines::wait() {
    pollfd waiting{fd_, POLLIN, 0};
    while (::poll(&waiting, 1, patience_ms) <= 0) { // a signal counts as having waited
        if (!stopped_()) continue;
        eof_ = true;
        end_ = begin_;
        return false;
    }
    return true;
}

bool Lines::fill() {
    break_ = nullptr;
    if (eof_) return false;
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ + simdjson::SIMDJSON_PADDING >= buffer_.size()) buffer_.resize(buffer_.size() * 2);
    while (wait()) {
        if (stopped_()) {
            eof_ = true;
            end_ = begin_;
            return false;
        }
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
    constexpr std::size_t head = 1'000; // bytes that are kept of a line that is too long
    std::size_t looked = 0;
    std::uint64_t dropped = 0;
    too_long = false;
    while (true) {
        const auto* start = buffer_.data() + begin_;
        const auto* found = break_ ? std::exchange(break_, nullptr) : find_break(looked);
        if (found || (eof_ && begin_ < end_)) {
            const auto length = found ? static_cast<std::size_t>(found - start) : end_ - begin_;
            cut_ = !found;
            line = {start, length};
            if (position_.offset == 0 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
            too_long = too_long || length > most_record_bytes;
            if (too_long) line = line.substr(0, head);
            begin_ += length + (found ? 1 : 0);
            position_.offset += dropped + length + (found ? 1 : 0);
            if (std::exchange(in_line_, false)) {
                if (length == 0) continue; // the break of a line that was given without one
            } else ++position_.line;
            return true;
        }
        looked = end_ - begin_;
        if (looked > most_record_bytes) { // its head for the rejects, and the end is still to be found
            too_long = true;
            dropped += looked - head;
            end_ = begin_ + head;
            looked = head;
        }
        if (!fill() && begin_ == end_) return false;
    }
}

const char* Lines::find_break(std::size_t looked) const { return static_cast<const char*>(std::memchr(buffer_.data() + begin_ + looked, '\n', end_ - begin_ - looked)); }

bool Lines::ready() const {
    if (!break_) break_ = find_break();
    return break_ != nullptr;
}

bool Lines::next_filled(std::string_view& line, bool& too_long) {
    do {
        if (!next(line, too_long)) return false;
    } while ((line.empty() || line[0] <= ' ') && !too_long && line.find_first_not_of(" \t\r") == std::string_view::npos);
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
            if (position_.offset == 0 && text.starts_with("\xEF\xBB\xBF")) return text.substr(3, std::min(text.find('\n', 3), text.size()) - 3);
            return start == std::string_view::npos ? std::string_view{} : text.substr(start, stop == std::string_view::npos ? stop : stop - start);
        }
    }
}

std::string Lines::rest() {
    while (fill()) {}
    std::string all(buffer_.data() + begin_, end_ - begin_);
    begin_ = end_;
    if (position_.offset == 0 && all.starts_with("\xEF\xBB\xBF")) all.erase(0, 3);
    return all;
}

} // namespace segue
