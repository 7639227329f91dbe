// A session of the REPL, without its terminal: what is entered changes the program or the world, and comes back as text.
//
// Time travel is replay. A session is the list of what was entered; the world at any point is made by doing its first entries anew, which
// gives the same world, for the engine is a function. Nothing is ever undone, so nothing can be forgotten to be undone, and a question about
// a count that no rule asked for is answered from the start.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "check/places.hpp"
#include "scenario/play.hpp"
#include "syntax/ast.hpp"
#include "syntax/load.hpp"
#include "text/result.hpp"

namespace segue {

struct SessionWorld { // the world around it
    Files files;
    std::function<Outcome(const std::string& path, std::string_view text, bool over)> write; // `over`: what stands there may go
    std::function<std::vector<std::string>(const std::string& begin)> paths; // scripts and folders (with a slash) that begin so
    // The world that the session begins with; null: one without fans, at the start of every test.
    std::function<Result<World>(std::shared_ptr<Ledger>, std::shared_ptr<const Program>)> begin;
};

// Whether a line can only go on the entry before it: it is indented, or begins with a word or a sign that begins nothing.
bool continues_entry(std::string_view line);

class Session {
public:
    explicit Session(SessionWorld around, bool color = false);
    ~Session();

    // The program to begin with. A failure is a file that cannot be read; what is wrong in it comes back as text.
    Result<std::string> open(const std::vector<ProgramText>& roots);

    enum class Answer : std::uint8_t { Done, Wrong, More, Quit }; // More: the entry is not whole yet
    struct Reply {
        Answer answer = Answer::Done;
        std::string text;
    };
    // A command (`:why`), or statements, rules, declarations and expressions. `last`: no more lines follow, however it looks.
    Reply enter(const std::string& text, bool last = false);

    std::string clock();                                          // as a prompt shows it
    std::vector<std::string> completions(const std::string& line, std::size_t cursor); // of the word that ends there

private:
    struct Version;
    struct Entry;
    struct Step;
    struct Read;
    struct Mark { // a place in what happened
        std::size_t trace;
        Time clock;
    };

    // session.cpp: entries, and the world that they make
    Reply take(const std::string& text, bool last);
    Reply wrong(const Diagnostics& diagnostics, const Sources& sources) const;
    bool declares(const ast::Statement& statement, const Version& version) const;
    // `statements`: to be checked against it, as they were built of that text.
    std::shared_ptr<Version> compile(const std::vector<ProgramText>& texts, const std::string* entered = nullptr, std::vector<ast::Statement> statements = {});
    std::optional<std::string> put(const ast::EntryPart& part, const std::string& text, const Version& version, std::vector<ProgramText>& texts) const; // why not
    bool replay(std::size_t entries); // false: the world that it began with is not there any more
    bool recount();                   // the same, if something is asked that nobody counted so far
    Reply changed_outside() const;    // what is said then
    std::optional<Diagnostic> run(const Step& step);
    void add(Entry entry);
    void change(std::string text, std::shared_ptr<Version> version); // an entry that is another program
    const std::shared_ptr<Version>& version() const;
    const Version& now() const { return *version(); }
    std::uint64_t asked() const; // grows with what is kept of a fan

    // session_commands.cpp, session_files.cpp (load, save, drop), session_complete.cpp (completions)
    Reply command(const std::string& line);
    Reply help() const;
    Reply why(const std::string& rest);
    Reply travel(const std::string& word, const std::string& rest);
    Reply look(const std::string& time);
    Reply show_fans();
    Reply show_queue();
    Reply show_rules();
    Reply show_budget();
    Reply show_doc(const std::string& name);
    Reply load_file(const std::string& path);
    Reply save(const std::string& path, bool over);
    Reply drop(const std::string& name);

    // session_tell.cpp
    Mark mark() const;
    std::string tell(const Mark& from);  // what came since then; empty: nothing
    std::string told_clock(const Mark& from); // where the clock is, if it moved
    std::string told_nothing(const Mark& from, const Statement& statement); // for when nothing came of it
    std::vector<std::string> consents_of(const Step& step);  // of the fan who acts
    std::string told_consents(const Step& step, const std::vector<std::string>& before);
    std::string answer(const Step& step);
    bool asks_unkept(const Program& program, const Expr& expr) const;
    std::string show(const Fan& fan);
    std::string paint(std::string_view code, const std::string& text) const;
    std::string why_action(std::size_t action);
    std::string why_last();
    std::string rule_text(std::uint32_t version, std::uint32_t rule) const;

    SessionWorld around_;
    bool color_;
    std::shared_ptr<Ledger> ledger_;
    std::shared_ptr<Version> first_;           // the program that the session began with
    std::vector<Entry> entries_;
    std::size_t done_ = 0;                     // of them; those behind can be gone forward to
    std::unique_ptr<Entry> looked_;            // a move of `:at` behind them: it becomes an entry when another one follows
    std::unique_ptr<Play> play_;
    std::uint64_t asked_ = 0;                  // what the ledger kept when the world was made
    Time begin_ = 0;                           // of the clock, before the first entry
    std::size_t began_ = 0;                    // where in the trace the last entry that did something began
    std::vector<Span_ms> kept_;                // how far back the counts go that the session began with; by need of the ledger
};

} // namespace segue
