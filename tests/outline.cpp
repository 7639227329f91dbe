#include "outline.hpp"

#include "syntax/build.hpp"
#include "syntax/parse.hpp"
#include "syntax/print.hpp"

namespace segue::test {

namespace {

std::string in_unix_lines(std::string text) {
    std::erase(text, '\r');
    return text;
}

} // namespace

Outline outline(const std::string& text) {
    Sources sources;
    Diagnostics diagnostics;
    sources.add("test.flow", text);
    const auto file = build(parse(sources, 0, diagnostics), sources, diagnostics);
    Outline out;
    for (const auto& span : file.comments) {
        auto comment = in_unix_lines(std::string(sources[0].slice(span)));
        comment.resize(comment.find_last_not_of(" \t\r") + 1);
        out.comments.push_back(comment);
    }
    const auto rules = [&](const ast::Flow& flow) {
        for (const auto& rule : flow.rules) out.rules.push_back(canonical(rule));
        for (const auto& parameter : flow.parameters) out.rules.push_back(parameter.name.text + (parameter.default_value ? canonical(*parameter.default_value) : ""));
    };
    rules(file.flow);
    for (const auto& flow : file.flows) rules(flow);
    return out;
}

} // namespace segue::test
