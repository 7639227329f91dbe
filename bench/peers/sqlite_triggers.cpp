// W1 in SQLite triggers, all of it. The host reads records, says what is due and writes the actions; what they lead to is SQL.
// Usage: bench_peer_sqlite EVENTS ACTIONS [--state FILE [--commit-records N]]
//
// SQLite does not say in which order the triggers of one thing run, so no two of them are of one thing and matter to each other.
#include <cstdio>
#include <fmt/format.h>
#include <sqlite3.h>
#include <string>

#include "bench/hand/read.hpp"

namespace {

constexpr auto schema = R"(
CREATE TABLE fan(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, first_seen INT, last_listen INT, considered INT, queued INT,
  sent1 INT NOT NULL DEFAULT -1000000000000, sent2 INT NOT NULL DEFAULT -1000000000000, asked INT, saves INT NOT NULL DEFAULT 0,
  sms INT NOT NULL DEFAULT 0, email INT NOT NULL DEFAULT 0, follows INT NOT NULL DEFAULT 0);
CREATE TABLE track(fan INT, track TEXT, listens INT NOT NULL, saved INT NOT NULL, asked INT NOT NULL DEFAULT 0, PRIMARY KEY(fan, track)) WITHOUT ROWID;
CREATE TABLE presave(fan INT, release TEXT, PRIMARY KEY(fan, release)) WITHOUT ROWID;
CREATE TABLE entry(release TEXT PRIMARY KEY, title TEXT, link TEXT, date INT, live INT NOT NULL DEFAULT 1) WITHOUT ROWID;
CREATE TABLE waiting(seq INTEGER PRIMARY KEY, fan INT, release TEXT, due INT, cause TEXT);
CREATE INDEX waiting_due ON waiting(due, seq);
CREATE TABLE silence(due INT, first_seen INT, fan INT, PRIMARY KEY(due, first_seen, fan)) WITHOUT ROWID;
CREATE TABLE seen(id TEXT PRIMARY KEY, time INT) WITHOUT ROWID;
CREATE INDEX seen_time ON seen(time);
CREATE TABLE outbox(n INTEGER PRIMARY KEY, time INT, kind TEXT, fan TEXT, channel TEXT, goal TEXT, subject TEXT, text TEXT, tag TEXT, stage TEXT, rule TEXT, cause TEXT);
CREATE TABLE clock(now INT, cause TEXT);
CREATE TABLE run(one INTEGER PRIMARY KEY, position INT, written INT);
INSERT INTO clock VALUES(-1000000000000, NULL);

CREATE VIEW record AS SELECT '' AS type, '' AS fan, 0 AS time, '' AS key;
CREATE VIEW delivery AS SELECT 0 AS fan, '' AS release, '' AS cause;
CREATE VIEW due_silence AS SELECT 0 AS due, 0 AS first_seen, 0 AS fan;
CREATE VIEW valid_silence AS SELECT 0 AS fan, 0 AS due, 0 AS base;
CREATE VIEW due_response AS SELECT 0 AS seq;

CREATE TRIGGER record INSTEAD OF INSERT ON record BEGIN
  INSERT OR IGNORE INTO fan(id) VALUES(NEW.fan);
  UPDATE fan SET first_seen = NEW.time, queued = NULL WHERE id = NEW.fan AND (first_seen IS NULL OR NEW.time < first_seen);
  INSERT INTO track SELECT n, NEW.key, 1, 0, 0 FROM fan WHERE id = NEW.fan AND NEW.type = 'listen' ON CONFLICT DO UPDATE SET listens = listens + 1;
  UPDATE fan SET last_listen = max(coalesce(last_listen, NEW.time), NEW.time) WHERE NEW.type = 'listen' AND id = NEW.fan;
  INSERT INTO track SELECT n, NEW.key, 0, 1, 0 FROM fan WHERE id = NEW.fan AND NEW.type = 'save' ON CONFLICT DO UPDATE SET saved = 1;
  INSERT OR IGNORE INTO presave SELECT n, NEW.key FROM fan WHERE id = NEW.fan AND NEW.type = 'presave';
  UPDATE fan SET follows = 1 WHERE NEW.type = 'follow' AND id = NEW.fan;
  UPDATE fan SET sms = 1 WHERE NEW.type = 'optin' AND NEW.key = 'sms' AND id = NEW.fan;
  UPDATE fan SET email = 1 WHERE NEW.type = 'optin' AND NEW.key = 'email' AND id = NEW.fan;
END;

CREATE TRIGGER watch AFTER UPDATE OF first_seen, last_listen ON fan
WHEN NEW.considered IS NOT coalesce(NEW.last_listen, NEW.first_seen) AND (NEW.queued IS NULL OR NEW.queued > coalesce(NEW.last_listen, NEW.first_seen) + 2592000000) BEGIN
  UPDATE fan SET considered = coalesce(last_listen, first_seen) WHERE n = NEW.n AND coalesce(last_listen, first_seen) + 2592000000 < (SELECT now FROM clock);
  UPDATE fan SET queued = coalesce(last_listen, first_seen) + 2592000000 WHERE n = NEW.n AND coalesce(last_listen, first_seen) + 2592000000 >= (SELECT now FROM clock);
  INSERT OR IGNORE INTO silence SELECT queued, first_seen, n FROM fan WHERE n = NEW.n AND queued IS NOT NULL;
END;

CREATE TRIGGER r1_r6 AFTER INSERT ON presave BEGIN
  INSERT INTO outbox SELECT NULL, now, 'prompt', id, 'page', 'sms', NULL, NULL, NULL, NULL, 'w1/r1', cause FROM fan, clock WHERE n = NEW.fan AND NOT sms;
  INSERT INTO waiting SELECT NULL, NEW.fan, NEW.release, (SELECT date FROM entry WHERE release = NEW.release AND live), cause FROM clock
    WHERE coalesce((SELECT date FROM entry WHERE release = NEW.release AND live), now + 1) > now;
  INSERT INTO delivery SELECT NEW.fan, NEW.release, cause FROM clock, entry WHERE release = NEW.release AND live AND date <= now;
END;
CREATE TRIGGER r2 AFTER UPDATE OF listens ON track WHEN NEW.listens >= 3 AND NOT NEW.saved AND NOT NEW.asked BEGIN
  INSERT INTO outbox SELECT NULL, now, 'prompt', id, 'page', 'save(' || NEW.track || ')', NULL, NULL, NULL, NULL, 'w1/r2', cause FROM fan, clock WHERE n = NEW.fan;
  UPDATE track SET asked = 1 WHERE fan = NEW.fan AND track = NEW.track;
END;
CREATE TRIGGER r3_new AFTER INSERT ON track WHEN NEW.saved BEGIN UPDATE fan SET saves = saves + 1 WHERE n = NEW.fan; END;
CREATE TRIGGER r3_old AFTER UPDATE OF saved ON track WHEN NEW.saved AND NOT OLD.saved BEGIN UPDATE fan SET saves = saves + 1 WHERE n = NEW.fan; END;
CREATE TRIGGER r3 AFTER UPDATE OF saves ON fan WHEN NEW.saves >= 2 AND NOT NEW.follows AND NEW.asked IS NULL BEGIN
  INSERT INTO outbox SELECT NULL, now, 'prompt', NEW.id, 'page', 'follow', NULL, NULL, NULL, NULL, 'w1/r3', cause FROM clock;
  UPDATE fan SET asked = (SELECT now FROM clock) WHERE n = NEW.n;
END;
CREATE TRIGGER r4 AFTER UPDATE OF follows ON fan WHEN NEW.follows AND NOT OLD.follows BEGIN
  INSERT INTO outbox SELECT NULL, now, 'stage', NEW.id, NULL, NULL, NULL, NULL, NULL, 'follower', iif(NEW.asked > now - 604800000, 'w1/r3', NULL), cause FROM clock;
  INSERT INTO outbox SELECT NULL, now, 'tag', NEW.id, NULL, NULL, NULL, NULL, 'fan_club', NULL, 'w1/r4', cause FROM clock;
END;
CREATE TRIGGER r5 AFTER UPDATE OF sms ON fan WHEN NEW.sms AND NOT OLD.sms AND NEW.sent1 <= (SELECT now FROM clock) - 604800000 BEGIN
  INSERT INTO outbox SELECT NULL, now, 'send', NEW.id, 'sms', NULL, NULL, 'Your link: https://nova.example', NULL, NULL, 'w1/r5', cause FROM clock;
  UPDATE fan SET sent1 = sent2, sent2 = (SELECT now FROM clock) WHERE n = NEW.n;
END;
CREATE TRIGGER r6 INSTEAD OF INSERT ON delivery BEGIN
  INSERT INTO outbox SELECT NULL, now, 'send', id, iif(sms, 'sms', 'email'), NULL, iif(sms, NULL, title || ' is out'), title || ' is out' || iif(sms, ': ' || link, ''), NULL, NULL,
    'w1/r6', NEW.cause FROM fan, clock, entry WHERE n = NEW.fan AND release = NEW.release AND (sms OR email) AND sent1 <= now - 604800000;
  UPDATE fan SET sent1 = sent2, sent2 = (SELECT now FROM clock) WHERE n = NEW.fan AND (sms OR email) AND sent1 <= (SELECT now FROM clock) - 604800000;
END;
CREATE TRIGGER due_response INSTEAD OF INSERT ON due_response BEGIN
  INSERT INTO delivery SELECT fan, release, cause FROM waiting WHERE seq = NEW.seq;
  DELETE FROM waiting WHERE seq = NEW.seq;
END;
CREATE TRIGGER due_silence INSTEAD OF INSERT ON due_silence BEGIN
  DELETE FROM silence WHERE due = NEW.due AND first_seen = NEW.first_seen AND fan = NEW.fan;
  INSERT INTO valid_silence SELECT n, NEW.due, coalesce(last_listen, first_seen) FROM fan WHERE n = NEW.fan AND queued = NEW.due AND first_seen = NEW.first_seen;
END;
CREATE TRIGGER r7 INSTEAD OF INSERT ON valid_silence BEGIN
  UPDATE fan SET queued = NULL WHERE n = NEW.fan;
  UPDATE fan SET last_listen = last_listen WHERE n = NEW.fan AND NEW.base + 2592000000 <> NEW.due;
  INSERT INTO outbox SELECT NULL, now, 'send', id, 'email', NULL, 'It has been a while', 'It has been a while', NULL, NULL, 'w1/r7',
    'w1/r7@' || strftime('%Y-%m-%dT%H:%M:%SZ', NEW.due / 1000, 'unixepoch') FROM fan, clock
    WHERE n = NEW.fan AND considered IS NOT NEW.base AND NEW.base + 2592000000 = NEW.due AND follows AND email AND sent1 <= now - 604800000;
  UPDATE fan SET sent1 = sent2, sent2 = (SELECT now FROM clock)
    WHERE n = NEW.fan AND considered IS NOT NEW.base AND NEW.base + 2592000000 = NEW.due AND follows AND email AND sent1 <= (SELECT now FROM clock) - 604800000;
  UPDATE fan SET considered = NEW.base WHERE n = NEW.fan AND NEW.base + 2592000000 = NEW.due;
END;
CREATE TRIGGER entry_new AFTER INSERT ON entry BEGIN UPDATE waiting SET due = iif(NEW.live, NEW.date, NULL) WHERE release = NEW.release; END;
CREATE TRIGGER entry_old AFTER UPDATE ON entry BEGIN UPDATE waiting SET due = iif(NEW.live, NEW.date, NULL) WHERE release = NEW.release; END;
)";

