#include "commands/committer.hpp"

#include <utility>

#include "commands/background.hpp"

namespace segue {

Committer::Committer(Store* store, Output& actions, std::string name) : store_(store), actions_(actions), name_(std::move(name)) {
    thread_ = background([this] { work(); });
}

Committer::~Committer() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

Outcome Committer::deliver(std::uint64_t batch, const std::string& lines) {
    if (batch == 0) return Done{};
    actions_.text(lines);
    if (auto synced = actions_.sync(); !synced) return synced;
    delivered_ = batch;
    return Done{};
}

Outcome Committer::submit(Batch batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !next_ || !outcome_; });
    if (!outcome_) return outcome_;
    next_ = std::move(batch);
    changed_.notify_all();
    return Done{};
}

std::string Committer::empty_lines() {
    const std::lock_guard lock(mutex_);
    return std::exchange(spare_, {});
}

Outcome Committer::settle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return (!next_ && !writing_) || !outcome_; });
    return outcome_;
}

Outcome Committer::write(Batch& batch) {
    if (!store_) {
        actions_.text(batch.lines);
        return actions_.flush();
    }
    batch.delivered = delivered_;
    if (!name_.empty()) batch.outputs.push_back({name_, actions_.size()});
    const auto number = store_->write(batch);
    if (!number) return number.failure();
    told_ = batch.delivered;
    return deliver(*number, batch.lines);
}

void Committer::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [&] { return next_ || closing_; });
        if (!next_) return;
        auto batch = std::move(*next_);
        next_.reset();
        writing_ = true;
        changed_.notify_all();
        lock.unlock();
        auto outcome = write(batch);
        batch.lines.clear();
        lock.lock();
        spare_.swap(batch.lines);
        writing_ = false;
        if (!outcome) {
            outcome_ = std::move(outcome);
            next_.reset();
        }
        changed_.notify_all();
        if (!outcome_) return;
    }
}

} // namespace segue
