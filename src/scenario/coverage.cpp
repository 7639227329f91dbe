#include "scenario/coverage.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace segue {

namespace {

std::string_view word(Act act) {
    switch (act) {
    case Act::Prompt: return "prompt";
    case Act::Send: return "send";
    case Act::Reply: return "reply";
    case Act::Record: return "record";
    case Act::Tag: return "tag";
    case Act::Untag: return "untag";
    case Act::If: return "if";
    case Act::Split: return "split";
    default: return "wait";
    }
}

// The reasons for which a message can be suppressed, whatever the catalogue.
std::vector<std::string> possible_reasons(const Program& program, const Rule& rule, const Step& step) {
    std::vector<std::string> out;
    if (step.act != Act::Prompt && step.act != Act::Send) return out;
    if (std::any_of(step.goals.begin(), step.goals.end(), [](const Goal& g) { return g.pattern.query != none; })) out.emplace_back("already");
    if (std::all_of(step.routes.begin(), step.routes.end(), [&](const Route& r) { return program.channels[r.channel].needs_consent; })) out.emplace_back("no_consent");
    const bool limited = std::all_of(step.routes.begin(), step.routes.end(), [&](const Route& r) {
        return std::any_of(program.limits.begin(), program.limits.end(), [&](const Limit& l) { return speaks_of(l.scope, program, r.channel, rule.flow) && (!l.else_wait || l.up_to > 0); });
    });
    if (limited && !step.routes.empty()) out.emplace_back("limit");
    return out;
}

} // namespace

void Coverage::add(const Program& program, const Places& places, const Sources& sources, const Reached& reached) {
    const auto put = [&](Span span, const Point& point, const std::string& rule, std::string what) {
        if (sources[span.source].embedded()) return;
        auto& spot = spots_[{sources[span.source].name(), span.begin, span.end, point.kind, point.branch, point.reason}];
        const auto at = sources[span.source].position(span.begin);
        spot.line = at.line;
        spot.column = at.column;
        spot.name = rule;
        spot.what = std::move(what);
        const auto hits = reached.find(point);
        if (hits != reached.end()) spot.hits += hits->second;
    };
    for (std::uint32_t r = 0; r < program.rules.size(); ++r) {
        const auto& rule = program.rules[r];
        const auto& place = places.rules[r];
        put(place.on, {Point::Kind::Rule, r, 0, 0, ""}, rule.name, fmt::format("the rule {} never started", rule.name));
        for (std::uint32_t s = 0; s < rule.steps.size(); ++s) {
            const auto& step = rule.steps[s];
            const auto span = place.steps[s].span;
            if (step.act == Act::Jump || step.act == Act::Stop) continue;
            const auto name = word(step.act);
            put(span, {Point::Kind::Step, r, s, 0, ""}, rule.name, fmt::format("this `{}` of {} was never reached", name, rule.name));
            const auto branch = [&](std::uint32_t n, std::string what) { put(span, {Point::Kind::Branch, r, s, n, ""}, rule.name, std::move(what)); };
            if (step.act == Act::If) {
                branch(1, "this `if` was never true");
                branch(0, "this `if` was never false");
            } else if (step.act == Act::WaitFor) {
                branch(1, "what this waits for never came in time");
                branch(0, "the time of this wait was never up");
            } else if (step.act == Act::Split) {
                for (std::uint32_t arm = 0; arm < step.targets.size(); ++arm)
                    branch(arm, fmt::format("no fan of the arm {} came by", program.splits[step.split].arms[arm]));
            }
            for (auto& reason : possible_reasons(program, rule, step))
                put(span, {Point::Kind::Suppression, r, s, 0, reason}, rule.name, fmt::format("this `{}` was never suppressed because {}", name, reason));
        }
    }
}

std::map<std::string, Coverage::Counts> Coverage::by_file() const {
    std::map<std::string, Counts> out;
    for (const auto& [place, spot] : spots_) {
        auto& count = out[place.file][static_cast<std::size_t>(place.kind)];
        ++count.all;
        count.reached += spot.hits > 0;
    }
    return out;
}

