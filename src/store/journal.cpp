#include "store/journal.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "store/bytes.hpp"
#include "text/plain.hpp"

namespace segue {

namespace {

// A note that a timeline has no use for.
bool told(Note::Kind kind) { return kind != Note::Kind::Step && kind != Note::Kind::Branch; }

std::string shown(ByteReader& in, Symbols& symbols) {
    const auto v = in.value();
    switch (v.kind) {
    case Value::Kind::Missing: return "";
    case Value::Kind::Number: return plain_number(v.number);
    case Value::Kind::Bool: return v.integer ? "true" : "false";
    case Value::Kind::Date: return iso_date(v.integer);
    case Value::Kind::Symbol: return "\"" + symbols.text(v.symbol()) + "\"";
    default: return fmt::format("{}", v.integer);
    }
}

class Batch {
public:
    explicit Batch(std::string_view bytes) : in_(symbols_, bytes) {
        program_ = in_.text();
        in_.list([&] { names_.emplace_back(in_.text()); });
    }

    // The next entry is of this fan; none at the end. Then it is read, or passed over.
    std::optional<std::uint32_t> next() {
        if (in_.at_end() || !in_.good()) return std::nullopt;
        const auto fan = in_.index();
        length_ = in_.number();
        return in_.good() ? std::optional(fan) : std::nullopt;
    }
    void pass() { in_.piece(length_); }
    std::size_t place() const { return in_.place(); }

    void read(std::uint32_t fan, JournalEntry& entry) {
        entry = {};
        entry.fan = fan;
        entry.time = entry_time_ = in_.integer();
        entry.cause = in_.text();
        const auto joined = in_.number();
        entry.joined = joined == 0 ? none : static_cast<std::uint32_t>(joined - 1);
        if (joined != 0) entry.joined_id = in_.text();
        entry.program = program_;
        in_.list([&] { entry.items.push_back(item()); });
    }
    bool good() const { return in_.good(); }

private:
    std::string name() {
        const auto n = in_.number();
        if (n >= names_.size()) return in_.bad(), std::string();
        return names_[n];
    }

    JournalItem item() {
        JournalItem out;
        const auto kind = in_.number();
        if (kind > static_cast<std::uint64_t>(Note::Kind::Moved)) return in_.bad(), out;
        out.kind = static_cast<Note::Kind>(kind);
        const auto why = in_.number();
        out.whole = why & 1;
        out.why = static_cast<Note::Why>(why >> 1);
        switch (out.kind) {
        case Note::Kind::Event: {
            out.event = name();
            out.due = entry_time_ - in_.integer();
            in_.list([&] {
                auto field = name();
                out.fields.emplace_back(std::move(field), shown(in_, symbols_));
            });
            break;
        }
        case Note::Kind::Action: {
            auto& a = out.action;
            const auto action = in_.number();
            if (action > static_cast<std::uint64_t>(Action::Kind::Suppressed)) return in_.bad(), out;
            a.kind = static_cast<Action::Kind>(action);
            out.rule = a.rule = name();
            a.channel = name();
            a.goal = in_.text();
            const auto has = in_.number();
            a.has_text = has & 1;
            a.has_subject = has & 2;
            if (a.has_text) a.text = in_.text();
            if (a.has_subject) a.subject = in_.text();
            a.stage = name();
            a.from = name();
            a.tag = name();
            a.split = name();
            a.arm = name();
            a.of = name();
            a.reason = name();
            break;
        }
        case Note::Kind::Known:
        case Note::Kind::Joined: break;
        default:
            out.rule = name();
            if (out.why == Note::Why::Count) out.count = in_.number();
            if (out.kind == Note::Kind::Paused || out.kind == Note::Kind::Moved) out.due = in_.integer();
        }
        return out;
    }

