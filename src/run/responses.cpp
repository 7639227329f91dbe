// A response: its steps, its pauses, and how it goes on.
#include <algorithm>
#include <optional>
#include <fmt/format.h>

#include "check/hash.hpp"
#include "run/engine.hpp"

namespace segue {

namespace {

void pause(Turn& turn, const Fan& fan, Response& r, Wait wait) {
    wait.begin = turn.now;
    r.wait = std::move(wait);
    r.keyword = false;
    schedule(turn.world, fan, r);
    if (auto* note = noting(turn, fan, Note::Kind::Paused, r)) {
        note->why = Note::Why::Wait;
        note->due = r.wait.due;
    }
}

// Begins a wait; true if it pauses.
bool wait(Turn& turn, Fan& fan, Response& r, const Step& step, const Asking& context) {
    Wait w;
    w.begin = turn.now;
    switch (step.act) {
    case Act::WaitLength:
        w.kind = step.clock ? Wait::Kind::Days : Wait::Kind::Length;
        w.due = turn.now + step.span;
        break;
    case Act::WaitClock: w.kind = Wait::Kind::Clock; break;
    case Act::WaitDate: w.kind = Wait::Kind::Date; break;
    default: {
        w.kind = Wait::Kind::Release;
        const auto which = evaluate(context, *step.value);
        if (which.missing()) {
            suppress(turn, fan, r, "wait", "unknown_release");
            return false;
        }
        w.release = which.symbol();
    }
    }
    r.wait = w;
    if (w.kind != Wait::Kind::Length) w.due = due_of(turn.world, fan, r);
    if (w.due <= turn.now) return false;
    pause(turn, fan, r, std::move(w));
    return true;
}

bool wait_for(Turn& turn, Fan& fan, Response& r, const Step& step, const Asking& context) {
    const auto& pattern = step.pattern;
    Wait w;
    w.kind = Wait::Kind::For;
    w.values = Slim<Value>(compared_with(context, pattern.matches));
    for (std::size_t i = 0; i < w.values.size(); ++i) {
        const auto op = pattern.matches[i].value.op;
        if (!w.values[i].missing() || (op != Op::NextRelease && op != Op::LatestRelease)) continue;
        suppress(turn, fan, r, "wait", "unknown_release");
        return false;
    }
    if (pattern.query != none && any(context, context.program.queries[pattern.query], w.values.data())) {
        if (auto* note = noting(turn, fan, Note::Kind::Branch, r)) note->branch = 1;
        return false;
    }
    w.due = turn.now + step.span;
    pause(turn, fan, r, std::move(w));
    return true;
}

void record(Turn& turn, const Fan& fan, Response& r, const Step& step, const Asking& context) {
    auto& world = turn.world;
    const auto& theirs = context.program.events[step.event];
    const auto current = world.program().event(theirs.name);
    if (!current) return; // the current program no longer knows it
    const auto& event = world.program().events[*current];
    Recorded h{*current, Row(event.fields.size()), turn.depth + 1};
    for (const auto& [field, expr] : step.fields) {
        const auto value = evaluate(context, expr);
        if (value.missing() && (expr.op == Op::NextRelease || expr.op == Op::LatestRelease)) {
            suppress(turn, fan, r, "record", "unknown_release");
            return;
        }
        for (std::size_t f = 0; f < event.fields.size(); ++f)
            if (event.fields[f].name == theirs.fields[field].name) h.fields[f] = value;
    }
    if (h.depth > most_record_depth || turn.recordings >= most_recorded) {
        ++world.too_deep;
        suppress(turn, fan, r, "record", h.depth > most_record_depth ? "too_deep" : "too_many");
        return;
    }
    ++turn.recordings;
    turn.recorded.push_back(std::move(h));
}

void tag(Turn& turn, Fan& fan, Response& r, const Step& step) {
    const bool wanted = step.act == Act::Tag;
    auto& tags = fan.more.own().tags;
    const auto at = std::find(tags.begin(), tags.end(), step.tag);
    if ((at != tags.end()) == wanted) return; // nothing changes
    if (wanted) tags.push_back(step.tag);
    else tags.erase(at);
    auto& action = add_action(turn, fan, r, wanted ? Action::Kind::Tag : Action::Kind::Untag);
    action.tag = turn.world.symbols().text(step.tag);
    tell(turn, fan, action);
    r.emitted = true;
}

std::uint32_t split(Turn& turn, Fan& fan, Response& r, const Step& step, const Program& program) {
    const auto& split = program.splits[step.split];
    const auto arm = arm_of(fan, split);
    const std::pair told(turn.world.intern(split.name), turn.world.intern(split.arms[arm]));
    if (auto& arms = fan.more.own().arms; std::find(arms.begin(), arms.end(), told) == arms.end()) {
        erase_if(arms, [&](const auto& other) { return other.first == told.first; });
        arms.push_back(told);
        auto& action = add_action(turn, fan, r, Action::Kind::Arm);
        action.split = split.name;
        action.arm = split.arms[arm];
        tell(turn, fan, action);
        r.emitted = true;
    }
    if (auto* note = noting(turn, fan, Note::Kind::Branch, r)) note->branch = arm;
    return step.targets[arm];
}

// Runs up to the next pause or the end; true if it paused.
bool run(Turn& turn, Fan& fan, Response& r) {
    const auto& version = turn.world.versions[r.version];
    const auto& steps = version.program->rules[r.rule].steps;
    while (true) {
        const auto& step = steps[r.pc];
        const auto context = asking(turn, version, fan, r.slots.data());
        noting(turn, fan, Note::Kind::Step, r);
        switch (step.act) {
        case Act::Prompt:
        case Act::Send:
            if (message(turn, fan, r, step) == Sending::Paused) return true;
            r.asked = before_all;
            r.fixed = false;
            r.goals.clear();
            break;
        case Act::Reply: reply(turn, fan, r, step); break;
        case Act::WaitLength:
        case Act::WaitClock:
        case Act::WaitDate:
        case Act::WaitRelease:
            if (wait(turn, fan, r, step, context)) return true;
            r.keyword = false;
            break;
        case Act::WaitFor:
            if (wait_for(turn, fan, r, step, context)) return true;
            r.keyword = false;
            break;
        case Act::Record: record(turn, fan, r, step, context); break;
        case Act::Tag:
        case Act::Untag: tag(turn, fan, r, step); break;
        case Act::If: {
            const bool so = holds(context, *step.value);
            if (auto* note = noting(turn, fan, Note::Kind::Branch, r)) note->branch = so;
            if (!so) {
                r.pc = step.target;
                continue;
            }
            break;
        }
        case Act::Split: r.pc = split(turn, fan, r, step, *version.program); continue;
        case Act::Jump: r.pc = step.target; continue;
        case Act::Stop: return false;
        }
        ++r.pc;
    }
}

void proceed(Turn& turn, Fan& fan, Response& r) {
    turn.world.touch(fan);
    if (!run(turn, fan, r)) {
        if (auto* note = noting(turn, fan, Note::Kind::Ended, r)) note->whole = r.emitted;
        give_back(turn.world, fan, r);
        return;
    }
    if (r.cause.empty()) r.cause = turn.cause;
    fan.listen(fan.listening + std::size_t{listens(turn.world, r)});
    const auto at = std::upper_bound(fan.responses.begin(), fan.responses.end(), r.seq, [](std::uint64_t seq, const Response& other) { return seq < other.seq; });
    fan.responses.insert(at, std::move(r));
}

} // namespace

std::uint32_t arm_of(const Fan& fan, const Split& split) {
    auto hash = fnv1a(split.name);
    hash = fnv1a(std::string_view("\0", 1), hash);
    hash = fmix64(fnv1a(fan.id, hash));
    auto point = static_cast<std::uint32_t>(hash % 10'000);
    std::uint32_t arm = 0;
    while (arm + 1 < split.shares.size() && point >= split.shares[arm]) point -= split.shares[arm++];
    return arm;
}

Action& add_action(Turn& turn, const Fan& fan, const Response& r, Action::Kind kind) {
    auto& a = turn.actions.add();
    a.kind = kind;
    a.time = turn.now;
    a.fan = fan.id;
    a.cause = r.cause.empty() ? turn.cause : std::string_view(r.cause);
    a.version = r.version;
    a.step = r.pc;
    if (r.rule_key != 0) {
        a.rule = turn.world.versions[r.version].program->rules[r.rule].name;
        a.rule_index = r.rule;
    }
    auto id = r.seed;
    id.add(std::uint64_t{2} * r.pc + (kind == Action::Kind::Suppressed ? 1 : 0));
    a.id.resize(24);
    put_hex(a.id.data(), fmix64(id.a));
    put_hex(a.id.data() + 16, static_cast<std::uint32_t>(fmix64(id.b)));
    return a;
}

void tell(Turn& turn, const Fan& fan, const Action& last) {
    auto* note = noting(turn, fan, Note::Kind::Action);
    if (!note) return;
    note->version = last.version;
    note->rule = last.rule_index;
    note->step = last.step;
    note->action = turn.actions.size() - 1;
}

bool listens(const World& world, const Response& r) {
    return r.wait.kind == Wait::Kind::For || !world.versions[r.version].program->rules[r.rule].until.empty();
}

void count_listening(const World& world, Fan& fan) {
    fan.listen(static_cast<std::size_t>(std::count_if(fan.responses.begin(), fan.responses.end(), [&](const Response& r) { return listens(world, r); })));
}

namespace {

// Out of those under way; nothing if it is not there.
std::optional<Response> take(const World& world, Fan& fan, std::uint64_t seq) {
    const auto at = std::find_if(fan.responses.begin(), fan.responses.end(), [&](const Response& r) { return r.seq == seq; });
    if (at == fan.responses.end()) return std::nullopt;
    fan.listen(fan.listening - std::size_t{listens(world, *at)});
    auto r = std::move(*at);
    fan.responses.erase(at);
    return r;
}

} // namespace

Value once_key(const Rule& rule, const Value& key, const Value* slots) {
    if (rule.frequency != Frequency::OncePer) return {};
    return rule.per_slot == none ? key : slots[rule.per_slot];
}

void give_back(const World& world, Fan& fan, const Response& r) {
    const auto& rule = world.versions[r.version].program->rules[r.rule];
    if (r.emitted || rule.frequency == Frequency::Always) return;
    const auto key = once_key(rule, r.key, r.slots.data());
    if (const auto* its = fan.taken.find(r.rule_key, hash_of_key(key), [&](const Taken& t) { return t.response == r.seq; })) fan.taken.erase(its);
}

void start(Turn& turn, Fan& fan, Response& r) {
    r.seed = Digest::of(fan.id);
    r.seed.add(static_cast<std::uint64_t>(fan.first_seen));
    r.seed.add(quick_hash(turn.world.symbols().text(r.rule_key)));
    r.seed.add(fan.started++);
    noting(turn, fan, Note::Kind::Started, r);
    proceed(turn, fan, r);
}

void resume(Turn& turn, Fan& fan, std::uint64_t seq, bool in_time) {
    auto taken = take(turn.world, fan, seq);
    if (!taken) return;
    auto& r = *taken;
    const auto& version = turn.world.versions[r.version];
    const auto& step = version.program->rules[r.rule].steps[r.pc];
    noting(turn, fan, Note::Kind::Resumed, r);
    switch (r.wait.kind) {
    case Wait::Kind::For:
        if (in_time) ++turn.world.stale; // its timer
        if (auto* note = noting(turn, fan, Note::Kind::Branch, r)) note->branch = in_time;
        r.keyword = in_time && step.pattern.event != none && step.pattern.event == version.program->keyword;
        r.pc = in_time ? r.pc + 1 : step.target;
        break;
    case Wait::Kind::Quiet:
    case Wait::Kind::Limit: break; // the message is asked again
    default: ++r.pc;
    }
    r.wait = {};
    proceed(turn, fan, r);
}

void drop(Turn& turn, Fan& fan, std::uint64_t seq) {
    const auto r = take(turn.world, fan, seq);
    if (!r) return;
    noting(turn, fan, Note::Kind::Dropped, *r);
    give_back(turn.world, fan, *r);
    if (r->wait.due != never) ++turn.world.stale;
    turn.world.touch(fan);
}

Time due_of(World& world, const Fan& fan, const Response& r) {
    const auto& program = *world.versions[r.version].program;
    const auto& step = program.rules[r.rule].steps[r.pc];
    auto& zones = world.zones;
    switch (r.wait.kind) {
    case Wait::Kind::Days: return zones.utc(fan.zone, {zones.local(fan.zone, r.wait.begin).day + step.span / day_ms, *step.clock});
    case Wait::Kind::Clock: return zones.next(fan.zone, r.wait.begin, *step.clock);
    case Wait::Kind::Date: return zones.utc(fan.zone, {step.date, step.clock.value_or(0)});
    case Wait::Kind::Release: {
        const auto* entry = world.entry(r.wait.release);
        if (!entry || !entry->date || !entry->live) return never;
        return zones.utc(fan.zone, {*entry->date, step.clock.value_or(0)});
    }
    case Wait::Kind::Quiet: {
        Time end = r.wait.begin;
        for (const auto q : r.wait.quiets) end = std::max(end, zones.next(fan.zone, r.wait.begin, program.quiets[q].to));
        return end;
    }
    default: return r.wait.due;
    }
}

void schedule(World& world, const Fan& fan, Response& r) {
    if (r.wait.due != never) world.timers.push(Timer::response(r.wait.due, fan.number, r.seq));
}

void reschedule(World& world, Fan& fan) {
    for (auto& r : fan.responses) {
        const auto due = due_of(world, fan, r);
        if (due == r.wait.due) continue;
        if (r.wait.due != never) ++world.stale;
        r.wait.due = due;
        if (world.trace) {
            auto& note = world.trace->emplace_back();
            note.kind = Note::Kind::Moved;
            note.time = world.clock;
            note.due = due;
            note.fan = fan.number;
            note.version = r.version;
            note.rule = r.rule;
            note.step = r.pc;
            note.response = r.seq;
        }
        world.touch(fan);
        schedule(world, fan, r);
    }
}

} // namespace segue
