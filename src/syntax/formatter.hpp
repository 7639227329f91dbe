// The parts of format: declarations (format.cpp), rules and expressions (format_rules.cpp), steps (format_steps.cpp).
#pragma once

#include <vector>

#include "syntax/builder.hpp"
#include "syntax/page.hpp"

namespace segue {

class Formatter {
public:
    // A rule, or a step with blocks in it, that is no longer than this may stand on one line.
    static constexpr int short_line = 72;

    Formatter(const Tree& tree, const Source& source) : tree_(tree), source_(source), tokens_(tree, source), page_(tokens_) {}

    std::string file();

private:
    // format.cpp. All of them begin where the page stands, with lines of their own at `indent`.
    void items(const std::vector<At>& items, int indent);
    std::vector<int> pads(const std::vector<At>& items, int indent) const;
    void item(At at, int indent, int pad);
    void event(At at, int indent);
    void include(At at, int indent);
    void flow(At at, int indent);
    void test(At at, int indent);
    void rows(At at, int indent);                      // stages, release, the facts about a fan
    void members(At at, int indent);                   // `( )` with one a line
    void close(std::size_t closer, int indent, int inner, bool empty); // `}`, and the comments before it

    // format_rules.cpp
    bool on_one_line(At rule, int indent) const;
    std::size_t arrow(At rule) const;                  // the token `=>`
    void rule(At at, int indent, int pad);
    void response(At at, int left);
    void clause(At at, int indent);
    void expression(Range range, At at, int hang, int tail = 0);
    void expression(Range range, const std::vector<At>& items, int lowest, int hang, int tail);

    // format_steps.cpp. `left` is the column in which the step begins; what belongs to it is lined up with it.
    void step(At at, int left);
    void messages(At at, int left);
    void routes(At at, int channels);
    int routes_width(At at, int channels, bool broken) const;
    void message(At at, int text);
    void wait_for(At at, int left);
    void choice(At at, int left);
    void split(At at, int left);
    void block(At at, int left);
    bool simple(At block) const;                       // may stand on one line: nothing, or one step without blocks
    bool simple_inside(At at) const;

    Range range(At at) const { return tokens_.of(at.span().begin, at.span().end); }
    std::vector<At> all(At at) const;                  // children

    const Tree& tree_;
    const Source& source_;
    Tokens tokens_;
    Page page_;
};

} // namespace segue
