#include "check/analysis/possible.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/compile.h>
#include <limits>
#include <map>
#include <optional>
#include <set>

namespace segue::analysis {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr int most_branches = 400; // past them everything is possible

// Keys are made by the thousand: their formats are compiled.
std::string key_of(const Value& v) {
    return v.kind == Value::Kind::Number ? fmt::format(FMT_COMPILE("n{}"), v.number) : fmt::format(FMT_COMPILE("{}:{}"), static_cast<int>(v.kind), v.integer);
}

bool is_number(const Value& v) { return v.kind != Value::Kind::Missing && v.kind != Value::Kind::Symbol; }
double number_of(const Value& v) { return v.kind == Value::Kind::Number ? v.number : static_cast<double>(v.integer); }

Op negated(Op op) {
    switch (op) {
    case Op::Equal: return Op::NotEqual;
    case Op::NotEqual: return Op::Equal;
    case Op::Less: return Op::GreaterEqual;
    case Op::LessEqual: return Op::Greater;
    case Op::Greater: return Op::LessEqual;
    default: return Op::Less;
    }
}

Op mirrored(Op op) {
    switch (op) {
    case Op::Less: return Op::Greater;
    case Op::LessEqual: return Op::GreaterEqual;
    case Op::Greater: return Op::Less;
    case Op::GreaterEqual: return Op::LessEqual;
    default: return op;
    }
}

// What one thing can be.
struct Domain {
    double low = -infinite, high = infinite;
    bool low_open = false, high_open = false;
    bool whole = false;
    std::optional<std::set<std::string>> in;
    std::set<std::string> out;

    void at_least(double n, bool open) {
        if (n > low || (n == low && open)) low = n, low_open = open;
    }
    void at_most(double n, bool open) {
        if (n < high || (n == high && open)) high = n, high_open = open;
    }
    bool empty() const {
        auto a = low;
        auto b = high;
        if (whole) {
            if (std::isfinite(a)) a = low_open ? std::floor(a) + 1 : std::ceil(a);
            if (std::isfinite(b)) b = high_open ? std::ceil(b) - 1 : std::floor(b);
            if (a > b) return true;
        } else if (a > b || (a == b && (low_open || high_open))) return true;
        if (!in) return false;
        return std::all_of(in->begin(), in->end(), [&](const auto& v) { return out.contains(v); });
    }
};

} // namespace

bool Question::at_most(const Question& other) const {
    if (event != other.event || held != other.held) return false;
    if (other.distinct != 0 && other.distinct != distinct) return false;
    if (other.window != 0 && (window == 0 || window > other.window)) return false;
    return std::all_of(other.restrictions.begin(), other.restrictions.end(), [&](const auto& r) { return std::find(restrictions.begin(), restrictions.end(), r) != restrictions.end(); });
}

std::string Question::key() const {
    auto sorted = restrictions;
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return std::tie(a.field, a.op, a.value) < std::tie(b.field, b.op, b.value); });
    auto out = fmt::format(FMT_COMPILE("q{}{}w{}d{}"), event, held ? "h" : "", window, distinct);
    for (const auto& r : sorted) out += fmt::format(FMT_COMPILE("[{} {} {}]"), r.field, static_cast<int>(r.op), r.value);
    return out;
}

std::string Possible::key(const Expr& e) const {
    switch (e.op) {
    case Op::Constant: return key_of(e.value);
    case Op::Count:
    case Op::Distinct: return question(program_.queries[e.index]).key();
    case Op::Since: return "since " + question(program_.queries[e.index]).key();
    case Op::Consent: return consent(e.value).key();
    default: break;
    }
    auto out = fmt::format(FMT_COMPILE("({} {} {}"), static_cast<int>(e.op), e.index, key_of(e.value));
    for (const auto& kid : e.kids) out += " " + key(kid);
    return out + ")";
}

