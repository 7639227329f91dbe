#include "check/allow.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "text/did_you_mean.hpp"

namespace segue {

namespace {

struct Allowed {
    struct Name {
        Code code;
        Span place;
        bool used = false;
    };
    Span comment;
    std::vector<Name> names;
    Span range; // where it holds
};

// With the line that it has for itself, or the blanks before it, so that nothing stays behind.
Span with_its_line(const Source& source, Span comment) {
    const auto line = source.position(comment.begin).line;
    const auto begin = source.line_begin(line);
    const auto before = source.text().substr(begin, comment.begin - begin);
    if (const auto last = before.find_last_not_of(" \t"); last != std::string_view::npos) return {comment.source, begin + static_cast<std::uint32_t>(last + 1), comment.end};
    const auto next = source.text().find('\n', comment.end);
    return {comment.source, begin, next == std::string_view::npos ? comment.end : static_cast<std::uint32_t>(next + 1)};
}

std::vector<std::string> warning_names() {
    std::vector<std::string> out;
    for (const auto& entry : diagnostic_catalogue())
        if (entry.severity == Severity::Warning) out.emplace_back(entry.name);
    return out;
}

// The spans of a file's items, each with all that stands in it.
std::vector<Span> items_of(const ast::File& file) {
    std::vector<Span> out;
    const auto add = [&](const auto& list) {
        for (const auto& item : list) out.push_back(item.span);
    };
    add(file.uses), add(file.events), add(file.attributes), add(file.channels), add(file.stages), add(file.releases), add(file.defines), add(file.limits);
    add(file.promises), add(file.quiets), add(file.timezones), add(file.attributions), add(file.flows), add(file.includes), add(file.tests), add(file.flow.rules);
    for (const auto& flow : file.flows) add(flow.rules), add(flow.limits), add(flow.quiets);
    std::sort(out.begin(), out.end(), [](Span a, Span b) { return std::pair(a.begin, b.end) < std::pair(b.begin, a.end); });
    return out;
}

class Reader {
public:
    Reader(const ast::File& file, const Sources& sources, Diagnostics& diagnostics) : file_(file), source_(sources[file.source]), diagnostics_(diagnostics), items_(items_of(file)) {}

    void read(std::vector<Allowed>& out) {
        for (const auto& comment : file_.comments) {
            auto text = source_.slice(comment);
            text.remove_prefix(std::min(text.find_first_not_of("# "), text.size()));
            if (!text.starts_with("allow:")) continue;
            Allowed a{comment, {}, range_of(comment)};
            if (names(comment, text.substr(6), a)) out.push_back(std::move(a));
        }
    }

private:
    bool is_flow(Span item) const {
        return std::any_of(file_.flows.begin(), file_.flows.end(), [&](const auto& flow) { return flow.span == item; });
    }

    // Where something stands before it, its own line, and all of the item that ends there or that it stands in: one that is laid out anew
    // may need several lines. Else the item that begins under it, or the rest of the one that it stands in.
    Span range_of(Span comment) const {
        const auto line = source_.position(comment.begin).line;
        const auto begin = source_.line_begin(line);
        const auto end = begin + static_cast<std::uint32_t>(source_.line(line).size());
        if (source_.text().substr(begin, comment.begin - begin).find_first_not_of(" \t") != std::string_view::npos) {
            Span out{comment.source, begin, end};
            for (const auto& item : items_) { // sorted, so that the innermost is the last
                if (item.end > begin && item.end <= comment.begin) out = {comment.source, std::min(item.begin, begin), end};
                else if (item.begin < comment.begin && item.end > comment.end && !is_flow(item)) out = item;
            }
            return out;
        }
        const auto under = std::find_if(items_.begin(), items_.end(), [&](Span item) { return item.begin >= comment.end; });
        // A step, a row of `stages`: what is inside an item has its comment before it.
        const auto inside = std::find_if(items_.rbegin(), items_.rend(), [&](Span item) { return item.begin < comment.begin && item.end > comment.end && (under == items_.end() || item.end <= under->begin); });
        if (inside != items_.rend()) return {comment.source, comment.end, is_flow(*inside) ? comment.end : inside->end};
        return under == items_.end() ? Span{comment.source, comment.end, comment.end} : *under;
    }

