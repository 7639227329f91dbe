#include "check/analysis/pace.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace segue::analysis {

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

bool counts(const Step& step, const std::vector<bool>& channels) {
    return Model::is_message(step) && std::any_of(step.routes.begin(), step.routes.end(), [&](const Route& r) { return channels[r.channel]; });
}

// A way from one step to another, and how long it takes at least and at most.
struct Way {
    std::uint32_t to;
    double least = 0;
    double most = 0;
};

std::vector<Way> ways(const Rule& rule, std::uint32_t at) {
    const auto& step = rule.steps[at];
    const auto span = static_cast<double>(step.span);
    switch (step.act) {
    case Act::Stop: return {};
    case Act::Jump: return {{step.target}};
    case Act::If: return {{at + 1}, {step.target}};
    case Act::WaitFor: return {{at + 1, 0, span}, {step.target, span, span}};
    case Act::Split: {
        std::vector<Way> out;
        for (const auto target : step.targets) out.push_back({target});
        return out;
    }
    case Act::WaitLength: return {step.clock ? Way{at + 1, 0, infinite} : Way{at + 1, span, span}};
    case Act::WaitClock:
    case Act::WaitDate:
    case Act::WaitRelease: return {{at + 1, 0, infinite}};
    default: return {{at + 1}};
    }
}

// The most of the messages for which `wanted` holds on one way through the response.
double longest(const Rule& rule, const std::vector<bool>& wanted) {
    std::vector<double> from(rule.steps.size() + 1, 0); // ways go forward only
    for (auto i = static_cast<std::uint32_t>(rule.steps.size()); i-- > 0;) {
        for (const auto& way : ways(rule, i)) from[i] = std::max(from[i], from[way.to]);
        from[i] += wanted[i] ? 1 : 0;
    }
    return from[0];
}

// From a message on: how many of those that follow come less than a span after it.
class Window {
public:
    Window(const Rule& rule, const std::vector<bool>& channels, double span) : rule_(rule), channels_(channels), span_(span) {}

    double from(std::uint32_t at, double gone) {
        if (at >= rule_.steps.size() || gone >= span_) return 0;
        const auto [known, fresh] = known_.try_emplace({at, gone}, 0);
        if (!fresh) return known->second;
        if (known_.size() > most_known) {
            gave_up_ = true;
            return 0;
        }
        double most = 0;
        for (const auto& way : ways(rule_, at)) most = std::max(most, from(way.to, gone + way.least));
        return known_[{at, gone}] = most + (counts(rule_.steps[at], channels_) ? 1 : 0);
    }
    bool gave_up() const { return gave_up_; }

private:
    static constexpr std::size_t most_known = 20'000; // branches with waits of many lengths

    const Rule& rule_;
    const std::vector<bool>& channels_;
    double span_;
    std::map<std::pair<std::uint32_t, double>, double> known_;
    bool gave_up_ = false;
};

// Messages that come between two delays after the start, and how many of them responses bring within one span.
struct Class {
    double least, most;
    double count;
};

// Those of one response are apart by what lies between their delays at least; those of two responses by that and `every`.
bool meet(const Class& a, const Class& b, double span, double every) {
    const auto gap = std::max(b.least - a.most, a.least - b.most);
    return std::max(gap, 0.0) < span || every + b.least - a.most < span || every + a.least - b.most < span;
}

// The most that classes bring of which any two can meet within the span.
double heaviest(const std::vector<Class>& classes, double span, double every) {
    double sum = 0;
    for (const auto& c : classes) sum += c.count;
    constexpr std::size_t most_tried = 12; // 4,096 sets
    if (classes.size() > most_tried || std::isinf(sum)) return sum;
    double most = 0;
    for (std::uint32_t set = 1; set < 1u << classes.size(); ++set) {
        double count = 0;
        bool together = true;
        for (std::size_t i = 0; i < classes.size() && together; ++i) {
            if ((set >> i & 1) == 0) continue;
            count += classes[i].count;
            for (std::size_t j = 0; j < i && together; ++j) together = (set >> j & 1) == 0 || meet(classes[i], classes[j], span, every);
        }
        if (together) most = std::max(most, count);
    }
    return most;
}

std::vector<bool> messages(const Rule& rule, const std::vector<bool>& channels) {
    std::vector<bool> out;
    for (const auto& step : rule.steps) out.push_back(counts(step, channels));
    return out;
}

} // namespace

double most_within(const Rule& rule, const std::vector<bool>& channels, Span_ms span) {
    const auto wanted = messages(rule, channels);
    const auto all = longest(rule, wanted);
    if (all <= 1) return all;
    double most = 0;
    for (std::uint32_t i = 0; i < rule.steps.size(); ++i) {
        if (!wanted[i]) continue;
        Window window(rule, channels, static_cast<double>(span));
        most = std::max(most, window.from(i, 0));
        if (window.gave_up()) return all;
    }
    return std::min(most, all);
}

double most_paced(const Model& model, const Rule& rule, const std::vector<bool>& channels, Span_ms span, Span_ms every) {
    struct Delay {
        double least = infinite; // not reached
        double most = 0;
    };
    std::vector<Delay> delay(rule.steps.size() + 1);
    delay[0] = {0, 0};
    std::map<std::pair<double, double>, std::vector<bool>> groups; // messages with the same delays: of two branches only one comes
    double earliest = infinite, latest = 0;
    for (std::uint32_t i = 0; i < rule.steps.size(); ++i) {
        if (std::isinf(delay[i].least)) continue;
        const auto& step = rule.steps[i];
        if (Model::is_message(step) && model.held_back(step, rule.flow)) delay[i].most = infinite;
        if (counts(step, channels)) {
            auto& group = groups[{delay[i].least, delay[i].most}];
            group.resize(rule.steps.size());
            group[i] = true;
            earliest = std::min(earliest, delay[i].least);
            latest = std::max(latest, delay[i].most);
        }
        for (const auto& way : ways(rule, i)) {
            auto& next = delay[way.to];
            next.least = std::min(next.least, delay[i].least + way.least);
            next.most = std::max(next.most, delay[i].most + way.most);
        }
    }
    if (groups.empty()) return 0;
    const auto responses = [&](double least, double most) { return std::ceil((static_cast<double>(span) + most - least) / static_cast<double>(every)); };
    std::vector<Class> classes;
    classes.reserve(groups.size());
    for (const auto& [between, group] : groups) classes.push_back({between.first, between.second, longest(rule, group) * responses(between.first, between.second)});
    return std::min(heaviest(classes, static_cast<double>(span), static_cast<double>(every)), longest(rule, messages(rule, channels)) * responses(earliest, latest));
}

} // namespace segue::analysis
