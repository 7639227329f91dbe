#include "text/render.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <utility>

#include "text/utf8.hpp"

namespace segue {

namespace {

struct Palette {
    std::string_view error, warning, place, accent, bold, off;
};
constexpr Palette plain{"", "", "", "", "", ""};
constexpr Palette bright{"\033[1;31m", "\033[1;33m", "\033[1;34m", "\033[1;36m", "\033[1m", "\033[0m"};

constexpr std::size_t longest_line = 160; // cells shown of one source line
constexpr std::size_t longest_message = 400; // code points

// One underline on one line: cells, not bytes.
struct Mark {
    std::size_t from;
    std::size_t to;
    bool primary;
    std::string text;
};

std::string with_tabs_opened(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\t') out += "    ";
        else out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return repair_utf8(out);
}

std::size_t cells(std::string_view text) { return display_width(with_tabs_opened(text)); }

// A line with what is marked in it. Of one that is longer than any that is written by hand only what is near the first mark: a
// file without line breaks is not measured as a whole for each of its mistakes.
struct Line {
    std::string_view text;
    std::size_t begin = 0; // of the text, in the source
    std::vector<Mark> marks;
};

void add_mark(std::map<std::uint32_t, Line>& lines, const Source& source, Span span, bool primary, const std::string& text) {
    constexpr std::size_t near = 4'000; // bytes before and behind
    const auto [at, fresh] = lines.try_emplace(source.position(span.begin).line);
    auto& line = at->second;
    if (fresh) {
        const auto whole = source.line(at->first);
        const auto begin = source.line_begin(at->first);
        auto from = span.begin - begin > near ? span.begin - begin - near : 0;
        while (from > 0 && (static_cast<unsigned char>(whole[from]) & 0xC0) == 0x80) --from;
        line.text = whole.substr(from, 3 * near);
        line.begin = begin + from;
    }
    const auto inside = [&](std::size_t offset) { return std::clamp(offset, line.begin, line.begin + line.text.size()) - line.begin; };
    const auto start = inside(span.begin);
    const auto stop = std::max(start, inside(span.end));
    const auto from = cells(line.text.substr(0, start));
    line.marks.push_back({from, from + std::max<std::size_t>(1, cells(line.text.substr(start, stop - start))), primary, text});
}

// What is shown of a line: all of it, or where it is long a window around what is marked.
struct Shown {
    std::string text;
    std::size_t from = 0; // cells of the line that are left out before it
    std::size_t lead = 0; // cells of the dots in their place
    std::size_t to = 0;   // first cell that is left out behind it
};

Shown shown_line(std::string_view line, const std::vector<Mark>& marks) {
    const auto text = with_tabs_opened(line);
    const auto width = display_width(text);
    if (width <= longest_line) return {text, 0, 0, width};
    const auto& mark = *std::find_if(marks.begin(), marks.end(), [&](const Mark& m) { return m.primary || &m == &marks.back(); });
    Shown out;
    out.from = mark.to <= longest_line ? 0 : mark.from > longest_line / 3 ? mark.from - longest_line / 3 : 0;
    std::size_t cell = 0;
    for (std::size_t at = 0; at < text.size() && cell < out.from + longest_line;) {
        const auto length = code_point_at(text, at).length;
        const auto cells_of = display_width(std::string_view(text).substr(at, length));
        if (cell < out.from && cell + cells_of > out.from) out.from = cell + cells_of; // not half of a wide one
        if (cell >= out.from) out.text += text.substr(at, length);
        cell += cells_of;
        at += length;
    }
    out.to = cell;
    if (out.from > 0) out.text.insert(0, "... "), out.lead = 4;
    if (cell < width) out.text += " ...";
    return out;
}

// The underline row, with the label of the last mark behind it; the labels of the others hang below.
void draw_marks(std::string& out, std::vector<Mark> marks, const Shown& shown, const std::string& gutter, const Palette& color, std::string_view strong) {
    for (auto& mark : marks) {
        mark.from = std::clamp(mark.from, shown.from, std::max(shown.from, shown.to));
        mark.to = std::clamp(mark.to, mark.from + 1, std::max(mark.from + 1, shown.to));
        mark.from += shown.lead - shown.from;
        mark.to += shown.lead - shown.from;
    }
    std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.from < b.from; });
    const auto paint = [&](const Mark& mark, std::string_view text) { out += fmt::format("{}{}{}", mark.primary ? strong : color.accent, text, color.off); };
    out += gutter;
    std::size_t at = 0;
    for (const auto& mark : marks) {
        if (mark.from < at) continue; // overlapped: its label still hangs below
        out.append(mark.from - at, ' ');
        paint(mark, std::string(mark.to - mark.from, mark.primary ? '^' : '-'));
        at = mark.to;
    }
    if (!marks.back().text.empty()) {
        out += ' ';
        paint(marks.back(), marks.back().text);
    }
    out += '\n';
    marks.pop_back();
    std::erase_if(marks, [](const Mark& m) { return m.text.empty(); });
    // From right to left, each under its mark, with a line down to those that are still to come.
    for (bool lines_only = true; !marks.empty();) {
        out += gutter;
        std::size_t column = 0;
        for (std::size_t i = 0; i < marks.size(); ++i) {
            const bool last = i + 1 == marks.size();
            if (i > 0 && marks[i].from == marks[i - 1].from && !(last && !lines_only)) continue;
            if (marks[i].from < column) continue;
            out.append(marks[i].from - column, ' ');
            if (last && !lines_only) {
                paint(marks[i], marks[i].text);
                break;
            }
            if (!lines_only && marks[i].from == marks.back().from) continue; // its label stands here
            paint(marks[i], "|");
            column = marks[i].from + 1;
        }
        out += '\n';
        if (!std::exchange(lines_only, false)) marks.pop_back();
    }
}

} // namespace

