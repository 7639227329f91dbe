// Whose mistake it is, where one is found in a file that its author never wrote.
#include <fmt/format.h>

#include "check/checker.hpp"

namespace segue {

namespace {

bool has_word(std::string_view text, std::string_view word) {
    const auto part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
    for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const auto end = at + word.size();
        if ((at == 0 || !part(text[at - 1])) && (end == text.size() || !part(text[end]))) return true;
    }
    return false;
}

} // namespace

bool Checker::from_stdlib(std::uint32_t source) const {
    for (std::size_t i = 0; i < loaded_.files.size(); ++i)
        if (loaded_.files[i].source == source) return loaded_.from_stdlib[i];
    return false;
}

// A declaration of the script that takes the place of the library's, which other parts of the library rely on.
void Checker::blame_replacements(std::size_t first) {
    for (auto& d : diagnostics_.since(first)) {
        if (!from_stdlib(d.span.source)) continue;
        const auto& source = sources_[d.span.source];
        const auto line = source.line(source.position(d.span.begin).line);
        for (const auto& [name, place] : replaced_) {
            if (!has_word(line, name)) continue;
            d.labels = {{d.span, d.message}};
            d.span = place;
            d.message = fmt::format("this takes the place of the library's `{}`, and does not fit where the library needs it", name);
            d.primary.clear();
            d.mend.clear();
            d.help = fmt::format("declare what the library's has, or choose another name than `{}`; who replaces it may also have to declare `stages` or the event that undoes it", name);
            break;
        }
    }
}

// What goes wrong in a template because of an argument is told at the argument.
void Checker::blame_include(std::size_t first, const ast::Include& include, const Parameters& bound) {
    for (auto& d : diagnostics_.since(first)) {
        const auto there = d.span;
        const auto parameter = bound.find(std::string(sources_[there.source].slice(there)));
        if (parameter != bound.end()) {
            const auto at = parameter->second.value->span;
            const bool given = at.source == include.span.source && at.begin >= include.span.begin && at.end <= include.span.end;
            if (!given && !from_stdlib(at.source)) {
                d.span = at;
                d.labels.push_back({there, fmt::format("`{}` is used here", parameter->first)});
                continue;
            }
            d.span = given ? at : include.flow.span;
            d.labels.push_back({there, fmt::format("`{}` is used here", parameter->first)});
            d.mend.clear();
            continue;
        }
        if (!from_stdlib(there.source)) continue;
        d.labels.push_back({there, d.primary.empty() ? "here" : d.primary});
        d.primary = fmt::format("in the template `{}` of the library", include.flow.text);
        d.span = include.flow.span;
        d.mend.clear();
        for (const auto& [name, place] : replaced_)
            if (has_word(d.message, name)) d.labels.push_back({place, fmt::format("this takes the place of the library's `{}`", name)});
    }
}

} // namespace segue