constexpr const char* type_names[] = {"other", "listen", "save", "presave", "follow", "optin", "release"};
constexpr const char* columns[] = {"kind", "fan", "channel", "goal", "subject", "text", "tag", "stage", "rule", "cause"};

class Host {
public:
    explicit Host(const char* path, bool durable) {
        if (sqlite3_open(path, &db_) != SQLITE_OK) hand::die("cannot open {}", path);
        exec("PRAGMA cache_size=-262144; PRAGMA locking_mode=EXCLUSIVE; PRAGMA recursive_triggers=ON;");
        if (durable) exec("PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=2000;");
        exec(schema);
    }
    void exec(const char* sql) {
        if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) hand::die("SQLite: {}", sqlite3_errmsg(db_));
    }
    sqlite3_stmt* prepare(const char* sql) {
        sqlite3_stmt* out = nullptr;
        if (sqlite3_prepare_v2(db_, sql, -1, &out, nullptr) != SQLITE_OK) hand::die("SQLite: {}", sqlite3_errmsg(db_));
        return out;
    }
    static void bind(sqlite3_stmt* s, int at, std::int64_t value) { sqlite3_bind_int64(s, at, value); }
    static void bind(sqlite3_stmt* s, int at, std::string_view value) {
        if (value.data() == nullptr) sqlite3_bind_null(s, at);
        else sqlite3_bind_text(s, at, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
    }
    template <class... Values> void run(sqlite3_stmt* s, const Values&... values) {
        int at = 0;
        (bind(s, ++at, values), ...);
        if (sqlite3_step(s) != SQLITE_DONE) hand::die("SQLite: {}", sqlite3_errmsg(db_));
        sqlite3_reset(s);
    }

    void step(const hand::Record& r) {
        fire(r.time);
        run(forget_, clock_ - 7 * hand::day_ms);
        if (!r.id.empty()) {
            run(see_, r.id, clock_);
            if (sqlite3_changes(db_) == 0) return;
        }
        run(tick_, clock_, r.id);
        if (r.type == hand::Type::Release) {
            if (r.date.data()) run(date_, r.key, r.title, r.link, hand::parse_date(r.date) * hand::day_ms);
            else run(date_, r.key, r.title, r.link, std::string_view());
            if (r.says_live) run(live_, std::int64_t{r.live}, r.key);
        } else run(record_, std::string_view(type_names[static_cast<int>(r.type)]), r.fan, r.time, r.key);
        fire(clock_);
    }

    // Fires what is due by then: at one instant silences first, then responses.
    void fire(hand::Time until) {
        while (true) {
            const bool silent = sqlite3_step(silence_) == SQLITE_ROW;
            const hand::Time silence = silent ? sqlite3_column_int64(silence_, 0) : hand::never;
            const hand::Time first_seen = sqlite3_column_int64(silence_, 1), fan = sqlite3_column_int64(silence_, 2);
            sqlite3_reset(silence_);
            const hand::Time response = sqlite3_step(response_) == SQLITE_ROW ? sqlite3_column_int64(response_, 0) : hand::never;
            const hand::Time seq = sqlite3_column_int64(response_, 1);
            sqlite3_reset(response_);
            const auto due = std::min(silence, response);
            if (due > until) break;
            clock_ = std::max(clock_, due);
            run(tick_, clock_, std::string_view());
            if (silence <= response) run(due_silence_, silence, first_seen, fan);
            else run(due_response_, seq);
        }
        clock_ = std::max(clock_, until);
    }

    // The actions since the last time, taken out of the outbox when they were written.
    void take(std::string& out) {
        sqlite3_bind_int64(outbox_, 1, taken_);
        while (sqlite3_step(outbox_) == SQLITE_ROW) {
            taken_ = sqlite3_column_int64(outbox_, 0);
            ((out += "{\"time\":\"") += time_(sqlite3_column_int64(outbox_, 1))) += '"';
            for (int c = 0; c < 10; ++c) {
                const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(outbox_, c + 2));
                if (text) (((out += ",\"") += columns[c]) += "\":") += hand::as_json(text);
            }
            out += "}\n";
        }
        sqlite3_reset(outbox_);
    }
    void commit(std::uint64_t position) {
        run(position_, static_cast<std::int64_t>(position), taken_);
        exec("COMMIT");
    }
    void begin() {
        exec("BEGIN");
        run(clear_, taken_);
    }
    void close() { exec("PRAGMA wal_checkpoint(TRUNCATE)"); }

