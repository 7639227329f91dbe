#include "syntax/page.hpp"

#include <algorithm>

namespace segue {

void Page::line(int indent) {
    if (!fresh_) out_ += '\n';
    fresh_ = true;
    must_break_ = false;
    indent_ = column_ = indent;
    pad_ = 0;
}

void Page::pad(int blanks) { pad_ = std::max(blanks, 0); }

void Page::blank() {
    if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
}

void Page::write(std::string_view text) {
    if (fresh_) out_.append(static_cast<std::size_t>(indent_), ' ');
    fresh_ = false;
    out_ += text;
    column_ += cells(text);
}

void Page::above(std::size_t index, bool first, bool last) {
    const auto& token = tokens_[index];
    for (const auto& remark : token.above) {
        if (remark.blank_above && !first) blank();
        first = false;
        write(with_plain_breaks(remark.text));
        line(indent_);
    }
    if (token.blank_above && !first && !last) blank();
    told_ = index;
}

void Page::put(std::size_t index) {
    const auto& token = tokens_[index];
    if (!token.above.empty() && told_ != index) {
        if (!fresh_) line(hang_);
        for (const auto& remark : token.above) {
            write(with_plain_breaks(remark.text));
            line(indent_);
        }
    } else if (must_break_) line(hang_);
    if (!fresh_) write(std::string(static_cast<std::size_t>(pad_ + (token.glued ? 0 : 1)), ' '));
    pad_ = 0;
    if (token.several_lines) {
        const auto text = token.long_text ? reindented(token.text, indent_ + 2) : with_plain_breaks(token.text);
        write(text);
        column_ = cells(std::string_view(text).substr(text.rfind('\n') + 1));
    } else write(token.text);
    if (token.semicolon) write(";");
    if (token.beside.empty()) return;
    write("  ");
    write(token.beside);
    must_break_ = true;
}

bool Page::fits(Range range, int tail) const {
    const auto needed = tokens_.width(range);
    return needed >= 0 && column() + (fresh_ || must_break_ || tokens_[range.first].glued ? 0 : 1) + needed + tail <= width;
}

void Page::put(Range range, int hang, int tail) {
    if (range.first >= range.last) return;
    // A comment before the first is the caller's to break at.
    if (must_break_ || (!fresh_ && !tokens_[range.first].above.empty() && told_ != range.first)) line(hang_);
    hang_ = hang;
    for (auto i = range.first; i < range.last;) {
        auto next = i + 1; // what cannot be parted stays together
        while (next < range.last && tokens_[next].glued) ++next;
        if (i > range.first && !fresh_ && !must_break_ && !fits({i, next}, next == range.last ? tail : 0) && tokens_.width({i, next}) >= 0 && column_ > hang) line(hang);
        for (; i < next; ++i) put(i);
    }
}

std::string Page::take() {
    if (!out_.empty() && !out_.ends_with('\n')) out_ += '\n';
    while (out_.ends_with("\n\n")) out_.pop_back();
    return std::move(out_);
}

} // namespace segue