Question Possible::question(const Query& query) const {
    Question q;
    q.held = query.held;
    q.window = query.window;
    const std::vector<Symbol>* tracked = nullptr;
    Symbol by = 0;
    if (query.held) {
        const auto& hold = ledger_.holds[query.slot];
        q.event = hold.event;
        tracked = &hold.tracked;
        for (const auto& event : program_.events)
            if (event.symbol == hold.event && event.held_by != none) by = field(event.fields[event.held_by].name);
    } else {
        const auto& need = ledger_.needs[query.slot];
        q.event = need.event;
        tracked = &need.tracked;
        for (const auto& f : need.filters) q.restrictions.push_back({f.field, f.op, key_of(f.value)});
    }
    const auto at = [&](std::uint32_t place) -> Symbol {
        if (query.held) return place == 0 ? by : place - 1 < tracked->size() ? (*tracked)[place - 1] : 0;
        return place < tracked->size() ? (*tracked)[place] : 0;
    };
    for (const auto& m : query.matches) q.restrictions.push_back({at(m.field), m.op, key(m.value)});
    if (query.distinct != none) q.distinct = at(query.distinct) + 1;
    return q;
}

Question Possible::consent(const Value& channel) const {
    if (program_.optin == none) return {};
    const auto& optin = program_.events[program_.optin];
    Question q{optin.symbol, true, {}, 0, 0};
    if (optin.held_by != none) q.restrictions.push_back({field(optin.fields[optin.held_by].name), Compare::Equal, key_of(channel)});
    return q;
}

Question Possible::occurrence(std::uint32_t event, const std::vector<Match>& matches) const {
    const auto& e = program_.events[event];
    Question q{e.symbol, e.held, {}, 0, 0};
    for (const auto& m : matches) q.restrictions.push_back({field(e.fields[m.field].name), m.op, key(m.value)});
    return q;
}

bool Possible::of_one_key(const Question& question) const {
    if (!question.held) return false;
    const auto event = std::find_if(program_.events.begin(), program_.events.end(), [&](const EventType& e) { return e.symbol == question.event; });
    if (event == program_.events.end()) return false;
    if (event->held_by == none) return true;
    const auto by = field(event->fields[event->held_by].name);
    return std::any_of(question.restrictions.begin(), question.restrictions.end(), [&](const Restriction& r) { return r.field == by && r.op == Compare::Equal; });
}

// One alternative after the other, until one holds.
struct Possible::Search {
    const Possible& possible;
    const Known& known;
    int branches = 0;
    std::vector<std::pair<const Expr*, bool>> literals;

    // Goes on with `pending`, from its end.
    bool solve(std::vector<Wanted> pending) {
        while (!pending.empty()) {
            const auto [e, holds] = pending.back();
            pending.pop_back();
            if (e->op == Op::Not) {
                pending.push_back({&e->kids[0], !holds});
                continue;
            }
            if (e->op == Op::And || e->op == Op::Or) {
                if ((e->op == Op::And) == holds) {
                    for (auto kid = e->kids.rbegin(); kid != e->kids.rend(); ++kid) pending.push_back({&*kid, holds});
                    continue;
                }
                for (const auto& kid : e->kids) {
                    if (++branches > most_branches) return true;
                    const auto before = literals.size();
                    auto rest = pending;
                    rest.push_back({&kid, holds});
                    if (solve(std::move(rest))) return true;
                    literals.resize(before);
                }
                return false;
            }
            literals.emplace_back(e, holds);
        }
        return consistent();
    }

    struct State {
        std::map<std::string, Domain> domains;
        std::map<std::string, Question> questions;
        bool unequal = false; // something is not a number that may be an end
    };

    Domain& domain(State& state, const Expr& e) {
        const auto key = possible.key(e);
        const auto [it, fresh] = state.domains.emplace(key, Domain{});
        if (!fresh) return it->second;
        auto& d = it->second;
        switch (e.op) {
        case Op::Count:
        case Op::Distinct: state.questions.emplace(key, possible.question(possible.program_.queries[e.index])); d.low = 0, d.whole = true; break;
        case Op::Consent: state.questions.emplace(key, possible.consent(e.value)), d.low = 0, d.whole = true; break;
        case Op::Since: d.low = 0; break;
        case Op::Stage:
            d.whole = true;
            d.low = std::max(-1, known.stage_low);
            d.high = std::min<double>(static_cast<double>(possible.program_.stages.size()) - 1, known.stage_high);
            break;
        default: break;
        }
        return d;
    }

    Domain& truth(State& state, const std::string& key) {
        auto& d = state.domains[key];
        d.whole = true;
        d.at_least(0, false);
        d.at_most(1, false);
        return d;
    }

    void set(Domain& d, bool holds) {
        if (holds) d.at_least(1, false);
        else d.at_most(0, false);
    }

