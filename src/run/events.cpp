// Steps 4 to 8: what an event that counts leads to.
#include <algorithm>

#include "run/engine.hpp"

namespace segue {

Note* note(Turn& turn, const Fan& fan, Note::Kind kind) {
    auto& out = turn.world.trace->emplace_back();
    out.kind = kind;
    out.time = turn.now;
    out.fan = fan.number;
    out.version = static_cast<std::uint32_t>(turn.world.versions.size() - 1);
    out.cause = turn.cause;
    return &out;
}

Note* note(Turn& turn, const Fan& fan, Note::Kind kind, const Response& response) {
    auto* out = note(turn, fan, kind);
    out->version = response.version;
    out->rule = response.rule;
    out->step = response.pc;
    out->response = response.seq;
    return out;
}

Asking asking(Turn& turn, const Version& version, const Fan& fan, const Value* slots) { return {turn.world, *version.program, fan, slots, turn.now}; }

namespace {

void tell_stage(Turn& turn, Fan& fan, int from, int to) {
    auto& world = turn.world;
    const auto& program = world.program();
    const auto& stage = program.stages[static_cast<std::size_t>(to)];
    Response owner; // a stage belongs to no response; its id is made of the fan and the stage
    owner.seed = Digest::of(fan.id);
    owner.seed.add(static_cast<std::uint64_t>(fan.first_seen));
    owner.pc = static_cast<std::uint32_t>(to) + 1;
    auto& action = add_action(turn, fan, owner, Action::Kind::Stage);
    action.step = 0;
    action.stage = stage.name;
    if (from >= 0) action.from = program.stages[static_cast<std::size_t>(from)].name;
    for (const auto& credit : fan.more->credits)
        if (credit.stage == stage.symbol && credit.at > turn.now - program.attribution) action.rule = world.symbols().text(credit.rule);
    tell(turn, fan, action);
}

// To that stage, if it is a higher one and its condition holds; a stage never falls.
bool rise_to(Turn& turn, Fan& fan, int rank) {
    if (rank <= fan.stage || !holds(asking(turn, turn.world.current(), fan, nullptr), turn.world.program().stages[static_cast<std::size_t>(rank)].condition)) return false;
    tell_stage(turn, fan, fan.stage, rank);
    fan.stage = rank;
    return true;
}

// To the highest stage whose condition holds. True if it rose.
bool rise(Turn& turn, Fan& fan) {
    fan.settled = true;
    for (auto rank = static_cast<int>(turn.world.program().stages.size()) - 1; rank > fan.stage; --rank)
        if (rise_to(turn, fan, rank)) return true;
    return false;
}

// The same after an event, of which a fan who was settled can rise to some stages only.
bool rise_by(Turn& turn, Fan& fan, std::uint32_t event) {
    if (!fan.settled) return rise(turn, fan);
    const auto& ranks = turn.world.event_needs[event].stages;
    return std::any_of(ranks.begin(), ranks.end(), [&](int rank) { return rise_to(turn, fan, rank); });
}

// The event of the current program that an older version's pattern means, by name.
bool same_event(const Turn& turn, const Version& version, std::uint32_t theirs, std::uint32_t current) {
    if (version.program == turn.world.current().program) return theirs == current;
    return theirs != none && version.program->events[theirs].symbol == turn.world.program().events[current].symbol;
}

// Fields of an event of the current program in the order of an older version's.
Row fields_for(const Turn& turn, const Version& version, std::uint32_t theirs, const Happening& h) {
    const auto& now = turn.world.program().events[h.event].fields;
    Row out;
    for (const auto& field : version.program->events[theirs].fields) {
        const auto it = std::find_if(now.begin(), now.end(), [&](const Field& f) { return f.name == field.name && f.type == field.type; });
        out.push_back(it == now.end() ? Value{} : h.fields[static_cast<std::size_t>(it - now.begin())]);
    }
    return out;
}

bool happened(const Turn& turn, const Version& version, const EventPattern& pattern, const Value* values, const Happening& h) {
    if (!same_event(turn, version, pattern.event, h.event)) return false;
    if (version.program == turn.world.current().program) return matches(pattern.matches, values, h.fields);
    return matches(pattern.matches, values, fields_for(turn, version, pattern.event, h));
}

void drop_by_until(Turn& turn, Fan& fan, const Happening& h) {
    std::vector<std::uint64_t> dropped;
    for (const auto& r : fan.responses) {
        const auto& version = turn.world.versions[r.version];
        std::size_t at = 0;
        bool ends = false;
        for (const auto& pattern : version.program->rules[r.rule].until) {
            ends = ends || happened(turn, version, pattern, r.until.data() + at, h);
            at += pattern.matches.size();
        }
        if (ends) dropped.push_back(r.seq);
    }
    for (const auto seq : dropped) drop(turn, fan, seq);
}

void resume_waiting(Turn& turn, Fan& fan, const Happening& h) {
    std::vector<std::uint64_t> woken;
    for (const auto& r : fan.responses) {
        if (r.wait.kind != Wait::Kind::For) continue;
        const auto& version = turn.world.versions[r.version];
        if (happened(turn, version, version.program->rules[r.rule].steps[r.pc].pattern, r.wait.values.data(), h)) woken.push_back(r.seq);
    }
    for (const auto seq : woken) resume(turn, fan, seq, true);
}

void pass(Turn& turn, const Fan& fan, std::uint32_t rule, Note::Why why, const Values& slots, std::uint64_t count = 0) {
    auto* note = noting(turn, fan, Note::Kind::Passed);
    if (!note) return;
    note->rule = rule;
    note->why = why;
    note->count = count;
    if (turn.world.explain) note->said = turn.world.explain(turn.world, fan, *note, slots);
}

// False if the trigger's pattern does not match; the rest is consider's.
bool wake(Turn& turn, Fan& fan, const Waking& waking, const Happening& h) {
    const auto& version = turn.world.current();
    const auto rule = waking.woken.rule;
    Values slots;
    for (const auto field : waking.slots) slots.push_back(h.fields[field]);
    const auto context = asking(turn, version, fan, slots.data());
    if (!waking.matched) {
        const auto& asked = version.program->rules[rule].trigger.patterns[waking.woken.pattern].matches;
        if (!matches(asked, compared_with(context, asked).data(), h.fields)) return false;
    }
    Value key = h.fields.empty() ? Value{} : h.fields[0];
    if (waking.query) {
        if (waking.per != none) {
            key = h.fields[waking.per];
            if (key.missing()) return true;
        }
        const bool every = waking.kind == TriggerKind::Every;
        const auto most = every ? all_of_them : waking.count;
        const auto n = waking.values ? count(context, *waking.query, waking.values->data(), most) : count(context, *waking.query, most);
        if (every ? n == 0 || n % waking.count != 0 : n < waking.count) return pass(turn, fan, rule, Note::Why::Count, slots, n), true;
    }
    consider(turn, fan, rule, key, std::move(slots), h.event == version.program->keyword);
    return true;
}

void wake_rules(Turn& turn, Fan& fan, const Happening& h) {
    const auto& wakes = turn.world.event_needs[h.event].wakes;
    // An occurrence starts a rule once, also where several of its alternatives match.
    auto matched = none;
    const auto each = [&](const Waking& waking) {
        if (waking.woken.rule != matched && wake(turn, fan, waking, h)) matched = waking.woken.rule;
    };
    if (wakes.by_field.empty()) {
        for (const auto& waking : wakes.always) each(waking);
        return;
    }
    // Few rules are found by value; they are merged into the order of the program.
    absl::InlinedVector<const Waking*, 16> found;
    for (const auto& waking : wakes.always) found.push_back(&waking);
    wakes.each_found(h.fields, [&](const Waking& waking) { found.push_back(&waking); });
    std::sort(found.begin(), found.end(), [](const Waking* a, const Waking* b) { return std::pair(a->woken.rule, a->woken.pattern) < std::pair(b->woken.rule, b->woken.pattern); });
    for (const auto* waking : found) each(*waking);
}

void enter_stage(Turn& turn, Fan& fan, int stage) {
    for (const auto r : turn.world.enters)
        if (turn.world.program().rules[r].trigger.stage == static_cast<std::uint32_t>(stage)) consider(turn, fan, r, {}, {}, false);
}

void handle(Turn& turn, Fan& fan, const Happening& h) {
    turn.depth = h.depth;
    const bool counts = apply(turn, fan, h);
    if (auto* note = noting(turn, fan, Note::Kind::Event)) {
        note->whole = counts;
        note->event = h.event;
        note->due = h.time;
        note->fields.assign(h.fields.begin(), h.fields.end());
    }
    if (!counts) return;
    const bool rose = rise_by(turn, fan, h.event);
    const auto stage = fan.stage;
    if (fan.listening > 0) {
        drop_by_until(turn, fan, h);
        resume_waiting(turn, fan, h);
    }
    wake_rules(turn, fan, h);
    if (rose) enter_stage(turn, fan, stage);
}

// When the rule's frequency was last taken for that key. A joined fan may have taken it more than once.
std::optional<Time> taken(const Fan& fan, Symbol rule, const Value& key) {
    std::optional<Time> last;
    fan.taken.find(rule, hash_of_key(key), [&](const Taken& t) {
        if (t.key == key) last = std::max(last.value_or(t.at), t.at);
        return false; // the next one
    });
    return last;
}

void take_anew(Fan& fan, Symbol rule, const Taken& taken) {
    const auto same = [&](const Taken& t) { return t.key == taken.key; };
    while (const auto* former = fan.taken.find(rule, taken.hash(), same)) fan.taken.erase(former);
    fan.taken.add(rule, taken);
}

} // namespace

void happen(Turn& turn, Fan& fan, const Happening& first) {
    handle(turn, fan, first);
    drain(turn, fan);
}

void find_stage(Turn& turn, Fan& fan) {
    if (!rise(turn, fan)) return;
    enter_stage(turn, fan, fan.stage);
    drain(turn, fan);
}

void handle_recorded(Turn& turn, Fan& fan) {
    for (std::size_t i = 0; i < turn.recorded.size(); ++i) {
        const auto next = std::move(turn.recorded[i]); // the row may grow meanwhile
        handle(turn, fan, {next.event, next.fields, turn.now, next.depth});
    }
    turn.recorded.clear();
}

bool consider(Turn& turn, Fan& fan, std::uint32_t index, const Value& key, Values slots, bool keyword) {
    auto& world = turn.world;
    const auto& version = world.current();
    const auto& rule = version.program->rules[index];
    const auto context = asking(turn, version, fan, slots.data());
    const auto passed = [&](Note::Why why) { return pass(turn, fan, index, why, slots), false; };
    if (rule.asked && !holds(context, *rule.asked)) return passed(Note::Why::Condition);
    Values until;
    for (const auto& pattern : rule.until) {
        const auto values = compared_with(context, pattern.matches);
        if (pattern.query != none && any(context, version.program->queries[pattern.query], values.data())) return passed(Note::Why::Until);
        until.insert(until.end(), values.begin(), values.end());
    }
    const auto once_for = once_key(rule, key, slots.data());
    const auto before = rule.frequency == Frequency::Always ? std::nullopt : taken(fan, rule.key, once_for);
    if (before && (rule.frequency != Frequency::OnceEvery || turn.now - *before < rule.every)) return passed(Note::Why::Frequency);
    if (version.pauses[index])
        for (const auto& r : fan.responses)
            if (r.rule_key == rule.key && r.key == key) return passed(Note::Why::UnderWay);
    Response r;
    r.version = static_cast<std::uint32_t>(world.versions.size() - 1);
    r.rule = index;
    r.rule_key = rule.key;
    r.key = key;
    r.keyword = keyword;
    r.seq = world.next_response++;
    if (fan.responses.size() >= most_responses) {
        suppress(turn, fan, r, "response", "too_many");
        return passed(Note::Why::TooMany);
    }
    r.slots.assign(slots.begin(), slots.end());
    if (!until.empty()) r.until = Slim<Value>(until);
    if (rule.frequency != Frequency::Always) take_anew(fan, rule.key, {once_for, turn.now, r.seq});
    start(turn, fan, r);
    return true;
}

} // namespace segue
