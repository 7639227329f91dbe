/* Preloaded into the tool by the tests: the N-th read or write of the process fails, or is its last.
 *
 *   SEGUE_FAULT_AT=N       which call of read, pread, write, pwrite, fsync, fdatasync, ftruncate (of files, not of the standard streams)
 *   SEGUE_FAULT_HOW=once   it fails with ENOSPC, a read with EIO; of a write half is done
 *                   from   so do all that follow
 *                   kill   the process is killed before it
 *   SEGUE_FAULT_MARK=FILE  is made when it happens
 *   SEGUE_FAULT_FOLDER=END a folder whose path ends so cannot be opened, at any time: ENFILE
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int calls;

static int strikes(int fd) {
    const char* at = getenv("SEGUE_FAULT_AT");
    const char* how = getenv("SEGUE_FAULT_HOW");
    const char* mark = getenv("SEGUE_FAULT_MARK");
    if (!at || !how || fd <= 2) return 0;
    const int n = atoi(at);
    const int call = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST); /* a run writes from two threads */
    if (call != n && !(call > n && strcmp(how, "from") == 0)) return 0;
    if (mark) close(open(mark, O_CREAT | O_WRONLY, 0644));
    if (strcmp(how, "kill") == 0) kill(getpid(), SIGKILL);
    return 1;
}

#define REAL(name) (real ? real : (real = dlsym(RTLD_NEXT, #name)))

ssize_t write(int fd, const void* data, size_t size) {
    static ssize_t (*real)(int, const void*, size_t);
    if (!strikes(fd)) return REAL(write)(fd, data, size);
    if (size > 1) return REAL(write)(fd, data, size / 2); /* and the rest the next time: the disk was full in the middle */
    errno = ENOSPC;
    return -1;
}

ssize_t read(int fd, void* data, size_t size) {
    static ssize_t (*real)(int, void*, size_t);
    if (!strikes(fd)) return REAL(read)(fd, data, size);
    errno = EIO;
    return -1;
}

#define PREAD(name, offset_type)                                                \
    ssize_t name(int fd, void* data, size_t size, offset_type offset) {         \
        static ssize_t (*real)(int, void*, size_t, offset_type);                \
        if (!strikes(fd)) return REAL(name)(fd, data, size, offset);            \
        errno = EIO;                                                            \
        return -1;                                                              \
    }
PREAD(pread, off_t)
PREAD(pread64, off64_t)

#define PWRITE(name, offset_type)                                                  \
    ssize_t name(int fd, const void* data, size_t size, offset_type offset) {      \
        static ssize_t (*real)(int, const void*, size_t, offset_type);             \
        if (!strikes(fd)) return REAL(name)(fd, data, size, offset);               \
        if (size > 1) REAL(name)(fd, data, size / 2, offset);                      \
        errno = ENOSPC;                                                            \
        return -1;                                                                 \
    }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define PLAIN(name, error)                           \
    int name(int fd) {                               \
        static int (*real)(int);                     \
        if (!strikes(fd)) return REAL(name)(fd);     \
        errno = error;                               \
        return -1;                                   \
    }
PLAIN(fsync, EIO)
PLAIN(fdatasync, EIO)

#define TRUNCATE(name, offset_type)                                \
    int name(int fd, offset_type size) {                           \
        static int (*real)(int, offset_type);                      \
        if (!strikes(fd)) return REAL(name)(fd, size);             \
        errno = EIO;                                               \
        return -1;                                                 \
    }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

DIR* opendir(const char* path) {
    static DIR* (*real)(const char*);
    const char* end = getenv("SEGUE_FAULT_FOLDER");
    const size_t length = strlen(path), wanted = end ? strlen(end) : 0;
    if (!end || length < wanted || strcmp(path + length - wanted, end) != 0) return REAL(opendir)(path);
    errno = ENFILE;
    return NULL;
}
