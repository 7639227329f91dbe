// The parts of check, one file each: declarations, flows, rules, steps, messages, expressions, operators, names, patterns; and whose
// mistake it is (blame).
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "check/check.hpp"
#include "check/scenario.hpp"

namespace segue {

struct Typed {
    Expr expr;
    Type type = Type::Error;
    bool optional = false;
    bool count = false; // a count of an event: true where it is more than 0

    bool bad() const { return type == Type::Error; }
    bool constant() const { return expr.op == Op::Constant; }
};

// Moved, where an initialiser list would copy whole trees.
template <class... E> std::vector<Expr> kids_of(E&&... each) {
    std::vector<Expr> out;
    out.reserve(sizeof...(each));
    (out.push_back(std::forward<E>(each)), ...);
    return out;
}
inline Typed constant(Type type, Value value) { return {Expr{Op::Constant, 0, value, {}}, type, false, false}; }
inline Typed make(Op op, Type type, std::vector<Expr> kids, bool optional = false) { return {Expr{op, 0, {}, std::move(kids)}, type, optional, false}; }

struct FieldInScope {
    std::string name;
    Type type = Type::Text;
    bool optional = false;
    bool folded = false;
    std::vector<std::uint32_t> fields; // by pattern of the trigger
};

// A parameter of a template, bound: the argument as it was written stands for it wherever it is named.
struct BoundParameter {
    const ast::Expr* value = nullptr;
    Type type = Type::Text;
    bool optional = false;
    Span declared;
};
using Parameters = std::map<std::string, BoundParameter>;

// What an expression can see.
struct Visible {
    std::vector<FieldInScope> fields;
    const Parameters* parameters = nullptr;
    std::set<std::string> known;         // canonical texts of what was found not to be missing
    Rule* rule = nullptr;                // gets a slot for each field that is used
    std::string place = "here";          // "in a trigger", for messages
    bool events_only = false;            // the condition of a stage
    bool partial = false;                // an event of the trigger is not known, and so its fields are not
    bool refused = false;                // ... in which something else was asked, and that was said
};

class Checker {
public:
    Checker(const Loaded& loaded, const Sources& sources, Ledger& ledger, Diagnostics& diagnostics)
        : loaded_(loaded), sources_(sources), ledger_(ledger), diagnostics_(diagnostics) {}

    Program run(Scenarios* scenarios, Names* names);
    Places take_places() { return std::move(places_); }

private:
    enum class What : std::uint8_t { Event, Channel, Stage, Release, Define, Split, Flow };
    struct Declared {
        What what;
        Span span;
        std::uint32_t index;
        bool stdlib;
    };
    struct Argument { // of a pattern, resolved
        std::uint32_t field;
        Compare op;
        Typed value;
        Span span;
        bool if_known = false;
    };
    struct Resolved { // a pattern
        std::uint32_t event = none;
        std::vector<Argument> arguments;
        bool any = false; // the key was said to be `any`
        Span span;
    };
    enum class Use : std::uint8_t { Trigger, Question, Wait, Goal, Record };

    // declarations.cpp
    void declare_all();
    bool declare(const ast::Name& name, What what, std::uint32_t index, bool stdlib);
    void declare_event(const ast::Event& event, bool stdlib);
    void declare_channel(const ast::Channel& channel, bool stdlib);
    void declare_release(const ast::Release& release, bool stdlib);
    bool property_of_release(const ast::Name& name, bool live); // told if there is none
    bool zone_named(const ast::Expr& text);                     // likewise
    void finish_events();
    void check_stages();
    void settings(const ast::File& file);
    std::optional<Scope> target(const ast::Name& name, const Parameters* parameters);
    void limit(const ast::Limit& limit, std::uint32_t flow, const Parameters* parameters);
    void quiet(const ast::Quiet& quiet, std::uint32_t flow, const Parameters* parameters);
    void quiet_covers_day();
    Type type(const ast::Type& type, bool allow_clock);
    Parameters bind(const ast::Flow& flow, const std::map<std::string, const ast::Arg*>& given, bool& good);

