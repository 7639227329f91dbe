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

const CodeInfo& info(Code code) { return diagnostic_catalogue()[static_cast<std::size_t>(code)]; }

Diagnostic& Diagnostics::error(Code code, Span span, std::string message) {
    ++(info(code).severity == Severity::Error ? errors_ : warnings_);
    if (all_.size() >= most) {
        ++left_out_;
        overflow_ = {};
        return overflow_;
    }
    all_.push_back(Diagnostic{code, span, std::move(message), {}, {}, {}, {}, {}});
    return all_.back();
}

void Diagnostics::sort() {
    const auto key = [](const Diagnostic& d) {
        return std::tuple(d.span.source, d.span.begin, d.severity(), d.span.end, d.code);
    };
    std::stable_sort(all_.begin(), all_.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    const auto same = [&](const Diagnostic& a, const Diagnostic& b) { return key(a) == key(b) && a.message == b.message; };
    const auto end = std::unique(all_.begin(), all_.end(), same);
    for (auto it = end; it != all_.end(); ++it) --(it->severity() == Severity::Error ? errors_ : warnings_);
    all_.erase(end, all_.end());
}

} // namespace segue
