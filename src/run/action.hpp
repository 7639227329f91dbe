// What goes out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "check/program.hpp"

namespace segue {

struct Action {
    enum class Kind : std::uint8_t { Prompt, Send, Reply, Tag, Untag, Stage, Arm, Suppressed };

    Kind kind = Kind::Send;
    Time time = 0;
    std::string id;      // the same action always has the same id
    std::string fan;
    std::string channel;
    std::string goal;
    std::string text;
    std::string subject;
    std::string rule;
    std::string cause;
    std::string stage, from;  // Stage
    std::string tag;          // Tag, Untag
    std::string split, arm;   // Arm
    std::string of, reason;   // Suppressed: which step, and why
    std::uint32_t version = 0, rule_index = none, step = 0; // whose step it came from; none: of no rule
    bool has_text = false;
    bool has_subject = false;
};
using Actions = std::vector<Action>;

std::string_view name_of(Action::Kind kind);

// One line of JSON, without its line break; fields that an action does not have are left out.
void append_json(std::string& out, const Action& action);
std::string to_json(const Action& action);

// RFC 3339 in UTC; milliseconds only where there are some.
std::string to_rfc3339(Time time);

} // namespace segue
