#include "store/steps.hpp"

#include <utility>

namespace segue {

namespace {

enum class Kind : std::uint8_t { Event, Profile, Release, Identify, Forget, Advance }; // the first as Record::Kind

constexpr std::size_t slice = 1'000; // timers whose actions are held at once

template <class T, class Put> void put(ByteWriter& out, const std::optional<T>& value, Put put_value) {
    out.number(value.has_value());
    if (value) put_value(*value);
}

} // namespace

void StepsWriter::record(const World& world, const Record& r, std::uint64_t turns) {
    count_ += 1 + turns;
    out_.number(static_cast<std::uint64_t>(r.kind));
    out_.time_after(before_, r.time);
    before_ = r.time;
    out_.text(r.id.text());
    if (r.id.empty()) out_.number(r.line);
    if (r.kind != Record::Kind::Release) out_.text(r.fan.text());
    switch (r.kind) {
    case Record::Kind::Event:
        out_.number(r.event);
        out_.values(r.fields);
        break;
    case Record::Kind::Profile:
        out_.list(r.profile, [&](const auto& known) {
            out_.symbol(world.ledger->facts[known.first].name);
            out_.value(known.second);
        });
        break;
    case Record::Kind::Release: {
        const auto text = [&](const std::string& value) { out_.text(value); };
        out_.text(r.release.id);
        for (const auto* part : {&r.release.title, &r.release.link, &r.release.artist}) put(out_, *part, text);
        put(out_, r.release.date, [&](std::int64_t day) { out_.integer(day); });
        put(out_, r.release.live, [&](bool live) { out_.number(live); });
        break;
    }
    case Record::Kind::Identify: out_.text(r.alias); break;
    case Record::Kind::Forget: break;
    }
}

void StepsWriter::advance(Time until, std::size_t most) {
    count_ += most == all_timers ? 1 : most;
    out_.number(static_cast<std::uint64_t>(Kind::Advance));
    out_.time_after(before_, until);
    before_ = until;
    out_.number(most);
}

std::string StepsWriter::take() {
    ByteWriter head(symbols_);
    head.list(dictionary_.all(), [&](Symbol text) { head.symbol(text); });
    auto bytes = head.take();
    bytes += out_.bytes();
    clear();
    return bytes;
}

void StepsWriter::clear() {
    out_.clear();
    dictionary_.clear();
    before_ = 0;
    count_ = 0;
}

namespace {

class StepsReader {
public:
    StepsReader(std::string_view bytes, World& world) : world_(world), in_(world.symbols(), bytes, &texts_) {
        actions_.leave_out_suppressed(); // all of them were written before
        in_.list([&] { texts_.push_back(world.symbols().intern(in_.text())); });
    }

    bool at_end() const { return in_.at_end(); }

    // Does the next one; false if it is none.
    bool next() {
        const auto kind = in_.number();
        if (kind > static_cast<std::uint64_t>(Kind::Advance)) return false;
        before_ = in_.time_after(before_);
        if (static_cast<Kind>(kind) == Kind::Advance) {
            const auto most = in_.number();
            if (in_.good()) advance_to(before_, most);
            return in_.good();
        }
        Record r;
        r.kind = static_cast<Record::Kind>(kind);
        r.time = before_;
        r.id = in_.text();
        if (r.id.empty()) r.line = in_.number();
        if (r.kind != Record::Kind::Release) r.fan = in_.text();
        if (!read(r) || !in_.good()) return false;
        if (r.kind == Record::Kind::Release) advance_to(r.time, all_timers); // as the run does, not to hold all of its actions at once
        step(world_, r, actions_);
        actions_.clear();
        return true;
    }

private:
    void advance_to(Time time, std::size_t most) {
        const bool all = most == all_timers;
        while (!advance(world_, time, actions_, all ? slice : most) && all) actions_.clear();
        actions_.clear();
    }

    bool read(Record& r) {
        const auto& program = world_.program();
        switch (r.kind) {
        case Record::Kind::Event:
            r.event = in_.index();
            in_.list([&] { r.fields.push_back(in_.value()); });
            return r.event < program.events.size() && r.fields.size() == program.events[r.event].fields.size();
        case Record::Kind::Profile:
            in_.list([&] {
                const auto name = in_.symbol();
                const auto value = in_.value();
                for (const auto& attribute : program.attributes)
                    if (world_.ledger->facts[attribute.fact].name == name) r.profile.emplace_back(attribute.fact, value);
            });
            return true;
        case Record::Kind::Release: {
            const auto there = [&] { return in_.number() != 0; };
            r.release.id = in_.text();
            for (auto* part : {&r.release.title, &r.release.link, &r.release.artist})
                if (there()) *part = in_.text();
            if (there()) r.release.date = in_.integer();
            if (there()) r.release.live = there();
            return true;
        }
        case Record::Kind::Identify: r.alias = in_.text(); return true;
        case Record::Kind::Forget: return true;
        }
        return false;
    }

    World& world_;
    std::vector<Symbol> texts_;
    ByteReader in_;
    Time before_ = 0;
    Actions actions_;
};

} // namespace

bool replay(std::string_view steps, World& world, std::uint64_t& count) {
    StepsReader in(steps, world);
    const auto duplicates = world.duplicates;
    const auto too_deep = world.too_deep;
    auto* trace = std::exchange(world.trace, nullptr);
    bool good = true;
    for (; good && !in.at_end(); ++count) good = in.next();
    world.trace = trace;
    world.duplicates = duplicates; // told before
    world.too_deep = too_deep;
    return good;
}

} // namespace segue
