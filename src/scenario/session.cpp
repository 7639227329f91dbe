#include "scenario/session.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "check/check.hpp"
#include "scenario/describe.hpp"
#include "scenario/documented.hpp"
#include "scenario/session_parts.hpp"
#include "syntax/build.hpp"
#include "syntax/parse.hpp"
#include "text/did_you_mean.hpp"
#include "text/render.hpp"

namespace segue {

namespace {

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// Whether something is open at its end: a bracket, a text of several lines, or a mistake that is only that nothing follows.
bool goes_on(const std::string& text, const Diagnostics& diagnostics) {
    const auto end = text.find_last_not_of(" \t\r\n") + 1;
    const auto open = [&](const Diagnostic& d) {
        if (d.code == Code::open_text) return text.compare(d.span.begin, 3, "\"\"\"") == 0;
        if (d.code != Code::syntax) return false;
        const bool not_closed = d.message.starts_with("this `") && d.message.ends_with("is not closed");
        return not_closed || d.span.begin >= end || (d.span.end >= end && d.message.find(" after ") != std::string::npos);
    };
    return std::any_of(diagnostics.all().begin(), diagnostics.all().end(), open);
}

bool says(const Diagnostics& diagnostics, const Diagnostic& one) {
    return std::any_of(diagnostics.all().begin(), diagnostics.all().end(), [&](const Diagnostic& d) { return d.code == one.code && d.message == one.message; });
}

constexpr std::size_t most_warnings = 3;

} // namespace

bool continues_entry(std::string_view line) {
    if (line.empty() || line[0] == '\n' || line[0] == '\r') return false;
    if (line[0] == ' ' || line[0] == '\t' || line[0] == '}' || line[0] == ')' || line[0] == ']') return line.find_first_not_of(" \t\r\n") != std::string_view::npos;
    for (const std::string_view begin : {"=>", "->", "then ", "or ", "and ", "when ", "until ", "once ", "else "})
        if (line.starts_with(begin)) return true;
    return false;
}

Session::Session(SessionWorld around, bool color) : around_(std::move(around)), color_(color), ledger_(std::make_shared<Ledger>()) {}
Session::~Session() = default;

const std::shared_ptr<Session::Version>& Session::version() const { return done_ == 0 ? first_ : entries_[done_ - 1].version; }

Session::Read::Read(const std::string& text) {
    sources.add("entered", text);
    const auto tree = parse_entry(sources, 0, diagnostics);
    parts = build_entry(tree, sources, diagnostics);
}

Result<std::string> Session::open(const std::vector<ProgramText>& roots) {
    auto texts = roots;
    texts.push_back({entered_file, ""});
    auto version = compile(texts);
    if (version->diagnostics.has_errors()) return render_human(version->diagnostics, version->sources, color_);
    first_ = std::move(version);
    if (around_.begin)
        if (auto begun = around_.begin(ledger_, first_->program); !begun) return begun.failure();
    replay(0);
    begin_ = play_->world().clock;
    for (const auto& need : ledger_->needs) kept_.push_back(need.window);
    return std::string();
}

std::shared_ptr<Session::Version> Session::compile(const std::vector<ProgramText>& texts, const std::string* entered, std::vector<ast::Statement> statements) {
    auto out = std::make_shared<Version>();
    out->texts = texts;
    if (entered) out->sources.add("entered", *entered); // source 0, as the statements have it
    std::vector<ProgramText> roots;
    for (const auto& text : texts)
        if (!text.text.empty() || text.path != entered_file || texts.size() == 1) roots.push_back(text);
    out->loaded = load(roots, around_.files, out->sources, out->diagnostics);
    Scenarios scenarios;
    scenarios.scope.live = true;
    if (play_) {
        for (const auto& change : play_->world().changes) scenarios.scope.releases.emplace(change.id, change.id);
    }
    if (entered) {
        ast::File file;
        file.flow.name = {"entered", {}};
        ast::Test test;
        test.head = test.span = {0, 0, static_cast<std::uint32_t>(entered->size())};
        test.statements = std::move(statements);
        file.tests.push_back(std::move(test));
        out->loaded.files.push_back(std::move(file));
        out->loaded.from_stdlib.push_back(false);
    }
    out->program = std::make_shared<const Program>(check(out->loaded, out->sources, *ledger_, out->diagnostics, &out->places, &scenarios));
    out->tests = std::move(scenarios.tests);
    if (entered) {
        out->loaded.files.pop_back();
        out->loaded.from_stdlib.pop_back();
    }
    return out;
}

// Puts an item into the texts of that version: in the place of the one that it replaces, or at the end of what was entered.
std::optional<std::string> Session::put(const ast::EntryPart& part, const std::string& text, const Version& version, std::vector<ProgramText>& texts) const {
    struct Found {
        std::string path, name;
        Span span;
    };
    std::vector<Found> found;
    for (const auto& file : version.loaded.files) {
        const auto& source = version.sources[file.source];
        const auto setting = [&](const auto& all) {
            for (const auto& one : all) found.push_back({source.name(), part.setting, one.span});
        };
        if (source.embedded()) continue;
        for (const auto& include : file.includes)
            if (part.include && include.known_as().text == part.replaces.text) found.push_back({source.name(), "include " + part.replaces.text, include.span});
        if (part.setting == "stages") setting(file.stages);
        if (part.setting == "timezone") setting(file.timezones);
        if (part.setting == "attribution") setting(file.attributions);
    }
    for (const auto& d : documented(version.loaded, version.sources)) {
        if (!part.replaces || part.include || d.library) continue;
        const bool same = part.rule ? d.kind == "rule" && d.name.ends_with("/" + part.replaces.text) : d.name == part.replaces.text && d.kind != "rule" && d.kind != "stage" && d.kind != "release";
        if (same) found.push_back({d.file, d.name, d.span});
    }
    if (found.size() > 1) {
        std::vector<std::string> names;
        names.reserve(found.size());
        for (const auto& f : found) names.push_back(f.name);
        return fmt::format("`{}` is the name of several: {}. Drop the one that it is to replace first: `:drop {}`", part.replaces.text, fmt::join(names, ", "), names[0]);
    }
    if (found.size() == 1) {
        const auto root = std::find_if(texts.begin(), texts.end(), [&](const ProgramText& t) { return t.path == found[0].path; });
        if (root == texts.end()) return fmt::format("`{}` stands in {}, which is only used by what was loaded: `:load` it to change it", found[0].name, found[0].path);
        root->text.replace(found[0].span.begin, found[0].span.end - found[0].span.begin, text);
        return std::nullopt;
    }
    auto& own = texts.back().text;
    own += (own.empty() ? "" : "\n") + text + "\n";
    return std::nullopt;
}

Session::Reply Session::wrong(const Diagnostics& diagnostics, const Sources& sources) const {
    Diagnostics errors;
    for (auto d : diagnostics.all()) {
        if (d.severity() != Severity::Error) continue;
        const auto word = std::string(sources[d.span.source].slice(d.span));
        if (d.code == Code::unknown_name && play_ && play_->fan(word)) {
            d.primary = "a fan";
            d.help = fmt::format("`{0}` alone shows them, `{0} does EVENT(...)` lets them act, `stage of {0}` asks about them", word);
            d.mend.clear();
        } else if (d.code == Code::unknown_name && trimmed(std::string(sources[d.span.source].text())) == word && d.mend.empty())
            d.help = fmt::format("nor is there a fan `{0}`; `fan {0}` says that there is one", word);
        errors.error(d.code, d.span, "") = d;
    }
    std::string out;
    for (const auto& d : errors.all()) out += render_human(d, sources, color_) + "\n";
    if (!out.empty()) out.pop_back();
    return {Answer::Wrong, out};
}

Session::Reply Session::enter(const std::string& text, bool last) {
    if (text.starts_with("\xEF\xBB\xBF")) return enter(text.substr(3), last); // a byte order mark
    const auto line = trimmed(text);
    if (line.empty() || (line[0] == '#' && line.find('\n') == std::string::npos)) return {};
    if (line[0] == ':') return command(line);
    for (const auto* word : {"quit", "exit", "help", "?"})
        if (line == word && !play_->fan(line)) return {Answer::Wrong, fmt::format("commands begin with a colon: `:{}`\n", line == "?" ? "help" : line)};
    return take(text, last);
}

// A release that nobody knows yet is declared, so that rules can name it; of one that is known something changes.
bool Session::declares(const ast::Statement& s, const Version& version) const {
    if (s.kind != ast::StatementKind::Release) return false;
    const auto& world = play_->world();
    const auto& releases = version.program->releases;
    const bool known = std::any_of(releases.begin(), releases.end(), [&](const ReleaseEntry& r) { return r.id == s.release.text; }) || world.catalogue_index.contains(ledger_->symbols.intern(s.release.text));
    const auto has = [&](std::string_view name) { return std::any_of(s.properties.begin(), s.properties.end(), [&](const auto& p) { return p.name.text == name; }); };
    return !known && has("title") && has("date") && has("link") && !has("live");
}

Session::Reply Session::take(const std::string& text, bool last) {
    Read read(text);
    if (read.diagnostics.has_errors()) {
        if (!last && goes_on(text, read.diagnostics)) return {Answer::More, ""};
        return wrong(read.diagnostics, read.sources);
    }
    auto& parts = read.parts;
    // A name alone may be a fan.
    if (parts.size() == 1 && parts[0].statement && parts[0].statement->kind == ast::StatementKind::Ask && !parts[0].statement->who) {
        const auto& e = *parts[0].statement->expect.condition;
        const auto id = e.kind == ast::ExprKind::Name ? e.name.text : is_plain_text(e) ? plain(e) : std::string();
        if (const auto* fan = play_->fan(id)) return {Answer::Done, show(*fan)};
    }
    // All of it is compiled before any of it is done: what is wrong changes nothing.
    Entry entry{text, {}, version(), 0};
    std::string warnings;
    std::size_t warned = 0;
    for (std::size_t i = 0; i < parts.size();) {
        if (parts[i].statement && declares(*parts[i].statement, *entry.version)) parts[i].statement.reset();
        if (!parts[i].statement) {
            const auto before = entry.version;
            auto texts = before->texts;
            if (const auto why = put(parts[i], std::string(read.sources[0].slice(parts[i].span)), *before, texts)) return {Answer::Wrong, *why + "\n"};
            entry.version = compile(texts);
            if (entry.version->diagnostics.has_errors()) return wrong(entry.version->diagnostics, entry.version->sources);
            for (const auto& d : entry.version->diagnostics.all())
                if (!says(before->diagnostics, d) && ++warned <= most_warnings) warnings += fmt::format("{}: {} [{}]\n", paint("33", "warning"), d.message, info(d.code).name);
            entry.steps.push_back({entry.version, std::nullopt, nullptr, ""});
            ++i;
            continue;
        }
        std::vector<ast::Statement> statements;
        for (; i < parts.size() && parts[i].statement && !declares(*parts[i].statement, *entry.version); ++i) statements.push_back(std::move(*parts[i].statement));
        const auto compiled = compile(entry.version->texts, &text, std::move(statements));
        if (compiled->diagnostics.has_errors()) return wrong(compiled->diagnostics, compiled->sources);
        for (auto& s : compiled->tests.back().statements) {
            auto words = std::string(read.sources[0].slice(s.span));
            entry.steps.push_back({nullptr, std::move(s), compiled->program, std::move(words)});
        }
    }
    if (entry.steps.empty()) return {};
    if (!recount()) return changed_outside();
    const bool only_asks = std::all_of(entry.steps.begin(), entry.steps.end(), [](const Step& s) { return s.statement && (s.statement->kind == Statement::Kind::Ask || s.statement->kind == Statement::Kind::Expect); });
    if (warned > most_warnings) warnings += fmt::format("and {} more warnings; `segue check` tells them with their places\n", warned - most_warnings);
    Reply reply{Answer::Done, warnings};
    if (!only_asks) began_ = play_->trace().size();
    for (const auto& step : entry.steps) {
        const auto from = mark();
        const auto consents = consents_of(step);
        if (step.statement && step.statement->kind == Statement::Kind::Ask) {
            reply.text += answer(step);
            continue;
        }
        if (const auto failure = run(step)) {
            auto d = *failure;
            d.labels.clear(); // of other entries
            reply.text += render_human(d, read.sources, color_);
            reply.answer = Answer::Wrong;
            if (d.code != Code::undone) continue;
            if (!replay(done_)) reply.text += changed_outside().text;
            return reply;
        }
        if (step.version) reply.text += paint("2", fmt::format("the program has {} rule{} now", step.version->program->rules.size(), step.version->program->rules.size() == 1 ? "" : "s")) + "\n";
        else if (step.statement->kind == Statement::Kind::Expect) reply.text += paint("32", "met") + "\n";
        else {
            const auto told = told_consents(step, consents) + tell(from);
            reply.text += (told.empty() ? told_nothing(from, *step.statement) : told) + told_clock(from);
        }
    }
    if (!only_asks) add(std::move(entry));
    return reply;
}

std::uint64_t Session::asked() const {
    std::uint64_t sum = ledger_->needs.size() + ledger_->holds.size();
    for (const auto& need : ledger_->needs) sum += static_cast<std::uint64_t>(need.window);
    for (const auto& hold : ledger_->holds) sum += hold.tracked.size();
    return sum;
}

void Session::add(Entry entry) {
    entries_.resize(done_); // what could be gone forward to is no more
    if (looked_) entries_.push_back(std::move(*looked_));
    looked_.reset();
    entry.clock = play_->world().clock;
    entries_.push_back(std::move(entry));
    done_ = entries_.size();
}

void Session::change(std::string text, std::shared_ptr<Version> version) {
    Entry entry{std::move(text), {}, version, 0};
    entry.steps.push_back({std::move(version), std::nullopt, nullptr, ""});
    run(entry.steps[0]);
    add(std::move(entry));
}

std::optional<Diagnostic> Session::run(const Step& step) {
    if (!step.version) return play_->run(*step.statement, step.asked);
    change_program(play_->world(), step.version->program);
    return std::nullopt;
}

// The world after so many entries, from its beginning; with what is only looked at, if they are the same entries.
bool Session::replay(std::size_t entries) {
    if (around_.begin) {
        auto begun = around_.begin(ledger_, first_->program);
        if (!begun) return false;
        play_ = std::make_unique<Play>(std::move(*begun));
    } else play_ = std::make_unique<Play>(ledger_, first_->program);
    const auto again = [&](const Entry& entry) {
        began_ = play_->trace().size();
        for (const auto& step : entry.steps)
            if (step.version || step.statement->kind != Statement::Kind::Ask) run(step);
    };
    for (std::size_t i = 0; i < entries; ++i) again(entries_[i]);
    if (entries != done_) looked_.reset();
    if (looked_) again(*looked_);
    asked_ = asked();
    done_ = entries;
    return true;
}

bool Session::recount() { return asked() == asked_ || replay(done_); }

Session::Reply Session::changed_outside() const { return {Answer::Wrong, "the state file has changed since this session began, so what came before cannot be done anew; begin again\n"}; }

std::string Session::clock() { return clock_text(play_->world(), 0, play_->world().clock); }

} // namespace segue