    // flows.cpp
    void flows();
    void rules_of(const ast::Flow& flow, const std::string& name, const Parameters* parameters);
    void include(const ast::Include& include);
    void try_template(const ast::Flow& flow);
    void add_rule(const ast::Rule& rule, std::uint32_t flow, const Parameters* parameters, std::size_t position);
    void wakes();
    std::uint32_t flow_index(const std::string& name, Span span);

    // rules.cpp
    Visible trigger(const ast::Trigger& t, Rule& rule, const Parameters* parameters);
    void event_trigger(const ast::Trigger& t, Rule& rule, Visible& visible);
    void clauses(const ast::Rule& r, Rule& rule, Visible& visible);
    void aim(const ast::Rule& r, Rule& rule, const Visible& visible);
    void impossible_aims();
    std::set<std::string> outcomes_of(const ast::Rule& r, const Rule& rule, const Visible& visible);
    bool counts_keys_of(const ast::Expr& condition, const std::string& goal);
    std::set<std::string> goals_of(const ast::Block& steps, const Visible& visible);
    void mentioned(const ast::Expr& e, std::set<std::string>& events, int depth);
    std::optional<std::uint32_t> stage_named(const ast::Name& name, const Visible& visible);

    // steps.cpp, messages.cpp
    struct Standing { // what is known at a point of a response
        std::set<std::string> known;
        bool keyword = false;   // a reply is on the spot here
        bool maybe = false;     // ... unless the time was up
        bool ended = false;     // nothing comes here
    };
    void steps(const ast::Block& block, Rule& rule, Visible& visible, Standing& standing);
    void step(const ast::Step& s, Rule& rule, Visible& visible, Standing& standing);
    void prompt(const ast::Step& s, Rule& rule, Visible& visible);
    void wait(const ast::Step& s, Rule& rule, Visible& visible, Standing& standing);
    void split(const ast::Step& s, Rule& rule, Visible& visible, Standing& standing);
    void record(const ast::Step& s, Rule& rule, Visible& visible);
    std::optional<Resolved> occurrence(const ast::Pattern& p, Visible& visible, std::string_view verb); // one that has all it needs
    std::optional<Goal> goal(const ast::Pattern& p, Rule& rule, Visible& visible);
    std::vector<Route> routes(const std::vector<ast::Route>& written, Visible& visible, bool needs_text, Span step);
    std::optional<Text> text(const ast::Expr& e, Visible& visible);
    std::optional<std::uint32_t> channel_named(const ast::Name& name, const Visible& visible);
    static std::vector<Span> route_places(const std::vector<ast::Route>& written);
    Step& put(Rule& rule, Step step, StepPlace place);
    Step& emit(Rule& rule, Act act, Span where);

    // scenarios.cpp
    void scenarios(std::vector<Scenario>& out, const ScenarioScope& scope);
    void statement(const ast::Statement& s, Statement& out);
    void facts(const ast::Statement& s, Statement& out);
    void entry(const ast::Statement& s, Statement& out);
    void expectation(const ast::Statement& s, Statement& out, Visible& visible);
    void fan_known(const ast::Name& who);

    // patterns.cpp
    Resolved resolve(const ast::Name& event, const std::vector<ast::Arg>& args, Span span, Visible& visible, Use use);
    void argument(const ast::Arg& arg, Resolved& into, Visible& visible, Use use);
    void key_from_scope(Resolved& pattern, Visible& visible);
    std::uint32_t query(const Resolved& pattern, Span_ms window, std::uint32_t distinct = none, bool occurrences = false);
    EventPattern event_pattern(const Resolved& pattern);
    std::optional<std::uint32_t> event_named(const ast::Name& name, Use use);
    std::vector<std::string> stage_names() const; // lowest first

