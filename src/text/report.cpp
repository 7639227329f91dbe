#include "text/report.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <tuple>

#include "text/plain.hpp"
#include "text/render.hpp"

namespace segue {

namespace fs = std::filesystem;

namespace {

// White space of any length is one blank, none at the ends: reformatting is no new finding.
std::string collapsed(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!blank) out += c;
        else if (!out.empty() && out.back() != ' ') out += ' ';
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

// FNV-1a, 64 bits: short, and the same on every machine.
std::uint64_t fnv(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

} // namespace

void Report::add(const Sources& sources, const Diagnostics& found) {
    here_.clear();
    for (std::uint32_t i = 0; i < sources.size(); ++i) {
        auto& named = by_name_[sources[i].name()];
        const auto same = [&](std::uint32_t at) { return sources_[at].embedded() == sources[i].embedded() && sources_[at].text() == sources[i].text(); };
        const auto known = std::find_if(named.begin(), named.end(), same);
        here_.push_back(known != named.end() ? *known : named.emplace_back(sources_.add(sources[i])));
    }
    for (auto d : found.all()) {
        d.span.source = here_[d.span.source];
        for (auto& label : d.labels) label.span.source = here_[label.span.source];
        for (auto& edit : d.mend) edit.span.source = here_[edit.span.source];
        if (told_.emplace(d.span.source, d.span.begin, d.span.end, d.code, d.message).second) all_.push_back(std::move(d));
    }
    for (const auto& [code, count] : found.left_out_codes()) left_out_[code] += count;
}

void Report::add(Budget budget) {
    for (auto& promise : budget.promises) promise.place.source = here_[promise.place.source];
    budgets_.push_back(std::move(budget));
}

void Report::deny(const std::set<Code>& codes) {
    denied_ = codes;
    for (auto& d : all_) d.denied = info(d.code).severity == Severity::Warning && codes.contains(d.code);
}

std::size_t Report::count(Severity severity) const {
    std::size_t sum = 0;
    for (const auto& d : all_) sum += d.severity() == severity;
    for (const auto& [code, count] : left_out_) sum += (denied_.contains(code) ? Severity::Error : info(code).severity) == severity ? count : 0;
    return sum;
}

std::size_t Report::errors() const { return count(Severity::Error); }
std::size_t Report::warnings() const { return count(Severity::Warning); }

std::size_t Report::left_out() const {
    std::size_t sum = 0;
    for (const auto& [code, count] : left_out_) sum += count;
    return sum;
}

std::string Report::sum() const {
    const auto count = [](std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); };
    std::string out;
    if (errors() > 0) out = count(errors(), "error");
    if (warnings() > 0) out += (out.empty() ? "" : ", ") + count(warnings(), "warning");
    if (left_out() > 0) out += fmt::format(" ({} not shown)", left_out());
    return out;
}

std::vector<const Diagnostic*> Report::fixable() const {
    std::vector<const Diagnostic*> out;
    for (const auto& d : all_)
        if (d.safe && !d.mend.empty() && std::none_of(d.mend.begin(), d.mend.end(), [&](const Edit& e) { return sources_[e.span.source].embedded(); })) out.push_back(&d);
    return out;
}

std::string Report::path(std::uint32_t source) const {
    const auto& s = sources_[source];
    if (s.embedded()) return s.name();
    const auto plain = fs::path(s.name()).lexically_normal();
    if (folder_.empty()) return plain.string();
    const auto whole = (fs::path(folder_) / plain).lexically_normal();
    const auto near = whole.lexically_relative(fs::path(folder_).lexically_normal()).string();
    return near.empty() || near == ".." || near.starts_with("../") ? whole.string() : near;
}

bool Report::below_folder(std::uint32_t source) const { return !sources_[source].embedded() && !path(source).starts_with('/'); }

std::string Report::uri(std::uint32_t source) const {
    const auto encoded = percent_encoded(path(source));
    if (sources_[source].embedded()) return "segue:///" + encoded;
    return below_folder(source) ? encoded : "file://" + encoded;
}

std::vector<std::string> Report::fingerprints() const {
    std::map<std::uint64_t, int> seen;
    std::vector<std::string> out;
    for (const auto& d : all_) {
        const auto& source = sources_[d.span.source];
        std::string text(info(d.code).code);
        for (const auto& part : {uri(d.span.source), collapsed(source.slice(d.span)), collapsed(source.line(source.position(d.span.begin).line))}) (text += '\0') += part;
        const auto hash = fnv(text);
        out.push_back(fmt::format("{:016x}:{}", hash, ++seen[hash]));
    }
    return out;
}

const std::vector<ReportFormat>& report_formats() {
    static const std::vector<ReportFormat> all = {
        {"human", [](const Report& report, bool color) { return render_human(report, color); }, true},
        {"concise", [](const Report& report, bool) { return render_concise(report); }},
        {"json", [](const Report& report, bool) { return render_json(report); }, true},
        {"sarif", [](const Report& report, bool) { return render_sarif(report); }},
        {"github", [](const Report& report, bool) { return render_github(report); }},
        {"junit", [](const Report& report, bool) { return render_junit(report); }},
    };
    return all;
}

} // namespace segue
