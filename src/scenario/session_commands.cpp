// The commands of a session: one table, and a function for each.
#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "check/analysis/budget.hpp"
#include "check/reasons.hpp"
#include "run/engine.hpp"
#include "scenario/describe.hpp"
#include "scenario/documented.hpp"
#include "scenario/graph.hpp"
#include "scenario/session_parts.hpp"
#include "scenario/under_way.hpp"
#include "scenario/why_not.hpp"
#include "syntax/one_line.hpp"
#include "text/columns.hpp"
#include "text/did_you_mean.hpp"
#include "text/render.hpp"
#include "text/report.hpp"

namespace segue {

namespace {

// "why not prompt follow" is `why`, and "not prompt follow".
std::pair<std::string, std::string> split_command(const std::string& line) {
    const auto end = std::min(line.find_first_of(" \t\n", 1), line.size());
    auto rest = line.substr(end);
    rest.erase(0, std::min(rest.find_first_not_of(" \t\n"), rest.size()));
    return {line.substr(1, end - 1), rest};
}

std::string shown(const std::string& entry) { return entry[0] == ':' ? entry : one_line(entry); }

} // namespace

const std::vector<SessionCommand>& session_commands() {
    static const std::vector<SessionCommand> all = {
        {"why", "[ACTION]", "how the last action (or the last that ACTION names) came about"},
        {"why not", "ACTION", "what stands in the way of `prompt follow to ana`, and what would make it come"},
        {"back", "[N]", "one entry (or N) back in time, as if it had not been"},
        {"forward", "[N]", "and forward again"},
        {"at", "TIME", "to that time, before or after now: `:at 2026-03-01 12:00`"},
        {"history", "", "what was entered, and where in it you are"},
        {"fans", "", "who there is"},
        {"queue", "", "what is due, and when"},
        {"rules", "", "the rules, limits and quiet hours, and how often each started"},
        {"drop", "NAME", "takes a rule (`flow/label`, `flow/#2`) or a declaration out of the program"},
        {"graph", "", "what leads to what; `segue graph` draws it"},
        {"budget", "", "the most that one fan can get"},
        {"doc", "NAME", "what an event, a flow, a channel, a stage ... is"},
        {"load", "FILE", "another script beside what is there, or the same anew"},
        {"save", "FILE", "the session as a script, with a test of what was done and what came of it"},
        {"help", "", "this"},
        {"quit", "", "the end; so is Ctrl-D"},
    };
    return all;
}

Session::Reply Session::command(const std::string& line) {
    const auto [word, rest] = split_command(line);
    for (const auto& row : session_commands())
        if (row.name == word && row.arguments.empty() && !rest.empty()) return {Answer::Wrong, fmt::format("`:{}` takes nothing after it\n", word)};
    if (word == "why") return why(rest);
    if (word == "back" || word == "forward") return travel(word, rest);
    if (word == "at") return look(rest);
    if (word == "fans") return show_fans();
    if (word == "queue") return show_queue();
    if (word == "rules") return show_rules();
    if (word == "budget") return show_budget();
    if (word == "graph") {
        const auto text = render_text(graph_of(play_->world()), color_);
        return {Answer::Done, text.empty() ? "  no rules yet\n" : text};
    }
    if (word == "doc") return show_doc(rest);
    if (word == "load") return load_file(rest);
    if (word == "save" || word == "save!") return save(rest, word == "save!");
    if (word == "drop") return drop(rest);
    if (word == "help") return help();
    if (word == "quit" || word == "q" || word == "exit") return {Answer::Quit, ""};
    if (word == "history") {
        std::string out;
        for (std::size_t i = 0; i < entries_.size(); ++i) out += fmt::format("{} {:>3}  {}\n", i + 1 == done_ && !looked_ ? ">" : " ", i + 1, shown(entries_[i].text));
        if (looked_) out += fmt::format(">      {}, to look\n", looked_->text);
        if (done_ == 0 && !out.empty()) out = ">   0  the beginning\n" + out;
        return {Answer::Done, out.empty() ? "  nothing was entered yet\n" : out};
    }
    std::vector<std::string> names;
    for (const auto& row : session_commands()) names.emplace_back(row.name.substr(0, row.name.find(' ')));
    const auto near = did_you_mean(word, names);
    return {Answer::Wrong, fmt::format("there is no command `:{}`; {}\n", word, near ? fmt::format("did you mean `:{}`?", *near) : "`:help` lists them")};
}

Session::Reply Session::help() const {
    std::string out = "What happens:\n";
    const auto row = [&](std::string_view what, std::string_view means) { out += fmt::format("  {:<34} {}\n", what, means); };
    row("ana does save(\"t1\")", "a fan does something; they need not be introduced");
    row("fan ana { timezone \"Europe/Berlin\" }", "what is known about a fan");
    row("release neon { date 2026-03-20 }", "an entry of the catalogue changes, or is added");
    row("after 2 days   at 2026-03-01 12:00", "the clock goes on, and what is due fires");
    row("expect prompt follow to ana", "met, or why not; as in a test");
    out += "What is so:\n";
    row("ana", "a fan: stage, counts, consents, tags, waits, last messages");
    row("save >= 2 of ana   next release", "an expression, of one fan or of each");
    out += "What should happen:\n";
    row("on save >= 2 => prompt follow", "a rule; with a label that is there, in its place: `ask: on ...`");
    row("event, define, limit, flow, ...", "a declaration, in the place of the one of that name");
    out += "Commands:\n";
    for (const auto& command : session_commands()) row(fmt::format(":{}{}{}", command.name, command.arguments.empty() ? "" : " ", command.arguments), command.summary);
    return {Answer::Done, out};
}

Session::Reply Session::why(const std::string& rest) {
    const auto& actions = play_->actions();
    const bool negative = rest == "not" || rest.starts_with("not ");
    if (!negative && rest.empty()) {
        if (auto last = why_last(); !last.empty()) return {Answer::Done, last};
        if (!actions.empty()) return {Answer::Done, why_action(actions.size() - 1)};
        return {Answer::Done, "nothing has come yet; `:why not prompt follow to ana` tells what stands in the way\n"};
    }
    auto asked = negative ? rest.substr(std::min<std::size_t>(4, rest.size())) : rest;
    auto fans = fans_of(play_->world());
    if (asked.starts_with("stage ") && asked.find(" of ") == std::string::npos && fans.size() == 1) asked += " of " + fan_name(fans[0]->id);
    if (asked.empty()) return {Answer::Wrong, "say what: `:why not prompt follow to ana`\n"};
    // An action is named as `expect` names it.
    const auto text = "expect " + asked;
    Read read(text);
    if (!read.is_statement()) return {Answer::Wrong, fmt::format("`{}` names no action: say `:why{} send sms to ana`, `prompt follow to ana`, `tag vip to ana`, `stage follower of ana`, ... as `expect` does\n", asked, negative ? " not" : "")};
    std::vector<ast::Statement> statements;
    statements.push_back(std::move(*read.parts[0].statement));
    const auto compiled = compile(now().texts, &text, std::move(statements));
    if (compiled->diagnostics.has_errors()) return wrong(compiled->diagnostics, compiled->sources);
    if (!recount()) return changed_outside();
    const auto& statement = compiled->tests.back().statements.back();
    auto& world = play_->world();
    if (!negative) {
        for (auto i = play_->actions().size(); i > 0 && statement.expected.kind == Expected::Kind::Stage; --i) {
            const auto& action = play_->actions()[i - 1];
            const bool same = action.kind == Action::Kind::Stage && play_->fan(action.fan) == play_->fan(statement.fan);
            if (same && action.stage == compiled->program->stages[statement.expected.stage].name) return {Answer::Done, why_action(i - 1)};
        }
        for (auto i = play_->actions().size(); i > 0; --i)
            if (play_->meets(statement.expected, play_->actions()[i - 1], statement.fan, *compiled->program)) return {Answer::Done, why_action(i - 1)};
        const auto* since = around_.begin ? " since this session began (`segue why` tells what was before)" : "";
        return {Answer::Wrong, fmt::format("`{}` has not come{}; `:why not {}` tells what stands in the way\n", expectation_text(world, *compiled->program, statement), since, asked)};
    }
    fans = fans_of(world); // done anew, maybe
    if (!statement.fan.empty()) {
        const auto* fan = play_->fan(statement.fan);
        if (!fan) return {Answer::Wrong, fmt::format("there is no fan {}: `fan {}` says that there is\n", fan_name(statement.fan), fan_name(statement.fan))};
        fans = {fan};
    }
    if (fans.empty()) return {Answer::Wrong, "there is no fan yet: `fan ana` says that there is one\n"};
    if (fans.size() > 1) return {Answer::Wrong, fmt::format("there are {} fans; say to whom: `:why not {} to {}`\n", fans.size(), asked, fan_name(fans[0]->id))};
    const auto& fan = *fans[0];
    std::string out;
    for (auto i = play_->actions().size(); i > 0; --i) {
        if (!play_->meets(statement.expected, play_->actions()[i - 1], fan.id, *compiled->program)) continue;
        out += fmt::format("it did come, at {}: `:why {}` tells how. To come again:\n", clock_text(world, fan, play_->actions()[i - 1].time), asked);
        break;
    }
    const auto obstacles = why_not(world, fan, statement.expected, play_->trace(), play_->actions(), *compiled->program);
    const bool about_state = statement.expected.kind == Expected::Kind::Stage || statement.expected.kind == Expected::Kind::Condition;
    if (obstacles.empty()) {
        if (about_state) return {Answer::Done, "it is so\n"};
        return {Answer::Done, fmt::format("no rule of the program does that{}: `{}`\n", statement.expected.text ? ", with that text" : "", expectation_text(world, *compiled->program, statement))};
    }
    for (const auto& obstacle : obstacles) {
        out += paint("1", obstacle.what) + "\n";
        for (const auto& because : obstacle.because) out += "  " + because + "\n";
        if (obstacle.because.empty()) out += "  nothing stands in its way now\n";
    }
    return {Answer::Done, out};
}

Session::Reply Session::travel(const std::string& word, const std::string& rest) {
    std::size_t n = 1;
    if (!rest.empty()) {
        if (rest.find_first_not_of("0123456789") != std::string::npos || rest.size() > 9) return {Answer::Wrong, fmt::format("say how many: `:{} 2`\n", word)};
        n = std::stoul(rest);
    }
    if (word == "back" && looked_) { // only looked at: there is nothing else to undo
        const auto over = fmt::format("  undone: {}\n", looked_->text);
        looked_.reset();
        if (!replay(done_)) return changed_outside();
        if (n == 1) return {Answer::Done, over + "  " + paint("2", "it is " + clock()) + "\n"};
        auto rest_of = travel(word, std::to_string(n - 1));
        rest_of.text = over + rest_of.text;
        return rest_of;
    }
    const auto room = word == "back" ? done_ : entries_.size() - done_;
    if (room == 0) return {Answer::Wrong, word == "back" ? "this is the beginning\n" : "this is the last entry; nothing comes after it yet\n"};
    const auto steps = std::min(n, room);
    std::string over;
    for (std::size_t i = 0; i < steps; ++i) over += fmt::format("  {} {}\n", word == "back" ? "undone:" : "again: ", shown(entries_[word == "back" ? done_ - 1 - i : done_ + i].text));
    if (!replay(word == "back" ? done_ - steps : done_ + steps)) return changed_outside();
    return {Answer::Done, over + "  " + paint("2", "it is " + clock()) + "\n"};
}

// To a time, before or after now: what was entered up to then, and the clock on. It is only looked at: until something else is entered there,
// the later entries can be gone forward to.
Session::Reply Session::look(const std::string& time) {
    const auto text = "at " + time;
    Read read(text);
    if (!read.is_statement()) return {Answer::Wrong, "say when: `:at 2026-03-01 12:00`\n"};
    std::vector<ast::Statement> statements;
    statements.push_back(std::move(*read.parts[0].statement));
    // What the words mean, they mean at the end of the session.
    const auto was = done_;
    auto looked = std::move(looked_);
    if (!replay(entries_.size())) {
        looked_ = std::move(looked);
        return changed_outside();
    }
    const auto stay = [&](Reply reply) { // where it was
        looked_ = std::move(looked);
        done_ = was;
        if (!replay(was)) reply.text += changed_outside().text;
        return reply;
    };
    const auto compiled = compile(now().texts, &text, std::move(statements));
    if (compiled->diagnostics.has_errors()) return stay(wrong(compiled->diagnostics, compiled->sources));
    const auto& statement = compiled->tests.back().statements.back();
    Time target = 0;
    const auto failed = [&](const Diagnostic& why) { return stay({Answer::Wrong, render_human(why, read.sources, color_)}); };
    if (const auto why = play_->time_of(statement, compiled->program, target)) return failed(*why);
    if (target < begin_) return stay({Answer::Wrong, fmt::format("this session begins at {}\n", clock_text(play_->world(), 0, begin_))});
    auto keep = entries_.size();
    while (keep > 0 && entries_[keep - 1].clock > target) --keep;
    const auto later = entries_.size() - keep;
    std::string again;
    for (auto i = was; i < keep; ++i) again += fmt::format("  again:  {}\n", shown(entries_[i].text));
    if (!replay(keep)) return changed_outside();
    if (looked && was == keep && looked->clock <= target) run(looked->steps[0]); // what it has told already
    const auto from = mark();
    Entry entry{text, {}, version(), target};
    entry.steps.push_back({nullptr, statement, compiled->program, text});
    if (const auto why = run(entry.steps[0])) return failed(*why);
    looked_ = std::make_unique<Entry>(std::move(entry));
    began_ = from.trace;
    auto told = again + tell(from);
    if (later == 0) return {Answer::Done, (told.empty() ? told_nothing(from, statement) : told) + told_clock(from)};
    return {Answer::Done, told + "  " + paint("2", fmt::format("it is {}; {} later entr{} of `:forward`", clock(), later, later == 1 ? "y is one" : "ies are those")) + "\n"};
}

Session::Reply Session::show_fans() {
    auto& world = play_->world();
    constexpr std::size_t most = 100;
    std::vector<std::vector<std::string>> rows;
    const auto all = fans_of(world);
    for (std::size_t i = 0; i < std::min(most, all.size()); ++i) {
        const auto* fan = all[i];
        const auto consents = consented(world, *fan);
        std::vector<std::string> tags;
        for (const auto tag : fan->more->tags) tags.push_back(world.ledger->symbols.text(tag));
        rows.push_back({fan_name(fan->id), fan->stage < 0 ? "-" : world.program().stages[static_cast<std::size_t>(fan->stage)].name, consents.empty() ? "-" : fmt::format("{}", fmt::join(consents, ", ")),
                        fan->responses.empty() ? "-" : std::to_string(fan->responses.size()), tags.empty() ? "-" : fmt::format("{}", fmt::join(tags, ", "))});
    }
    if (rows.empty()) return {Answer::Done, "  no fan yet: `fan ana`, or let one do something: `ana does listen(\"t1\")`\n"};
    rows.insert(rows.begin(), {"fan", "stage", "consents", "waits", "tags"});
    auto out = table(rows);
    const auto head = out.find('\n');
    out = paint("2", out.substr(0, head)) + out.substr(head);
    if (all.size() > most) out += fmt::format("  and {} more\n", all.size() - most);
    return {Answer::Done, out};
}

Session::Reply Session::show_queue() {
    auto& world = play_->world();
    constexpr std::size_t most = 30;
    auto timers = world.timers.all();
    for (const auto& moment : world.calendar.all()) timers.push_back(moment);
    std::sort(timers.begin(), timers.end());
    std::set<std::tuple<Time, std::uint32_t, std::uint64_t, std::uint32_t>> seen;
    std::vector<std::vector<std::string>> rows; // when, what, whose
    for (const auto& t : timers) {
        const auto& rules = world.program().rules;
        if (t.kind == Timer::Kind::Moment) {
            if (moment(world, t.rule, t.who, t.zone()) != t.due || t.due < world.clock || !seen.emplace(t.due, t.rule, t.who, t.zone()).second) continue;
            const auto release = release_of(world, rules[t.rule], t.who);
            const auto fans = fans_of(world);
            const auto there = std::count_if(fans.begin(), fans.end(), [&](const Fan* f) { return f->zone == t.zone(); });
            const auto get = std::count_if(fans.begin(), fans.end(), [&](const Fan* f) { return f->zone == t.zone() && has_moment(world, *f, {rules[t.rule].key, release}, t.due); });
            if (there > 0 && get == 0) continue; // who is there has had it
            const auto of = release == 0 ? std::string() : " of " + world.ledger->symbols.text(release);
            rows.push_back({clock_text(world, 0, t.due), fmt::format("{}: {}{}", rules[t.rule].name, describe(world, world.program(), rules[t.rule].trigger), of), fmt::format("{} in {}", get == there ? "all fans" : fmt::format("{} of {} fans", get, there), world.zones.name(t.zone()))});
            continue;
        }
        if (t.who >= world.fans.size() || world.fans[t.who].gone) continue;
        const auto& fan = world.fans[t.who];
        if (t.kind == Timer::Kind::Silence) {
            const bool wanted = t.which == fan.first_seen && std::any_of(fan.silences.begin(), fan.silences.end(), [&](const Silence& s) { return s.queued == t.due; });
            if (wanted && seen.emplace(t.due, t.rule, t.who, none).second) rows.push_back({clock_text(world, fan, t.due), fmt::format("{}: {}", rules[t.rule].name, describe(world, world.program(), rules[t.rule].trigger)), fan_name(fan.id)});
            continue;
        }
        const auto r = std::find_if(fan.responses.begin(), fan.responses.end(), [&](const Response& response) { return response.seq == t.seq(); });
        if (r == fan.responses.end() || r->wait.due != t.due || !seen.emplace(t.due, none, t.seq(), t.who).second) continue;
        const auto* what = r->wait.kind == Wait::Kind::For ? "the time of its `wait for` is up" : r->wait.kind == Wait::Kind::Quiet ? "the end of quiet hours" : r->wait.kind != Wait::Kind::Limit ? "goes on" : in_vain(world, fan, *r) ? "it gives up to wait for a limit" : "a limit opens";
        rows.push_back({clock_text(world, fan, t.due), fmt::format("{}: {}", response_name(world, fan, *r), what), fan_name(fan.id)});
    }
    for (const auto* fan : fans_of(world))
        for (const auto& r : fan->responses)
            if (r.wait.due == never) rows.push_back({"some day", fmt::format("{}: release day of {}", response_name(world, *fan, r), awaited(world, r.wait.release)), fan_name(fan->id)});
    if (rows.empty()) return {Answer::Done, "  nothing is due\n"};
    const auto all = rows.size();
    rows.resize(std::min(most, all));
    return {Answer::Done, table(rows) + (all > most ? fmt::format("  and {} more\n", all - most) : "")};
}

Session::Reply Session::show_rules() {
    const auto& world = play_->world();
    std::map<std::uint32_t, std::size_t> started;
    for (const auto& note : play_->trace())
        if (note.kind == Note::Kind::Started) ++started[current_rule(world, note.version, note.rule)];
    std::string out;
    const auto& program = world.program();
    for (std::uint32_t r = 0; r < program.rules.size(); ++r) {
        out += "  " + paint("1", program.rules[r].name);
        if (const auto n = started[r]; n > 0) out += paint("2", fmt::format("  started {} time{}", n, n == 1 ? "" : "s"));
        out += "\n      " + rule_text(static_cast<std::uint32_t>(world.versions.size() - 1), r) + "\n";
    }
    const auto& version = now();
    for (const auto* spans : {&version.places.limits, &version.places.quiets, &version.places.promises})
        for (const auto span : *spans) out += "  " + one_line(version.sources[span.source].slice(span)) + "\n"; // as `:drop` takes them
    return {Answer::Done, out.empty() ? "  no rules yet: `on save >= 2 => prompt follow`\n" : out};
}

Session::Reply Session::show_budget() {
    Report report;
    report.add(now().sources, Diagnostics());
    auto budget = analysis::budget_of(*now().program, now().places, *ledger_);
    budget.program = "these rules";
    report.add(std::move(budget));
    return {Answer::Done, render_human(report, color_)};
}

Session::Reply Session::show_doc(const std::string& name) {
    const auto all = documented(now().loaded, now().sources);
    std::vector<std::string> names;
    std::string out;
    for (const auto& entry : all) {
        names.push_back(entry.name);
        if (entry.name == name) out += render_terminal(entry, color_);
    }
    if (!out.empty()) return {Answer::Done, out};
    if (name.empty()) {
        std::map<std::string, std::vector<std::string>> by_kind;
        for (const auto& entry : all) by_kind[entry.kind].push_back(entry.name);
        for (auto& [kind, of] : by_kind) out += fmt::format("  {:<10} {}\n", kind, fmt::join(of, ", "));
        return {Answer::Done, out};
    }
    const auto near = did_you_mean(name, names);
    return {Answer::Wrong, near ? fmt::format("nothing is named `{}`; did you mean `{}`?\n", name, *near) : fmt::format("nothing is named `{}`; `:doc` lists what there is\n", name)};
}

} // namespace segue