private:
    sqlite3* db_ = nullptr;
    hand::Time clock_ = -1'000'000'000'000;
    std::int64_t taken_ = 0;
    hand::TimeWriter time_;

public:
    void prepare_all() {
        tick_ = prepare("UPDATE clock SET now = ?, cause = ?");
        forget_ = prepare("DELETE FROM seen WHERE time <= ?");
        see_ = prepare("INSERT OR IGNORE INTO seen VALUES(?, ?)");
        record_ = prepare("INSERT INTO record VALUES(?, ?, ?, ?)");
        date_ = prepare("INSERT INTO entry VALUES(?, ?, ?, ?, 1) ON CONFLICT DO UPDATE SET title = coalesce(excluded.title, title), link = coalesce(excluded.link, link), date = coalesce(excluded.date, date)");
        live_ = prepare("UPDATE entry SET live = ? WHERE release = ?");
        silence_ = prepare("SELECT due, first_seen, fan FROM silence ORDER BY due, first_seen, fan LIMIT 1");
        response_ = prepare("SELECT due, seq FROM waiting WHERE due IS NOT NULL ORDER BY due, seq LIMIT 1");
        due_silence_ = prepare("INSERT INTO due_silence VALUES(?, ?, ?)");
        due_response_ = prepare("INSERT INTO due_response VALUES(?)");
        outbox_ = prepare("SELECT * FROM outbox WHERE n > ? ORDER BY n");
        clear_ = prepare("DELETE FROM outbox WHERE n < ?"); // the last stays, so that numbers go on
        position_ = prepare("INSERT OR REPLACE INTO run VALUES(1, ?, ?)");
    }

