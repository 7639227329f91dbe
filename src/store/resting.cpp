#include "store/resting.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

namespace segue {

ScratchFile::~ScratchFile() {
    if (fd_ >= 0) ::close(fd_);
}

void ScratchFile::fail(std::string_view doing, int error) const {
    throw Rest::Failed{fmt::format("cannot {} the file beside {} in which fans rest who are not in memory (--cache-fans): {}; what was committed is kept", doing, beside_, error == 0 ? "it is not as it was written" : std::strerror(error))};
}

void ScratchFile::open() {
    const auto folder = std::filesystem::absolute(beside_).parent_path().string();
    fd_ = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd_ >= 0) return;
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT && errno != EINVAL) fail("make", errno);
    auto name = folder + "/segue-rest-XXXXXX"; // a file system without such files
    fd_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd_ < 0) fail("make", errno);
    ::unlink(name.c_str());
}

void ScratchFile::write(std::string_view bytes, std::uint64_t at) {
    if (fd_ < 0) open();
    while (!bytes.empty()) {
        const auto n = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail("write", n == 0 ? ENOSPC : errno);
        bytes.remove_prefix(static_cast<std::size_t>(n));
        at += static_cast<std::uint64_t>(n);
    }
}

void ScratchFile::read(char* to, std::size_t n, std::uint64_t at) {
    if (at >= written_) { // not there yet
        std::copy_n(held_.data() + (at - written_), n, to);
        return;
    }
    while (n > 0) {
        const auto got = ::pread(fd_, to, n, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) fail("read", got == 0 ? EIO : errno);
        to += got;
        n -= static_cast<std::size_t>(got);
        at += static_cast<std::uint64_t>(got);
    }
}

// Up to an eighth more, so that a slot that is free fits many.
std::uint32_t ScratchFile::units_for(std::size_t bytes) {
    const auto units = static_cast<std::uint32_t>((lead + bytes + unit - 1) / unit);
    const auto step = std::max(1u, std::bit_floor(units) / 8);
    return (units + step - 1) / step * step;
}

std::uint32_t ScratchFile::put(std::string_view bytes) {
    const auto units = units_for(bytes.size());
    const std::uint64_t head[] = {bytes.size(), quick_hash(bytes)};
    static_assert(sizeof head == lead);
    slot_.assign(reinterpret_cast<const char*>(head), lead);
    slot_ += bytes;
    if (auto& free = free_[units]; !free.empty()) {
        const auto place = free.back();
        const auto at = std::uint64_t{place} * unit;
        if (at >= written_) std::copy(slot_.begin(), slot_.end(), held_.data() + (at - written_));
        else write(slot_, at);
        free.pop_back();
        return place;
    }
    const auto place = (written_ + held_.size()) / unit;
    if (place + units >= none) fail("write", EFBIG);
    slot_.resize(std::size_t{units} * unit);
    held_ += slot_;
    if (held_.size() >= most_held_) {
        write(held_, written_);
        written_ += held_.size();
        held_.clear();
    }
    return static_cast<std::uint32_t>(place);
}

void ScratchFile::take(std::uint32_t place, std::string& out) {
    constexpr std::size_t guess = 4 * unit; // most are no longer
    const auto at = std::uint64_t{place} * unit;
    const auto end = at < written_ ? written_ : written_ + held_.size();
    auto n = static_cast<std::size_t>(std::min<std::uint64_t>(guess, end - at));
    out.resize(n);
    read(out.data(), n, at);
    std::uint64_t head[2];
    std::memcpy(head, out.data(), lead);
    if (head[0] > end - at - lead) fail("read", 0);
    const auto whole = lead + static_cast<std::size_t>(head[0]);
    if (whole > n) {
        out.resize(whole);
        read(out.data() + n, whole - n, at + n);
    }
    out.resize(whole);
    out.erase(0, lead);
    if (quick_hash(out) != head[1]) fail("read", 0);
    free_[units_for(out.size())].push_back(place);
}

