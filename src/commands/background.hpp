// A thread beside the one that drives a run.
#pragma once

#include <csignal>
#include <thread>
#include <utility>

namespace segue {

// Signals are for the run: they are blocked in the new thread.
template <class Work> std::thread background(Work&& work) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::forward<Work>(work));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

} // namespace segue