private:
    sqlite3_stmt *tick_ = nullptr, *forget_ = nullptr, *see_ = nullptr, *record_ = nullptr, *date_ = nullptr, *live_ = nullptr, *silence_ = nullptr, *response_ = nullptr,
                 *due_silence_ = nullptr, *due_response_ = nullptr, *outbox_ = nullptr, *clear_ = nullptr, *position_ = nullptr;
};

} // namespace

int main(int argc, char** argv) {
    const char* state = ":memory:";
    std::uint64_t commit_records = 10'000;
    for (int i = 3; i + 1 < argc; i += 2) {
        if (std::string_view(argv[i]) == "--state") state = argv[i + 1];
        else commit_records = std::strtoull(argv[i + 1], nullptr, 10);
    }
    if (argc < 3 || commit_records == 0) hand::die("usage: bench_peer_sqlite EVENTS ACTIONS [--state FILE [--commit-records N]]");
    Host host(state, state[0] != ':');
    host.prepare_all();
    auto* file = std::fopen(argv[2], "w");
    if (!file) hand::die("cannot write {}", argv[2]);
    hand::Reader reader(argv[1], 0);
    hand::Record record;
    std::string out;
    std::uint64_t since = 0, position = 0;
    const auto keep = [&] {
        host.commit(position);
        host.take(out);
        std::fwrite(out.data(), 1, out.size(), file);
        out.clear();
        since = 0;
    };
    host.begin();
    while (reader.next(&record, 1) > 0) {
        host.step(record);
        position = reader.end_of(record);
        if (++since < commit_records) continue;
        keep();
        host.begin();
    }
    keep();
    if (state[0] != ':') host.close();
    return std::fclose(file) == 0 ? 0 : 1;
}
