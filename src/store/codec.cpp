#include "store/codec.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace segue {

namespace {

// Whether a value that was kept can be of that type now.
bool can_be(const Value& v, Type type) {
    switch (v.kind) {
    case Value::Kind::Missing: return true;
    case Value::Kind::Number: return type == Type::Number;
    case Value::Kind::Bool: return type == Type::Bool;
    case Value::Kind::Duration: return type == Type::Duration;
    case Value::Kind::Time: return type == Type::Time;
    case Value::Kind::Date: return type == Type::Date;
    case Value::Kind::Stage: return type == Type::Stage;
    case Value::Kind::Symbol: return is_textual(type) || type == Type::Channel;
    }
    return false;
}

// The type that a value speaks for, where no script declares its attribute any more.
Type type_of(const Value& v) {
    for (const auto type : {Type::Number, Type::Bool, Type::Duration, Type::Time, Type::Date, Type::Stage})
        if (can_be(v, type)) return type;
    return Type::Text;
}

std::uint32_t kept(const std::map<std::uint32_t, std::uint32_t>& map, std::uint32_t number) {
    const auto it = map.find(number);
    return it == map.end() ? none : it->second;
}

void write(ByteWriter& w, const Response& r, const Numbering& numbering) {
    w.number(r.seq);
    w.number(numbering.version_kept[r.version]);
    w.number(r.rule);
    w.symbol(r.rule_key);
    w.value(r.key);
    w.values(r.slots);
    w.values(r.until);
    w.number(r.pc);
    w.number((r.emitted ? 1u : 0u) | (r.keyword ? 2u : 0u) | (r.fixed ? 4u : 0u));
    w.time(r.asked);
    w.values(r.goals);
    w.number(r.seed.a);
    w.number(r.seed.b);
    w.text(r.cause);
    w.number(static_cast<std::uint64_t>(r.wait.kind));
    w.time(r.wait.begin);
    w.time(r.wait.due);
    w.symbol(r.wait.release);
    w.values(r.wait.values);
    w.list(r.wait.quiets, [&](std::uint32_t q) { w.number(q); });
}

Response read_response(ByteReader& in, const World& world, const Numbering& numbering) {
    Response r;
    r.seq = in.number();
    r.version = kept(numbering.versions, in.index());
    r.rule = in.index();
    r.rule_key = in.symbol();
    r.key = in.value();
    const auto slots = in.values();
    r.slots.assign(slots.begin(), slots.end());
    r.until = Slim<Value>(in.values());
    r.pc = in.index();
    const auto flags = in.number();
    r.emitted = flags & 1;
    r.keyword = flags & 2;
    r.fixed = flags & 4;
    r.asked = in.time();
    in.list([&] { r.goals.push_back(in.value()); });
    r.seed.a = in.number();
    r.seed.b = in.number();
    r.cause = in.text();
    const auto kind = in.number();
    r.wait.kind = static_cast<Wait::Kind>(kind);
    r.wait.begin = in.time();
    r.wait.due = in.time();
    r.wait.release = in.symbol();
    r.wait.values = Slim<Value>(in.values());
    in.list([&] { r.wait.quiets.push_back(in.index()); });
    if (kind > static_cast<std::uint64_t>(Wait::Kind::Limit) || r.version >= world.versions.size()) return in.bad(), r;
    const auto& program = *world.versions[r.version].program;
    if (r.rule >= program.rules.size() || r.pc >= program.rules[r.rule].steps.size() || r.slots.size() != program.rules[r.rule].slots.size()) in.bad();
    for (const auto q : r.wait.quiets)
        if (q >= program.quiets.size()) in.bad();
    return r;
}

} // namespace

