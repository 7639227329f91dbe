// The two forms that are lines: for a terminal or an editor's matcher, and for GitHub Actions.
#include <fmt/format.h>

#include "text/report.hpp"
#include "text/utf8.hpp"

namespace segue {

namespace {

constexpr std::size_t longest_message = 400; // code points, as in the human form

// A file name or a message may hold anything; a line may not hold a line break.
std::string on_one_line(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
    return repair_utf8(out);
}

std::string_view word(const Diagnostic& d) { return d.severity() == Severity::Error ? "error" : "warning"; }

// Values of a workflow command are escaped by percent signs; properties also where they would end.
std::string escaped(std::string_view text, bool property) {
    std::string out;
    for (const char c : repair_utf8(text)) {
        if (c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','))) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        else out += c;
    }
    return out;
}

} // namespace

std::string render_concise(const Report& report) {
    std::string out;
    for (const auto& d : report.all()) {
        const auto& source = report.sources()[d.span.source];
        const auto place = source.position(d.span.begin);
        out += fmt::format("{}:{}:{}: {}[{}]: {}\n", on_one_line(source.name()), place.line, place.column, word(d), info(d.code).code,
                           on_one_line(shortened(d.message, longest_message)));
    }
    if (report.left_out() > 0) out += fmt::format("{} more not shown\n", report.left_out());
    return out;
}

std::string render_github(const Report& report) {
    std::string out;
    for (const auto& d : report.all()) {
        const auto& source = report.sources()[d.span.source];
        const auto begin = source.position(d.span.begin);
        const auto end = source.position(std::max(d.span.begin, d.span.end));
        auto message = d.message;
        if (!d.primary.empty()) message += "\n" + d.primary;
        for (const auto& note : d.notes) message += fmt::format("\n{}: {}", note.name, note.text);
        if (!d.help.empty()) message += "\nhelp: " + d.help;
        std::string place;
        if (source.embedded()) message += fmt::format("\nin {}:{}:{}", source.name(), begin.line, begin.column); // no file of the repository
        else {
            place = fmt::format("file={},line={}", escaped(report.path(d.span.source), true), begin.line);
            // GitHub refuses columns over several lines; its last column is the last that is marked.
            if (begin.line == end.line) place += fmt::format(",col={},endLine={},endColumn={}", begin.column, end.line, std::max(begin.column, end.column - 1));
            else place += fmt::format(",endLine={}", end.line);
            place += ',';
        }
        const auto title = fmt::format("{} {}", info(d.code).code, info(d.code).title);
        out += fmt::format("::{} {}title={}::{}\n", word(d), place, escaped(title, true), escaped(message, false));
    }
    if (report.left_out() > 0) out += fmt::format("::{} title=Segue::{} more not shown\n", report.fails() ? "error" : "warning", report.left_out());
    return out;
}

} // namespace segue
