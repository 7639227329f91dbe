#include "bench/hand/state.hpp"

namespace hand {

namespace {

class Writer {
public:
    void number(std::uint64_t n) {
        for (; n >= 0x80; n >>= 7) out += static_cast<char>(n | 0x80);
        out += static_cast<char>(n);
    }
    void time(Time t, Time base) { // near the base, as most are, it is short
        const auto d = t == never ? INT64_MIN : t - base;
        number((static_cast<std::uint64_t>(d) << 1) ^ static_cast<std::uint64_t>(d >> 63));
    }
    void text(std::string_view t) {
        number(t.size());
        out += t;
    }
    void raw(const void* at, std::size_t n) { out.append(static_cast<const char*>(at), n); }
    std::string out;
};

class Parser {
public:
    explicit Parser(std::string_view in) : at_(in.data()), end_(in.data() + in.size()) {}
    std::uint64_t number() {
        std::uint64_t n = 0;
        for (int shift = 0;; shift += 7) {
            if (at_ == end_ || shift > 63) die("the state is damaged");
            const auto byte = static_cast<unsigned char>(*at_++);
            n |= std::uint64_t{byte & 127u} << shift;
            if (byte < 128) return n;
        }
    }
    std::uint32_t small() { return static_cast<std::uint32_t>(number()); }
    Time time(Time base) {
        const auto n = number();
        const auto d = static_cast<Time>(n >> 1) ^ -static_cast<Time>(n & 1);
        return d == INT64_MIN ? never : base + d;
    }
    std::string_view text() {
        const auto n = number();
        if (n > static_cast<std::uint64_t>(end_ - at_)) die("the state is damaged");
        at_ += n;
        return {at_ - n, static_cast<std::size_t>(n)};
    }
    void raw(void* to, std::size_t n) {
        if (n > static_cast<std::size_t>(end_ - at_)) die("the state is damaged");
        std::memcpy(to, at_, n);
        at_ += n;
    }

private:
    const char* at_;
    const char* end_;
};

// Which of the times of a fan are there.
enum Has : std::uint8_t { listened = 1, silent = 2, sent_one = 4, sent_two = 8, asked = 16 };

} // namespace

std::string World::delta() {
    Writer w;
    w.out.reserve(1 << 20);
    w.time(clock_, 0);
    w.number(next_seq_);
    w.number(tracks_.size() - tracks_kept_);
    for (; tracks_kept_ < tracks_.size(); ++tracks_kept_) w.text(tracks_[tracks_kept_]);
    w.number(releases_.size() - releases_kept_);
    for (; releases_kept_ < releases_.size(); ++releases_kept_) w.text(releases_[releases_kept_].id);
    w.number(fan_count_ - fans_kept_);
    for (; fans_kept_ < fan_count_; ++fans_kept_) w.text(id_of(fan(fans_kept_)));

    w.number(changed_releases_.size());
    for (const auto r : changed_releases_) {
        const auto& release = releases_[r];
        w.number(r);
        w.text(release.title);
        w.text(release.link);
        w.time(release.date, 0);
        w.number(release.live);
    }
    w.number(fired_.size());
    for (const auto r : fired_) w.number(r);
    for (auto& release : releases_) {
        w.number(release.waiting.size() - release.kept);
        for (; release.kept < release.waiting.size(); ++release.kept) {
            const auto& waiting = release.waiting[release.kept];
            w.number(waiting.fan);
            w.number(waiting.started);
            w.time(waiting.first_seen, clock_);
            w.number(next_seq_ - waiting.seq);
            w.text(waiting.cause);
        }
    }

    std::sort(dirty_.begin(), dirty_.end());
    w.number(dirty_.size());
    std::uint32_t before = 0;
    for (const auto number : dirty_) {
        auto& f = fan(number);
        f.dirty = false;
        w.number(number - before);
        before = number;
        const auto has = (f.last_listen != before_all) * listened | (f.considered != before_all) * silent | (f.sent[1] != before_all) * sent_one |
                         (f.sent[0] != before_all) * sent_two | (f.asked_to_follow != before_all) * asked;
        w.number(static_cast<unsigned>(f.sms | f.email << 1 | f.follower << 2 | f.r3_done << 3 | has << 4));
        w.number(f.started);
        w.number(f.saves);
        w.time(f.first_seen / 1000, clock_ / 1000);
        w.number(static_cast<std::uint64_t>(f.first_seen % 1000));
        if (has & listened) w.time(f.last_listen, clock_);
        if (has & silent) w.time(f.considered, clock_);
        if (has & sent_one) w.time(f.sent[1], clock_);
        if (has & sent_two) w.time(f.sent[0], clock_);
        if (has & asked) w.time(f.asked_to_follow, clock_);
    }
    w.number(changed_marks_.size());
    for (const auto& [number, m] : changed_marks_) {
        w.number(number);
        w.number(m.key);
        w.number(std::uint64_t{m.listens} << 2 | m.held << 1 | m.asked);
    }
    w.number(new_seen_.size());
    for (const auto& e : new_seen_) {
        const auto high = static_cast<std::uint16_t>(e.b >> 48);
        w.raw(&e.a, sizeof e.a);
        w.raw(&high, sizeof high);
        w.time(static_cast<Time>(e.b << 16 >> 16), clock_);
    }
    changed_releases_.clear();
    fired_.clear();
    dirty_.clear();
    changed_marks_.clear();
    new_seen_.clear();
    return std::move(w.out);
}

void World::apply(std::string_view delta) {
    Parser p(delta);
    clock_ = p.time(0);
    next_seq_ = p.number();
    const auto padded = [&] { // hashes look 8 bytes further
        scratch_.assign(p.text());
        const auto size = scratch_.size();
        scratch_.append(8, '\0');
        return std::string_view(scratch_.data(), size);
    };
    for (auto n = p.number(); n > 0; --n) track(padded());
    for (auto n = p.number(); n > 0; --n) release(padded());
    for (auto n = p.number(); n > 0; --n) {
        const auto id = padded();
        add_fan(id, quick_hash(id));
    }
    for (auto n = p.number(); n > 0; --n) {
        auto& r = releases_[p.small()];
        r.known = true;
        r.title = p.text();
        r.link = p.text();
        r.date = p.time(0);
        r.live = p.number() != 0;
        r.write_texts();
    }
    for (auto n = p.number(); n > 0; --n) releases_[p.small()].waiting.clear();
    for (auto& r : releases_)
        for (auto n = p.number(); n > 0; --n) {
            auto& w = r.waiting.emplace_back();
            w.fan = p.small();
            w.started = p.small();
            w.first_seen = p.time(clock_);
            w.seq = next_seq_ - p.number();
            w.cause = p.text();
        }
    std::uint32_t number = 0;
    for (auto n = p.number(); n > 0; --n) {
        auto& f = fan(number += p.small());
        const auto flags = p.number();
        const auto has = flags >> 4;
        f.sms = flags & 1, f.email = flags >> 1 & 1, f.follower = flags >> 2 & 1, f.r3_done = flags >> 3 & 1;
        f.started = p.small();
        f.saves = static_cast<std::uint16_t>(p.number());
        f.first_seen = p.time(clock_ / 1000) * 1000;
        f.first_seen += static_cast<Time>(p.number());
        if (has & listened) f.last_listen = p.time(clock_);
        if (has & silent) f.considered = p.time(clock_);
        if (has & sent_one) f.sent[1] = p.time(clock_);
        if (has & sent_two) f.sent[0] = p.time(clock_);
        if (has & asked) f.asked_to_follow = p.time(clock_);
    }
    for (auto n = p.number(); n > 0; --n) {
        auto& f = fan(p.small());
        auto& m = mark(f, p.small());
        const auto value = p.number();
        m.listens = static_cast<std::uint32_t>(value >> 2) & 0x3FFFFFFF;
        m.held = value >> 1 & 1;
        m.asked = value & 1;
    }
    for (auto n = p.number(); n > 0; --n) {
        Seen::Entry e;
        std::uint16_t high = 0;
        p.raw(&e.a, sizeof e.a);
        p.raw(&high, sizeof high);
        e.b = std::uint64_t{high} << 48;
        seen_.add(e, p.time(clock_));
    }
}

void World::wind() {
    tracks_kept_ = tracks_.size();
    releases_kept_ = releases_.size();
    fans_kept_ = fan_count_;
    for (auto& r : releases_) r.kept = r.waiting.size();
    silences_.due(clock_); // from where its ring counts
    for (std::uint32_t n = 0; n < fan_count_; ++n) watch(n, fan(n));
    find_next();
}

void write_at(int file, std::string_view text, std::uint64_t position) {
    while (!text.empty()) {
        const auto wrote = pwrite(file, text.data(), text.size(), static_cast<off_t>(position));
        if (wrote <= 0) die("cannot write the actions");
        position += static_cast<std::uint64_t>(wrote);
        text.remove_prefix(static_cast<std::size_t>(wrote));
    }
}

State::State(const char* path, World& world, std::uint64_t& position, std::uint64_t& written) {
    if (sqlite3_open(path, &db_) != SQLITE_OK) die("cannot open {}", path);
    exec("PRAGMA page_size=16384; PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=2000;"
         "CREATE TABLE IF NOT EXISTS delta(n INTEGER PRIMARY KEY, changes BLOB NOT NULL);"
         "CREATE TABLE IF NOT EXISTS run(one INTEGER PRIMARY KEY, position INTEGER, written INTEGER, actions BLOB)");
    const auto prepare = [&](const char* sql) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr) != SQLITE_OK) die("SQLite: {}", sqlite3_errmsg(db_));
        return statement;
    };
    const auto blob = [](sqlite3_stmt* s, int column) {
        const auto* at = static_cast<const char*>(sqlite3_column_blob(s, column));
        return std::string_view(at, static_cast<std::size_t>(sqlite3_column_bytes(s, column)));
    };
    auto* deltas = prepare("SELECT changes FROM delta ORDER BY n");
    while (sqlite3_step(deltas) == SQLITE_ROW) world.apply(blob(deltas, 0));
    sqlite3_finalize(deltas);
    auto* run = prepare("SELECT position, written, actions FROM run");
    if (sqlite3_step(run) == SQLITE_ROW) {
        position = static_cast<std::uint64_t>(sqlite3_column_int64(run, 0));
        written = static_cast<std::uint64_t>(sqlite3_column_int64(run, 1));
        last_actions_ = blob(run, 2);
        world.wind();
    }
    sqlite3_finalize(run);
    begin_ = prepare("BEGIN IMMEDIATE");
    commit_ = prepare("COMMIT");
    delta_ = prepare("INSERT INTO delta(changes) VALUES(?)");
    run_ = prepare("INSERT OR REPLACE INTO run VALUES(1, ?, ?, ?)");
}

void State::commit(std::string_view changes, std::string_view actions, std::uint64_t position, std::uint64_t written) {
    step(begin_);
    sqlite3_bind_blob(delta_, 1, changes.data(), static_cast<int>(changes.size()), SQLITE_STATIC);
    step(delta_);
    sqlite3_bind_int64(run_, 1, static_cast<std::int64_t>(position));
    sqlite3_bind_int64(run_, 2, static_cast<std::int64_t>(written));
    sqlite3_bind_blob(run_, 3, actions.data(), static_cast<int>(actions.size()), SQLITE_STATIC);
    step(run_);
    step(commit_);
}

void State::close() {
    exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

void State::exec(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) die("SQLite: {}", sqlite3_errmsg(db_));
}

void State::step(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) die("SQLite: {}", sqlite3_errmsg(db_));
    sqlite3_reset(statement);
}

} // namespace hand