std::string render_human(const Diagnostic& diagnostic, const Sources& sources, bool use_color) {
    const auto& color = use_color ? bright : plain;
    const bool error = diagnostic.severity() == Severity::Error;
    const auto strong = error ? color.error : color.warning;
    std::string out = fmt::format("{}{}[{}]{}{}: {}{}\n", strong, error ? "error" : "warning", info(diagnostic.code).code, color.off, color.bold,
                                  shortened(diagnostic.message, longest_message), color.off);

    std::map<std::uint32_t, std::map<std::uint32_t, Line>> files;
    add_mark(files[diagnostic.span.source], sources[diagnostic.span.source], diagnostic.span, true, diagnostic.primary);
    for (const auto& label : diagnostic.labels) add_mark(files[label.span.source], sources[label.span.source], label.span, false, label.text);

    std::uint32_t last_line = 1;
    for (const auto& [source, lines] : files) last_line = std::max(last_line, lines.rbegin()->first);
    const auto width = std::to_string(last_line).size();
    const auto gutter = fmt::format("{} {}|{} ", std::string(width, ' '), color.place, color.off);
    const auto edge = fmt::format("{} {}|{}\n", std::string(width, ' '), color.place, color.off);

    const auto draw = [&](std::uint32_t index, bool primary) {
        const auto& source = sources[index];
        const auto& lines = files[index];
        auto place = source.position(diagnostic.span.begin);
        if (!primary) {
            const auto label = std::find_if(diagnostic.labels.begin(), diagnostic.labels.end(), [&](const Label& l) { return l.span.source == index; });
            place = source.position(label->span.begin);
            out += edge;
        }
        out += fmt::format("{}{}{}{} {}:{}:{}\n", std::string(width, ' '), color.place, primary ? "-->" : ":::", color.off, source.name(), place.line, place.column);
        out += edge;
        std::uint32_t shown = 0;
        for (const auto& [number, line] : lines) {
            if (shown != 0 && number > shown + 1) out += fmt::format("{}...{}\n", color.place, color.off);
            const auto window = shown_line(line.text, line.marks);
            out += fmt::format("{}{:>{}} |{} {}\n", color.place, number, width, color.off, window.text);
            draw_marks(out, line.marks, window, gutter, color, strong);
            shown = number;
        }
    };
    draw(diagnostic.span.source, true);
    for (const auto& [source, lines] : files)
        if (source != diagnostic.span.source) draw(source, false);

    const auto tail = [&](std::string_view kind, std::string_view text) {
        out += fmt::format("{} {}={} {}{}{}: ", std::string(width, ' '), color.place, color.off, color.bold, kind, color.off);
        const std::string margin(width + kind.size() + 5, ' '); // further lines stand under the first
        for (const char c : text) c == '\n' ? out += "\n" + margin : out += c;
        out += '\n';
    };
    if (!diagnostic.notes.empty() || !diagnostic.help.empty()) out += edge;
    for (const auto& note : diagnostic.notes) tail(note.name, note.text);
    if (!diagnostic.help.empty()) tail("help", diagnostic.help);
    return out;
}

namespace {

std::string shown(double most) { return std::isinf(most) ? "no bound" : fmt::format("{:.0f}", most); }

std::string table(const Budget& budget) {
    std::string out;
    if (!budget.rows.empty()) {
        std::size_t width = 8;
        for (const auto& row : budget.rows) width = std::max(width, row.channel.size());
        out += fmt::format("{:<{}}  {:>8}  {:>8}  held by\n", "channel", width, "7 days", "30 days");
        for (const auto& row : budget.rows) out += fmt::format("{:<{}}  {:>8}  {:>8}  {}\n", row.channel, width, shown(row.week), shown(row.month), row.held_by);
    } else out += "no messages\n";
    if (budget.replies) out += "\nReplies to the fan's own words come on top: no limit closes them.\n";
    if (!budget.promises.empty()) out += '\n';
    for (const auto& promise : budget.promises)
        out += fmt::format("promise {}: {}\n", promise.text, promise.kept ? fmt::format("kept ({} at most{})", shown(promise.most), budget.replies ? ", replies apart" : "") : fmt::format("can be broken ({})", shown(promise.most)));
    return out;
}

} // namespace

std::string render_human(const Report& report, bool use_color) {
    std::string out;
    for (const auto& diagnostic : report.all()) out += render_human(diagnostic, report.sources(), use_color) + "\n";
    auto sum = report.sum();
    if (const auto fixable = report.fixable().size(); fixable > 0) sum += fmt::format("; `segue fix` mends {}", fixable);
    if (!sum.empty()) out += sum + "\n";
    for (const auto& budget : report.budgets())
        out += fmt::format("{}The most that one fan can get, by {}:\n\n{}", out.empty() ? "" : "\n", budget.program, table(budget));
    return out;
}

std::string render_human(const Diagnostics& diagnostics, const Sources& sources, bool use_color) {
    Report report;
    report.add(sources, diagnostics);
    return render_human(report, use_color);
}

} // namespace segue
