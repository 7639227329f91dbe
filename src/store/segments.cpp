#include "store/segments.hpp"

#include <algorithm>

namespace segue {

namespace {

// Each of those fans, with the next ones fetched meanwhile: most of what writing them costs is waiting for memory.
template <class Each> void each_fetched(World& world, const std::vector<std::uint32_t>& fans, Each each) {
    constexpr std::size_t apart = 8; // fans between two rounds
    constexpr auto ahead = apart * fetching_rounds;
    for (std::size_t i = 0; i < fans.size() + ahead; ++i) {
        for (std::size_t round = 0; round < fetching_rounds; ++round)
            if (i >= round * apart && i - round * apart < fans.size())
                if (const auto* fan = world.fans.here(fans[i - round * apart])) prefetch(*fan, round);
        world.fans.relax();
        if (i >= ahead) each(fans[i - ahead]);
    }
}

} // namespace

std::optional<SegmentReader> SegmentReader::open(World& world, std::string_view bytes) {
    SegmentReader out(world, bytes);
    auto& in = out.in_;
    if (in.number() != codec_format) return std::nullopt;
    out.base_ = in.integer();
    in.list([&] { out.texts_.push_back(world.symbols().intern(in.text())); });
    if (!in.good()) return std::nullopt;
    return out;
}

bool SegmentReader::read(std::string_view entry, World& world, const Numbering& numbering, Fan& fan) const {
    ByteReader one(world.symbols(), entry, &texts_, base_);
    return decode(one, world, numbering, fan);
}

Segments::Segment* Segments::named(std::uint64_t id) {
    const auto at = std::lower_bound(all_.begin(), all_.end(), id, [](const Segment& s, std::uint64_t wanted) { return s.id < wanted; });
    return at != all_.end() && at->id == id ? &*at : nullptr;
}

void Segments::found(std::uint64_t id, std::size_t bytes, const std::vector<Found>& fans) {
    Segment segment;
    segment.id = id;
    segment.bytes = bytes;
    for (const auto& [fan, counts] : fans) {
        segment.fans.push_back(fan);
        auto& where = place(fan); // of who is gone, too: it is asked where they are when the segment is cleaned
        if (!counts) continue;
        where = id;
        ++segment.counting;
    }
    last_ = std::max(last_, id);
    bytes_ += bytes;
    all_.push_front(std::move(segment));
}

std::uint64_t& Segments::place(std::uint32_t fan) {
    if (fan >= where_.size()) where_.resize(std::max<std::size_t>(fan + 1, 2 * where_.size()));
    return where_[fan];
}

void Segments::leave(std::uint32_t fan) {
    auto& where = place(fan);
    if (where == 0) return;
    --(where == making_.id ? making_ : *named(where)).counting;
    where = 0;
}

void Segments::write(World& world, const Numbering& numbering, std::uint32_t fan, Written& out) {
    leave(fan);
    if (!body_) {
        making_ = {};
        making_.id = ++last_;
        dictionary_.clear();
        body_.emplace(world.ledger->symbols, &dictionary_, world.clock);
        one_.emplace(world.ledger->symbols, &dictionary_, world.clock);
    }
    one_->clear();
    auto& changed = world.fans[fan];
    changed.dirty = false;
    encode(*one_, world, changed, numbering);
    body_->entry(fan, one_->bytes());
    where_[fan] = making_.id;
    making_.fans.push_back(fan);
    ++making_.counting;
    if (body_->size() >= full) finish(world, out);
}

void Segments::finish(const World& world, Written& out) {
    if (!body_) return;
    ByteWriter head(world.ledger->symbols);
    head.number(codec_format);
    head.integer(world.clock);
    head.list(dictionary_.all(), [&](Symbol text) { head.symbol(text); });
    auto bytes = head.take();
    bytes += body_->bytes();
    body_.reset();
    making_.bytes = bytes.size();
    bytes_ += bytes.size();
    out.fresh.push_back({making_.id, std::move(bytes)});
    all_.push_back(std::move(making_));
    making_ = {};
}

void Segments::clean(World& world, const Numbering& numbering, std::size_t index, Written& out) {
    const auto old = std::move(all_[index]);
    all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(index));
    bytes_ -= old.bytes;
    auto fans = old.fans;
    std::erase_if(fans, [&](std::uint32_t fan) { return where_[fan] != old.id; });
    each_fetched(world, fans, [&](std::uint32_t fan) {
        where_[fan] = 0;
        write(world, numbering, fan, out);
    });
    out.dropped.push_back(old.id);
}

std::size_t Segments::emptiest(std::uint64_t before) const {
    auto best = all_.size();
    for (std::size_t i = 0; i < all_.size() && all_[i].id < before; ++i)
        if (best == all_.size() || all_[i].counting_bytes() < all_[best].counting_bytes()) best = i;
    return best;
}

Segments::Written Segments::take(World& world, const Numbering& numbering, std::vector<std::uint32_t> changed, bool purge) {
    Written out;
    const auto first_new = last_ + 1;
    const auto gone = [&](std::uint32_t fan) { return !world.fans.rests(fan) && world.fans[fan].gone; };
    std::sort(changed.begin(), changed.end());
    each_fetched(world, changed, [&](std::uint32_t fan) {
        if (gone(fan)) leave(fan);
        else write(world, numbering, fan, out);
    });
    for (std::size_t i = 0; purge && i < all_.size() && all_[i].id < first_new;) {
        if (std::any_of(all_[i].fans.begin(), all_[i].fans.end(), gone)) clean(world, numbering, i, out);
        else ++i;
    }
    // Cleaning moves what counts, and changes nothing of how much that is.
    std::size_t counting = body_ ? body_->size() : 0;
    for (const auto& segment : all_) counting += segment.counting_bytes();
    while (true) {
        const auto written = bytes_ + (body_ ? body_->size() : 0);
        if (written <= 2 * counting + slack && all_.size() <= 2 * (written / full) + 16) break;
        const auto index = emptiest(first_new);
        if (index == all_.size()) break;
        clean(world, numbering, index, out);
    }
    finish(world, out);
    return out;
}

} // namespace segue
