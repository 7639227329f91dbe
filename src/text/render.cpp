#include "text/render.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "text/utf8.hpp"

namespace segue {

namespace {

struct Palette {
    std::string_view error, warning, place, accent, bold, off;
};
constexpr Palette plain{"", "", "", "", "", ""};
constexpr Palette bright{"\033[1;31m", "\033[1;33m", "\033[1;34m", "\033[1;36m", "\033[1m", "\033[0m"};

constexpr std::size_t longest_line = 160; // cells shown of one source line

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

void add_mark(std::map<std::uint32_t, std::vector<Mark>>& lines, const Source& source, Span span, bool primary, const std::string& text) {
    const auto line = source.position(span.begin).line;
    const auto begin = source.line_begin(line);
    const auto whole = source.line(line);
    const auto start = std::min<std::size_t>(span.begin - begin, whole.size());
    const auto stop = std::clamp<std::size_t>(span.end > begin ? span.end - begin : 0, start, whole.size());
    const auto from = cells(whole.substr(0, start));
    const auto width = cells(whole.substr(start, stop - start));
    lines[line].push_back({from, from + std::max<std::size_t>(1, width), primary, text});
}

// The underline row, with the label of the last mark behind it and the others hanging below.
void draw_marks(std::string& out, std::vector<Mark> marks, const std::string& gutter, const Palette& color, std::string_view strong) {
    std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.from < b.from; });
    out += gutter;
    std::size_t at = 0;
    for (const auto& mark : marks) {
        if (mark.from < at) continue; // overlapped: its label still hangs below
        out.append(mark.from - at, ' ');
        out += mark.primary ? strong : color.accent;
        out.append(mark.to - mark.from, mark.primary ? '^' : '-');
        out += color.off;
        at = mark.to;
    }
    if (!marks.back().text.empty())
        out += fmt::format(" {}{}{}", marks.back().primary ? strong : color.accent, marks.back().text, color.off);
    out += '\n';
    for (auto mark = marks.rbegin() + 1; mark != marks.rend(); ++mark) {
        if (mark->text.empty()) continue;
        out += fmt::format("{}{}{}{}{}\n", gutter, std::string(mark->from, ' '), mark->primary ? strong : color.accent, mark->text, color.off);
    }
}

std::string shown_line(std::string_view line) {
    auto text = with_tabs_opened(line);
    if (display_width(text) <= longest_line) return text;
    std::size_t bytes = 0;
    std::size_t count = 0;
    while (bytes < text.size() && count < longest_line) {
        ++bytes;
        while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) ++bytes;
        ++count;
    }
    return text.substr(0, bytes) + " ...";
}

} // namespace

std::string render_human(const Diagnostic& diagnostic, const Sources& sources, bool use_color) {
    const auto& color = use_color ? bright : plain;
    const bool error = diagnostic.severity() == Severity::Error;
    const auto strong = error ? color.error : color.warning;
    std::string out = fmt::format("{}{}[{}]{}{}: {}{}\n", strong, error ? "error" : "warning", info(diagnostic.code).code, color.off, color.bold,
                                  diagnostic.message, color.off);

    std::map<std::uint32_t, std::map<std::uint32_t, std::vector<Mark>>> files;
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
        const auto place = primary ? source.position(diagnostic.span.begin) : Position{lines.begin()->first, 1};
        out += fmt::format("{}{}{}{} {}:{}", std::string(width, ' '), color.place, primary ? "-->" : ":::", color.off, source.name(), place.line);
        out += primary ? fmt::format(":{}\n", place.column) : "\n";
        out += edge;
        std::uint32_t shown = 0;
        for (const auto& [line, marks] : lines) {
            if (shown != 0 && line > shown + 1) out += fmt::format("{}...{}\n", color.place, color.off);
            out += fmt::format("{}{:>{}} |{} {}\n", color.place, line, width, color.off, shown_line(source.line(line)));
            draw_marks(out, marks, gutter, color, strong);
            shown = line;
        }
    };
    draw(diagnostic.span.source, true);
    for (const auto& [source, lines] : files)
        if (source != diagnostic.span.source) draw(source, false);

    const auto tail = [&](std::string_view kind, std::string_view text) {
        out += fmt::format("{} {}={} {}{}{}: {}\n", std::string(width, ' '), color.place, color.off, color.bold, kind, color.off, text);
    };
    if (!diagnostic.notes.empty() || !diagnostic.help.empty()) out += edge;
    for (const auto& note : diagnostic.notes) tail("note", note);
    if (!diagnostic.help.empty()) tail("help", diagnostic.help);
    return out;
}

std::string render_human(const Diagnostics& diagnostics, const Sources& sources, bool use_color) {
    std::string out;
    for (const auto& diagnostic : diagnostics.all()) out += render_human(diagnostic, sources, use_color) + "\n";
    const auto count = [](std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); };
    std::string sum;
    if (diagnostics.errors() > 0) sum = count(diagnostics.errors(), "error");
    if (diagnostics.warnings() > 0) sum += (sum.empty() ? "" : ", ") + count(diagnostics.warnings(), "warning");
    if (diagnostics.left_out() > 0) sum += fmt::format(" ({} not shown)", diagnostics.left_out());
    if (!sum.empty()) out += sum + "\n";
    return out;
}

} // namespace segue