    // `storm, lost because the limit is on the gateway`
    bool names(Span comment, std::string_view text, Allowed& out) {
        const auto because = text.find("because");
        const auto reason = because == std::string_view::npos ? std::string_view{} : text.substr(because + 7);
        const auto bad = [&](std::string message, std::string help) {
            auto& d = diagnostics_.error(Code::bad_allow, comment, std::move(message));
            d.help = std::move(help);
            return false;
        };
        if (reason.find_first_not_of(" .\r") == std::string_view::npos) return bad("this allows something without a reason", "write `# allow: storm because ...`: whoever reads it later has to know why");
        const auto list = text.substr(0, because);
        for (std::size_t at = 0; at < list.size();) {
            const auto from = list.find_first_not_of(" ,", at);
            if (from == std::string_view::npos) break;
            const auto to = std::min(list.find_first_of(" ,", from), list.size());
            const auto word = list.substr(from, to - from);
            at = to;
            const auto offset = comment.begin + static_cast<std::uint32_t>(word.data() - source_.slice(comment).data());
            const Span span{comment.source, offset, offset + static_cast<std::uint32_t>(word.size())};
            const auto& all = diagnostic_catalogue();
            const auto entry = std::find_if(all.begin(), all.end(), [&](const CodeInfo& i) { return i.severity == Severity::Warning && (i.name == word || i.code == word); });
            if (entry == all.end()) {
                const auto near = did_you_mean(word, warning_names());
                return bad(fmt::format("there is no warning named `{}`", word), near ? fmt::format("did you mean `{}`?", *near) : fmt::format("the warnings: {}", fmt::join(warning_names(), ", ")));
            }
            out.names.push_back({entry->id, span});
        }
        return out.names.empty() ? bad("this does not say what it allows", "write `# allow: storm because ...`") : true;
    }

    const ast::File& file_;
    const Source& source_;
    Diagnostics& diagnostics_;
    std::vector<Span> items_;
};

} // namespace

void apply_allowed(const Loaded& loaded, const Sources& sources, Diagnostics& diagnostics) {
    std::vector<Allowed> all;
    for (std::size_t i = 0; i < loaded.files.size(); ++i)
        if (!loaded.from_stdlib[i]) Reader(loaded.files[i], sources, diagnostics).read(all);
    if (all.empty()) return;
    diagnostics.remove_if([&](const Diagnostic& d) {
        if (d.severity() != Severity::Warning) return false;
        for (auto& a : all) {
            const auto inside = [&](Span span) { return span.source == a.range.source && span.begin >= a.range.begin && span.begin < std::max(a.range.end, a.range.begin + 1); };
            // Of two rules that collide either may be the place.
            if (!inside(d.span) && !(d.code == Code::collision && std::any_of(d.labels.begin(), d.labels.end(), [&](const Label& l) { return inside(l.span); }))) continue;
            for (auto& name : a.names)
                if (name.code == d.code) return name.used = true;
        }
        return false;
    });
    for (const auto& a : all) {
        const auto unused = std::count_if(a.names.begin(), a.names.end(), [](const auto& name) { return !name.used; });
        if (unused == static_cast<std::ptrdiff_t>(a.names.size())) {
            auto& d = diagnostics.error(Code::unused_allow, a.comment, "this silences nothing");
            d.help = "leave it out";
            d.mend.push_back({with_its_line(sources[a.comment.source], a.comment), ""});
            d.safe = true;
            continue;
        }
        for (const auto& name : a.names)
            if (!name.used) diagnostics.error(Code::unused_allow, name.place, fmt::format("there is no `{}` here to silence", info(name.code).name)).help = "leave it out";
    }
}

} // namespace segue
