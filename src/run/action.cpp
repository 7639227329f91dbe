#include "run/action.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "text/plain.hpp"

namespace segue {

std::string_view name_of(Action::Kind kind) {
    switch (kind) {
    case Action::Kind::Prompt: return "prompt";
    case Action::Kind::Send: return "send";
    case Action::Kind::Reply: return "reply";
    case Action::Kind::Tag: return "tag";
    case Action::Kind::Untag: return "untag";
    case Action::Kind::Stage: return "stage";
    case Action::Kind::Arm: return "arm";
    case Action::Kind::Suppressed: return "suppressed";
    }
    return "";
}

std::string to_rfc3339(Time time) {
    const auto days = time >= 0 ? time / day_ms : -((-time + day_ms - 1) / day_ms);
    const auto ms = time - days * day_ms;
    auto out = fmt::format("{}T{:02}:{:02}:{:02}", iso_date(days), ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60);
    if (ms % 1000 != 0) out += fmt::format(".{:03}", ms % 1000);
    return out + "Z";
}

std::string to_json(const Action& a) {
    nlohmann::ordered_json json;
    const auto put = [&](const char* key, const std::string& value) {
        if (!value.empty()) json[key] = value;
    };
    json["id"] = a.id;
    json["time"] = to_rfc3339(a.time);
    json["kind"] = name_of(a.kind);
    json["fan"] = a.fan;
    put("channel", a.channel);
    put("goal", a.goal);
    if (a.has_subject) json["subject"] = a.subject;
    if (a.has_text) json["text"] = a.text;
    put("stage", a.stage);
    put("from", a.from);
    put("tag", a.tag);
    put("split", a.split);
    put("arm", a.arm);
    put("of", a.of);
    put("reason", a.reason);
    put("rule", a.rule);
    put("cause", a.cause);
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

} // namespace segue
