#include "scenario/play.hpp"

#include <fmt/format.h>

#include "run/ask.hpp"
#include "scenario/describe.hpp"
#include "scenario/why_not.hpp"

namespace segue {

Play::Play(std::shared_ptr<Ledger> ledger, std::shared_ptr<const Program> program, Time start) : world_(std::move(ledger)) {
    world_.clock = start;
    world_.trace = &trace_;
    world_.explain = why_passed;
    attach(world_, std::move(program));
}

Play::Play(World world) : world_(std::move(world)) {
    world_.trace = &trace_;
    world_.explain = why_passed;
}

Fan* Play::fan(std::string_view id) const {
    return world_.fan(id);
}

Diagnostic Play::undone(Span span, std::string message, std::string help) const {
    Diagnostic d{Code::undone, span, std::move(message), "", {}, {}, std::move(help), {}, false, false};
    return d;
}

// What one call of the engine led to.
void Play::keep(std::size_t trace_from, const Actions& actions) {
    for (auto i = trace_from; i < trace_.size(); ++i) trace_[i].action += all_.size();
    for (const auto& action : actions) {
        all_.push_back(action);
        came_.push_back({action, std::nullopt});
    }
}

std::optional<Diagnostic> Play::run(const Statement& s, std::shared_ptr<const Program> asked) {
    asked_ = std::move(asked);
    switch (s.kind) {
    case Statement::Kind::At:
    case Statement::Kind::After: return move(s);
    case Statement::Kind::Expect: return expect(s);
    case Statement::Kind::Ask: return std::nullopt; // the session answers
    default: return happen(s);
    }
}

std::optional<Diagnostic> Play::take(Record record, const Statement& s) {
    record.time = world_.clock;
    record.line = s.span.begin; // what comes of it says where
    if (const auto why = refusal(world_, record); !why.empty()) return undone(s.span, why, "");
    Actions actions;
    const auto from = trace_.size();
    step(world_, record, actions);
    advance(world_, world_.clock, actions); // here nobody waits
    keep(from, actions);
    return std::nullopt;
}

std::optional<Diagnostic> Play::happen(const Statement& s) {
    Record record;
    record.fan = s.fan;
    if (s.kind == Statement::Kind::Fan) {
        record.kind = Record::Kind::Profile;
        record.profile = s.facts;
    } else if (s.kind == Statement::Kind::Release) {
        record.kind = Record::Kind::Release;
        record.release = {s.release.id, s.release.title, s.release.link, s.release.artist, s.release.date, s.live};
    } else {
        // It may have been checked with another version.
        const auto& theirs = this->asked().events[s.event];
        const auto known_as = world_.program().event(theirs.name);
        if (!known_as) return undone(s.span, fmt::format("there is no event `{}` any more", theirs.name), "declare it again");
        const auto& event = world_.program().events[*known_as];
        record.event = *known_as;
        record.fields.resize(event.fields.size());
        const Fan nobody;
        const auto* known = fan(s.fan);
        const Asking asking{world_, this->asked(), known ? *known : nobody, nullptr, world_.clock};
        for (const auto& [field, expr] : s.fields) {
            const auto value = evaluate(asking, expr);
            for (std::size_t f = 0; f < event.fields.size(); ++f)
                if (event.fields[f].name == theirs.fields[field].name) record.fields[f] = value;
            if (value.missing() && (expr.op == Op::NextRelease || expr.op == Op::LatestRelease))
                return undone(s.span, fmt::format("there is no {} now", describe(world_, this->asked(), expr)), "name one of the catalogue, or add one: `release NAME { ... }`");
        }
    }
    // At a tie an undo wins, so what is done again in the instant in which it was undone would be lost: it happens a moment later.
    if (const auto* who = fan(s.fan); s.kind == Statement::Kind::Does && who) {
        const auto& event = world_.program().events[record.event];
        if (event.held)
            for (const auto& held : who->holds[event.hold])
                if (held.key() == (event.held_by == none ? Value{} : record.fields[event.held_by]) && held.more->undone == world_.clock) advance_to(world_.clock + 1);
    }
    return take(std::move(record), s);
}

void Play::advance_to(Time time) {
    Actions actions;
    const auto from = trace_.size();
    advance(world_, time, actions);
    keep(from, actions);
}

std::optional<Diagnostic> Play::time_of(const Statement& s, std::shared_ptr<const Program> asked, Time& time) {
    asked_ = std::move(asked);
    return time_of(s, time);
}

std::optional<Diagnostic> Play::time_of(const Statement& s, Time& to) {
    to = world_.clock + s.length;
    if (s.kind == Statement::Kind::After && s.clock) { // as a wait: that hour, so many days on
        to = world_.zones.utc(0, {world_.zones.local(0, world_.clock).day + s.length / day_ms, *s.clock});
    } else if (s.kind == Statement::Kind::At) {
        const auto zone = s.zone.empty() ? Zones::Id{0} : world_.zones.find(s.zone).value_or(0);
        auto day = s.date;
        if (s.release_day) {
            const Fan nobody;
            const auto which = evaluate({world_, this->asked(), nobody, nullptr, world_.clock}, *s.release_day);
            const auto* entry = which.missing() ? nullptr : world_.entry(which.symbol());
            if (!entry || !entry->date)
                return undone(s.span, which.missing() ? fmt::format("there is no {} now", describe(world_, this->asked(), *s.release_day))
                                                      : fmt::format("the catalogue has no date for {}", describe(world_, world_.program(), which)),
                              "name a release of the catalogue, or add it: `release NAME { title \"...\" date 2026-03-13 link \"...\" }`");
            day = entry->date;
        }
        to = day ? world_.zones.utc(zone, {*day, s.clock.value_or(0)}) : world_.zones.next(zone, world_.clock, *s.clock);
    }
    return std::nullopt;
}

std::optional<Diagnostic> Play::move(const Statement& s) {
    Time to = 0;
    if (auto why = time_of(s, to)) return why;
    if (to < world_.clock)
        return undone(s.span, fmt::format("the clock is at {} already, and time does not go back", clock_text(world_, 0, world_.clock)), "put it before what happens later");
    moved_ = s.span;
    came_.clear();
    advance_to(to);
    return std::nullopt;
}

} // namespace segue
