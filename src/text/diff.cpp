#include "text/diff.hpp"
#include "text/plain.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace segue {

namespace {

// The greedy algorithm of E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986).
// Its trace grows with the square of the differences; past this many the rest is told as replaced.
constexpr int most_differences = 2000;
constexpr std::size_t context = 3;

using Lines = std::vector<std::string_view>; // each with its line break

Lines lines_of(std::string_view text) {
    Lines out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
        out.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return out;
}

struct Change {
    char mark; // ' ', '-', '+'
    std::string_view line;
};

void replace(const Lines& a, std::size_t a_begin, std::size_t a_end, const Lines& b, std::size_t b_begin, std::size_t b_end, std::vector<Change>& out) {
    for (auto i = a_begin; i < a_end; ++i) out.push_back({'-', a[i]});
    for (auto i = b_begin; i < b_end; ++i) out.push_back({'+', b[i]});
}

// Between two common ends; `a` and `b` are what is left of the texts.
void changes(const Lines& a, const Lines& b, std::vector<Change>& out) {
    const auto n = static_cast<int>(a.size());
    const auto m = static_cast<int>(b.size());
    const auto most = std::min(n + m, most_differences);
    std::vector<std::vector<int>> trace; // for each number of differences, how far each diagonal came
    std::vector<int> far(2 * static_cast<std::size_t>(most) + 3, 0);
    const auto at = [&](std::vector<int>& v, int k) -> int& { return v[static_cast<std::size_t>(k) + static_cast<std::size_t>(most) + 1]; };
    int found = -1;
    for (int d = 0; d <= most && found < 0; ++d) {
        for (int k = -d; k <= d; k += 2) {
            int x = k == -d || (k != d && at(far, k - 1) < at(far, k + 1)) ? at(far, k + 1) : at(far, k - 1) + 1;
            while (x < n && x - k < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)]) ++x;
            at(far, k) = x;
            if (x >= n && x - k >= m) found = d;
        }
        trace.emplace_back(far.begin() + (most + 1 - d), far.begin() + (most + 2 + d));
    }
    if (found < 0) return replace(a, 0, a.size(), b, 0, b.size(), out);
    std::vector<Change> reversed;
    int x = n;
    int y = m;
    for (int d = found; d > 0; --d) {
        const auto& before = trace[static_cast<std::size_t>(d - 1)];
        const auto reach = [&](int k) { return before[static_cast<std::size_t>(k + d - 1)]; };
        const int k = x - y;
        const bool down = k == -d || (k != d && (k - 1 < -(d - 1) || (k + 1 <= d - 1 && reach(k - 1) < reach(k + 1))));
        const int from = down ? k + 1 : k - 1;
        const int start = reach(from);
        const int middle = down ? start : start + 1;
        while (x > middle) {
            reversed.push_back({' ', a[static_cast<std::size_t>(--x)]});
            --y;
        }
        if (down) reversed.push_back({'+', b[static_cast<std::size_t>(--y)]});
        else reversed.push_back({'-', a[static_cast<std::size_t>(--x)]});
    }
    while (x > 0) reversed.push_back({' ', a[static_cast<std::size_t>(--x)]});
    out.insert(out.end(), reversed.rbegin(), reversed.rend());
}

std::vector<Change> all_changes(std::string_view before, std::string_view after) {
    auto a = lines_of(before);
    auto b = lines_of(after);
    std::vector<Change> all;
    std::size_t head = 0;
    while (head < a.size() && head < b.size() && a[head] == b[head]) all.push_back({' ', a[head++]});
    std::size_t tail = 0;
    while (head + tail < a.size() && head + tail < b.size() && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
    const auto middle = [&](const Lines& lines) { return Lines(lines.begin() + static_cast<std::ptrdiff_t>(head), lines.end() - static_cast<std::ptrdiff_t>(tail)); };
    changes(middle(a), middle(b), all);
    for (auto i = a.size() - tail; i < a.size(); ++i) all.push_back({' ', a[i]});
    return all;
}

std::string range(std::size_t begin, std::size_t count) {
    if (count == 0) return fmt::format("{},0", begin);
    return count == 1 ? fmt::format("{}", begin + 1) : fmt::format("{},{}", begin + 1, count);
}

} // namespace

std::string unified_diff(std::string_view before, std::string_view after, std::string_view name, bool color) {
    if (before == after) return "";
    const auto all = all_changes(before, after);

    const auto tab = name.find(' ') == std::string_view::npos ? "" : "\t"; // where the name ends, for patch, if blanks are in it
    std::string out = paint(color, "1", fmt::format("--- {}{}", name, tab)) + "\n" + paint(color, "1", fmt::format("+++ {}{}", name, tab)) + "\n";
    std::size_t old_line = 0;
    std::size_t new_line = 0;
    for (std::size_t i = 0; i < all.size();) {
        if (all[i].mark == ' ') {
            ++i, ++old_line, ++new_line;
            continue;
        }
        // A hunk: up to `context` equal lines on both sides; changes nearer than twice that are in one.
        const auto begin = i - std::min({i, context, old_line});
        auto end = i;
        for (auto k = i; k < all.size() && k - end <= 2 * context; ++k)
            if (all[k].mark != ' ') end = k + 1;
        const auto stop = std::min(end + context, all.size());
        std::string body;
        std::size_t removed = 0;
        std::size_t added = 0;
        for (auto k = begin; k < stop; ++k) {
            const auto [mark, line] = all[k];
            removed += mark != '+' ? 1u : 0u;
            added += mark != '-' ? 1u : 0u;
            const bool whole = line.ends_with('\n');
            const auto text = mark + std::string(whole ? line.substr(0, line.size() - 1) : line);
            body += (mark == ' ' ? text : paint(color, mark == '-' ? "31" : "32", text)) + "\n";
            if (!whole) body += "\\ No newline at end of file\n";
        }
        out += paint(color, "36", fmt::format("@@ -{} +{} @@", range(old_line - (i - begin), removed), range(new_line - (i - begin), added))) + "\n" + body;
        for (; i < stop; ++i) {
            old_line += all[i].mark != '+' ? 1u : 0u;
            new_line += all[i].mark != '-' ? 1u : 0u;
        }
    }
    return out;
}

std::vector<Replacement> replacements(std::string_view before, std::string_view after) {
    std::vector<Replacement> out;
    std::size_t at = 0; // in `before`
    bool joined = false;
    for (const auto& [mark, line] : all_changes(before, after)) {
        if (mark == ' ') {
            at += line.size();
            joined = false;
            continue;
        }
        if (!joined) out.push_back({at, at, ""});
        joined = true;
        if (mark == '-') out.back().end = at += line.size();
        else out.back().text += line;
    }
    return out;
}

} // namespace segue
