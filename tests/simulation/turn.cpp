#include <algorithm>
#include <fmt/format.h>
#include <tuple>

#include "simulation/calendar.hpp"
#include "simulation/model.hpp"

namespace segue::simulation {

namespace {

std::optional<std::string> field(const Fields& fields, const std::string& name) {
    const auto at = fields.find(name);
    return at == fields.end() ? std::nullopt : std::optional(at->second);
}

bool stop_word(const std::string& word) {
    for (const char* stop : {"stop", "stopall", "unsubscribe", "cancel", "end", "quit"})
        if (word == stop) return true;
    return false;
}

} // namespace

bool Model::apply(Fan& fan, const Occurrence& what) {
    const auto& type = event(what.event);
    if (type.held) {
        auto& hold = fan.holds[{what.event, type.per.empty() ? std::nullopt : field(what.fields, type.per)}];
        if (hold.by || (hold.undone && what.time <= *hold.undone)) return false;
        hold.by = what;
    } else if (!type.undoes.empty()) {
        const auto& per = event(type.undoes).per;
        auto& hold = fan.holds[{type.undoes, per.empty() ? std::nullopt : field(what.fields, per)}];
        hold.undone = std::max(hold.undone.value_or(what.time), what.time);
        if (hold.by && (altered_ == Altered::Undo || hold.by->time <= what.time)) hold.by.reset();
    }
    fan.past.push_back(what);
    return true;
}

void Model::handle(Fan& fan, Occurrence what, const std::string& cause, int depth) {
    depth_ = depth;
    if (what.event == "keyword" && stop_word(what.fields["word"])) apply(fan, {"optout", {{"channel", "sms"}}, what.time});
    if (!apply(fan, what)) return;
    const auto before = find_stage(fan, cause);

    for (auto& response : responses_)
        if (response.fan == &fan && !response.ended && response.pause && std::any_of(response.until.begin(), response.until.end(), [&](const Fixed& u) { return matches(u, what); })) end(response);

    std::vector<Response*> going_on;
    for (auto& response : responses_)
        if (response.fan == &fan && !response.ended && response.pause && response.pause->kind == Pause::For && matches(response.pause->pattern, what)) going_on.push_back(&response);
    std::sort(going_on.begin(), going_on.end(), [](const Response* a, const Response* b) { return a->order < b->order; });
    for (auto* response : going_on) {
        response->at = response->pause->matched;
        response->may_reply = what.event == "keyword";
        response->pause.reset();
        run(*response);
    }

    for (std::size_t i = 0; i < program_.rules.size(); ++i) {
        Firing firing;
        firing.cause = cause;
        if (fires(program_.rules[i], fan, what, firing)) consider(static_cast<int>(i), fan, firing);
    }
    rise(fan, cause, before);
}

int Model::find_stage(Fan& fan, const std::string& cause) {
    const auto before = fan.stage;
    for (int i = static_cast<int>(program_.stages.size()) - 1; i > fan.stage; --i)
        if (holds(program_.stages[static_cast<std::size_t>(i)].when, fan, {})) fan.stage = i;
    if (fan.stage == before) return before;
    const auto& name = program_.stages[static_cast<std::size_t>(fan.stage)].name;
    nlohmann::json action = {{"time", rfc3339(*clock_)}, {"kind", "stage"}, {"fan", fan.id}, {"stage", name}, {"cause", cause}};
    if (before >= 0) action["from"] = program_.stages[static_cast<std::size_t>(before)].name;
    const Sent* credited = nullptr;
    for (const auto& s : fan.sent)
        if (s.aim == name && *clock_ - s.time < program_.attribution && (!credited || std::pair(s.time, s.order) > std::pair(credited->time, credited->order))) credited = &s;
    if (credited) action["rule"] = credited->rule;
    actions_.push_back(action);
    return before;
}

void Model::rise(Fan& fan, const std::string& cause, int before) {
    if (fan.stage == before) return;
    const auto name = program_.stages[static_cast<std::size_t>(fan.stage)].name;
    for (std::size_t i = 0; i < program_.rules.size(); ++i) {
        const auto& trigger = program_.rules[i].trigger;
        Firing firing;
        firing.cause = cause;
        if (trigger.kind == Trigger::Enter && trigger.stage == name) consider(static_cast<int>(i), fan, firing);
    }
}

bool Model::fires(const Rule& rule, Fan& fan, const Occurrence& what, Firing& firing) const {
    const auto& t = rule.trigger;
    if (t.kind != Trigger::Event && t.kind != Trigger::Count && t.kind != Trigger::Every) return false;
    std::vector<Fixed> patterns;
    for (const auto& p : t.patterns) patterns.push_back(fix(p, {}, fan, false));
    if (std::none_of(patterns.begin(), patterns.end(), [&](const Fixed& p) { return matches(p, what); })) return false;
    firing.keyword = what.event == "keyword";
    firing.key = field(what.fields, event(what.event).fields.front().name);
    firing.fields = what.fields;
    for (const auto& p : t.patterns) std::erase_if(firing.fields, [&](const auto& f) { return !event(p.event).field(f.first); });
    if (t.kind == Trigger::Event) return true;

    auto pattern = patterns[0];
    if (!t.per.empty()) {
        const auto value = field(what.fields, t.per);
        if (!value) return false;
        pattern.arguments.push_back({t.per, Compare::Eq, value});
        firing.key = value;
    }
    if (t.kind == Trigger::Count) return matching(pattern, fan, t.span).size() >= static_cast<std::size_t>(t.number);
    const auto count = std::count_if(fan.past.begin(), fan.past.end(), [&](const Occurrence& o) { return matches(pattern, o); });
    return count % t.number == 0;
}

void Model::consider(int number, Fan& fan, const Firing& firing) {
    const auto& rule = program_.rules[static_cast<std::size_t>(number)];
    if (rule.when && !holds(*rule.when, fan, firing.fields)) return;
    std::vector<Fixed> until;
    for (const auto& u : rule.until) {
        until.push_back(fix(u, firing.fields, fan, true));
        if (held(until.back(), fan)) return;
    }
    auto frequency = rule.frequency;
    std::optional<std::string> value;
    if (frequency == Rule::OncePer) value = field(firing.fields, rule.once_per);
    if (frequency == Rule::Always && rule.trigger.kind == Trigger::Count) {
        frequency = rule.trigger.per.empty() ? Rule::Once : Rule::OncePer;
        if (frequency == Rule::OncePer) value = field(firing.fields, rule.trigger.per);
    }
    if (frequency != Rule::Always)
        for (const auto& taking : fan.takings) {
            if (taking.rule != number) continue;
            if (frequency == Rule::OnceEvery ? taking.time + rule.once_every > *clock_ : taking.value == value) return;
        }
    for (const auto& other : responses_)
        if (other.fan == &fan && !other.ended && other.rule == number && other.key == firing.key) return;

    auto& response = responses_.emplace_back();
    response.order = ++counter_;
    response.rule = number;
    response.fan = &fan;
    response.key = firing.key;
    response.scope = firing.fields;
    response.cause = firing.cause;
    response.until = until;
    response.may_reply = firing.keyword;
    if (frequency != Rule::Always) fan.takings.push_back({number, value, *clock_, response.order});
    run(response);
}

void Model::drain() {
    while (!recorded_.empty()) {
        const auto next = recorded_.front();
        recorded_.pop_front();
        handle(*next.fan, next.what, next.cause, next.depth);
    }
    depth_ = 0;
    responses_.remove_if([](const Response& r) { return r.ended; });
}

std::optional<Instant> Model::due(const Response& response) const {
    const auto& p = *response.pause;
    const auto there = zone(*response.fan);
    switch (p.kind) {
    case Pause::Days: return moment(there, static_cast<int>(local(there, p.began) / day_ms) + p.step->days, p.step->clock);
    case Pause::Clock: return next_clock(there, p.began, p.step->clock, true);
    case Pause::Date: return moment(there, p.step->days, p.step->clock);
    case Pause::ReleaseDay: {
        const auto* e = entry(p.release);
        return e && e->live ? std::optional(moment(there, e->day, p.step->clock)) : std::nullopt;
    }
    case Pause::Message: return p.zone.empty() || p.zone == there ? p.due : *clock_;
    default: return p.due;
    }
}

void Model::fire_due(std::optional<Instant> upto) {
    while (fire_next(upto.value_or(*clock_)))
        drain();
}

bool Model::fire_next(Instant upto) {
    struct Coming {
        Instant due;
        int kind, rule, place;
        Instant first;
        int arrival, order;
        Fan* fan;
        Response* response;
        auto key() const { return std::tuple(due, kind, rule, place, first, arrival, order); }
    };
    std::optional<Coming> best;
    const auto look = [&](const Coming& c) {
        if (c.due <= upto && (!best || c.key() < best->key())) best = c;
    };
    for (std::size_t i = 0; i < program_.rules.size(); ++i) {
        const auto& t = program_.rules[i].trigger;
        const auto number = static_cast<int>(i);
        for (auto& fan : fans_) {
            const auto at_moment = [&](const std::string& release, int day, int place) {
                if (fan.moments.count({number, release})) return;
                const auto time = moment(zone(fan), day, t.clock);
                if (time < fan.first) return;
                if (time < *clock_) fan.moments.insert({number, release}); // made due in the past
                else look({time, 0, number, place, fan.first, fan.arrival, 0, &fan, nullptr});
            };
            if (t.kind == Trigger::Date) at_moment("", t.days, 0);
            if (t.kind == Trigger::Release)
                for (std::size_t c = 0; c < catalogue_.size(); ++c) at_moment(catalogue_[c].id, catalogue_[c].day + t.days, static_cast<int>(c));
            if (t.kind == Trigger::Silence) {
                std::optional<Instant> last;
                const auto pattern = fix(t.patterns[0], {}, fan, false);
                for (const auto& o : fan.past)
                    if (matches(pattern, o)) last = std::max(last.value_or(o.time), o.time);
                const auto start = last.value_or(fan.first);
                const auto considered = fan.silences.find(number);
                if (considered != fan.silences.end() && considered->second >= start) continue;
                if (start + t.span < *clock_) fan.silences[number] = start;
                else look({start + t.span, 0, number, 0, fan.first, fan.arrival, 0, &fan, nullptr});
            }
        }
    }
    for (auto& response : responses_)
        if (response.pause && !response.ended)
            if (const auto time = due(response)) look({*time, 1, 0, 0, 0, 0, response.order, response.fan, &response});
    if (!best) return false;

    clock_ = std::max(*clock_, best->due);
    if (best->kind == 0) {
        auto& fan = *best->fan;
        const auto& rule = program_.rules[static_cast<std::size_t>(best->rule)];
        Firing firing;
        firing.cause = rule.name + "@" + rfc3339(best->due);
        if (rule.trigger.kind == Trigger::Silence) {
            fan.silences[best->rule] = best->due - rule.trigger.span;
        } else {
            const auto release = rule.trigger.kind == Trigger::Release ? catalogue_[static_cast<std::size_t>(best->place)].id : "";
            fan.moments.insert({best->rule, release});
            if (!release.empty()) firing.fields["release"] = release, firing.key = release, firing.cause += "/" + release;
        }
        consider(best->rule, fan, firing);
        return true;
    }
    auto& response = *best->response;
    const auto pause = *response.pause;
    response.pause.reset();
    response.may_reply = false;
    if (pause.kind == Pause::For) response.at = pause.over;
    else if (pause.kind != Pause::Message) ++response.at;
    run(response);
    return true;
}

} // namespace segue::simulation
