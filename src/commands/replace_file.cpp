#include "commands/replace_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace segue {

Outcome replace_file(const std::string& path, std::string_view text) {
    const auto refusal = [&] { return Failure{fmt::format("cannot write {}: {}", path, std::strerror(errno))}; };
    std::error_code error;
    const auto target = std::filesystem::canonical(path, error).string();
    if (error) return Failure{fmt::format("cannot write {}: {}", path, error.message())};
    struct stat before {};
    if (::stat(target.c_str(), &before) < 0) return refusal();
    if (::access(target.c_str(), W_OK) < 0) return refusal();
    auto beside = target + ".XXXXXX";
    const int fd = ::mkostemp(beside.data(), O_CLOEXEC);
    if (fd < 0) return refusal();
    bool good = true;
    for (std::size_t at = 0; good && at < text.size();) {
        const auto n = ::write(fd, text.data() + at, text.size() - at);
        if (n < 0 && errno == EINTR) continue;
        good = n >= 0;
        if (good) at += static_cast<std::size_t>(n);
    }
    // The owner can only be kept by those who may give files away; for others it is theirs already, or the group's right.
    if (good && (before.st_uid != ::geteuid() || before.st_gid != ::getegid())) [[maybe_unused]] const auto kept = ::fchown(fd, before.st_uid, before.st_gid);
    good = good && ::fchmod(fd, before.st_mode & 07777) == 0 && ::fsync(fd) == 0;
    auto why = errno;
    if (::close(fd) < 0 && good) {
        good = false;
        why = errno;
    }
    if (good && ::rename(beside.c_str(), target.c_str()) < 0) {
        good = false;
        why = errno;
    }
    if (good) return Done{};
    ::unlink(beside.c_str());
    errno = why;
    return refusal();
}

} // namespace segue
