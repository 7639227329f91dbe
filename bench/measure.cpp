// Runs a command and appends what it took to a file: "NAME\tSECONDS\tCPU\tKIB". Usage: bench_measure FILE NAME COMMAND...
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
    if (argc < 4) {
        fmt::print(stderr, "usage: bench_measure FILE NAME COMMAND...\n");
        return 2;
    }
    const auto begin = std::chrono::steady_clock::now();
    const auto child = fork();
    if (child == 0) {
        const auto nothing = open("/dev/null", O_RDWR);
        dup2(nothing, 0);
        dup2(nothing, 1);
        execvp(argv[3], argv + 3);
        fmt::print(stderr, "cannot run {}\n", argv[3]);
        _exit(127);
    }
    int status = 0;
    rusage used{};
    if (child < 0 || wait4(child, &status, 0, &used) != child) return 2;
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fmt::print(stderr, "{} ended with {}\n", argv[2], WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
        return 1;
    }
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
    auto* file = std::fopen(argv[1], "a");
    if (!file) return 2;
    fmt::print(file, "{}\t{:.4f}\t{:.4f}\t{}\n", argv[2], took.count(), seconds(used.ru_utime) + seconds(used.ru_stime), used.ru_maxrss);
    return std::fclose(file) == 0 ? 0 : 2;
}