std::string text_of(const Need& need, const Symbols& symbols) {
    std::string out = symbols.text(need.event);
    for (const auto& f : need.filters) {
        const auto value = f.value.kind == Value::Kind::Symbol ? symbols.text(f.value.symbol()) : f.value.kind == Value::Kind::Number ? fmt::format("{}", f.value.number) : std::to_string(f.value.integer);
        out += fmt::format("\nwhere {} {} {} {}", symbols.text(f.field), static_cast<int>(f.op), static_cast<int>(f.value.kind), value);
    }
    for (const auto field : need.tracked) out += "\nby " + symbols.text(field);
    return out;
}

void encode(ByteWriter& w, const World& world, const Fan& fan, const Numbering& numbering) {
    const auto& program = world.program();
    w.text(fan.id);
    w.list(fan.more->aliases, [&](const std::string& alias) { w.text(alias); });
    w.time(fan.first_seen);
    w.number(static_cast<std::uint64_t>(fan.stage + 1)); // with those below, from the highest: another ladder may not have it
    for (auto stage = fan.stage; stage >= 0; --stage) w.symbol(program.stages[static_cast<std::size_t>(stage)].symbol);
    w.number(fan.started);
    const auto& [attributes, set_at, tags, credits, arms, aliases] = *fan.more;
    w.number(attributes.size());
    for (std::size_t i = 0; i < attributes.size(); ++i) {
        w.symbol(world.ledger->facts[i].name);
        w.value(attributes[i]);
        w.number(i < set_at.size() ? set_at[i] : 0);
    }
    w.list(fan.holds.all(), [&](const auto& entry) {
        const Held& h = entry.item;
        w.number(numbering.hold_kept[entry.of]);
        w.value(h.key());
        w.number(h.held);
        w.time(h.since);
        w.time(h.more->undone);
        w.number(h.tracked());
        for (std::uint32_t t = 0; t < h.tracked(); ++t) {
            w.symbol(world.ledger->holds[entry.of].tracked[t]);
            w.value(h.field(t + 1));
        }
    });
    w.list(fan.cells.all(), [&](const auto& entry) {
        const Cell& c = entry.item;
        w.number(numbering.need_kept[entry.of]);
        w.values(c.values());
        w.number(c.count);
        w.time(c.last);
        auto before = c.last;
        w.list(c.times, [&](Time t) {
            w.time_after(before, t);
            before = t;
        });
    });
    w.list(fan.sent, [&](const Sent& s) {
        w.time(s.at);
        w.symbol(s.channel);
        w.symbol(s.flow);
    });
    w.list(tags, [&](Symbol t) { w.symbol(t); });
    w.list(arms, [&](const auto& arm) {
        w.symbol(arm.first);
        w.symbol(arm.second);
    });
    w.list(fan.taken.all(), [&](const auto& entry) {
        const Taken& t = entry.item;
        w.symbol(entry.of);
        w.value(t.key);
        w.time(t.at);
        w.number(t.response);
    });
    w.list(credits, [&](const Credit& c) {
        w.symbol(c.stage);
        w.symbol(c.rule);
        w.time(c.at);
    });
    w.number(fan.silences.size());
    for (std::size_t i = 0; i < fan.silences.size(); ++i) {
        w.symbol(program.rules[world.silences[i]].key);
        w.time(fan.silences[i].considered);
    }
    w.list(fan.responses, [&](const Response& r) { write(w, r, numbering); });
}

