#include "commands/write_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace segue {

namespace {

// Closes it too. What failed is in errno.
bool write_and_close(int fd, std::string_view text, bool good_before = true) {
    bool good = good_before;
    while (good && !text.empty()) {
        const auto n = ::write(fd, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        good = n >= 0;
        if (good) text.remove_prefix(static_cast<std::size_t>(n));
    }
    good = good && ::fsync(fd) == 0;
    const auto why = errno;
    if (::close(fd) < 0 && good) return false;
    errno = why;
    return good;
}

} // namespace

Outcome replace_file(const std::string& path, std::string_view text) {
    const auto refusal = [&](int why) { return Failure{fmt::format("cannot write {}: {}", path, std::strerror(why))}; };
    std::error_code error;
    const auto target = std::filesystem::canonical(path, error).string();
    if (error) return Failure{fmt::format("cannot write {}: {}", path, error.message())};
    struct stat before {};
    if (::stat(target.c_str(), &before) < 0 || ::access(target.c_str(), W_OK) < 0) return refusal(errno);
    auto beside = target + ".XXXXXX";
    const int fd = ::mkostemp(beside.data(), O_CLOEXEC);
    if (fd < 0) return refusal(errno);
    // The owner can only be kept by those who may give files away; for others it is theirs already, or the group's right.
    if (before.st_uid != ::geteuid() || before.st_gid != ::getegid()) [[maybe_unused]] const auto kept = ::fchown(fd, before.st_uid, before.st_gid);
    if (write_and_close(fd, text, ::fchmod(fd, before.st_mode & 07777) == 0) && ::rename(beside.c_str(), target.c_str()) == 0) return Done{};
    const auto why = errno;
    ::unlink(beside.c_str());
    return refusal(why);
}

Outcome create_file(const std::string& path, std::string_view text) {
    std::error_code error;
    const auto folder = std::filesystem::path(path).parent_path();
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error) return Failure{fmt::format("cannot make the folder {}: {}", folder.string(), error.message())};
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, text.starts_with("#!") ? 0777 : 0666); // less what the umask takes
    if (fd < 0) return Failure{fmt::format("cannot make {}: {}", path, std::strerror(errno))};
    if (write_and_close(fd, text)) return Done{};
    const auto why = errno;
    ::unlink(path.c_str());
    return Failure{fmt::format("cannot write {}: {}", path, std::strerror(why))};
}

} // namespace segue
