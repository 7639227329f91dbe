#include "text/source.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace segue {

Source::Source(std::string name, std::string text, bool embedded) : name_(std::move(name)), text_(std::move(text)), embedded_(embedded) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.erase(0, left_out_ = 3); // a byte order mark is no part of the text
    starts_.push_back(0);
    for (std::size_t i = 0; i < text_.size(); ++i)
        if (text_[i] == '\n') starts_.push_back(static_cast<std::uint32_t>(i + 1));
}

std::string_view Source::slice(Span span) const {
    const auto begin = std::min<std::size_t>(span.begin, text_.size());
    const auto end = std::clamp<std::size_t>(span.end, begin, text_.size());
    return std::string_view(text_).substr(begin, end - begin);
}

Position Source::position(std::uint32_t offset) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
    const auto line = static_cast<std::uint32_t>(after - starts_.begin());
    const auto begin = starts_[line - 1];
    const auto before = std::string_view(text_).substr(begin, std::min<std::size_t>(offset, text_.size()) - begin);
    return {line, static_cast<std::uint32_t>(code_points(before) + 1), static_cast<std::uint32_t>(utf16_units(before) + 1)};
}

std::uint32_t Source::line_begin(std::uint32_t line) const { return starts_[line - 1]; }

std::string_view Source::line(std::uint32_t line) const {
    const auto begin = starts_[line - 1];
    auto end = line < starts_.size() ? starts_[line] - 1 : static_cast<std::uint32_t>(text_.size());
    if (end > begin && text_[end - 1] == '\r') --end;
    return std::string_view(text_).substr(begin, end - begin);
}

std::uint32_t Sources::add(std::string name, std::string text, bool embedded) { return add(Source(std::move(name), std::move(text), embedded)); }

std::uint32_t Sources::add(Source source) {
    all_.push_back(std::move(source));
    return static_cast<std::uint32_t>(all_.size() - 1);
}

bool begins_line(std::string_view text, std::size_t offset) {
    while (offset > 0 && (text[offset - 1] == ' ' || text[offset - 1] == '\t')) --offset;
    return offset == 0 || text[offset - 1] == '\n';
}

} // namespace segue
