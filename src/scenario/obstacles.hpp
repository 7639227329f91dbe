// What stands now between a fan and a step of a rule, in words.
#pragma once

#include <string>
#include <vector>

#include "check/scenario.hpp"
#include "run/ask.hpp"

namespace segue {

class Obstacles {
public:
    // `slots`: the fields of the rule as far as they are known; `happened`: all of them, for they are those of an event.
    Obstacles(World& world, const Fan& fan, std::uint32_t rule, std::uint32_t step, Values slots, bool happened);

    void way(std::uint32_t from, const Expected& wanted); // from that step to the one asked about
    bool hopeless() const { return hopeless_; }           // it never comes to this fan
    void start();
    void message(Time at);                                // if it is asked for at that time; `never`: nobody knows when
    Time soonest(std::uint32_t from, Time begin) const;   // when the step is come to; `never`: a matter of the calendar
    std::vector<std::string> take() { return std::move(said_); }

private:
    void say(std::string text) { said_.push_back(std::move(text)); }
    bool reaches(std::uint32_t from, std::uint32_t target, bool by_arm, bool by_condition) const;
    bool unknown(const Expr& expr) const;            // asks fields that are not known
    bool unknown(const EventPattern& pattern) const;
    Asking asking() const { return {world_, program_, fan_, slots_.data(), world_.clock}; }
    void trigger();
    void event();
    void counted();
    void silence();
    void moments();
    void frequency();
    const Value* slot(std::string_view name) const;  // null: unknown
    std::string when(Time time) const;

    World& world_;
    const Program& program_;
    const Fan& fan_;
    std::uint32_t index_, step_;
    const Rule& rule_;
    Values slots_;
    bool happened_;
    bool hopeless_ = false;
    std::vector<std::string> said_;
};

} // namespace segue
