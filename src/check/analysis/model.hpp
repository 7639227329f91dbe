// The program as the findings look at it: what is known where a rule fires, where its messages stand, and how much of them there
// can be. Made once; each finding is a file that reads it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "check/analysis/possible.hpp"
#include "check/places.hpp"
#include "text/diagnostic.hpp"

namespace segue::analysis {

// When something comes: at `offset` ms after a beginning that two rules can share. At no moment that can be told: `base` is empty.
struct Instant {
    std::string base;        // "event", "release" (midnight of its day), "date" (of 1970-01-01), ...
    std::int64_t offset = 0;
};

// A message on its way through a response.
struct Site {
    std::uint32_t step = 0;
    std::vector<Wanted> start;   // the `if`s that were asked as the response started
    std::vector<Wanted> path;    // those that still hold: since the last pause
    std::vector<std::pair<std::uint32_t, std::size_t>> arms; // split, arm
    Instant instant;
    std::uint32_t came = none;   // the `wait for` whose event the instant is counted from: `base` is "came"
    bool retagged = false;       // a tag was set or taken: what was asked of tags may be past
    bool waited = false;         // something paused before it, or may have: what was asked before may be past
    bool emitted_before = false; // a message, a tag or an arm comes before it
};

struct RuleModel {
    std::vector<Known> known;   // by alternative of the trigger: what holds as it fires
    std::vector<Site> sites;
    bool fires = true;          // some alternative can
    bool whole = true;          // every way through it was walked
};

class Model {
public:
    Model(const Program& program, const Places& places, Ledger& ledger, Diagnostics& diagnostics, std::function<bool(std::uint32_t)> from_stdlib);

    const Program& program;
    const Places& places;
    Ledger& ledger;
    Possible possible;
    std::vector<RuleModel> rules;

    const Rule& rule(std::uint32_t index) const { return program.rules[index]; }
    bool goes_by(const Step& step, std::uint32_t channel) const; // a message that may go out on it
    // What is asked as a response starts: `when`, and that no held event of `until` is there.
    std::vector<Wanted> asked_at_start(std::uint32_t rule) const;
    // What was asked on the way to a message and still holds: the rule's `when` and its `if`s.
    std::vector<Wanted> conditions(std::uint32_t rule, const Site& site) const;
    // Whether conditions can hold as a response of the rule starts, and as a message is reached.
    bool possible_at_start(std::uint32_t rule, const std::vector<Wanted>& wanted) const;
    bool possible_at(std::uint32_t rule, const Site& site, const std::vector<Wanted>& wanted) const { return site.waited ? possible.together({}, wanted) : possible_at_start(rule, wanted); }
    // What makes a prompt silent: its only goal is there already.
    std::optional<Expr> already(const Step& step) const;
    // Whether a message can be held back: by quiet hours, or by a limit that waits.
    bool held_back(const Step& step, std::uint32_t flow) const;
    static bool is_message(const Step& step) { return step.act == Act::Prompt || step.act == Act::Send; }
    std::string channels_of(const Step& step) const;             // "sms or email"
    // The events that some condition, trigger, `until`, `wait for` or stage asks for, with what it asks of them.
    const std::vector<Question>& asked() const { return asked_; }
    bool asked_for(const Question& outcome) const;

    // Nobody will read what is found now.
    bool full(Code code) const { return diagnostics_.full(code); }
    // A warning in a rule. Where the rule is the library's it is told at the `include`.
    Diagnostic& warn(Code code, std::uint32_t rule, Span at, std::string message) const;
    Diagnostic& warn(Code code, Span at, std::string message) const { return diagnostics_.error(code, at, std::move(message)); }

private:
    void know(std::uint32_t rule);
    void walk(std::uint32_t rule);
    void collect_asked();
    void ask(const Expr& e);
    void ask(const EventPattern& pattern);

    Diagnostics& diagnostics_;
    std::function<bool(std::uint32_t)> from_stdlib_;
    std::vector<Question> asked_;
    std::vector<std::vector<Expr>> until_; // of each rule: whether a held event of its `until` is there
};

std::string span_text(Span_ms ms); // "7 days"

} // namespace segue::analysis