Coverage::Counts Coverage::total() const {
    Counts sum;
    for (const auto& [file, counts] : by_file())
        for (std::size_t i = 0; i < sum.size(); ++i) {
            sum[i].reached += counts[i].reached;
            sum[i].all += counts[i].all;
        }
    return sum;
}

double Coverage::percent() const {
    const auto sum = total();
    std::size_t all = 0, reached = 0;
    for (const auto kind : {Point::Kind::Rule, Point::Kind::Step, Point::Kind::Branch}) {
        all += sum[static_cast<std::size_t>(kind)].all;
        reached += sum[static_cast<std::size_t>(kind)].reached;
    }
    return all == 0 ? 100 : 100.0 * static_cast<double>(reached) / static_cast<double>(all);
}

std::string render_coverage(const Coverage& coverage) {
    const auto files = coverage.by_file();
    if (files.empty()) return "Coverage: there are no rules (those of the library are left out)\n";
    std::size_t width = 3;
    for (const auto& [file, counts] : files) width = std::max(width, file.size());
    std::string out = fmt::format("{:<{}}  {:>9}  {:>9}  {:>9}  {:>12}\n", "Coverage", width, "rules", "steps", "branches", "suppressions");
    const auto row = [&](const std::string& name, const Coverage::Counts& counts) {
        out += fmt::format("{:<{}}", name, width);
        for (std::size_t i = 0; i < counts.size(); ++i)
            out += fmt::format("  {:>{}}", counts[i].all == 0 ? std::string("-") : fmt::format("{}/{}", counts[i].reached, counts[i].all), i == 3 ? 12 : 9);
        out += '\n';
    };
    for (const auto& [file, counts] : files) row(file, counts);
    if (files.size() > 1) row("all", coverage.total());
    bool missed = false;
    for (const auto& [place, spot] : coverage.spots()) {
        if (spot.hits > 0) continue;
        if (!missed) out += "\nNot reached:\n";
        missed = true;
        out += fmt::format("  {}:{}:{}: {}\n", place.file, spot.line, spot.column, spot.what);
    }
    return out + fmt::format("\n{:.1f}% of rules, steps and branches were reached\n", coverage.percent());
}

std::string render_lcov(const Coverage& coverage) {
    std::string out;
    for (const auto& [file, counts] : coverage.by_file()) {
        out += fmt::format("TN:\nSF:{}\n", file);
        std::string functions, hits, branches;
        std::map<std::uint32_t, std::uint64_t> lines;
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> steps; // by place: whether a branch could be taken at all
        std::uint32_t block = 0;
        std::pair<std::uint32_t, std::uint32_t> last{};
        for (const auto& [place, spot] : coverage.spots())
            if (place.file == file && place.kind == Point::Kind::Step) steps[{place.begin, place.end}] = spot.hits;
        for (const auto& [place, spot] : coverage.spots()) {
            if (place.file != file) continue;
            switch (place.kind) {
            case Point::Kind::Rule:
                functions += fmt::format("FN:{},{}\n", spot.line, spot.name);
                hits += fmt::format("FNDA:{},{}\n", spot.hits, spot.name);
                [[fallthrough]];
            case Point::Kind::Step: lines[spot.line] = std::max(lines[spot.line], spot.hits); break;
            case Point::Kind::Branch: {
                const std::pair here(place.begin, place.end);
                if (here != last) ++block;
                last = here;
                branches += fmt::format("BRDA:{},{},{},{}\n", spot.line, block, place.branch, steps[here] == 0 ? std::string("-") : std::to_string(spot.hits));
                break;
            }
            case Point::Kind::Suppression: break;
            }
        }
        const auto& rules = counts[static_cast<std::size_t>(Point::Kind::Rule)];
        const auto& taken = counts[static_cast<std::size_t>(Point::Kind::Branch)];
        out += functions + hits + fmt::format("FNF:{}\nFNH:{}\n", rules.all, rules.reached);
        out += branches + fmt::format("BRF:{}\nBRH:{}\n", taken.all, taken.reached);
        for (const auto& [line, n] : lines) out += fmt::format("DA:{},{}\n", line, n);
        const auto hit = static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [](const auto& l) { return l.second > 0; }));
        out += fmt::format("LF:{}\nLH:{}\nend_of_record\n", lines.size(), hit);
    }
    return out;
}

} // namespace segue