    // expressions.cpp, operators.cpp, names.cpp
    Typed expression(const ast::Expr& e, Visible& visible, Type hint = Type::Error);
    Typed name(const ast::Expr& e, Visible& visible, Type hint);
    Typed call(const ast::Expr& e, Visible& visible, Span_ms window);
    Typed field(const ast::Expr& e, Visible& visible, Type hint);
    Typed expression_of(const ast::Expr& e, Visible& visible, Type hint);
    Typed within(const ast::Expr& e, Visible& visible);
    Typed comparison(const ast::Expr& e, Visible& visible);
    Typed membership(const ast::Expr& e, Visible& visible);
    Typed arithmetic(const ast::Expr& e, Visible& visible);
    Typed fallback(const ast::Expr& e, Visible& visible);
    Typed count_of(const ast::Expr& e, Visible& visible, Span_ms window, const ast::Name& event, const std::vector<ast::Arg>& args);
    Typed distinct(const ast::Expr& e, Visible& visible);
    Expr condition(const ast::Expr& e, Visible& visible);
    Typed present(Typed value, const ast::Expr& e, const Visible& visible); // reports a value that may be missing
    Typed field_value(const FieldInScope& field, Visible& visible);
    void unknown_value(const ast::Expr& e, const Visible& visible, Type hint);
    std::optional<std::string> event_without(const std::string& field, const Visible& visible) const;
    bool counts(const ast::Expr& e, const Visible& visible); // names an event
    Typed coerce(Typed value, const ast::Expr& e, Type wanted);
    void learn(const ast::Expr& e, bool truth, std::set<std::string>& known) const;
    Span_ms duration(const ast::Expr& e, const Parameters* parameters, bool zero_allowed = false);
    Span_ms clock(const ast::Expr& e, const Parameters* parameters);
    std::optional<std::uint32_t> whole(const ast::Expr& e, const Parameters* parameters, std::string_view what);
    const ast::Expr& bound(const ast::Expr& e, const Parameters* parameters); // a parameter's argument, or e itself

    // For `Names`.
    void note(Named kind, const ast::Name& name, std::string owner = "", bool declares = false);
    void note_field(const FieldInScope& field, const ast::Name& name, const Visible& visible);
    void note_parameter(const ast::Name& name);
    void note_rule(const Visible& visible);
    static Named named(What what);

    Diagnostic& error(Code code, Span span, std::string message) { return diagnostics_.error(code, span, std::move(message)); }
    void fits(Diagnostic& d, const ast::Expr& e, Type wanted) const; // help: how a literal of that type is written
    void blame_replacements(std::size_t first);
    void blame_include(std::size_t first, const ast::Include& include, const Parameters& bound);
    bool from_stdlib(std::uint32_t source) const;
    Diagnostic& unknown(const ast::Name& name, std::string_view what, const std::vector<std::string>& candidates);
    Diagnostic& wrong_type(Span span, std::string_view wanted, const Typed& got);
    const Declared* find(const std::string& name) const;
    std::vector<std::string> names(std::initializer_list<What> kinds) const;
    std::vector<std::string> field_names(std::uint32_t event) const;
    Symbol symbol(std::string_view text) { return ledger_.symbols.intern(text); }

    const Loaded& loaded_;
    const Sources& sources_;
    Ledger& ledger_;
    Diagnostics& diagnostics_;
    Program program_;
    Places places_;
    Names* noted_ = nullptr;
    std::string template_;                 // whose parameters are bound
    RulePlace place_;                      // of the rule being checked
    Span include_{};                       // the `include` being expanded
    std::map<std::string, Declared> declared_;
    std::map<std::string, Span> release_ids_;
    std::map<std::string, Span> attribute_places_;
    std::map<std::string, Span> replaced_; // names of the library that the script declares anew
    std::set<std::string> broken_;         // names whose declarations could not be read
    std::set<const ast::Define*> circular_;
    std::size_t depth_ = 0;                // of the expression being checked
    std::vector<const ast::Event*> event_asts_;
    std::vector<const ast::Define*> defines_;
    std::vector<const ast::Flow*> templates_;
    std::vector<const ast::StageRow*> stage_rows_;
    std::set<const ast::Flow*> included_;
    std::map<std::string, std::size_t> rules_in_flow_;
    std::map<std::string, int> copies_; // of unlabelled rules with one text
    std::map<std::string, Span> rule_keys_;
    std::vector<const ast::Define*> defining_;
    std::vector<std::pair<Span, Quiet>> quiet_places_;
    std::map<std::string, Span> split_places_;
    struct Aim {
        Span span;
        std::uint32_t stage;
        std::set<std::string> goals;
    };
    std::vector<Aim> aims_;
    ScenarioScope scope_;                  // of the test being checked
    std::map<std::string, std::set<std::string>> leads_; // from an event to what rules make of it
};

} // namespace segue
