// What is shown between the lines and behind words.
#include <fmt/format.h>

#include "lsp/features.hpp"

namespace segue::lsp {

namespace {

Json lens(const Asked& in, Span span, const std::string& title, const std::string& command = "", Json arguments = Json::array()) {
    return {{"range", in.range(span)}, {"command", {{"title", title}, {"command", command}, {"arguments", std::move(arguments)}}}};
}

class Hints {
public:
    Hints(const Asked& in, Span range) : in_(in), range_(range) {}

    Json run() {
        const auto* file = in_.program.file(in_.source);
        if (file) {
            rules(file->flow);
            for (const auto& flow : file->flows) rules(flow);
        }
        keys();
        return std::move(out_);
    }

private:
    void add(std::uint32_t offset, const std::string& text, const std::string& why) {
        if (offset < range_.begin || offset > range_.end) return;
        Json made{{"position", in_.positions().position(in_.text(), offset)}, {"label", text}, {"tooltip", why}};
        for (const auto& other : out_)
            if (other == made) return;
        out_.push_back(std::move(made));
    }

    // A prompt without `via` goes to the page.
    void rules(const ast::Flow& flow) {
        for (const auto& rule : flow.rules) steps(rule.response);
    }
    void steps(const ast::Block& block) {
        for (const auto& step : block) {
            if (step.kind == ast::StepKind::Prompt && step.routes.empty() && !step.patterns.empty()) add(step.patterns.back().span.end, " via page", "A prompt without `via` waits on the fan's page.");
            steps(step.block);
            if (step.other) steps(*step.other);
            for (const auto& share : step.shares) steps(share.block);
        }
    }
    // A goal takes its key from the field of that name in scope.
    void keys() {
        const auto& program = *in_.program.program;
        for (std::size_t r = 0; r < program.rules.size() && r < in_.program.places.rules.size(); ++r) {
            const auto& place = in_.program.places.rules[r];
            if (place.rule.source != in_.source) continue;
            for (std::size_t s = 0; s < program.rules[r].steps.size() && s < place.steps.size(); ++s)
                for (std::size_t g = 0; g < program.rules[r].steps[s].goals.size() && g < place.steps[s].goals.size(); ++g) {
                    const auto& goal = program.rules[r].steps[s].goals[g];
                    if (goal.pattern.event == none || goal.consent != none) continue;
                    for (const auto& match : goal.pattern.matches)
                        if (match.if_known && !in_.text().slice(place.steps[s].goals[g]).ends_with(')'))
                            add(place.steps[s].goals[g].end, fmt::format("({})", program.events[goal.pattern.event].fields[match.field].name), "The key is that of the event which began the rule.");
                }
        }
    }

    const Asked& in_;
    Span range_;
    Json out_ = Json::array();
};

} // namespace

Json code_lenses(const Asked& in, const std::map<std::string, TestState>& tests, const std::map<std::string, std::uint64_t>* fired) {
    Json out = Json::array();
    const auto uri = in.workspace.uri(in.program, in.source);
    std::size_t here = 0;
    if (const auto* file = in.program.file(in.source))
        for (const auto& test : file->tests) {
            ++here;
            out.push_back(lens(in, test.head, "▶ run", "segue.runTest", Json::array({uri, test.name})));
            if (const auto known = tests.find(test.name); known != tests.end()) out.push_back(lens(in, test.head, (known->second.passed ? "✓ " : "✗ ") + known->second.text));
            if (here == 1 && file->tests.size() > 1) out.push_back(lens(in, test.head, "▶ run all", "segue.runTests", Json::array({uri})));
        }
    if (fired)
        for (std::size_t r = 0; r < in.program.program->rules.size() && r < in.program.places.rules.size(); ++r) {
            if (in.program.places.rules[r].rule.source != in.source) continue;
            const auto n = fired->find(in.program.program->rules[r].name);
            const auto times = n == fired->end() ? 0 : n->second;
            out.push_back(lens(in, in.program.places.rules[r].on, times == 0 ? "never ran" : fmt::format("ran {} time{}", times, times == 1 ? "" : "s")));
        }
    return out;
}

Json inlay_hints(const Asked& in, Span range) { return Hints(in, range).run(); }

} // namespace segue::lsp
