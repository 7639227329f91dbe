// What a session takes in, leaves out and writes: `:load`, `:drop` and `:save`.
#include <algorithm>
#include <fmt/format.h>

#include "check/check.hpp"
#include "scenario/describe.hpp"
#include "scenario/documented.hpp"
#include "scenario/session_parts.hpp"
#include "syntax/format.hpp"
#include "syntax/one_line.hpp"
#include "text/did_you_mean.hpp"
#include "text/render.hpp"

namespace segue {

Session::Reply Session::load_file(const std::string& path) {
    if (path.empty()) return {Answer::Wrong, "say which file: `:load flows/release.flow`\n"};
    auto text = around_.files.read(path);
    if (!text) return {Answer::Wrong, text.message() + "\n"};
    auto texts = now().texts;
    const auto same = std::find_if(texts.begin(), texts.end(), [&](const ProgramText& t) { return t.path != entered_file && around_.files.identity(t.path) == around_.files.identity(path); });
    const bool again = same != texts.end();
    if (again) same->text = *text;
    else texts.insert(texts.end() - 1, {path, *text});
    auto version = compile(texts);
    if (version->diagnostics.has_errors()) return wrong(version->diagnostics, version->sources);
    const auto rules = version->program->rules.size();
    change(":load " + path, std::move(version));
    return {Answer::Done, fmt::format("  {} {}; the program has {} rule{} now\n", again ? "loaded again:" : "loaded", path, rules, rules == 1 ? "" : "s")};
}

Session::Reply Session::drop(const std::string& name) {
    struct Found {
        std::string path, name;
        Span span;
    };
    std::vector<Found> found;
    std::vector<std::string> names;
    const auto& version = now();
    for (std::size_t r = 0; r < version.program->rules.size(); ++r) {
        const auto& rule = version.program->rules[r].name;
        const auto& place = version.places.rules[r];
        const auto span = place.rule;
        if (rule == name && place.included.end > 0) return {Answer::Wrong, fmt::format("`{0}` is there by an include: `:drop {1}` takes all of it out\n", name, rule.substr(0, rule.rfind('/')))};
        names.push_back(rule);
        if (rule == name || (rule.size() > name.size() && rule.ends_with("/" + name))) found.push_back({version.sources[span.source].name(), rule, span});
    }
    for (const auto& d : documented(version.loaded, version.sources)) {
        if (d.library || d.kind == "rule" || d.kind == "stage") continue;
        names.push_back(d.name);
        if (d.name == name) found.push_back({d.file, d.name, d.span});
    }
    for (const auto& file : version.loaded.files) {
        if (version.sources[file.source].embedded()) continue;
        const auto& path = version.sources[file.source].name();
        const auto unnamed = [&](const auto& declarations, std::string_view word) {
            for (const auto& d : declarations) {
                const auto text = one_line(version.sources[file.source].slice(d.span));
                names.push_back(fmt::format("{} {}", word, d.target.text));
                if (text == name || names.back() == name) found.push_back({path, text, d.span});
            }
        };
        for (const auto& include : file.includes) {
            names.push_back("include " + include.known_as().text);
            if (name == names.back() || name == include.known_as().text) found.push_back({path, names.back(), include.span});
        }
        unnamed(file.limits, "limit");
        unnamed(file.quiets, "quiet");
        unnamed(file.promises, "promise");
    }
    if (found.empty()) {
        const auto near = did_you_mean(name, names);
        return {Answer::Wrong, fmt::format("there is no rule or declaration `{}`; {}\n", name, near ? fmt::format("did you mean `{}`?", *near) : "`:rules` lists the rules")};
    }
    if (found.size() > 1 && std::all_of(found.begin(), found.end(), [&](const Found& f) { return f.name == found[0].name; })) found.resize(1); // the first of several that say the same
    if (found.size() > 1) {
        std::vector<std::string> of;
        of.reserve(found.size());
        for (const auto& f : found) of.push_back("`" + f.name + "`");
        return {Answer::Wrong, fmt::format("`{}` can be {}; name one of them\n", name, fmt::join(of, " or "))};
    }
    auto texts = version.texts;
    const auto root = std::find_if(texts.begin(), texts.end(), [&](const ProgramText& t) { return t.path == found[0].path; });
    if (root == texts.end()) return {Answer::Wrong, fmt::format("`{}` stands in {}, which is only used by what was loaded: `:load` it to change it\n", found[0].name, found[0].path)};
    // With its lines, if nothing else stands on them, and the doc comment above.
    auto begin = static_cast<std::size_t>(found[0].span.begin);
    auto end = static_cast<std::size_t>(found[0].span.end);
    const auto& text = root->text;
    const auto line_begin = [&](std::size_t at) { return at == 0 ? 0 : text.rfind('\n', at - 1) == std::string::npos ? 0 : text.rfind('\n', at - 1) + 1; };
    const auto blank = [&](std::size_t from, std::size_t to) { return text.substr(from, to - from).find_first_not_of(" \t\r") == std::string::npos; };
    const auto line_end = std::min(text.find('\n', end), text.size());
    if (blank(line_begin(begin), begin) && blank(end, line_end)) {
        begin = line_begin(begin);
        end = std::min(line_end + 1, text.size());
        while (begin > 0) {
            const auto above = line_begin(begin - 1);
            const auto first = text.find_first_not_of(" \t", above);
            if (first >= begin || text.compare(first, 2, "##") != 0) break;
            begin = above;
        }
    }
    root->text.erase(begin, end - begin);
    auto changed = compile(texts);
    if (changed->diagnostics.has_errors()) return wrong(changed->diagnostics, changed->sources);
    change(":drop " + found[0].name, std::move(changed));
    return {Answer::Done, fmt::format("  {} is out of the program; what it had begun finishes\n", found[0].name)};
}

// The texts of the program without their tests, and one test: every statement in its order, with what comes of it under the rules as they are now.
Session::Reply Session::save(const std::string& path, bool over) {
    if (path.empty()) return {Answer::Wrong, "say where: `:save tried.flow`\n"};
    if (around_.begin) return {Answer::Wrong, "this session began with the fans of a state file; a test begins with none, so it cannot be saved as one\n"};
    if (!around_.write) return {Answer::Wrong, "nothing can be written here\n"};
    std::string out, notes;
    std::size_t left_out = 0;
    for (const auto& text : now().texts) {
        std::string rest;
        std::size_t from = 0;
        for (const auto& file : now().loaded.files)
            if (now().sources[file.source].name() == text.path && !now().sources[file.source].embedded())
                for (const auto& test : file.tests) {
                    rest += text.text.substr(from, test.span.begin - from);
                    from = test.span.end;
                    ++left_out;
                }
        rest += text.text.substr(std::min(from, text.text.size()));
        while (!rest.empty() && (rest.back() == '\n' || rest.back() == ' ')) rest.pop_back();
        if (rest.find_first_not_of(" \t\n") != std::string::npos) out += rest + "\n\n";
    }
    if (left_out > 0) notes += fmt::format("  the {} test{} of the scripts {} left out\n", left_out, left_out == 1 ? "" : "s", left_out == 1 ? "is" : "are");
    // What was done, compiled for the program as it is now.
    std::string done_text;
    bool acted = false, changed = false;
    std::vector<const Entry*> done;
    for (std::size_t e = 0; e < done_; ++e) done.push_back(&entries_[e]);
    if (looked_) done.push_back(looked_.get());
    for (const auto* entry : done)
        for (const auto& step : entry->steps) {
            changed = changed || (step.version && acted);
            if (!step.statement || step.statement->kind == Statement::Kind::Ask || step.statement->kind == Statement::Kind::Expect) continue;
            acted = true;
            done_text += step.text + "\n";
        }
    if (acted) {
        Read read(done_text);
        std::vector<ast::Statement> statements;
        for (auto& part : read.parts)
            if (part.statement) statements.push_back(std::move(*part.statement));
        const auto compiled = compile(now().texts, &done_text, std::move(statements));
        if (compiled->diagnostics.has_errors()) {
            auto reply = wrong(compiled->diagnostics, compiled->sources);
            reply.text = "what was done does not fit the program as it is now; nothing was written\n" + reply.text;
            return reply;
        }
        Play again(ledger_->copy(), compiled->program);
        out += "test \"what was tried\" {\n";
        for (const auto& statement : compiled->tests.back().statements) {
            const auto from = again.actions().size();
            out += "  " + std::string(read.sources[0].slice(statement.span)) + "\n";
            if (again.run(statement)) return {Answer::Wrong, "what was done cannot be done again under the rules as they are now; nothing was written\n"};
            for (auto i = from; i < again.actions().size(); ++i) out += "  expect " + expectation_of(again.world(), again.actions()[i]) + "\n";
        }
        out += "  expect nothing\n}\n";
        if (changed) notes += "  the rules changed on the way: the test says what comes under the rules as they are now\n";
    }
    if (out.empty()) return {Answer::Wrong, "there is nothing to save yet\n"};
    // As it will be read: what cannot be read again is not written.
    auto texts = std::vector<ProgramText>{{path, out}};
    Sources sources;
    Diagnostics diagnostics;
    Ledger scratch;
    const auto loaded = load(texts, around_.files, sources, diagnostics);
    check(loaded, sources, scratch, diagnostics);
    if (diagnostics.has_errors()) {
        auto reply = wrong(diagnostics, sources);
        reply.text = "the files of this session cannot stand in one; nothing was written\n" + reply.text;
        return reply;
    }
    Sources formatted;
    formatted.add(path, out);
    Diagnostics unheard;
    if (const auto pretty = format(formatted, 0, unheard)) out = *pretty;
    if (const auto written = around_.write(path, out, over); !written) return {Answer::Wrong, written.message() + "\n"};
    return {Answer::Done, notes + fmt::format("  written to {}{}\n", path, acted ? fmt::format("; `segue test {}` plays it", path) : "")};
}

} // namespace segue
