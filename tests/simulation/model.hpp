// What docs/reference.md says a program does, as plainly as it can be said: a fan is a list of what they did, and every question reads it from the start.
// Nothing of the tool is in here.
#pragma once

#include <deque>
#include <list>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "simulation/program.hpp"

namespace segue::simulation {

using Actions = std::vector<nlohmann::json>; // without `id`

// Mistakes on purpose, to see that a comparison finds them.
enum class Altered { No, Limit, Duplicate, Window, GiveBack, Quiet, Undo, Late };
inline constexpr int alterations = 7;

class Model {
public:
    explicit Model(const Program& program, Altered altered = Altered::No);
    void line(const std::string& text, int number); // one line of the input
    void advance_to(Instant time);
    const Actions& actions() const { return actions_; }
    const std::vector<int>& rejects() const { return rejects_; } // the numbers of their lines
    // Fans who were two, each with a response under way, and since when they are one.
    const std::map<std::string, Instant>& met() const { return met_; }

private:
    struct Occurrence { std::string event; Fields fields; Instant time = 0; };
    struct Hold { std::optional<Occurrence> by; std::optional<Instant> undone; };
    struct Sent { std::string channel, flow, aim, rule; Instant time = 0; int order = 0; };
    struct Taking { int rule = 0; std::optional<std::string> value; Instant time = 0; int response = 0; };
    struct Fan {
        std::string id;
        int arrival = 0;
        Instant first = 0;
        std::vector<Occurrence> past;                                         // in the order of arrival
        std::map<std::pair<std::string, std::optional<std::string>>, Hold> holds; // by event and key
        std::map<std::string, std::pair<std::optional<std::string>, int>> attributes; // with the order in which they were set
        std::set<std::string> tags;
        std::set<std::pair<std::string, std::string>> arms;
        int stage = -1;
        std::vector<Sent> sent;
        std::vector<Taking> takings;
        std::map<int, Instant> silences;                 // by rule, the start of the last one considered
        std::set<std::pair<int, std::string>> moments;   // rules and releases (or "") that are done
    };
    struct Entry { std::string id, title, link; int day = 0; bool live = true; };

    // A pattern whose values are fixed.
    struct Fixed {
        struct One { std::string field; Compare compare; std::optional<std::string> value; };
        std::string event;
        std::vector<One> arguments;
        bool missing_release = false; // it asked for a `next release` that is not there
    };
    // The steps of a rule in a row, with jumps.
    struct Op { enum { Do, Unless, Jump, Split } kind = Do; const Step* step = nullptr; int target = 0; std::vector<int> targets; };
    struct Asking { std::vector<Fixed> goals; Instant since = 0; };
    struct Pause {
        enum { Time, Days, Clock, Date, ReleaseDay, For, Message } kind = Time;
        const Step* step = nullptr;
        Instant began = 0, due = 0;
        std::string release, zone; // the zone: of a message that waits for the end of quiet hours
        Fixed pattern;
        int matched = 0, over = 0; // of For: where it goes on
    };
    struct Response {
        int order = 0, rule = 0;
        Fan* fan = nullptr;
        std::optional<std::string> key;
        Fields scope;
        std::string cause;
        std::vector<Fixed> until;
        int at = 0;
        bool emitted = false, may_reply = false, ended = false;
        std::optional<Asking> asking;
        std::optional<Pause> pause;
    };
    struct Recorded { Fan* fan; Occurrence what; std::string cause; int depth; };
    struct Firing { Fields fields; std::optional<std::string> key; bool keyword = false; std::string cause; };

    // model.cpp: records
    void record(const nlohmann::json& json, int number);
    const char* wrong(const nlohmann::json& json) const; // nullptr: nothing is
    bool duplicate(const nlohmann::json& json, Instant now) const;
    Fan* known(const std::string& id);
    Fan* seen(const std::string& id, Instant time);
    void set_attributes(Fan& fan, const nlohmann::json& json);
    void set_release(const nlohmann::json& json);
    void identify(const std::string& id, const std::string& alias, Instant time);
    void join(Fan& older, Fan& younger);
    void forget(const std::string& id, Instant time);

    // turn.cpp: what an event leads to
    void handle(Fan& fan, Occurrence what, const std::string& cause, int depth);
    void rise(Fan& fan, const std::string& cause, int before);
    int find_stage(Fan& fan, const std::string& cause); // the stage before
    bool apply(Fan& fan, const Occurrence& what);       // false: no action at all
    bool fires(const Rule& rule, Fan& fan, const Occurrence& what, Firing& firing) const;
    void consider(int rule, Fan& fan, const Firing& firing);
    void drain(); // what was recorded
    void fire_due(std::optional<Instant> upto);
    bool fire_next(Instant upto);
    std::optional<Instant> due(const Response& response) const;

    // steps.cpp: what a response does
    void flatten(const std::vector<Step>& steps, std::vector<Op>& into);
    void run(Response& response);
    void end(Response& response);
    bool message(Response& response, const Step& step); // false: it pauses
    void split(Response& response, const Op& op);
    Fixed fix(const Pattern& pattern, const Fields& scope, const Fan& fan, bool from_scope) const;
    nlohmann::json& emit(const Response& response, const std::string& kind);
    void suppress(Response& response, const char* of, const char* reason, const std::string& goal = "");
    std::optional<std::string> text(const Text& text, const Response& response) const;
    std::string written(const Fixed& goal) const;
    void sent(Response& response, const std::string& channel);

    // ask.cpp: questions
    bool holds(const Condition& condition, const Fan& fan, const Fields& scope) const;
    bool matches(const Fixed& pattern, const Occurrence& what) const;
    std::vector<const Occurrence*> matching(const Fixed& pattern, const Fan& fan, Instant within) const;
    bool held(const Fixed& pattern, const Fan& fan) const;
    bool consents(const Fan& fan, const std::string& channel) const;
    std::string zone(const Fan& fan) const;
    const Entry* entry(const std::string& id) const;
    bool out(const Entry& entry, const Fan& fan) const;
    const Entry* next(const Fan& fan) const;
    const Entry* latest(const Fan& fan) const;
    std::string id_of(const std::string& declared) const;
    std::optional<std::string> value(const Operand& operand, const Fields& scope, const Fan& fan) const;
    bool about(const std::string& of, const std::string& channel) const;
    // When the limit opens for the fan; none: it is open.
    std::optional<Instant> closed_until(const Limit& limit, const Fan& fan) const;

    Program program_;
    Altered altered_;
    std::vector<std::vector<Op>> ops_;
    std::optional<Instant> clock_;
    std::vector<Entry> catalogue_;
    std::list<Fan> fans_;
    std::map<std::string, Fan*> names_;
    std::map<std::string, Instant> forgotten_;
    std::map<std::string, Instant> ids_; // seen, and when by the clock
    std::map<std::string, Instant> met_;
    std::list<Response> responses_;
    std::deque<Recorded> recorded_;
    Actions actions_;
    std::vector<int> rejects_;
    int counter_ = 0, depth_ = 0;
    std::string turn_; // the cause of the record that is being handled; "" while a timer is
};

} // namespace segue::simulation
