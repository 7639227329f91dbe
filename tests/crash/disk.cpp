#include "crash/disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <map>
#include <mutex>
#include <random>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace segue::test {

namespace {

constexpr std::uint64_t sector = 512; // is written whole or not at all

struct File {
    std::string path;
    std::uint64_t synced_size = 0;
    std::map<std::uint64_t, std::vector<std::string>> before; // by sector: what it was, at the last sync and after each write since
};

struct Removed {
    std::string path, kept; // where it stands meanwhile
};

struct Disk {
    Power power;
    std::mutex mutex; // a run writes from two threads
    std::uint64_t operations = 0;
    std::map<ino_t, File> files;
    std::vector<Removed> removed;
    std::mt19937 random;
};

Disk* disk = nullptr; // none: calls are passed on

std::string path_of(int fd) {
    char path[4096];
    const auto n = ::readlink(("/proc/self/fd/" + std::to_string(fd)).c_str(), path, sizeof path);
    return n > 0 ? std::string(path, static_cast<std::size_t>(n)) : std::string();
}

bool on_disk(const std::string& path) { return path.starts_with(disk->power.folder); }

// The file of a descriptor, if it is on the disk: as it is before anything is done to it.
File* file_of(int fd) {
    struct stat now;
    if (!disk || ::fstat(fd, &now) != 0 || !S_ISREG(now.st_mode)) return nullptr;
    const auto path = path_of(fd);
    if (!on_disk(path)) return nullptr;
    const auto [at, fresh] = disk->files.try_emplace(now.st_ino);
    if (fresh) at->second = {path, static_cast<std::uint64_t>(now.st_size), {}};
    return &at->second;
}

void remember(File& file, int fd, std::uint64_t from, std::uint64_t to) {
    const int readable = ::open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDONLY | O_CLOEXEC); // that one may only be written
    from = from / sector * sector;
    std::string bytes((to - from + sector - 1) / sector * sector, '\0');
    const auto n = ::syscall(SYS_pread64, readable, bytes.data(), bytes.size(), from);
    ::close(readable);
    bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    for (auto at = from; at < to; at += sector) file.before[at / sector].push_back(at - from < bytes.size() ? bytes.substr(at - from, sector) : "");
}

void settle(ino_t inode, const File& file) {
    auto& random = disk->random;
    const int fd = ::open(file.path.c_str(), O_RDWR | O_CLOEXEC);
    struct stat now;
    if (fd < 0 || ::fstat(fd, &now) != 0 || now.st_ino != inode) { // removed for good
        ::close(fd);
        return;
    }
    const auto size = static_cast<std::uint64_t>(now.st_size);
    const auto least = std::min(size, file.synced_size), most = std::max(size, file.synced_size);
    auto wanted = random() % 3 == 0 ? size : random() % 2 ? file.synced_size : least + random() % (most - least + 1);
    const bool all_old = random() % 8 == 0; // nothing reached the disk
    for (const auto& [number, versions] : file.before) {
        const auto which = all_old ? 0 : random() % (versions.size() + 1);
        if (which == versions.size()) continue; // the newest
        auto bytes = versions[which];
        bytes.resize(sector, '\0');
        ::syscall(SYS_pwrite64, fd, bytes.data(), sector, number * sector);
    }
    if (all_old) wanted = file.synced_size;
    ::syscall(SYS_ftruncate, fd, wanted);
    ::close(fd);
}

[[noreturn]] void cut() {
    for (const auto& removed : disk->removed) {
        if (disk->random() % 2 && ::access(removed.path.c_str(), F_OK) != 0) std::rename(removed.kept.c_str(), removed.path.c_str());
        else std::remove(removed.kept.c_str());
    }
    for (const auto& [inode, file] : disk->files) settle(inode, file);
    ::_exit(power_is_gone);
}

