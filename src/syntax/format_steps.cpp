#include <algorithm>

#include "syntax/formatter.hpp"

namespace segue {

bool Formatter::simple(At block) const {
    if (tokens_.width(range(block)) < 0) return false;
    std::size_t steps = 0;
    for (const auto step : block.children()) {
        if (++steps > 1 || step.is(Kind::if_step) || step.is(Kind::split_step) || step.is(Kind::block)) return false;
        if (step.is(Kind::wait) && step.child()->child(Kind::else_block)) return false;
    }
    return true;
}

bool Formatter::simple_inside(At at) const {
    if (at.is(Kind::split_step) || (at.is(Kind::if_step) && at.child(Kind::if_step)) || (at.is(Kind::block) && !simple(at))) return false;
    for (const auto child : at.children())
        if (!simple_inside(child)) return false;
    return true;
}

void Formatter::step(At at, int left) {
    const auto own = range(at);
    page_.hang(left);
    switch (at.kind()) {
    case Kind::prompt:
    case Kind::send: return messages(at, left);
    case Kind::block: return block(at, left);
    case Kind::if_step: return choice(at, left);
    case Kind::split_step: return split(at, left);
    case Kind::wait:
        if (at.child()->is(Kind::wait_for)) return wait_for(at, left);
        [[fallthrough]];
    default: return page_.put(own, left + 2);
    }
}

// ---- prompt and send -------------------------------------------------------------------------------------------------

// The column behind the longest of the routes, or of each's own two lines. `broken`: a subject and its body on two lines.
int Formatter::routes_width(At at, int channels, bool broken) const {
    int widest = 0;
    int out = 0;
    for (const auto route : at.children()) widest = std::max(widest, cells(tokens_[range(route).first].text));
    for (const auto route : at.children()) {
        const auto message = route.child(Kind::message);
        if (!message) continue;
        const auto own = range(*message);
        const auto text = channels + widest + 1;
        if (!broken) {
            const auto width = tokens_.width(own);
            out = std::max(out, width < 0 ? Page::width + 1 : text + width);
            continue;
        }
        for (auto i = own.first; i < own.last; ++i)
            if (tokens_[i].text != "/") out = std::max(out, text + (tokens_[i].several_lines ? 3 : cells(tokens_[i].text)));
    }
    return out;
}

// A text, and the body under its subject if there is no room beside it.
void Formatter::message(At at, int text) {
    const auto own = range(at);
    page_.hang(text);
    if (page_.fits(own)) return page_.put(own, text);
    page_.put(own.first);
    if (own.last - own.first < 3) return;
    page_.line(text - 2);
    page_.hang(text);
    for (auto i = own.first + 1; i < own.last; ++i) page_.put(i);
}

// One route a line, the channels and their texts below each other; the page stands behind `via` or `send`.
void Formatter::routes(At at, int channels) {
    int widest = 0;
    for (const auto route : at.children()) widest = std::max(widest, cells(tokens_[range(route).first].text));
    bool first = true;
    for (const auto route : at.children()) {
        const auto own = range(route);
        if (!first) {
            page_.line(channels - 3);
            page_.hang(channels - 3);
            page_.put(own.first - 1); // `or`
        }
        page_.hang(channels);
        page_.put(own.first);
        if (const auto text = route.child(Kind::message)) {
            page_.pad(widest - cells(tokens_[own.first].text));
            message(*text, channels + widest + 1);
        }
        first = false;
    }
}

void Formatter::messages(At at, int left) {
    const auto all = range(at);
    if (page_.fits(all)) return page_.put(all, left + 2);
    const auto to = at.child(Kind::routes);
    if (at.is(Kind::send)) {
        page_.put(all.first);
        return routes(*to, left + 5);
    }
    Range goals{all.first, all.last};
    if (to) goals.last = range(*to).first - 1; // `via`
    const auto text = at.child(Kind::message);
    if (text) goals.last = range(*text).first;
    if (page_.fits(goals)) page_.put(goals, left + 2);
    else {
        bool first = true;
        for (const auto goal : at.children()) {
            if (!goal.is(Kind::goal)) continue;
            const auto own = range(goal);
            if (!first) page_.line(left + 4);
            page_.hang(first ? left : left + 4);
            page_.put(own.first - 1); // `prompt` or `or`
            page_.hang(left + 7);
            page_.put(own, left + 9);
            first = false;
        }
    }
    // Beside the goals if it fits there, or under them if it fits there; a subject and its body on two lines before nothing fits.
    const auto beside = page_.column() + 1;
    const auto under = left + 2;
    if (text) {
        const auto own = range(*text);
        const bool below = !page_.fits(own) && tokens_.width(own) >= 0 && under + tokens_.width(own) <= Page::width;
        if (below) page_.line(under);
        return message(*text, below ? under : beside);
    }
    if (!to) return;
    bool below = false;
    for (const bool broken : {false, true}) {
        if (routes_width(*to, beside + 4, broken) <= Page::width) break;
        below = routes_width(*to, under + 4, broken) <= Page::width || broken;
        if (below) break;
    }
    if (below) page_.line(under);
    page_.hang(under);
    const auto via = range(*to).first - 1;
    const auto rest = Range{via, all.last};
    if (page_.fits(rest)) return page_.put(rest, under + 4);
    const auto column = below || page_.column() == under ? under : beside;
    page_.put(via);
    routes(*to, column + 4);
}

// ---- steps with blocks -----------------------------------------------------------------------------------------------

void Formatter::block(At at, int left) {
    const auto own = range(at);
    page_.hang(left);
    page_.put(own.first);
    bool first = true;
    for (const auto next : at.children()) {
        page_.line(left + 2);
        page_.above(range(next).first, first);
        step(next, left + 2);
        first = false;
    }
    close(own.last - 1, left, left + 2, first);
}

void Formatter::wait_for(At at, int left) {
    const auto own = range(at);
    const auto other = at.child()->child(Kind::else_block);
    if (!other) return page_.put(own, left + 2);
    const auto width = tokens_.width(own);
    if (width >= 0 && left + width <= short_line && simple_inside(at)) return page_.put(own, left + 2);
    const auto before = range(*other).first;
    page_.put({own.first, before}, left + 2, 7); // ` else {`
    page_.hang(left);
    page_.put(before);
    block(*other->child(), left);
}

void Formatter::choice(At at, int left) {
    const auto all = range(at);
    const auto width = tokens_.width(all);
    if (width >= 0 && left + width <= short_line && simple_inside(at)) return page_.put(all, left + 2);
    // Each branch: from its first word to its block, the condition between.
    struct Branch {
        std::size_t first;
        std::optional<At> condition;
        At block;
    };
    std::vector<Branch> branches;
    for (auto branch = std::optional(at); branch;) {
        const auto condition = branch->child(Kind::condition);
        std::optional<At> next;
        for (const auto part : branch->children()) {
            const auto own = range(part);
            if (part.is(Kind::if_step)) next = part;
            if (!part.is(Kind::block)) continue;
            if (own.first == range(*condition).last) branches.push_back({range(*branch).first == all.first ? all.first : range(*branch).first - 1, condition, part});
            else branches.push_back({own.first - 1, std::nullopt, part});
        }
        branch = next;
    }
    // One line a branch, if none needs more.
    const bool rows = std::all_of(branches.begin(), branches.end(), [&](const Branch& b) {
        const auto branch = tokens_.width({b.first, range(b.block).last});
        return branch >= 0 && left + branch <= Page::width && simple(b.block) && (b.first == all.first || tokens_[b.first].above.empty());
    });
    for (const auto& branch : branches) {
        const auto own = range(branch.block);
        const bool first = branch.first == all.first;
        page_.hang(left);
        if (rows) {
            if (!first) page_.line(left);
            page_.put({branch.first, own.last}, left + 2);
            continue;
        }
        if (!branch.condition) page_.put(branch.first);
        else {
            const auto condition = range(*branch.condition);
            page_.put(branch.first);
            for (auto i = branch.first + 1; i < condition.first; ++i) page_.put(i); // `if` behind `else`
            expression(condition, *branch.condition, left + 4, 2);
        }
        block(branch.block, left);
    }
}

void Formatter::split(At at, int left) {
    const auto all = range(at);
    std::vector<At> shares;
    for (const auto child : at.children())
        if (child.is(Kind::share)) shares.push_back(child);
    // The percents and the names of the arms are columns; a name too long, or with a comment, leaves its own out.
    constexpr int widest_arm = 24;
    int percents = 0;
    int arms = 0;
    for (const auto share : shares) {
        percents = std::max(percents, cells(tokens_[range(share).first].text));
        const auto name = share.child(Kind::arm_name);
        const auto width = name ? tokens_.width(range(*name)) + 1 : 0;
        if (width <= widest_arm) arms = std::max(arms, width);
    }
    page_.put({all.first, all.first + 3}, left + 2);
    for (const auto share : shares) {
        const auto own = range(share);
        const auto body = *share.child(Kind::block);
        const auto name = share.child(Kind::arm_name);
        const auto rest = percents - cells(tokens_[own.first].text);
        page_.line(left + 2);
        page_.above(own.first, share.span() == shares.front().span());
        page_.hang(left + 4);
        page_.put(own.first);
        page_.pad(rest);
        if (name) {
            page_.put(range(*name), left + 4);
            page_.pad(arms - tokens_.width(range(*name)) - 1);
        } else page_.pad(rest + arms);
        if (simple(body) && page_.fits(range(body), arms)) page_.put(range(body), left + 4);
        else block(body, left + 2);
    }
    close(all.last - 1, left, left + 2, shares.empty());
}

} // namespace segue
