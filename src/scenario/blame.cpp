// Why a condition is not so: the parts that are to blame, each with what is there and what would do.
#include <fmt/format.h>

#include "scenario/describe.hpp"

namespace segue {

namespace {

std::string_view wants(Op op, bool wanted) {
    switch (op) {
    case Op::Equal: return wanted ? "it has to be {}" : "it must not be {}";
    case Op::NotEqual: return wanted ? "it must not be {}" : "it has to be {}";
    case Op::Less: return wanted ? "it has to be less than {}" : "it has to be {} or more";
    case Op::LessEqual: return wanted ? "it has to be {} or less" : "it has to be more than {}";
    case Op::Greater: return wanted ? "it has to be more than {}" : "it has to be {} or less";
    default: return wanted ? "it has to be {} or more" : "it has to be less than {}";
    }
}

void collect(const Asking& asking, const Expr& e, bool wanted, const Rule* rule, std::vector<std::string>& out) {
    const auto& world = asking.world;
    const auto text = [&](const Expr& part) { return describe(world, asking.program, part, rule); };
    const auto shown = [&](const Expr& part) { return describe(world, asking.program, evaluate(asking, part)); };
    switch (e.op) {
    case Op::And:
    case Op::Or: {
        if ((e.op == Op::Or) != wanted) { // all of them have to change
            for (const auto& kid : e.kids)
                if (holds(asking, kid) != wanted) collect(asking, kid, wanted, rule, out);
            return;
        }
        std::vector<std::string> ways; // any one of them
        for (const auto& kid : e.kids) {
            std::vector<std::string> parts;
            collect(asking, kid, wanted, rule, parts);
            ways.push_back(fmt::format("{}", fmt::join(parts, ", and ")));
        }
        out.push_back(fmt::format("either {}", fmt::join(ways, "; or ")));
        return;
    }
    case Op::Not: return collect(asking, e.kids[0], !wanted, rule, out);
    case Op::Positive:
        if (wanted) out.push_back(fmt::format("`{}` is 0: it has to have happened", text(e.kids[0])));
        else out.push_back(fmt::format("`{}` is {}: it must not have happened", text(e.kids[0]), shown(e.kids[0])));
        return;
    case Op::Consent:
        if (wanted) out.push_back(fmt::format("no consent to {0}: `optin({0})` has to be held", text(e)));
        else out.push_back(fmt::format("there is consent to {0}: `optin({0})` must not be held", text(e)));
        return;
    case Op::Tagged:
        out.push_back(fmt::format("{} tagged {}", wanted ? "not" : "the fan is", world.ledger->symbols.text(e.value.symbol())));
        return;
    case Op::Known:
        if (wanted) out.push_back(fmt::format("`{}` is not known", text(e.kids[0])));
        else out.push_back(fmt::format("`{}` is {}: it must not be known", text(e.kids[0]), shown(e.kids[0])));
        return;
    case Op::Out:
        out.push_back(fmt::format("{} is {}", text(e.kids[0]), wanted ? "not out yet for this fan" : "out already for this fan"));
        return;
    case Op::In: {
        std::string list;
        for (std::size_t i = 1; i < e.kids.size(); ++i) list += (i == 1 ? "" : ", ") + shown(e.kids[i]);
        out.push_back(fmt::format("`{}` is {}: it {} one of {}", text(e.kids[0]), shown(e.kids[0]), wanted ? "has to be" : "must not be", list));
        return;
    }
    case Op::Equal:
    case Op::NotEqual:
    case Op::Less:
    case Op::LessEqual:
    case Op::Greater:
    case Op::GreaterEqual: {
        auto there = shown(e.kids[1]);
        if (e.kids[1].op != Op::Constant) there = fmt::format("{} (`{}`)", there, text(e.kids[1]));
        out.push_back(fmt::format("`{}` is {}: ", text(e.kids[0]), shown(e.kids[0])) + fmt::format(fmt::runtime(wants(e.op, wanted)), there));
        return;
    }
    default: out.push_back(fmt::format("`{}` is {}", text(e), shown(e)));
    }
}

} // namespace

std::vector<std::string> blame(const Asking& asking, const Expr& condition, bool wanted, const Rule* rule) {
    std::vector<std::string> out;
    if (holds(asking, condition) != wanted) collect(asking, condition, wanted, rule, out);
    return out;
}

} // namespace segue
