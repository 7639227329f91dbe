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

class JournalReader {
public:
    explicit JournalReader(std::string_view bytes) : in_(symbols_, bytes) {
        program_ = in_.text();
        in_.list([&] { names_.emplace_back(in_.text()); });
    }

    std::optional<ByteReader::Entry> next() { return in_.entry(); }
    std::size_t place() const { return in_.place(); }
    bool good() const { return in_.good(); }

    bool read(const ByteReader::Entry& from, JournalEntry& entry) {
        ByteReader in(symbols_, from.bytes);
        entry = {};
        entry.fan = from.fan;
        entry.time = in.integer();
        entry.cause = in.text();
        const auto joined = in.number();
        entry.joined = joined == 0 ? none : static_cast<std::uint32_t>(joined - 1);
        if (joined != 0) entry.joined_id = in.text();
        entry.program = program_;
        in.list([&] { entry.items.push_back(item(in, entry.time)); });
        return in.good() && in.at_end();
    }

private:
    std::string name(ByteReader& in) const {
        const auto n = in.number();
        if (n >= names_.size()) return in.bad(), std::string();
        return names_[n];
    }

    JournalItem item(ByteReader& in, Time time) {
        JournalItem out;
        const auto kind = in.number();
        if (kind > static_cast<std::uint64_t>(Note::Kind::Moved)) return in.bad(), out;
        out.kind = static_cast<Note::Kind>(kind);
        const auto why = in.number();
        out.whole = why & 1;
        out.why = static_cast<Note::Why>(why >> 1);
        switch (out.kind) {
        case Note::Kind::Event: {
            out.event = name(in);
            out.due = in.time_after(time);
            in.list([&] {
                auto field = name(in);
                out.fields.emplace_back(std::move(field), shown(in, symbols_));
            });
            break;
        }
        case Note::Kind::Action: {
            auto& a = out.action;
            const auto action = in.number();
            if (action > static_cast<std::uint64_t>(Action::Kind::Suppressed)) return in.bad(), out;
            a.kind = static_cast<Action::Kind>(action);
            out.rule = a.rule = name(in);
            a.channel = name(in);
            a.goal = in.text();
            const auto has = in.number();
            a.has_text = has & 1;
            a.has_subject = has & 2;
            if (a.has_text) a.text = in.text();
            if (a.has_subject) a.subject = in.text();
            a.stage = name(in);
            a.from = name(in);
            a.tag = name(in);
            a.split = name(in);
            a.arm = name(in);
            a.of = name(in);
            a.reason = name(in);
            break;
        }
        case Note::Kind::Known:
        case Note::Kind::Joined: break;
        default:
            out.rule = name(in);
            if (out.why == Note::Why::Count) out.count = in.number();
            if (out.kind == Note::Kind::Paused || out.kind == Note::Kind::Moved) out.due = in.integer();
        }
        return out;
    }

    Symbols symbols_;
    ByteReader in_;
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

} // namespace

void JournalWriter::name(std::string_view text) {
    const auto [it, fresh] = names_.emplace(text, names_.size());
    if (fresh) names_out_.text(text);
    entry_.number(it->second);
}

void JournalWriter::add(const World& world, const Trace& trace, const Actions& actions) {
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
            const auto number = [&](std::uint64_t n) { entry_.number(n); };
            const auto text = [&](std::string_view said) { entry_.text(said); };
            entry_.clear();
            entry_.integer(trace[begin].time);
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
                    entry_.time_after(note.time, note.due);
                    std::size_t there = 0;
                    for (const auto& value : note.fields) there += !value.missing();
                    number(there);
                    for (std::size_t f = 0; f < note.fields.size(); ++f) {
                        if (note.fields[f].missing()) continue;
                        name(event.fields[f].name);
                        entry_.value(note.fields[f]);
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
                    if (note.kind == Note::Kind::Paused || note.kind == Note::Kind::Moved) entry_.integer(note.due);
                }
            }
            out_.entry(trace[begin].fan, entry_.bytes());
        }
        begin = end;
    }
}

std::string JournalWriter::take() {
    ByteWriter batch(symbols_);
    batch.text(program_);
    batch.number(names_.size());
    batch.raw(names_out_.bytes());
    batch.raw(out_.bytes());
    names_.clear();
    names_out_.clear();
    out_.clear();
    return batch.take();
}

bool read_journal(std::string_view bytes, const std::vector<bool>& wanted, std::vector<JournalEntry>& entries) {
    JournalReader batch(bytes);
    while (const auto entry = batch.next())
        if (wanted.empty() || (entry->fan < wanted.size() && wanted[entry->fan]))
            if (!batch.read(*entry, entries.emplace_back())) return false;
    return batch.good();
}

std::optional<std::string> without_fans(std::string_view bytes, const std::vector<bool>& forgotten) {
    JournalReader batch(bytes);
    std::string out(bytes.substr(0, batch.place()));
    const auto all = out.size();
    auto begin = batch.place();
    bool found = false;
    while (const auto entry = batch.next()) {
        if (entry->fan < forgotten.size() && forgotten[entry->fan]) found = true;
        else out += bytes.substr(begin, batch.place() - begin);
        begin = batch.place();
    }
    if (!found || !batch.good()) return std::nullopt;
    return out.size() == all ? std::string() : out;
}

} // namespace segue
