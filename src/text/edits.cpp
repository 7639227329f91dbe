#include "text/edits.hpp"

#include <algorithm>

namespace segue {

namespace {

bool clash(const Span& a, const Span& b) {
    if (a.source != b.source) return false;
    if (a.begin == b.begin) return true; // also of two that insert: who would stand first?
    return a.begin < b.begin ? b.begin < a.end : a.begin < b.end;
}

} // namespace

std::vector<std::size_t> compatible(const std::vector<const Diagnostic*>& mended) {
    std::vector<Span> taken;
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < mended.size(); ++i) {
        const auto& mend = mended[i]->mend;
        const auto free = [&](const Edit& edit) { return std::none_of(taken.begin(), taken.end(), [&](Span other) { return clash(edit.span, other); }); };
        if (!std::all_of(mend.begin(), mend.end(), free)) continue;
        for (const auto& edit : mend) taken.push_back(edit.span);
        out.push_back(i);
    }
    return out;
}

std::string edited(std::string_view text, std::uint32_t index, const std::vector<Edit>& edits) {
    std::vector<const Edit*> own;
    for (const auto& edit : edits)
        if (edit.span.source == index) own.push_back(&edit);
    std::sort(own.begin(), own.end(), [](const Edit* a, const Edit* b) { return a->span.begin < b->span.begin; });
    std::string out;
    std::size_t at = 0;
    for (const auto* edit : own) {
        out += text.substr(at, edit->span.begin - at);
        out += edit->text;
        at = edit->span.end;
    }
    return out += text.substr(at);
}

} // namespace segue
