// The parts of build, one file each: declarations (build.cpp), rules, expressions and texts.
#pragma once

#include "syntax/ast.hpp"
#include "syntax/tree.hpp"
#include "text/diagnostic.hpp"

namespace segue {

// A place in the tree. Children are visited in the order of the text.
class At {
public:
    At(const Tree& tree, std::uint32_t index) : tree_(&tree), index_(index) {}

    Kind kind() const { return node().kind; }
    Span span() const { return {tree_->source, node().begin, node().end}; }
    bool is(Kind kind) const { return node().kind == kind; }

    class Children {
    public:
        Children(const Tree& tree, std::uint32_t first, std::uint32_t end) : tree_(&tree), first_(first), end_(end) {}
        class Iterator {
        public:
            Iterator(const Tree& tree, std::uint32_t index) : tree_(&tree), index_(index) {}
            At operator*() const { return {*tree_, index_}; }
            Iterator& operator++() { index_ = tree_->nodes[index_].next; return *this; }
            bool operator!=(const Iterator& other) const { return index_ != other.index_; }
        private:
            const Tree* tree_;
            std::uint32_t index_;
        };
        Iterator begin() const { return {*tree_, first_}; }
        Iterator end() const { return {*tree_, end_}; }
        bool empty() const { return first_ == end_; }
    private:
        const Tree* tree_;
        std::uint32_t first_;
        std::uint32_t end_;
    };
    Children children() const { return {*tree_, index_ + 1, node().next}; }

    // The first child (of that kind), if there is one.
    std::optional<At> child() const { return children().empty() ? std::nullopt : std::optional(*children().begin()); }
    std::optional<At> child(Kind kind) const {
        for (const auto at : children())
            if (at.is(kind)) return at;
        return std::nullopt;
    }

private:
    const Node& node() const { return tree_->nodes[index_]; }
    const Tree* tree_;
    std::uint32_t index_;
};

class Builder {
public:
    Builder(const Tree& tree, const Sources& sources, Diagnostics& diagnostics) : tree_(tree), source_(sources[tree.source]), diagnostics_(diagnostics) {}

    ast::File file();
    std::vector<ast::EntryPart> entry();

private:
    // build_expressions.cpp
    ast::Expr expression(At at);             // an expression, a condition, or anything that stands for one
    ast::Expr literal(At at);                // number, duration, clock, date, percent, boolean, name
    ast::Expr text(At at);                   // text, long_text
    std::vector<ast::Arg> arguments(At at);
    ast::Pattern pattern(At at);
    struct Operands;
    ast::Expr operand(Operands& in);
    ast::Expr climb(Operands& in, int lowest);
    ast::Expr primary(At at);
    double number(Span span, int decimals);

    // build_rules.cpp
    ast::Rule rule(At at);
    ast::Trigger trigger(At at);
    void clause(At at, ast::Rule& rule);
    void event_trigger(At at, ast::Trigger& trigger);
    ast::Step step(At at);
    ast::Step wait(At at);
    ast::Block block(At at);
    ast::Route route(At at);
    void message(At at, std::optional<ast::Expr>& subject, std::optional<ast::Expr>& text);
    void name_not_unit(const ast::Name& name, std::string_view what);

    // build_scenarios.cpp
    ast::Test test(At at);
    ast::Statement statement(At at);
    ast::Name who(At at);
    void properties(At at, ast::Statement& statement);
    void expect(At at, ast::Statement& statement);
    void told(At at, ast::Statement& statement); // to whom, with which text

    // build.cpp
    void item(At at, ast::File& file);
    void flow_item(At at, ast::Flow& flow);
    ast::Event event(At at);
    ast::Type type(At at);
    ast::Release release(At at);
    ast::Limit limit(At at);
    ast::Quiet quiet(At at);
    ast::Flow flow(At at);
    ast::Include include(At at);
    std::string doc(Span item) const;
    void broken(std::uint32_t begin, std::vector<std::string>& names) const;
    std::string plain_text(At at, std::string_view what); // a text that may have no holes
    ast::Name name(At at);                                // cut where it is too long
    std::string_view slice(Span span) const { return source_.slice(span); }
    Diagnostic& error(Code code, Span span, std::string message) { return diagnostics_.error(code, span, std::move(message)); }

    const Tree& tree_;
    const Source& source_;
    Diagnostics& diagnostics_;
    std::size_t operators_ = 0; // of the outermost expression being built
    bool too_many_ = false;
    int depth_ = 0;
};

} // namespace segue
