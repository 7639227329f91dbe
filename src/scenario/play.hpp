// One world whose clock only statements move: what a test, or a session of the REPL, does to it and what comes of it. The engine
// is the one of `segue run`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "check/scenario.hpp"
#include "run/world.hpp"
#include "text/diagnostic.hpp"

namespace segue {

inline constexpr Time scenario_start = 1'767'225'600'000; // 2026-01-01 00:00 UTC

class Play {
public:
    // Nothing has happened yet, and the clock stands at `start`.
    Play(std::shared_ptr<Ledger> ledger, std::shared_ptr<const Program> program, Time start = scenario_start);

    // A world that is there already.
    explicit Play(World world);

    // Does what the statement says. What could not be done, or was expected and is not so, comes back; the world is then as it would be without it.
    // `asked`: the program that the statement was checked with, where that is not the world's own but one with its questions beside it.
    std::optional<Diagnostic> run(const Statement& statement, std::shared_ptr<const Program> asked = nullptr);
    // When an `at` or an `after` would move the clock to; what stands in its way comes back.
    std::optional<Diagnostic> time_of(const Statement& statement, std::shared_ptr<const Program> asked, Time& time);
    bool meets(const Expected& expected, const Action& action, const std::string& fan, const Program& asked); // fan: empty: any

    struct Came {
        Action action;
        std::optional<Span> claimed; // by that `expect`
    };
    const std::vector<Action>& actions() const { return all_; } // all of them, in their order
    const Trace& trace() const { return trace_; }               // likewise; its `action` counts in `actions`
    World& world() { return world_; }
    Fan* fan(std::string_view id) const; // null: never heard of

private:
    std::optional<Diagnostic> time_of(const Statement& statement, Time& time);
    std::optional<Diagnostic> move(const Statement& statement);
    std::optional<Diagnostic> happen(const Statement& statement);
    std::optional<Diagnostic> expect(const Statement& statement);
    std::optional<Diagnostic> take(Record record, const Statement& statement);
    void keep(std::size_t trace_from, const Actions& actions);
    void advance_to(Time time);
    Diagnostic undone(Span span, std::string message, std::string help) const;

    // expectations.cpp
    bool same_goals(const Expected& expected, const Action& action, const Program& asked);
    const Program& asked() const { return asked_ ? *asked_ : world_.program(); }
    std::optional<Diagnostic> state(const Statement& statement);
    Diagnostic unmet(const Statement& statement, std::string message, std::string primary) const;
    void show_what_came(Diagnostic& d, const Statement& statement);
    void show_why_not(Diagnostic& d, const Statement& statement);
    void show_closest(Diagnostic& d, const Statement& statement);

    World world_;
    std::vector<Came> came_;
    std::vector<Action> all_;
    Trace trace_;
    std::shared_ptr<const Program> asked_; // of the statement being run
    Span moved_{}; // the statement that last moved the clock; empty: none did
};

} // namespace segue
