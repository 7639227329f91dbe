#include "scenario/play.hpp"

#include <fmt/format.h>

#include "run/ask.hpp"
#include "scenario/describe.hpp"

namespace segue {

Play::Play(std::shared_ptr<Ledger> ledger, std::shared_ptr<const Program> program, Time start) : world_(std::move(ledger)) {
    world_.clock = start;
    world_.trace = &trace_;
    attach(world_, std::move(program));
}

Play::Play(World world) : world_(std::move(world)) { world_.trace = &trace_; }

Fan* Play::fan(const std::string& id) {
    const auto it = world_.ids.find(id);
    return it == world_.ids.end() ? nullptr : world_.fans[it->second].get();
}

Diagnostic Play::undone(Span span, std::string message, std::string help) const {
    Diagnostic d{Code::undone, span, std::move(message), "", {}, {}, std::move(help), {}, false, false};
    return d;
}

void Play::keep(Actions actions) {
    for (auto& action : actions) {
        all_.push_back(action);
        came_.push_back({std::move(action), std::nullopt});
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
    for (auto i = from; i < trace_.size(); ++i) trace_[i].action += all_.size();
    keep(std::move(actions));
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
        const auto& event = world_.program().events[s.event];
        record.event = s.event;
        record.fields.resize(event.fields.size());
        const Fan nobody;
        const auto* known = fan(s.fan);
        const Asking asking{world_, this->asked(), known ? *known : nobody, nullptr, world_.clock};
        for (const auto& [field, expr] : s.fields) {
            record.fields[field] = evaluate(asking, expr);
            if (record.fields[field].missing() && (expr.op == Op::NextRelease || expr.op == Op::LatestRelease))
                return undone(s.span, fmt::format("there is no {} now", describe(world_, this->asked(), expr)), "name one of the catalogue, or add one: `release NAME { ... }`");
        }
    }
    return take(std::move(record), s);
}

std::optional<Diagnostic> Play::move(const Statement& s) {
    auto to = world_.clock + s.length;
    if (s.kind == Statement::Kind::At) {
        const auto zone = s.zone.empty() ? 0 : world_.zones.find(s.zone).value_or(0);
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
    if (to < world_.clock)
        return undone(s.span, fmt::format("the clock is at {} already, and time does not go back", clock_text(world_, 0, world_.clock)), "put it before what happens later");
    moved_ = s.span;
    came_.clear();
    Actions actions;
    const auto from = trace_.size();
    advance(world_, to, actions);
    for (auto i = from; i < trace_.size(); ++i) trace_[i].action += all_.size();
    keep(std::move(actions));
    return std::nullopt;
}

} // namespace segue
