// A diagnostic is data. Whoever finds something wrong fills this struct; renderers only read it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/source.hpp"

namespace segue {

enum class Severity : std::uint8_t { Error, Warning };

// One entry for each line of diagnostics.def, in its order.
enum class Code : std::uint16_t {
#define DIAGNOSTIC(id, code, severity, title) id,
#include "text/diagnostics.def"
#undef DIAGNOSTIC
};

struct CodeInfo {
    Code id;
    std::string_view name; // "reserved_name"
    std::string_view code; // "E0203"
    Severity severity;
    std::string_view title;
};

const CodeInfo& info(Code code);
const std::vector<CodeInfo>& diagnostic_catalogue();

// By code or name, as people write them: E0203, e0203, reserved_name, reserved-name. Null where there is none.
const CodeInfo* find_code(std::string_view word);

// A second place that explains the first.
struct Label {
    Span span;
    std::string text;
};

// Replace `span` by `text`.
struct Edit {
    Span span;
    std::string text;
};

// One more thing that is so. It may have several lines.
struct Addition {
    std::string text;
    std::string name = "note"; // what it is, for people
    Addition(std::string said) : text(std::move(said)) {}
    Addition(std::string of, std::string said) : text(std::move(said)), name(std::move(of)) {}
};

struct Diagnostic {
    Code code;
    Span span;
    std::string message;         // the first line: what is wrong
    std::string primary;         // under the carets; may be empty
    std::vector<Label> labels;   // secondary places
    std::vector<Addition> notes;
    std::string help;            // how to mend it, in words
    std::vector<Edit> mend;      // and as edits, where they can be told
    bool safe = false;           // the mend says what was plainly meant, so `segue fix` may apply it unseen; others are guesses
    bool denied = false;         // a warning that whoever asked does not let pass

    Severity severity() const { return denied ? Severity::Error : info(code).severity; }
};

// The sink for everything wrong with script text. Adding never fails, and a stage goes on after it.
class Diagnostics {
public:
    // Beyond this many of one code a file is not a script with mistakes but something else; the rest are only counted. Those of other
    // codes are told all the same: one of them may be denied.
    static constexpr std::size_t most = 200;

    Diagnostic& error(Code code, Span span, std::string message);

    // A diagnostic that nobody will see: of a mistake that only follows from another.
    Diagnostic& follows() { return overflow_ = {}; }

    const std::vector<Diagnostic>& all() const { return all_; }
    // Those that came after the first `count`, to be told in another place.
    std::span<Diagnostic> since(std::size_t count) { return std::span(all_).subspan(std::min(count, all_.size())); }
    // Nobody will read what comes now of this code: it needs no words.
    bool full(Code code) const {
        const auto told = told_.find(code);
        return told != told_.end() && told->second >= most;
    }
    bool has_errors() const { return errors_ > 0; }
    std::size_t errors() const { return errors_; }
    std::size_t warnings() const { return warnings_; }
    std::size_t left_out() const;
    const std::map<Code, std::size_t>& left_out_codes() const { return left_out_; } // how many of each

    template <class Unwanted> void remove_if(Unwanted unwanted) {
        std::erase_if(all_, [&](const Diagnostic& d) {
            if (!unwanted(d)) return false;
            --told_[d.code];
            --(d.severity() == Severity::Error ? errors_ : warnings_);
            return true;
        });
    }

    // By source, then place, errors before warnings at one place; exact repeats are dropped.
    void sort();

private:
    std::vector<Diagnostic> all_;
    std::size_t errors_ = 0;
    std::size_t warnings_ = 0;
    std::map<Code, std::size_t> told_;
    std::map<Code, std::size_t> left_out_;
    Diagnostic overflow_{};
};

} // namespace segue
