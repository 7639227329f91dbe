#include "bench/hand/world.hpp"

#include <algorithm>
#include <array>

namespace hand {

namespace {

constexpr std::string_view rule_names[] = {"w1/r1", "w1/r2", "w1/r3", "w1/r4", "w1/r5", "w1/r6", "w1/r7"};
const auto rule_hashes = [] {
    std::array<std::uint64_t, std::size(rule_names)> out;
    std::transform(std::begin(rule_names), std::end(rule_names), out.begin(), [](std::string_view name) { return segue::quick_hash(name); });
    return out;
}();
constexpr std::uint32_t step_of[] = {0, 0, 0, 0, 0, 1, 0}; // the step that acts: r6 waits first

char* put(char* to, std::string_view text) {
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    return to + text.size();
}

char* put_text(char* to, std::string_view text) {
    if (!plain(text)) return put(to, as_json(text));
    *to = '"';
    to = put(to + 1, text);
    *to = '"';
    return to + 1;
}

} // namespace

void Release::write_texts() {
    sms = ",\"text\":" + as_json(fmt::format("{} is out: {}", title, link));
    const auto text = fmt::format("{} is out", title);
    email = fmt::format(",\"subject\":{},\"text\":{}", as_json(text.substr(0, text.find('\n'))), as_json(text));
}

std::string_view World::id_of(const Fan& fan) const {
    if (fan.id_size != 255) return {fan.id, fan.id_size};
    std::uint32_t number;
    std::memcpy(&number, fan.id, sizeof number);
    return long_ids_[number];
}

bool World::is(const Fan& fan, std::string_view id) const { return id_of(fan) == id; }

std::uint32_t World::add_fan(std::string_view id, std::uint64_t hash) {
    const auto number = fan_count_++;
    if (number >> chunk_bits == fans_.size()) fans_.emplace_back(chunk_mask + 1);
    auto& f = fan(number);
    if (id.size() <= sizeof f.id) {
        std::memcpy(f.id, id.data(), id.size());
        f.id_size = static_cast<std::uint8_t>(id.size());
    } else {
        const auto place = static_cast<std::uint32_t>(long_ids_.size());
        std::memcpy(f.id, &place, sizeof place);
        f.id_size = 255;
        long_ids_.emplace_back(id);
    }
    fan_index_.add(hash, number);
    return number;
}

std::uint32_t World::track(std::string_view id) {
    const auto hash = quick_hash(id);
    auto number = track_index_.find(hash, [&](std::uint32_t n) { return tracks_[n] == id; });
    if (number != Index::nothing) return number;
    number = static_cast<std::uint32_t>(tracks_.size());
    track_index_.add(hash, number);
    tracks_.emplace_back(id);
    quoted_.push_back(fmt::format(",\"channel\":\"page\",\"goal\":{}", as_json(fmt::format("save({})", id))));
    return number;
}

std::uint32_t World::release(std::string_view id) {
    const auto hash = quick_hash(id);
    auto number = release_index_.find(hash, [&](std::uint32_t n) { return releases_[n].id == id; });
    if (number != Index::nothing) return number;
    number = static_cast<std::uint32_t>(releases_.size());
    release_index_.add(hash, number);
    releases_.emplace_back().id = id;
    return number;
}

Mark& World::mark(Fan& fan, std::uint32_t key) {
    for (auto& m : fan.marks)
        if (m.key == key) return m;
    return fan.marks.emplace_back(Mark{key});
}

// In rounds, each of which needs what the one before asked for.
void World::prefetch(const Record* records, std::size_t n) {
    constexpr std::size_t most = 64;
    const Fan* fans[most];
    for (std::size_t i = 0; i < n; ++i) {
        fan_index_.prefetch(records[i].fan_hash);
        seen_.prefetch(records[i].seen);
    }
    for (std::size_t i = 0; i < n; ++i) {
        const auto number = fan_index_.guess(records[i].fan_hash);
        fans[i] = number == Index::nothing ? nullptr : &fan(number);
        if (!fans[i]) continue;
        __builtin_prefetch(fans[i]);
        __builtin_prefetch(reinterpret_cast<const char*>(fans[i]) + 64);
    }
    for (std::size_t i = 0; i < n; ++i)
        if (fans[i] && fans[i]->marks.size() > 4) __builtin_prefetch(fans[i]->marks.data());
}

void World::step(const Record& record) {
    ++records;
    fire(record.time);
    if (!record.id.empty()) {
        if (!seen_.add(record.seen, clock_)) {
            ++duplicates;
            return;
        }
        if (durable_) new_seen_.push_back({record.seen.a, (record.seen.b >> 48 << 48) | static_cast<std::uint64_t>(clock_)});
    }
    if (record.type == Type::Release) change(record);
    else event(record);
    fire(clock_);
}

void World::event(const Record& record) {
    auto number = fan_index_.find(record.fan_hash, [&](std::uint32_t n) { return is(fan(n), record.fan); });
    if (number == Index::nothing) number = add_fan(record.fan, record.fan_hash);
    auto& f = fan(number);
    if (record.time < f.first_seen) {
        f.first_seen = record.time;
        f.queued = never;
        changed(number, f);
        watch(number, f);
    }
    switch (record.type) {
    case Type::Listen: {
        changed(number, f);
        const auto t = track(record.key);
        auto& m = mark(f, t * 2);
        ++m.listens;
        f.last_listen = std::max(f.last_listen, record.time);
        watch(number, f);
        if (m.listens >= 3 && !m.held && !m.asked) {
            m.asked = true;
            emit(f, Rule::R2, start(f), "prompt", quoted_[t], {}, record.id);
        }
        changed(number, m);
        break;
    }
    case Type::Save: {
        auto& m = mark(f, track(record.key) * 2);
        if (m.held) return;
        changed(number, f);
        m.held = true;
        changed(number, m);
        f.saves = static_cast<std::uint16_t>(f.saves + (f.saves < 2)); // more are not asked for
        if (f.saves >= 2 && !f.follower && !f.r3_done) {
            f.r3_done = true;
            emit(f, Rule::R3, start(f), "prompt", ",\"channel\":\"page\",\"goal\":\"follow\"", {}, record.id);
            f.asked_to_follow = clock_;
        }
        break;
    }
    case Type::Presave: {
        const auto r = release(record.key);
        auto& m = mark(f, r * 2 + 1);
        if (m.held) return;
        changed(number, f);
        m.held = true;
        changed(number, m);
        if (!f.sms) emit(f, Rule::R1, start(f), "prompt", ",\"channel\":\"page\",\"goal\":\"sms\"", {}, record.id);
        if (core_) return;
        const auto s = start(f);
        auto& entry = releases_[r];
        const auto seq = next_seq_++;
        if (entry.due() <= clock_) return deliver(number, entry, s, record.id);
        entry.waiting.push_back({number, s.number, s.first_seen, seq, std::string(record.id)});
        if (entry.due() < first_release_) find_next();
        break;
    }
    case Type::Follow:
        if (f.follower) return;
        changed(number, f);
        follow(f, record.id);
        break;
    case Type::Optin:
        if (record.key == "email") {
            if (!f.email) changed(number, f);
            f.email = true;
        } else if (record.key == "sms") {
            if (f.sms) return;
            changed(number, f);
            f.sms = true;
            const auto s = start(f);
            if (!open(f)) return suppress(f, Rule::R5, s, "limit", record.id);
            emit(f, Rule::R5, s, "send", ",\"channel\":\"sms\"", ",\"text\":\"Your link: https://nova.example\"", record.id);
            note_sent(f);
        } else if (record.key != "page" && record.key != "push") die("there is no channel `{}`", record.key);
        break;
    default: break;
    }
}

void World::follow(Fan& f, std::string_view cause) {
    f.follower = true;
    // The id of a stage is made of the fan and the stage.
    auto* to = room(600 + cause.size());
    auto id = segue::Digest::of(id_of(f));
    id.add(static_cast<std::uint64_t>(f.first_seen));
    to = put_id(put(to, "{\"id\":\""), id, 1, false);
    to = put_head(to, f, "stage");
    to = put(to, ",\"stage\":\"follower\"");
    if (f.asked_to_follow > clock_ - 7 * day_ms) to = put(to, ",\"rule\":\"w1/r3\"");
    to = put_text(put(to, ",\"cause\":"), cause);
    to = put(to, "}\n");
    used_ = static_cast<std::size_t>(to - out_.data());
    ++emitted;
    emit(f, Rule::R4, start(f), "tag", ",\"tag\":\"fan_club\"", {}, cause);
}

void World::deliver(std::uint32_t number, const Release& release, Start s, std::string_view cause) {
    auto& f = fan(number);
    if (!f.sms && !f.email) return suppress(f, Rule::R6, s, "no_consent", cause);
    if (!open(f)) return suppress(f, Rule::R6, s, "limit", cause);
    emit(f, Rule::R6, s, "send", f.sms ? ",\"channel\":\"sms\"" : ",\"channel\":\"email\"", f.sms ? release.sms : release.email, cause);
    note_sent(f);
    changed(number, f);
}

void World::change(const Record& record) {
    const auto number = release(record.key);
    auto& r = releases_[number];
    if (!r.known && (record.title.data() == nullptr || record.link.data() == nullptr || record.date.data() == nullptr)) die("a release that lacks something");
    r.known = true;
    if (record.title.data()) r.title = record.title;
    if (record.link.data()) r.link = record.link;
    if (record.date.data()) r.date = parse_date(record.date);
    if (record.says_live) r.live = record.live;
    r.write_texts();
    if (durable_) changed_releases_.push_back(number);
    find_next();
}

// Watches for a silence of the fan, if no timer does that comes early enough.
void World::watch(std::uint32_t number, Fan& f) {
    if (core_) return;
    const auto base = f.last_listen != before_all ? f.last_listen : f.first_seen;
    const auto due = base + 30 * day_ms;
    if (f.queued <= due || base == f.considered) return;
    if (due < clock_) {
        f.considered = base;
        return;
    }
    f.queued = due;
    silences_.push({due, f.first_seen, number});
    next_ = std::min(next_, due);
}

void World::find_next() {
    first_release_ = never;
    for (const auto& r : releases_)
        if (!r.waiting.empty()) first_release_ = std::min(first_release_, r.due());
    next_ = std::min(next_, first_release_);
}

void World::fire_due(Time until) {
    while (true) {
        // At one instant the rules' own timers come before the responses.
        if (const auto* silence = silences_.due(std::min(until, first_release_))) {
            const auto now = *silence;
            silences_.pop();
            if (const auto* ahead = silences_.ahead(12)) {
                __builtin_prefetch(&fan(ahead->fan));
                __builtin_prefetch(reinterpret_cast<const char*>(&fan(ahead->fan)) + 64);
            }
            clock_ = std::max(clock_, now.due);
            fire_silence(now);
        } else if (first_release_ <= until) {
            clock_ = std::max(clock_, first_release_);
            fire_releases(first_release_);
            find_next();
        } else break;
    }
    next_ = std::min(first_release_, silences_.next());
}

void World::fire_silence(const Silence& silence) {
    auto& f = fan(silence.fan);
    if (silence.due != f.queued || silence.first_seen != f.first_seen) return; // it was queued anew
    f.queued = never;
    const auto base = f.last_listen != before_all ? f.last_listen : f.first_seen;
    if (base == f.considered) return;
    if (base + 30 * day_ms != silence.due) return watch(silence.fan, f); // the fan has been there since
    f.considered = base;
    changed(silence.fan, f);
    if (!f.follower) return;
    const auto s = start(f);
    const auto cause = fmt::format("w1/r7@{}", TimeWriter()(silence.due));
    if (!f.email) return suppress(f, Rule::R7, s, "no_consent", cause);
    if (!open(f)) return suppress(f, Rule::R7, s, "limit", cause);
    emit(f, Rule::R7, s, "send", ",\"channel\":\"email\"", ",\"subject\":\"It has been a while\",\"text\":\"It has been a while\"", cause);
    note_sent(f);
}

// In the order in which they started, over all releases of that instant.
void World::fire_releases(Time due) {
    std::vector<std::pair<Waiting, std::uint32_t>> all;
    for (std::uint32_t r = 0; r < releases_.size(); ++r) {
        auto& release = releases_[r];
        if (release.waiting.empty() || release.due() != due) continue;
        for (auto& w : release.waiting) all.emplace_back(std::move(w), r);
        release.waiting = {};
        release.kept = 0;
        if (durable_) fired_.push_back(r);
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first.seq < b.first.seq; });
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i + 12 < all.size()) {
            const auto* ahead = &fan(all[i + 12].first.fan);
            __builtin_prefetch(ahead);
            __builtin_prefetch(reinterpret_cast<const char*>(ahead) + 64);
        }
        const auto& [w, r] = all[i];
        deliver(w.fan, releases_[r], {w.started, w.first_seen}, w.cause);
    }
}

