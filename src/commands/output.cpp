#include "commands/output.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace segue {

namespace {

// That a new file is there outlives a power cut as what is in it does. Where a folder cannot be synced nothing is lost by trying.
void sync_folder(const std::string& path) {
    const auto folder = std::filesystem::absolute(path).parent_path();
    const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    ::fsync(fd);
    ::close(fd);
}

} // namespace

Output::Output(Output&& other) noexcept { *this = std::move(other); }

Output& Output::operator=(Output&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(path_, other.path_);
    std::swap(size_, other.size_);
    std::swap(made_, other.made_);
    std::swap(buffer_, other.buffer_);
    return *this;
}

Output::~Output() {
    if (fd_ > 2) ::close(fd_);
}

Result<Output> Output::open(const std::string& path, std::uint64_t keep) {
    Output out;
    out.path_ = path;
    if (path == "-") {
        out.fd_ = STDOUT_FILENO;
        out.path_ = "standard output";
        return out;
    }
    out.fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    out.made_ = out.fd_ >= 0;
    if (!out.made_) out.fd_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (out.fd_ < 0) return Failure{fmt::format("cannot write {}: {}", path, std::strerror(errno))};
    // What is not a file (a pipe, /dev/null) cannot be cut and needs no cutting.
    if (::lseek(out.fd_, 0, SEEK_END) >= 0 && (::ftruncate(out.fd_, static_cast<off_t>(keep)) < 0 || ::lseek(out.fd_, 0, SEEK_END) < 0) && errno != EINVAL)
        return Failure{fmt::format("cannot cut {} back: {}", path, std::strerror(errno))};
    out.size_ = keep;
    return out;
}

void Output::line(std::string_view text) {
    this->text(text);
    buffer_ += '\n';
    ++size_;
}

void Output::text(std::string_view lines) {
    buffer_ += lines;
    size_ += lines.size();
}

Outcome Output::flush() {
    std::size_t at = 0;
    while (at < buffer_.size()) {
        const auto n = ::write(fd_, buffer_.data() + at, buffer_.size() - at);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            const auto why = std::strerror(errno);
            size_ -= buffer_.size() - at;
            buffer_.clear();
            return Failure{fmt::format("cannot write {}: {}", path_, why)};
        }
        at += static_cast<std::size_t>(n);
    }
    buffer_.clear();
    return Done{};
}

Outcome Output::sync() {
    if (auto flushed = flush(); !flushed) return flushed;
    if (fd_ > 2 && ::fdatasync(fd_) < 0 && errno != EINVAL && errno != EROFS) return Failure{fmt::format("cannot write {}: {}", path_, std::strerror(errno))};
    if (std::exchange(made_, false)) sync_folder(path_);
    return Done{};
}

} // namespace segue
