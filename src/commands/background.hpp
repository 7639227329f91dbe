// A thread beside the one that drives a run.
#pragma once

#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

namespace segue {

// Signals are for the run: they are blocked in the new thread. Throws std::system_error, with words for people, where the system has no thread to give.
template <class Work> std::thread background(Work&& work) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread;
    std::error_code refused;
    try {
        thread = std::thread(std::forward<Work>(work));
    } catch (const std::system_error& e) {
        refused = e.code();
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (refused) throw std::system_error(refused, "no thread can be started: the system has no memory left, or allows no more processes (`ulimit -u`)");
    return thread;
}

} // namespace segue