char* World::room(std::size_t more) {
    if (used_ + more > out_.size()) out_.resize(2 * out_.size() + more);
    return out_.data() + used_;
}

char* World::put_id(char* to, segue::Digest id, std::uint32_t step, bool is_suppressed) {
    id.add(std::uint64_t{2} * step + is_suppressed);
    segue::put_hex(to, segue::fmix64(id.a));
    segue::put_hex(to + 16, static_cast<std::uint32_t>(segue::fmix64(id.b)));
    return to + 24;
}

char* World::put_id(char* to, const Fan& f, Rule rule, const Start& s, bool is_suppressed) {
    auto id = segue::Digest::of(id_of(f));
    id.add(static_cast<std::uint64_t>(s.first_seen));
    id.add(rule_hashes[static_cast<int>(rule)]);
    id.add(s.number);
    return put_id(to, id, step_of[static_cast<int>(rule)], is_suppressed);
}

// Behind the id: the time, the kind and the fan.
char* World::put_head(char* to, const Fan& f, std::string_view kind) {
    to = put(put(to, "\",\"time\":\""), time_text_(clock_));
    to = put(put(to, "\",\"kind\":\""), kind);
    return put_text(put(to, "\",\"fan\":"), id_of(f));
}

void World::emit(const Fan& f, Rule rule, const Start& s, std::string_view kind, std::string_view what, std::string_view more, std::string_view cause) {
    auto* to = room(800 + id_of(f).size() * 6 + what.size() + more.size() + cause.size() * 6);
    to = put_id(put(to, "{\"id\":\""), f, rule, s, false);
    to = put(put(put_head(to, f, kind), what), more);
    to = put(put(to, ",\"rule\":\""), rule_names[static_cast<int>(rule)]);
    to = put(put_text(put(to, "\",\"cause\":"), cause), "}\n");
    used_ = static_cast<std::size_t>(to - out_.data());
    ++emitted;
}

void World::suppress(const Fan& f, Rule rule, const Start& s, std::string_view reason, std::string_view cause) {
    ++suppressed;
    if (!trace_) return;
    auto* to = room(800 + id_of(f).size() * 6 + cause.size() * 6);
    to = put_id(put(to, "{\"id\":\""), f, rule, s, true);
    to = put(put_head(to, f, "suppressed"), ",\"of\":\"send\",\"reason\":\"");
    to = put(put(put(to, reason), "\",\"rule\":\""), rule_names[static_cast<int>(rule)]);
    to = put(put_text(put(to, "\",\"cause\":"), cause), "}\n");
    used_ = static_cast<std::size_t>(to - out_.data());
}

} // namespace hand