// Does an operation on the disk, unless it is the one at which the power goes.
template <class Do> auto operate(Do&& act) {
    const bool last = ++disk->operations == disk->power.cut_at;
    if (last && disk->random() % 2) cut();
    const auto result = act();
    if (last) cut();
    return result;
}

bool is_lie(const std::string& path) {
    return (disk->power.lie == Lie::State && path.find("state.db") != std::string::npos) || (disk->power.lie == Lie::Actions && path.ends_with("actions"));
}

int sync(int fd, long call) {
    if (!disk) return static_cast<int>(::syscall(call, fd));
    const std::lock_guard lock(disk->mutex);
    struct stat now;
    if (::fstat(fd, &now) == 0 && S_ISDIR(now.st_mode) && on_disk(path_of(fd) + "/"))
        return operate([] {
            for (const auto& removed : disk->removed) {
                struct stat gone;
                if (::stat(removed.kept.c_str(), &gone) == 0) disk->files.erase(gone.st_ino);
                std::remove(removed.kept.c_str());
            }
            disk->removed.clear();
            return 0;
        });
    auto* file = file_of(fd);
    if (!file) return static_cast<int>(::syscall(call, fd));
    return operate([&] {
        if (is_lie(file->path)) return 0;
        file->before.clear();
        file->synced_size = static_cast<std::uint64_t>(now.st_size);
        return 0;
    });
}

ssize_t put(int fd, const void* data, std::size_t size, std::int64_t at) {
    const auto act = [&] { return at < 0 ? ::syscall(SYS_write, fd, data, size) : ::syscall(SYS_pwrite64, fd, data, size, at); };
    if (!disk) return act();
    const std::lock_guard lock(disk->mutex);
    auto* file = file_of(fd);
    if (!file) return act();
    return operate([&] {
        const auto from = static_cast<std::uint64_t>(at < 0 ? ::lseek(fd, 0, SEEK_CUR) : at);
        remember(*file, fd, from, from + size);
        return act();
    });
}

int cut_back(int fd, std::int64_t size) {
    const auto act = [&] { return static_cast<int>(::syscall(SYS_ftruncate, fd, size)); };
    if (!disk) return act();
    const std::lock_guard lock(disk->mutex);
    auto* file = file_of(fd);
    if (!file) return act();
    return operate([&] {
        struct stat now;
        ::fstat(fd, &now);
        if (now.st_size > size) remember(*file, fd, static_cast<std::uint64_t>(size), static_cast<std::uint64_t>(now.st_size));
        return act();
    });
}

int take_away(const char* path) {
    const auto act = [&] { return static_cast<int>(::syscall(SYS_unlink, path)); };
    if (!disk || !on_disk(path)) return act();
    const std::lock_guard lock(disk->mutex);
    return operate([&] {
        const auto kept = std::string(path) + ".removed";
        if (::link(path, kept.c_str()) == 0) disk->removed.push_back({path, kept});
        return act();
    });
}

} // namespace

void switch_on(const Power& power) {
    disk = new Disk{.power = power, .mutex = {}, .operations = 0, .files = {}, .removed = {}, .random = std::mt19937(power.seed)};
}

std::uint64_t operations() { return disk->operations; }

} // namespace segue::test

// What the C library would do.
extern "C" {
ssize_t write(int fd, const void* data, size_t size) { return segue::test::put(fd, data, size, -1); }
ssize_t pwrite(int fd, const void* data, size_t size, off_t at) { return segue::test::put(fd, data, size, at); }
ssize_t pwrite64(int fd, const void* data, size_t size, off64_t at) { return segue::test::put(fd, data, size, at); }
int ftruncate(int fd, off_t size) noexcept { return segue::test::cut_back(fd, size); }
int ftruncate64(int fd, off64_t size) noexcept { return segue::test::cut_back(fd, size); }
int fsync(int fd) { return segue::test::sync(fd, SYS_fsync); }
int fdatasync(int fd) { return segue::test::sync(fd, SYS_fdatasync); }
int unlink(const char* path) noexcept { return segue::test::take_away(path); }
}
