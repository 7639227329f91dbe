// Whether a message goes out, now, later or not at all.
#include <algorithm>
#include <fmt/format.h>

#include "run/engine.hpp"

namespace segue {

namespace {

using Times = absl::InlinedVector<Time, 8>;

// The messages that a limit counts, oldest first, of its span.
Times counted(Time now, const Version& version, const Fan& fan, const Limit& limit) {
    const auto& program = *version.program;
    Times times;
    for (const auto& sent : fan.sent) {
        if (sent.at <= now - limit.per) continue;
        if (limit.scope.flow != none && sent.flow != version.flows[limit.scope.flow]) continue;
        const bool of_channel = limit.scope.channel != none
                                    ? sent.channel == program.channels[limit.scope.channel].symbol
                                    : std::any_of(program.channels.begin(), program.channels.end(), [&](const Channel& c) { return c.needs_consent && c.symbol == sent.channel; });
        if (of_channel) times.push_back(sent.at);
    }
    return times;
}

// `in_vain`: what it waits for comes later than that.
void pause(Turn& turn, const Fan& fan, Response& r, Wait::Kind kind, Time due, bool in_vain, const QuietOnes& quiets) {
    r.wait = {};
    r.wait.kind = kind;
    r.wait.begin = turn.now;
    r.wait.due = due;
    for (const auto quiet : quiets) r.wait.quiets.push_back(quiet);
    r.keyword = false;
    if (kind == Wait::Kind::Quiet) r.wait.due = due_of(turn.world, fan, r);
    schedule(turn.world, fan, r);
    if (auto* note = noting(turn, fan, Note::Kind::Paused, r)) {
        note->why = kind == Wait::Kind::Quiet ? Note::Why::Quiet : Note::Why::Limit;
        note->due = r.wait.due;
        note->whole = in_vain;
    }
}

void note_sent(Turn& turn, Fan& fan, const Version& version, const Rule& rule, std::uint32_t channel) {
    Span_ms longest = 0;
    for (const auto& v : turn.world.versions) longest = std::max(longest, v.longest_limit);
    erase_if(fan.sent, [&](const Sent& s) { return s.at <= turn.now - longest; });
    if (longest > 0) fan.sent.push_back({turn.now, version.program->channels[channel].symbol, version.flows[rule.flow]});
}

void note_aim(Turn& turn, Fan& fan, const Response& r, const Rule& rule) {
    if (rule.aim == none) return;
    const auto& version = turn.world.versions[r.version];
    const auto stage = version.program->stages[rule.aim].symbol;
    auto& credits = fan.more.own().credits;
    erase_if(credits, [&](const Credit& c) { return c.stage == stage; });
    credits.push_back({stage, version.names[r.rule], turn.now});
}

// The values that the goals compare with, one goal after the other; fixed when the step begins.
const Value* goal_values(const Asking& context, Response& r, const Step& step) {
    if (r.fixed) return r.goals.data();
    r.fixed = true;
    r.goals.clear();
    for (const auto& goal : step.goals) {
        for (const auto& value : compared_with(context, goal.pattern.matches)) r.goals.push_back(value);
    }
    return r.goals.data();
}

bool held_already(const Asking& context, const Step& step, const Value* values) {
    for (const auto& goal : step.goals) {
        if (goal.pattern.query != none && any(context, context.program.queries[goal.pattern.query], values)) return true;
        values += goal.pattern.matches.size();
    }
    return false;
}

bool unknown_goal(const Step& step, const Value* values) {
    for (const auto& goal : step.goals)
        for (const auto& m : goal.pattern.matches)
            if ((values++)->missing() && (m.value.op == Op::NextRelease || m.value.op == Op::LatestRelease)) return true;
    return false;
}

// The text and subject of a route; false where an entry of the catalogue is lacking.
bool put_text(const Asking& context, const Route& route, Action& action) {
    if (!route.text) return true;
    action.has_text = true;
    if (!write(context, *route.text, action.text)) return false;
    if (!context.program.channels[route.channel].has_subject) return true;
    action.has_subject = true;
    if (route.subject) return write(context, *route.subject, action.subject);
    action.subject.assign(action.text, 0, action.text.find('\n'));
    return true;
}

} // namespace

Closed closed(Time now, const Version& version, const Fan& fan, std::uint32_t channel, std::uint32_t flow, Time asked, std::vector<std::uint32_t>* by) {
    Closed out;
    for (std::uint32_t l = 0; l < version.program->limits.size(); ++l) {
        const auto& limit = version.program->limits[l];
        if (!speaks_of(limit.scope, *version.program, channel, flow)) continue;
        const auto times = counted(now, version, fan, limit);
        if (times.size() < limit.count) continue;
        out.closed = true;
        if (by) by->push_back(l);
        out.waits = out.waits && limit.else_wait;
        out.opens = std::max(out.opens, times[times.size() - limit.count] + limit.per);
        if (limit.up_to > 0) out.gives_up = std::min(out.gives_up, asked + limit.up_to);
    }
    return out;
}

// The quiet hours of that channel that hold now.
QuietOnes quiet_now(World& world, Time now, const Program& program, const Fan& fan, std::uint32_t channel, std::uint32_t flow) {
    QuietOnes out;
    Local here{};
    bool known = false;
    for (std::uint32_t q = 0; q < program.quiets.size(); ++q) {
        const auto& quiet = program.quiets[q];
        if (!speaks_of(quiet.scope, program, channel, flow)) continue;
        if (!known) here = world.zones.local(fan.zone, now), known = true;
        const bool in = quiet.from < quiet.to ? here.of_day >= quiet.from && here.of_day < quiet.to : here.of_day >= quiet.from || here.of_day < quiet.to;
        if (in) out.push_back(q);
    }
    return out;
}

Action* suppress(Turn& turn, const Fan& fan, const Response& r, std::string_view of, std::string_view reason) {
    if (!turn.actions.suppress()) return nullptr;
    auto& action = add_action(turn, fan, r, Action::Kind::Suppressed);
    action.of = of;
    action.reason = reason;
    tell(turn, fan, action);
    return &action;
}

Sending message(Turn& turn, Fan& fan, Response& r, const Step& step) {
    const auto& version = turn.world.versions[r.version];
    const auto& program = *version.program;
    const auto& rule = program.rules[r.rule];
    const auto context = asking(turn, version, fan, r.slots.data());
    const bool prompt = step.act == Act::Prompt;
    const auto* goals = goal_values(context, r, step);
    const auto refuse = [&](std::string_view reason) {
        if (auto* action = suppress(turn, fan, r, prompt ? "prompt" : "send", reason)) append_goals(context, step.goals, goals, action->goal);
        return Sending::Done;
    };
    if (held_already(context, step, goals)) return refuse("already");
    absl::InlinedVector<const Route*, 4> open;
    for (const auto& route : step.routes) {
        const auto& channel = program.channels[route.channel];
        if (!channel.needs_consent || consents(turn.world, program, fan, channel.symbol)) open.push_back(&route);
    }
    if (open.empty()) return refuse("no_consent");
    const Route* chosen = nullptr;
    bool waits = true;
    Time opens = never;
    Time gives_up = never;
    const auto asked = r.asked == before_all ? turn.now : r.asked;
    for (const auto* route : open) {
        const auto c = closed(turn.now, version, fan, route->channel, rule.flow, asked);
        if (!c.closed) {
            chosen = route;
            break;
        }
        waits = waits && c.waits;
        opens = std::min(opens, c.opens);
        gives_up = std::min(gives_up, c.gives_up);
    }
    if (!chosen) {
        if (!waits || turn.now >= gives_up) return refuse("limit");
        r.asked = asked;
        pause(turn, fan, r, Wait::Kind::Limit, std::min(opens, gives_up), gives_up < opens, {});
        return Sending::Paused;
    }
    if (const auto quiets = quiet_now(turn.world, turn.now, program, fan, chosen->channel, rule.flow); !quiets.empty()) {
        r.asked = asked;
        pause(turn, fan, r, Wait::Kind::Quiet, never, false, quiets);
        return Sending::Paused;
    }
    auto& action = add_action(turn, fan, r, prompt ? Action::Kind::Prompt : Action::Kind::Send);
    if (!put_text(context, *chosen, action) || unknown_goal(step, goals)) {
        turn.actions.drop_last();
        return refuse("unknown_release");
    }
    action.channel = program.channels[chosen->channel].name;
    append_goals(context, step.goals, goals, action.goal);
    tell(turn, fan, action);
    note_sent(turn, fan, version, rule, chosen->channel);
    note_aim(turn, fan, r, rule);
    r.emitted = true;
    return Sending::Done;
}

void reply(Turn& turn, Fan& fan, Response& r, const Step& step) {
    const auto& version = turn.world.versions[r.version];
    const auto& program = *version.program;
    if (!r.keyword) {
        suppress(turn, fan, r, "reply", "no_keyword");
        return;
    }
    auto& action = add_action(turn, fan, r, Action::Kind::Reply);
    if (!put_text(asking(turn, version, fan, r.slots.data()), step.routes[0], action)) {
        turn.actions.drop_last();
        suppress(turn, fan, r, "reply", "unknown_release");
        return;
    }
    action.channel = program.channels[step.routes[0].channel].name;
    tell(turn, fan, action);
    note_sent(turn, fan, version, program.rules[r.rule], step.routes[0].channel);
    note_aim(turn, fan, r, program.rules[r.rule]);
    r.emitted = true;
}

} // namespace segue
