#include "compiled.hpp"

#include <fmt/format.h>

namespace segue::test {

namespace {

class Teller {
public:
    explicit Teller(const Script& script) : program_(*script.program), symbols_(script.ledger->symbols) {}

    std::string all() {
        const auto& p = program_;
        for (const auto& e : p.events) {
            line("event {} {} {} {} {} {}", e.name, e.held, e.held_by, e.hold, e.undoes, e.undo_key);
            for (const auto& f : e.fields) line(" field {} {} {} {} {} {}", f.name, type_name(f.type), f.optional, f.used, f.folded, f.from);
            for (const auto& from : e.from) line(" from {}", from);
        }
        for (const auto& a : p.attributes) line("attribute {} {} {} {}", a.name, a.fact, type_name(a.type), a.bound.value_or(0));
        for (const auto& c : p.channels) line("channel {} {} {}", c.name, c.needs_consent, c.has_subject);
        for (const auto& s : p.stages) line("stage {} {}", s.name, expr(s.condition));
        for (const auto& r : p.releases) line("release {} {} {} {} {}", r.id, r.title.value_or("-"), r.link.value_or("-"), r.artist.value_or("-"), r.date.value_or(-1));
        for (const auto& l : p.limits) line("limit {} {} {} {} {} {}", l.scope.channel, l.scope.flow, l.count, l.per, l.else_wait, l.up_to);
        for (const auto& q : p.quiets) line("quiet {} {} {} {}", q.scope.channel, q.scope.flow, q.from, q.to);
        for (const auto& q : p.promises) line("promise {} {} {}", q.scope.channel, q.count, q.per);
        for (const auto& s : p.splits) line("split {} {} {}", s.name, fmt::join(s.shares, ","), fmt::join(s.arms, ","));
        for (const auto& q : p.queries) line("query {} {} {} {} {}", q.held, q.slot, matches(q.matches), q.window, q.distinct);
        line("flows {}; {} {}", fmt::join(p.flows, ","), p.timezone, p.attribution);
        for (const auto& r : p.rules) rule(r);
        for (const auto& w : p.wakes) {
            line("wake {} {}", w.always.size(), w.by_field.size());
            for (const auto& f : w.by_field) line(" by {} {}", f.field, f.items.size());
        }
        return out_;
    }

private:
    template <class... T> void line(fmt::format_string<T...> format, T&&... args) { out_ += fmt::format(format, std::forward<T>(args)...) + "\n"; }

    std::string value(const Value& v) const {
        if (v.kind == Value::Kind::Symbol) return "'" + symbols_.text(v.symbol()) + "'";
        return v.kind == Value::Kind::Number ? fmt::format("{}", v.number) : fmt::format("{}:{}", static_cast<int>(v.kind), v.integer);
    }
    std::string expr(const Expr& e) const {
        auto out = fmt::format("({} {} {}", static_cast<int>(e.op), e.index, value(e.value));
        for (const auto& kid : e.kids) out += " " + expr(kid);
        return out + ")";
    }
    std::string expr(const std::optional<Expr>& e) const { return e ? expr(*e) : "-"; }
    std::string matches(const std::vector<Match>& all) const {
        std::string out = "[";
        for (const auto& m : all) out += fmt::format("{} {} {} {};", m.field, static_cast<int>(m.op), expr(m.value), m.if_known);
        return out + "]";
    }
    std::string pattern(const EventPattern& p) const { return fmt::format("{}{}{}", p.event, matches(p.matches), p.query); }
    std::string text(const std::optional<Text>& text) const {
        if (!text) return "-";
        std::string out;
        for (const auto& part : *text) out += fmt::format("<{}|{}>", part.literal, expr(part.hole));
        return out;
    }
    void step(const Step& s) {
        line(" step {} {} {} {} {} {} {} {} '{}' {} {} {}", static_cast<int>(s.act), expr(s.value), pattern(s.pattern), s.event, s.span, s.date, s.clock.value_or(-1),
             s.target, symbols_.text(s.tag), s.split, fmt::join(s.targets, ","), s.fields.size());
        for (const auto& [field, value] : s.fields) line("  {} = {}", field, expr(value));
        for (const auto& g : s.goals) line("  goal {} {} {} {}", pattern(g.pattern), g.key, g.consent, g.name);
        for (const auto& r : s.routes) line("  route {} {} / {}", r.channel, text(r.subject), text(r.text));
    }
    void rule(const Rule& r) {
        const auto& t = r.trigger;
        line("rule {} {} {}", r.name, symbols_.text(r.key), r.flow);
        line(" on {} {} {} {} {} {} {} {} {}", static_cast<int>(t.kind), t.query, t.need, t.count, t.per, t.span, t.clock, t.date, t.stage);
        for (const auto& p : t.patterns) line(" pattern {}", pattern(p));
        for (const auto& s : r.slots) line(" slot {} {}", s.name, fmt::join(s.fields, ","));
        line(" when {} {} {} {} -> {}", expr(r.when), static_cast<int>(r.frequency), r.every, r.per_slot, r.aim);
        for (const auto& p : r.until) line(" until {}", pattern(p));
        for (const auto& s : r.steps) step(s);
    }

    const Program& program_;
    const Symbols& symbols_;
    std::string out_;
};

} // namespace

std::string compiled(const Script& script) { return Teller(script).all(); }

} // namespace segue::test
