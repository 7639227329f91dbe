#include "commands/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace segue {

void in_parallel(std::size_t jobs, const std::function<void(std::size_t)>& job) {
    std::atomic<std::size_t> next = 0;
    std::exception_ptr thrown;
    std::mutex lock;
    const auto work = [&] {
        try {
            for (auto i = next++; i < jobs; i = next++) job(i);
        } catch (...) {
            const std::lock_guard guard(lock);
            thrown = std::current_exception();
        }
    };
    std::vector<std::thread> threads;
    const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
    try {
        for (std::size_t n = 1; n < std::min(jobs, processors); ++n) threads.emplace_back(work);
    } catch (const std::system_error&) { // no more than these: it takes longer
    }
    work();
    for (auto& thread : threads) thread.join();
    if (thrown) std::rethrow_exception(thrown);
}

} // namespace segue