namespace {

bool waits(const Fan& fan) {
    return std::any_of(fan.responses.begin(), fan.responses.end(), [](const Response& r) { return r.wait.kind == Wait::Kind::Release; });
}

} // namespace

Resting::Place& Resting::place(std::uint32_t number) {
    if (number >= places_.size()) {
        places_.resize(std::max<std::size_t>(number + 1, world_.fans.size()));
        waits_.resize(places_.size());
    }
    return places_[number];
}

SegmentReader* Resting::begin(std::string_view bytes) {
    if (!segments_.empty() && segments_.back().resting == 0) segments_.pop_back();
    auto& kept = segments_.emplace_back();
    if (!bounded_) kept.bytes = bytes; // else each fan's go into the file
    if (auto reader = SegmentReader::open(world_, bounded_ ? bytes : std::string_view(kept.bytes))) kept.reader.emplace(std::move(*reader));
    return kept.reader ? &*kept.reader : nullptr;
}

bool Resting::rest(const ByteReader::Entry& entry) {
    Fan fan;
    auto& segment = segments_.back();
    if (!segment.reader->read(entry.bytes, world_, numbering_, fan)) return false;
    fan.number = entry.fan;
    enrol(world_, fan);
    auto& place = this->place(entry.fan);
    place.segment = static_cast<std::uint32_t>(segments_.size() - 1);
    place.at = bounded_ ? file_.put(entry.bytes) : static_cast<std::uint32_t>(entry.at);
    waits_[entry.fan] = waits(fan);
    ++segment.resting;
    return true;
}

void Resting::done_with(std::uint32_t segment) {
    auto& kept = segments_[segment];
    if (--kept.resting > 0) return;
    kept.reader.reset();
    kept.bytes = {};
}

// Of one that was put here, what `encode` leaves out stands before the rest.
std::unique_ptr<Fan> Resting::wake(std::uint32_t number) {
    const auto place = std::exchange(places_[number], {});
    auto out = std::make_unique<Fan>();
    auto& fan = *out;
    fan.number = number;
    if (bounded_) file_.take(place.at, bytes_);
    const auto ill = [&] { throw Rest::Failed{fmt::format("a fan who rested cannot be read (number {}); this is a bug of segue's own, or its memory was changed", number)}; };
    if (place.segment == by_itself) {
        ByteReader in(world_.symbols(), bytes_);
        in.symbols_as_numbers();
        fan.zone = world_.fans.zone(number);
        fan.listen(in.number());
        const auto flags = in.number();
        fan.dirty = flags & 1;
        fan.settled = flags & 2;
        std::vector<Time> queued;
        in.list([&] { queued.push_back(in.time()); });
        if (!decode(in, world_, numbering_, fan)) ill();
        for (std::size_t i = 0; i < queued.size() && i < fan.silences.size(); ++i) fan.silences[i].queued = queued[i];
        return out;
    }
    auto& segment = segments_[place.segment];
    const auto entry = bounded_ ? ByteReader::Entry{number, bytes_, 0} : ByteReader(world_.symbols(), std::string_view(segment.bytes).substr(place.at)).entry().value_or(ByteReader::Entry{});
    if (!segment.reader->read(entry.bytes, world_, numbering_, fan)) ill();
    awake(world_, fan);
    done_with(place.segment);
    return out;
}

void Resting::put(const Fan& fan) {
    if (!out_) out_.emplace(world_.symbols()), out_->symbols_as_numbers();
    auto& out = *out_;
    out.clear();
    out.number(fan.listening);
    out.number((fan.dirty ? 1u : 0u) | (fan.settled ? 2u : 0u));
    out.list(fan.silences, [&](const Silence& s) { out.time(s.queued); });
    encode(out, world_, fan, numbering_);
    auto& place = this->place(fan.number);
    place.at = file_.put(out.bytes());
    place.segment = by_itself;
    waits_[fan.number] = waits(fan);
}

} // namespace segue
