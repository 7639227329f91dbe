#include <algorithm>
#include <fmt/format.h>

#include "simulation/calendar.hpp"
#include "simulation/model.hpp"

namespace segue::simulation {

void Model::flatten(const std::vector<Step>& steps, std::vector<Op>& into) {
    const auto here = [&] { return static_cast<int>(into.size()); };
    for (const auto& step : steps) {
        const auto at = into.size();
        if (step.kind == Step::If || step.kind == Step::WaitFor) {
            // `if`: its block, a jump over the other one, the other one. `wait for`: what happens when the time is up.
            into.push_back({step.kind == Step::If ? Op::Unless : Op::Do, &step, 0, {}});
            if (step.kind == Step::If) {
                flatten(step.block, into);
                const auto jump = into.size();
                into.push_back({Op::Jump, nullptr, 0, {}});
                into[at].target = here();
                flatten(step.otherwise, into);
                into[jump].target = here();
            } else {
                flatten(step.otherwise, into);
                into[at].target = here();
            }
        } else if (step.kind == Step::Split) {
            into.push_back({Op::Split, &step, 0, {}});
            std::vector<std::size_t> jumps;
            for (const auto& arm : step.arms) {
                const auto begins = here();
                into[at].targets.push_back(begins);
                flatten(arm.block, into);
                jumps.push_back(into.size());
                into.push_back({Op::Jump, nullptr, 0, {}});
            }
            for (const auto jump : jumps) into[jump].target = here();
        } else {
            into.push_back({Op::Do, &step, 0, {}});
        }
    }
}

nlohmann::json& Model::emit(const Response& response, const std::string& kind) {
    actions_.push_back({{"time", rfc3339(*clock_)}, {"kind", kind}, {"fan", response.fan->id}, {"rule", program_.rules[static_cast<std::size_t>(response.rule)].name}, {"cause", response.cause}});
    return actions_.back();
}

void Model::suppress(Response& response, const char* of, const char* reason, const std::string& goal) {
    auto& action = emit(response, "suppressed");
    action["of"] = of;
    action["reason"] = reason;
    if (!goal.empty()) action["goal"] = goal;
}

void Model::end(Response& response) {
    response.ended = true;
    if (response.emitted && altered_ != Altered::GiveBack) return;
    std::erase_if(response.fan->takings, [&](const Taking& t) { return t.response == response.order; });
}

std::string Model::written(const Fixed& goal) const {
    const auto& key = event(goal.event).fields.front().name;
    std::string arguments;
    for (const auto& a : goal.arguments)
        if (a.field == key && a.value) arguments = *a.value;
    if (goal.event == "optin" && !arguments.empty()) return arguments;
    return arguments.empty() ? goal.event : goal.event + "(" + arguments + ")";
}

std::optional<std::string> Model::text(const Text& parts, const Response& response) const {
    std::string out;
    for (const auto& p : parts) {
        switch (p.kind) {
        case Part::Words: out += p.text; break;
        case Part::Scope: out += response.scope.at(p.text); break;
        case Part::ScopeOr: out += response.scope.count(p.text) ? response.scope.at(p.text) : "none"; break;
        case Part::Name: {
            const auto at = response.fan->attributes.find("name");
            out += at != response.fan->attributes.end() && at->second.first ? *at->second.first : "friend";
            break;
        }
        case Part::Number: out += std::to_string(matching({p.text, {}}, *response.fan, p.within).size()); break;
        default: {
            const auto* e = entry(p.kind == Part::DeclaredTitle ? id_of(p.text) : response.scope.at("release"));
            if (!e) return std::nullopt;
            out += p.kind == Part::Date ? date(e->day) : e->title;
        }
        }
    }
    return out;
}

void Model::sent(Response& response, const std::string& channel) {
    const auto& rule = program_.rules[static_cast<std::size_t>(response.rule)];
    response.fan->sent.push_back({channel, rule.flow, rule.aim, rule.name, *clock_, ++counter_});
    response.emitted = true;
}

bool Model::message(Response& response, const Step& step) {
    auto& fan = *response.fan;
    const auto& rule = program_.rules[static_cast<std::size_t>(response.rule)];
    const bool prompt = step.kind == Step::Prompt;
    const auto* kind = prompt ? "prompt" : "send";
    if (!response.asking) {
        response.asking = Asking{};
        response.asking->since = *clock_;
        for (const auto& g : step.goals) response.asking->goals.push_back(fix(g, response.scope, fan, true));
    }
    const auto asking = *response.asking;
    std::string goal;
    for (const auto& g : asking.goals) goal += (goal.empty() ? "" : " or ") + written(g);
    const auto suppressed = [&](const char* reason) {
        suppress(response, kind, reason, goal);
        response.asking.reset();
        return true;
    };
    const auto pause = [&](Instant until, const std::string& in) {
        Pause p;
        p.kind = Pause::Message, p.due = until, p.zone = in;
        response.pause = p;
        return false;
    };
    for (const auto& g : asking.goals)
        if (!g.missing_release && held(g, fan)) return suppressed("already");

    std::vector<std::size_t> reachable;
    for (std::size_t i = 0; i < step.routes.size(); ++i)
        if (consents(fan, step.routes[i].channel)) reachable.push_back(i);
    if (reachable.empty()) return suppressed("no_consent");

    std::optional<std::size_t> open;
    std::optional<Instant> opens;
    bool waits = true;
    for (const auto i : reachable) {
        std::optional<Instant> channel_opens;
        std::optional<Instant> gives_up;
        for (const auto& limit : program_.limits) {
            if (!about(limit.channel, step.routes[i].channel) || (!limit.flow.empty() && limit.flow != rule.flow)) continue;
            const auto until = closed_until(limit, fan);
            if (!until) continue;
            channel_opens = std::max(channel_opens.value_or(*until), *until);
            waits = waits && limit.waits && (limit.up_to == 0 || asking.since + limit.up_to > *clock_);
            if (limit.up_to > 0) gives_up = std::min(gives_up.value_or(asking.since + limit.up_to), asking.since + limit.up_to);
        }
        if (!channel_opens) {
            open = i;
            break;
        }
        const auto ask_again = std::min(*channel_opens, gives_up.value_or(*channel_opens));
        opens = std::min(opens.value_or(ask_again), ask_again);
    }
    if (!open) return waits ? pause(*opens, "") : suppressed("limit");

    const auto& channel = step.routes[*open].channel;
    const auto there = zone(fan);
    const auto shown = local(there, *clock_) % day_ms / minute_ms;
    std::optional<Instant> quiet;
    for (const auto& q : program_.quiets) {
        if (!about(q.channel, channel) || (!q.flow.empty() && q.flow != rule.flow)) continue;
        const auto holds_it = q.from < q.to ? q.from <= shown && (shown < q.to || (altered_ == Altered::Quiet && shown == q.to)) : shown >= q.from || shown < q.to;
        if (!holds_it) continue;
        const auto ends = next_clock(there, *clock_, q.to, false);
        quiet = std::max(quiet.value_or(ends), ends);
    }
    if (quiet) return pause(*quiet, there);

    // A route without a text takes that of the next one that has one.
    const Route* speaks = nullptr;
    for (auto i = *open; i < step.routes.size() && !speaks; ++i)
        if (step.routes[i].text) speaks = &step.routes[i];
    std::optional<std::string> body, subject;
    bool lacks = std::any_of(asking.goals.begin(), asking.goals.end(), [](const Fixed& g) { return g.missing_release; });
    if (speaks) {
        body = text(*speaks->text, response);
        lacks = lacks || !body;
        if (channel == "email" && body) {
            subject = speaks->subject ? text(*speaks->subject, response) : body->substr(0, body->find('\n'));
            lacks = lacks || !subject;
        }
    }
    if (lacks) return suppressed("unknown_release");
    auto& action = emit(response, kind);
    action["channel"] = channel;
    if (!goal.empty()) action["goal"] = goal;
    if (body) action["text"] = *body;
    if (subject) action["subject"] = *subject;
    sent(response, channel);
    response.asking.reset();
    return true;
}

void Model::split(Response& response, const Op& op) {
    std::uint64_t hash = 0xcbf29ce484222325;
    const auto take = [&](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3; };
    for (const auto c : op.step->name) take(c);
    take('\0');
    for (const auto c : response.fan->id) take(c);
    hash ^= hash >> 33, hash *= 0xff51afd7ed558ccd, hash ^= hash >> 33, hash *= 0xc4ceb9fe1a85ec53, hash ^= hash >> 33;
    auto left = static_cast<int>(hash % 10'000);
    std::size_t arm = 0;
    while (left >= op.step->arms[arm].percent * 100) left -= op.step->arms[arm++].percent * 100;
    const auto name = op.step->arms[arm].name.empty() ? std::to_string(arm + 1) : op.step->arms[arm].name;
    if (response.fan->arms.insert({op.step->name, name}).second) {
        auto& action = emit(response, "arm");
        action["split"] = op.step->name;
        action["arm"] = name;
        response.emitted = true;
    }
    response.at = op.targets[arm];
}

void Model::run(Response& response) {
    auto& fan = *response.fan;
    const auto& ops = ops_[static_cast<std::size_t>(response.rule)];
    const auto pause_at = [&](Pause pause) {
        pause.began = *clock_;
        response.pause = pause;
        if (pause.kind != Pause::For)
            if (const auto time = due(response); time && *time <= *clock_) return response.pause.reset(), ++response.at, false;
        response.may_reply = false;
        return true;
    };
    while (response.at < static_cast<int>(ops.size())) {
        const auto& op = ops[static_cast<std::size_t>(response.at)];
        if (op.kind == Op::Jump) { response.at = op.target; continue; }
        if (op.kind == Op::Split) { split(response, op); continue; }
        const auto& step = *op.step;
        if (op.kind == Op::Unless) {
            response.at = holds(step.condition, fan, response.scope) ? response.at + 1 : op.target;
            continue;
        }
        Pause pause;
        pause.step = &step;
        switch (step.kind) {
        case Step::Prompt:
        case Step::Send:
            if (!message(response, step)) return;
            break;
        case Step::Reply:
            if (!response.may_reply) suppress(response, "reply", "no_keyword");
            else if (const auto words = text(*step.routes[0].text, response); !words) suppress(response, "reply", "unknown_release");
            else {
                auto& action = emit(response, "reply");
                action["channel"] = "sms";
                action["text"] = *words;
                sent(response, "sms");
            }
            break;
        case Step::Tag:
        case Step::Untag:
            if (step.kind == Step::Tag ? fan.tags.insert(step.name).second : fan.tags.erase(step.name) > 0) {
                emit(response, step.kind == Step::Tag ? "tag" : "untag")["tag"] = step.name;
                response.emitted = true;
            }
            break;
        case Step::Record: {
            Occurrence what{step.pattern.event, {}, *clock_};
            for (const auto& a : step.pattern.arguments)
                if (const auto v = value(a.value, response.scope, fan)) what.fields[a.field] = *v;
            if (depth_ >= 8) suppress(response, "record", "too_deep");
            else recorded_.push_back({&fan, what, turn_.empty() ? response.cause : turn_, depth_ + 1});
            break;
        }
        case Step::Stop: return end(response);
        case Step::Wait:
            pause.due = *clock_ + step.span;
            if (pause_at(pause)) return;
            continue;
        case Step::WaitDays:
        case Step::WaitClock:
        case Step::WaitDate:
            pause.kind = step.kind == Step::WaitDays ? Pause::Days : step.kind == Step::WaitClock ? Pause::Clock : Pause::Date;
            if (pause_at(pause)) return;
            continue;
        case Step::WaitRelease: {
            pause.kind = Pause::ReleaseDay;
            const auto id = value(step.release, response.scope, fan);
            if (!id) {
                suppress(response, "wait", "unknown_release");
                break;
            }
            pause.release = *id;
            if (pause_at(pause)) return;
            continue;
        }
        case Step::WaitFor:
            pause.kind = Pause::For;
            pause.pattern = fix(step.pattern, response.scope, fan, true);
            pause.due = *clock_ + step.span;
            pause.matched = op.target;
            pause.over = response.at + 1;
            if (held(pause.pattern, fan)) {
                response.at = pause.matched;
                continue;
            }
            pause_at(pause);
            return;
        default: break;
        }
        ++response.at;
    }
    end(response);
}

} // namespace segue::simulation
