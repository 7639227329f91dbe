#include "scenario/suite.hpp"

#include "scenario/play.hpp"

namespace segue {

namespace {

Reached reached(const Play& play) {
    Reached out;
    for (const auto& note : play.trace()) {
        switch (note.kind) {
        case Note::Kind::Started: ++out[{Point::Kind::Rule, note.rule, 0, 0, ""}]; break;
        case Note::Kind::Step: ++out[{Point::Kind::Step, note.rule, note.step, 0, ""}]; break;
        case Note::Kind::Branch: ++out[{Point::Kind::Branch, note.rule, note.step, note.branch, ""}]; break;
        case Note::Kind::Action: {
            const auto& action = play.actions()[note.action];
            if (action.kind == Action::Kind::Suppressed && action.rule_index != none) ++out[{Point::Kind::Suppression, note.rule, note.step, 0, action.reason}];
            break;
        }
        default: break;
        }
    }
    return out;
}

} // namespace

TestResult run_test(const Scenario& test, std::shared_ptr<const Program> program, const Ledger& ledger, bool with_coverage) {
    TestResult out;
    Play play(ledger.copy(), std::move(program));
    for (const auto& statement : test.statements) {
        auto failure = play.run(statement);
        if (!failure) continue;
        const bool over = failure->code == Code::undone;
        if (over) failure->notes.emplace_back("the test ended here");
        out.failures.push_back(std::move(*failure));
        if (over) break;
    }
    if (with_coverage) out.reached = reached(play);
    return out;
}

} // namespace segue
