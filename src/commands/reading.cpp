#include "commands/reading.hpp"

#include "check/large.hpp"
#include "commands/background.hpp"

namespace segue {

Result<std::unique_ptr<Reading>> Reading::open(InputOptions options, const Program& program, Symbols& symbols, bool forgotten, std::optional<Lookout> lookout) {
    std::unique_ptr<Reading> reading(new Reading(program, symbols, forgotten, std::move(lookout)));
    options.nested = reading->decoder_.wants_nested();
    options.stopped = [stopped = std::move(options.stopped), &closing = reading->closing_] { return closing || stopped(); };
    auto reader = open_reader(options);
    if (!reader) return reader.failure();
    reading->reader_ = std::move(*reader);
    reading->thread_ = background([&reading = *reading] { reading.work(); });
    return reading;
}

Reading::~Reading() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

const Reading::Batch* Reading::next(std::chrono::milliseconds patience) {
    std::unique_lock lock(mutex_);
    if (taken_ > 0 && ring_[(taken_ - 1) % ring_.size()].last) return &ring_[(taken_ - 1) % ring_.size()]; // there is no other
    wanted_ = filled_ == taken_;
    if (!changed_.wait_for(lock, patience, [&] { return filled_ > taken_; })) return nullptr;
    wanted_ = false;
    const auto* batch = &ring_[taken_++ % ring_.size()];
    const bool wake = asleep_ && filled_ == taken_; // it sleeps until there is nothing left, and then reads several
    lock.unlock();
    if (wake) changed_.notify_all();
    return batch;
}

void Reading::give_up(World& world) {
    lookout_->give_up(world);
    lookout_.reset();
}

void Reading::work() {
    for (bool last = false; !last;) {
        std::unique_lock lock(mutex_);
        // To be woken costs who wakes as much as a dozen records: for a while it looks by itself whether there is room.
        const auto room = [&] { return closing_ || filled_ + 1 < taken_ + ring_.size(); };
        for (int naps = 0; naps < most_naps && !room(); ++naps) changed_.wait_for(lock, nap);
        asleep_ = !room();
        changed_.wait(lock, room);
        asleep_ = false;
        if (closing_) return;
        auto& batch = ring_[filled_ % ring_.size()];
        lock.unlock();
        Spare::make_ready();
        fill(batch);
        if (looks_out_) look_out(batch);
        last = batch.last;
        lock.lock();
        ++filled_;
        const bool wanted = wanted_;
        lock.unlock();
        if (wanted) changed_.notify_all();
    }
}

void Reading::fill(Batch& batch) {
    for (batch.count = 0; batch.count < most && (batch.count == 0 || reader_->ready()); ++batch.count) {
        if (!reader_->next(fields_)) {
            batch.last = true;
            batch.end = reader_->position();
            batch.failure = reader_->failure();
            return;
        }
        auto& c = batch.records[batch.count];
        if (batch.count + 2 < most) fetch(batch.records[batch.count + 2]);
        c.cut = !fields_.bad.empty() && reader_->cut();
        c.decoded = decoder_.decode(fields_, c.record, c.reason);
        if (c.decoded != Decoded::Record || may_be_refused(c.record)) c.raw.assign(fields_.raw);
        else if (!c.raw.empty()) c.raw.clear();
        c.record.line = fields_.line;
        c.behind = reader_->position();
    }
}

bool Reading::may_be_refused(const Record& record) {
    forgotten_ = forgotten_ || record.kind == Record::Kind::Forget;
    return forgotten_ || record.kind == Record::Kind::Release;
}

void Reading::look_out(Batch& batch) {
    constexpr std::size_t ahead = 8;
    for (std::size_t i = 0; i < batch.count && looks_out_; ++i) {
        if (i + ahead < batch.count) lookout_->prefetch(batch.records[i + ahead].record);
        auto& c = batch.records[i];
        if (c.decoded == Decoded::Record) looks_out_ = lookout_->look(c.record);
    }
}

} // namespace segue
