// What goes out.
#pragma once

#include <string>
#include <string_view>
#include <utility>
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

    void clear(); // but for the room of its texts
};

// Actions in their order. What was cleared stays to be used again, with the room of its texts: most runs take the actions of each record and forget them.
class Actions {
public:
    Action& add() {
        if (size_ == all_.size()) all_.emplace_back();
        auto& fresh = all_[size_++];
        fresh.clear();
        return fresh;
    }
    void drop_last() { --size_; }
    // Those that were suppressed are counted. For who asks for no more they are left out.
    void leave_out_suppressed() { leaves_out_suppressed_ = true; }
    bool suppress() { // one more; false: it is not to be added
        ++suppressed_;
        return !leaves_out_suppressed_;
    }
    std::uint64_t take_suppressed() { return std::exchange(suppressed_, 0); } // how many, since it was asked before
    void clear() { size_ = 0; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    const Action& operator[](std::size_t i) const { return all_[i]; }
    const Action* begin() const { return all_.data(); }
    const Action* end() const { return all_.data() + size_; }

private:
    std::vector<Action> all_;
    std::size_t size_ = 0;
    bool leaves_out_suppressed_ = false;
    std::uint64_t suppressed_ = 0;
};

std::string_view name_of(Action::Kind kind);

// One line of JSON, without its line break; fields that an action does not have are left out.
void append_json(std::string& out, const Action& action);
std::string to_json(const Action& action);

// RFC 3339 in UTC; milliseconds only where there are some.
std::string to_rfc3339(Time time);

} // namespace segue
