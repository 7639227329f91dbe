#include <fcntl.h>

#include "commands/command.hpp"

int main(int argc, char** argv) {
    // A stream that was closed is one that cannot be written, and not the first file that is opened.
    for (int fd = 0; fd <= 2; ++fd)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd) return segue::refused;
    return segue::run_tool(argc, argv);
}
