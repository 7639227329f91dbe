#include "check/wakes.hpp"

#include <algorithm>

#include "check/checker.hpp"

namespace segue {

namespace {

// A condition without one of its conjuncts; none: nothing is left.
std::optional<Expr> without(const Expr& condition, const Expr* part) {
    if (&condition == part) return std::nullopt;
    if (condition.op != Op::And) return condition;
    std::vector<Expr> kids;
    for (const auto& kid : condition.kids)
        if (auto rest = without(kid, part)) kids.push_back(std::move(*rest));
    if (kids.empty()) return std::nullopt;
    if (kids.size() == 1) return std::move(kids[0]);
    auto out = condition;
    out.kids = std::move(kids);
    return out;
}

void collect_required(const Expr& e, std::vector<Required>& out) {
    if (e.op == Op::And)
        for (const auto& kid : e.kids) collect_required(kid, out);
    if (e.op != Op::Equal && e.op != Op::In) return;
    const bool mirrored = e.op == Op::Equal && e.kids[0].op == Op::Constant;
    const auto& left = e.kids[mirrored ? 1 : 0];
    if (left.op != Op::Field) return;
    std::vector<Value> values;
    for (const auto& kid : e.kids)
        if (&kid != &left && kid.op == Op::Constant) values.push_back(kid.value);
    if (values.size() + 1 == e.kids.size()) out.push_back({&e, left.index, std::move(values)});
}

} // namespace

std::vector<Required> required_values(const Expr& condition) {
    std::vector<Required> out;
    collect_required(condition, out);
    return out;
}

// Which value of which field a rule needs: an equality of the trigger's pattern, or of a conjunct of `when`.
void Checker::wakes() {
    program_.wakes.resize(program_.events.size());
    for (std::uint32_t r = 0; r < program_.rules.size(); ++r) {
        auto& rule = program_.rules[r];
        rule.asked = rule.when;
        const auto kind = rule.trigger.kind;
        if (kind != TriggerKind::Event && kind != TriggerKind::Count && kind != TriggerKind::Every) continue;
        for (std::uint32_t p = 0; p < rule.trigger.patterns.size(); ++p) {
            const auto& pattern = rule.trigger.patterns[p];
            if (pattern.event == none) continue;
            std::uint32_t field = none;
            std::vector<Value> values;
            for (const auto& m : pattern.matches)
                if (m.op == Compare::Equal && m.value.op == Op::Constant) field = m.field, values = {m.value.value};
            if (field == none && rule.when) {
                auto required = required_values(*rule.when);
                if (!required.empty()) {
                    auto& first = required.front();
                    field = rule.slots[first.slot].fields[p];
                    values = std::move(first.values);
                    if (rule.trigger.patterns.size() == 1) rule.asked = without(*rule.when, first.part);
                }
            }
            auto& wake = program_.wakes[pattern.event];
            if (field == none) {
                wake.always.push_back({r, p});
                continue;
            }
            for (const auto& value : values) {
                auto& list = wake.of(field, value);
                if (list.empty() || list.back().rule != r || list.back().pattern != p) list.push_back({r, p});
            }
        }
    }
}

} // namespace segue
