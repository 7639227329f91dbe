#include "text/diagnostic.hpp"

#include <algorithm>
#include <tuple>

namespace segue {

const std::vector<CodeInfo>& diagnostic_catalogue() {
    static const std::vector<CodeInfo> all = {
#define DIAGNOSTIC(id, code, severity, title) {Code::id, #id, code, Severity::severity, title},
#include "text/diagnostics.def"
#undef DIAGNOSTIC
    };
    return all;
}

const CodeInfo* find_code(std::string_view word) {
    std::string name(word);
    for (char& c : name) c = c == '-' ? '_' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
    std::string code(word);
    for (char& c : code) c = c >= 'a' && c <= 'z' ? static_cast<char>(c + 'A' - 'a') : c;
    for (const auto& entry : diagnostic_catalogue())
        if (entry.name == name || entry.code == code) return &entry;
    return nullptr;
}

const CodeInfo& info(Code code) { return diagnostic_catalogue()[static_cast<std::size_t>(code)]; }

Diagnostic& Diagnostics::error(Code code, Span span, std::string message) {
    ++(info(code).severity == Severity::Error ? errors_ : warnings_);
    if (full(code)) {
        ++left_out_[code];
        overflow_ = {};
        return overflow_;
    }
    ++told_[code];
    all_.push_back(Diagnostic{code, span, std::move(message), {}, {}, {}, {}, {}, false, false});
    return all_.back();
}

std::size_t Diagnostics::left_out() const {
    std::size_t sum = 0;
    for (const auto& [code, count] : left_out_) sum += count;
    return sum;
}

void Diagnostics::sort() {
    const auto key = [](const Diagnostic& d) {
        return std::tuple(d.span.source, d.span.begin, d.severity(), d.span.end, d.code);
    };
    std::stable_sort(all_.begin(), all_.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    const auto same = [&](const Diagnostic& a, const Diagnostic& b) { return key(a) == key(b) && a.message == b.message; };
    const auto end = std::unique(all_.begin(), all_.end(), same);
    for (auto it = end; it != all_.end(); ++it) --told_[it->code], --(it->severity() == Severity::Error ? errors_ : warnings_);
    all_.erase(end, all_.end());
}

} // namespace segue