    // False where a literal cannot hold whatever else does.
    bool take(State& state, const Expr& e, bool holds) {
        switch (e.op) {
        case Op::Constant: return (e.value.kind == Value::Kind::Bool && e.value.integer != 0) == holds;
        case Op::Positive: set(domain(state, e.kids[0]), holds); return true;
        case Op::Consent: set(domain(state, e), holds); return true;
        case Op::Known: set(truth(state, "known " + possible.key(e.kids[0])), holds); return true;
        case Op::In: {
            std::set<std::string> values;
            for (std::size_t i = 1; i < e.kids.size(); ++i) {
                if (e.kids[i].op != Op::Constant) return true;
                values.insert(possible.key(e.kids[i]));
            }
            among(domain(state, e.kids[0]), std::move(values), holds);
            if (holds) set(truth(state, "known " + possible.key(e.kids[0])), true);
            return true;
        }
        case Op::Equal:
        case Op::NotEqual:
        case Op::Less:
        case Op::LessEqual:
        case Op::Greater:
        case Op::GreaterEqual: return compare(state, e, holds);
        default: set(truth(state, possible.key(e)), holds); return true;
        }
    }

    void among(Domain& d, std::set<std::string> values, bool holds) {
        if (!holds) {
            d.out.merge(values);
            return;
        }
        if (d.in) std::erase_if(values, [&](const auto& v) { return !d.in->contains(v); });
        d.in = std::move(values);
    }

    bool compare(State& state, const Expr& e, bool holds) {
        auto op = holds ? e.op : negated(e.op);
        const auto* left = &e.kids[0];
        const auto* right = &e.kids[1];
        if (left->op == Op::Constant) std::swap(left, right), op = mirrored(op);
        if (left->op == Op::Constant || right->op != Op::Constant) {
            // Of two things that are not constants only this is known: one is not less than itself.
            return !(possible.key(*left) == possible.key(*right) && (op == Op::Less || op == Op::Greater));
        }
        auto& d = domain(state, *left);
        const auto& v = right->value;
        if (op == Op::Equal) set(truth(state, "known " + possible.key(*left)), true);
        if (!is_number(v)) {
            if (op == Op::Equal || op == Op::NotEqual) among(d, {key_of(v)}, op == Op::Equal);
            return true;
        }
        const auto n = number_of(v);
        switch (op) {
        case Op::Equal: d.at_least(n, false), d.at_most(n, false); break;
        case Op::Less: d.at_most(n, true); break;
        case Op::LessEqual: d.at_most(n, false); break;
        case Op::Greater: d.at_least(n, true); break;
        case Op::GreaterEqual: d.at_least(n, false); break;
        default: // not equal: at an end of the interval it takes the end away
            state.unequal = true;
            if (d.low == n) d.low_open = true;
            if (d.high == n) d.high_open = true;
        }
        return true;
    }

    bool consistent() {
        State state;
        std::vector<std::pair<Question, Domain>> counts;
        for (const auto& f : known.facts) {
            Domain d;
            d.whole = true;
            d.low = f.low;
            d.high = f.high;
            counts.emplace_back(f.question, d);
        }
        const auto take_all = [&] { return std::all_of(literals.begin(), literals.end(), [&](const auto& literal) { return take(state, *literal.first, literal.second); }); };
        // What is not equal to an end is known only when the ends are.
        if (!take_all() || (state.unequal && !take_all())) return false;
        for (const auto& [key, question] : state.questions) counts.emplace_back(question, state.domains.at(key));
        for (const auto& [key, d] : state.domains)
            if (d.empty()) return false;
        for (auto& [question, d] : counts) {
            if (possible.of_one_key(question)) d.at_most(1, false);
            if (d.empty()) return false;
        }
        for (std::size_t i = 0; i < counts.size(); ++i)
            for (std::size_t j = 0; j < counts.size(); ++j) {
                if (i == j || !counts[i].first.at_most(counts[j].first)) continue;
                Domain both; // the smaller one's least against the larger one's most
                both.whole = true;
                both.low = counts[i].second.low, both.low_open = counts[i].second.low_open;
                both.high = counts[j].second.high, both.high_open = counts[j].second.high_open;
                if (both.empty()) return false;
            }
        return true;
    }
};

bool Possible::together(const Known& known, const std::vector<Wanted>& wanted) const {
    Search search{*this, known, 0, {}};
    auto all = wanted;
    all.insert(all.end(), known.wanted.begin(), known.wanted.end());
    return search.solve(std::move(all));
}

} // namespace segue::analysis