    Symbols symbols_;
    ByteReader in_;
    std::uint64_t length_ = 0;
    Time entry_time_ = 0;
    std::string program_;
    std::vector<std::string> names_;
};

// The beginning of a long text, which says that it is one.
std::string cut(std::string_view text) {
    if (text.size() <= most_journal_text) return std::string(text);
    auto end = most_journal_text;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end; // no half of a character
    return std::string(text.substr(0, end)) + "...";
}

void put(std::string& out, std::uint64_t n) {
    for (; n >= 0x80; n >>= 7) out += static_cast<char>(n | 0x80);
    out += static_cast<char>(n);
}

void put_text(std::string& out, std::string_view text) {
    put(out, text.size());
    out += text;
}

} // namespace

void JournalWriter::name(std::string_view text) {
    const auto [it, fresh] = names_.emplace(text, names_.size());
    if (fresh) put_text(names_out_, text);
    put(entry_, it->second);
}

void JournalWriter::add(const World& world, const Trace& trace, const Actions& actions) {
    const auto& symbols = world.ledger->symbols;
    program_ = world.program().version;
    for (std::size_t begin = 0; begin < trace.size();) {
        // Neighbours of one fan, one cause and one instant are one entry.
        auto end = begin;
        std::size_t items = 0;
        std::uint64_t joined = 0;
        std::string_view joined_id;
        for (; end < trace.size() && trace[end].fan == trace[begin].fan && trace[end].time == trace[begin].time && trace[end].cause == trace[begin].cause; ++end) {
            items += told(trace[end].kind);
            if (trace[end].kind != Note::Kind::Joined) continue;
            joined = trace[end].branch + 1;
            joined_id = trace[end].said;
        }
        if (items > 0) {
            const auto zigzag = [](std::int64_t n) { return (static_cast<std::uint64_t>(n) << 1) ^ static_cast<std::uint64_t>(n >> 63); };
            const auto number = [&](std::uint64_t n) { put(entry_, n); };
            const auto text = [&](std::string_view said) { put_text(entry_, said); };
            entry_.clear();
            number(zigzag(trace[begin].time));
            text(trace[begin].cause);
            number(joined);
            if (joined != 0) text(joined_id);
            number(items);
            last_ = std::max(last_, trace[begin].time);
            for (auto i = begin; i < end; ++i) {
                const auto& note = trace[i];
                if (!told(note.kind)) continue;
                number(static_cast<std::uint64_t>(note.kind));
                number((static_cast<std::uint64_t>(note.why) << 1) | (note.whole ? 1 : 0));
                const auto& program = *world.versions[note.version].program;
                if (note.kind == Note::Kind::Event) {
                    const auto& event = program.events[note.event];
                    name(event.name);
                    number(zigzag(note.time - note.due));
                    std::size_t there = 0;
                    for (const auto& value : note.fields) there += !value.missing();
                    number(there);
                    for (std::size_t f = 0; f < note.fields.size(); ++f) {
                        if (note.fields[f].missing()) continue;
                        name(event.fields[f].name);
                        ByteWriter w(symbols);
                        w.value(note.fields[f]);
                        entry_ += w.take();
                    }
                } else if (note.kind == Note::Kind::Action) {
                    const auto& a = actions[note.action];
                    number(static_cast<std::uint64_t>(a.kind));
                    name(a.rule);
                    // A suppressed message has no channel: the first that it could have taken.
                    const bool routed = a.kind == Action::Kind::Suppressed && a.rule_index != none && !program.rules[a.rule_index].steps[a.step].routes.empty();
                    name(routed ? program.channels[program.rules[a.rule_index].steps[a.step].routes[0].channel].name : a.channel);
                    text(a.goal);
                    number((a.has_text ? 1U : 0U) | (a.has_subject ? 2U : 0U));
                    if (a.has_text) text(cut(a.text));
                    if (a.has_subject) text(cut(a.subject));
                    for (const auto* part : {&a.stage, &a.from, &a.tag, &a.split, &a.arm, &a.of, &a.reason}) name(*part);
                } else if (note.kind != Note::Kind::Known && note.kind != Note::Kind::Joined) {
                    name(program.rules[note.rule].name);
                    if (note.why == Note::Why::Count) number(note.count);
                    if (note.kind == Note::Kind::Paused || note.kind == Note::Kind::Moved) number(zigzag(note.due));
                }
            }
            put(out_, trace[begin].fan);
            put_text(out_, entry_);
        }
        begin = end;
    }
}

std::string JournalWriter::take() {
    std::string batch;
    put_text(batch, program_);
    put(batch, names_.size());
    batch += names_out_;
    batch += out_;
    names_.clear();
    names_out_.clear();
    out_.clear();
    return batch;
}

bool read_journal(std::string_view bytes, const std::vector<bool>& wanted, std::vector<JournalEntry>& entries) {
    Batch batch(bytes);
    while (const auto fan = batch.next()) {
        if (!wanted.empty() && (*fan >= wanted.size() || !wanted[*fan])) batch.pass();
        else batch.read(*fan, entries.emplace_back());
    }
    return batch.good();
}

std::optional<std::string> without_fans(std::string_view bytes, const std::vector<bool>& forgotten) {
    Batch batch(bytes);
    std::string out(bytes.substr(0, batch.place()));
    const auto all = out.size();
    auto begin = batch.place();
    bool found = false;
    while (const auto fan = batch.next()) {
        batch.pass();
        if (*fan < forgotten.size() && forgotten[*fan]) found = true;
        else out += bytes.substr(begin, batch.place() - begin);
        begin = batch.place();
    }
    if (!found || !batch.good()) return std::nullopt;
    return out.size() == all ? std::string() : out;
}

} // namespace segue