bool decode(ByteReader& in, World& world, const Numbering& numbering, Fan& fan) {
    const auto& program = world.program();
    fan.id = in.text();
    in.list([&] { fan.more.own().aliases.emplace_back(in.text()); });
    fan.first_seen = in.time();
    in.list([&] {
        const auto stage = in.symbol();
        for (std::size_t i = 0; fan.stage < 0 && i < program.stages.size(); ++i)
            if (program.stages[i].symbol == stage) fan.stage = static_cast<int>(i);
    });
    fan.started = in.index();
    in.list([&] {
        const auto name = in.symbol();
        const auto value = in.value();
        const auto set = in.number();
        if (value.missing() && set == 0) return;
        auto& facts = world.ledger->facts;
        const auto known = std::find_if(facts.begin(), facts.end(), [&](const Fact& f) { return f.name == name && can_be(value, f.type); });
        // What no script asks for any more is kept all the same: one may ask again.
        const auto fact = known != facts.end() ? static_cast<std::uint32_t>(known - facts.begin()) : world.ledger->fact(name, type_of(value));
        auto& more = fan.more.own();
        more.attributes.resize(std::max<std::size_t>(more.attributes.size(), fact + 1));
        more.set_at.resize(more.attributes.size());
        more.attributes[fact] = value;
        more.set_at[fact] = set;
    });
    in.list([&](std::size_t n) { fan.holds.reserve(n); }, [&] {
        const auto hold = kept(numbering.holds, in.index());
        Held h;
        h.set_key(in.value());
        h.held = in.number() != 0;
        h.since = in.time();
        if (const auto undone = in.time(); undone != before_all) h.more.own().undone = undone;
        const auto tracked = hold == none ? std::span<const Symbol>() : std::span<const Symbol>(world.ledger->holds[hold].tracked);
        Values values(tracked.size());
        in.list([&] {
            const auto field = in.symbol();
            const auto value = in.value();
            for (std::size_t t = 0; t < tracked.size(); ++t)
                if (tracked[t] == field) values[t] = value;
        });
        h.track(values);
        if (hold != none) fan.holds.add(hold, std::move(h));
    });
    in.list([&](std::size_t n) { fan.cells.reserve(n); }, [&] {
        const auto need = kept(numbering.needs, in.index());
        Cell c;
        c.set_values(in.values());
        c.count = in.index();
        c.last = in.time();
        auto before = c.last;
        in.list([&](std::size_t n) { c.times.reserve(n); }, [&] { c.times.push_back(before = in.time_after(before)); });
        if (need == none) return;
        if (c.values().size() != world.ledger->needs[need].tracked.size()) in.bad();
        fan.cells.add(need, std::move(c));
    });
    in.list([&] {
        const auto at = in.time();
        const auto channel = in.symbol();
        fan.sent.push_back({at, channel, in.symbol()});
    });
    in.list([&] { fan.more.own().tags.push_back(in.symbol()); });
    in.list([&] {
        const auto split = in.symbol();
        fan.more.own().arms.emplace_back(split, in.symbol());
    });
    in.list([&] {
        const auto rule = in.symbol();
        const auto key = in.value();
        const auto at = in.time();
        fan.taken.add(rule, {key, at, in.number()});
    });
    in.list([&] {
        const auto stage_name = in.symbol();
        const auto rule = in.symbol();
        fan.more.own().credits.push_back({stage_name, rule, in.time()});
    });
    fan.silences.resize(world.silences.size());
    in.list([&] {
        const auto rule = in.symbol();
        const auto considered = in.time();
        for (std::size_t i = 0; i < world.silences.size(); ++i)
        if (program.rules[world.silences[i]].key == rule) fan.silences[i].considered = considered;
    });
    in.list([&](std::size_t n) { fan.responses.reserve(n); }, [&] { fan.responses.push_back(read_response(in, world, numbering)); });
    return in.good() && in.at_end();
}

void encode(ByteWriter& w, const FanNumbers& fans) {
    w.number(fans.all_below());
    const auto& chunks = fans.chunks();
    for (std::size_t at = 0; at < chunks.size(); ++at) {
        if (!chunks[at]) continue;
        w.number(at);
        for (const auto word : *chunks[at]) w.number(word);
    }
}

bool decode(ByteReader& in, FanNumbers& fans) {
    constexpr std::size_t most_chunks = std::numeric_limits<std::uint32_t>::max() / FanNumbers::together;
    fans.put(in.index());
    while (in.good() && !in.at_end()) {
        const auto at = in.index();
        FanNumbers::Chunk chunk{};
        for (auto& word : chunk) word = in.number();
        if (at > most_chunks) return false;
        fans.put(at, chunk);
    }
    return in.good();
}

} // namespace segue
