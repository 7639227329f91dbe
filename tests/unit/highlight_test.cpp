// The class of each token: by the tree where there is one, by the words beside it where there is none. `segue syntax`, and editors/ as it makes it.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "support.hpp"
#include "syntax/highlight.hpp"
#include "syntax/parse.hpp"
#include "syntax/places.hpp"
#include "syntax/words.hpp"

using namespace segue;
using namespace segue::test;

namespace {

struct Read {
    Sources sources;
    Diagnostics diagnostics;
    Tree tree;
    explicit Read(const std::string& text) {
        sources.add("test.flow", text);
        tree = parse(sources, 0, diagnostics);
    }
    std::vector<Highlight> tokens() const { return highlight(tree, sources[0]); }
    std::vector<Highlight> tokens_without_tree() const { return highlight(Tree{}, sources[0]); }
    std::string told(const std::vector<Highlight>& tokens) const {
        std::string out;
        for (const auto& token : tokens) out += fmt::format("{}`{}`:{}", out.empty() ? "" : " ", sources[0].slice(token.span), name_of(token.highlight));
        return out;
    }
};

std::string told(const std::string& text) {
    const Read read(text);
    return read.told(read.tokens());
}

std::vector<std::string> scripts() {
    std::vector<std::string> out;
    for (const auto* folder : {"examples", "stdlib", "tests"})
        for (const auto& file : files(std::string(SEGUE_ROOT "/") + folder, ".flow")) out.push_back(file);
    return out;
}

} // namespace

TEST_CASE("highlight: a word is a keyword where the grammar matched it as one") {
    CHECK(told("on after => tag day") == "`on`:keyword `after`:name `=>`:operator `tag`:keyword `day`:name");
    CHECK(told("on 2 days after release at 9:00 => stop") ==
          "`on`:keyword `2`:number `days`:unit `after`:keyword `release`:keyword `at`:keyword `9:00`:clock `=>`:operator `stop`:keyword");
    CHECK(told("on x(release: 1) >= 2 per stage => stop") ==
          "`on`:keyword `x`:name `(`:punctuation `release`:name `:`:punctuation `1`:number `)`:punctuation `>=`:operator `2`:number `per`:keyword `stage`:name `=>`:operator `stop`:keyword");
    CHECK(told("event flow(stage: release?) ## no doc") ==
          "`event`:keyword `flow`:name `(`:punctuation `stage`:name `:`:punctuation `release`:name `?`:operator `)`:punctuation `## no doc`:doc-comment");
    CHECK(told("test \"t\" { fan ana { test true } expect fan.name == \"x\" of ana }").find("`fan`:name `.`:punctuation `name`:name") != std::string::npos);
}

TEST_CASE("highlight: texts are cut where escapes and holes stand") {
    CHECK(told("on a => reply \"x\\n{fan.name ?? \"you {1 + 2}\"}}\"") ==
          "`on`:keyword `a`:name `=>`:operator `reply`:keyword `\"x`:text `\\n`:escape `{`:hole `fan`:name `.`:punctuation `name`:name `??`:operator "
          "`\"you `:text `{`:hole `1`:number `+`:operator `2`:number `}`:hole `\"`:text `}`:hole `}\"`:text");
    CHECK(told("on a => reply \"\"\"\n  \"a\" \\u{1F3B5}\n  {now}\"\"\"") ==
          "`on`:keyword `a`:name `=>`:operator `reply`:keyword `\"\"\"\n  \"a\" `:text `\\u{1F3B5}`:escape `\n  `:text `{`:hole `now`:keyword `}`:hole `\"\"\"`:text");
    CHECK(told("use \"\"use \"./a.flow\"") == "`use`:keyword `\"\"`:text `use`:keyword `\"./a.flow\"`:text");
}

TEST_CASE("highlight: numbers of every kind") {
    CHECK(told("on 2026-03-13 at 09:00 => split s { 12.5% { wait 1.5 hours } 87.5% { stop } }") ==
          "`on`:keyword `2026-03-13`:date `at`:keyword `09:00`:clock `=>`:operator `split`:keyword `s`:name `{`:punctuation `12.5%`:percent `{`:punctuation `wait`:keyword `1.5`:number "
          "`hours`:unit `}`:punctuation `87.5%`:percent `{`:punctuation `stop`:keyword `}`:punctuation `}`:punctuation");
    CHECK(told("attribute a: bool define b = a == true") ==
          "`attribute`:keyword `a`:name `:`:punctuation `bool`:name `define`:keyword `b`:name `=`:operator `a`:name `==`:operator `true`:constant");
}

TEST_CASE("highlight: a broken text has tokens as well") {
    CHECK(told("on save => prompt\non listen when => @ tag after\nlimit sms to 3 per 7 days") ==
          "`on`:keyword `save`:name `=>`:operator `prompt`:keyword `on`:keyword `listen`:name `when`:keyword `=>`:operator `@`:unknown `tag`:keyword `after`:name "
          "`limit`:keyword `sms`:name `to`:keyword `3`:number `per`:keyword `7`:number `days`:unit");
    // A text without end ends on its line.
    CHECK(told("on a => reply \"x {fan\non b => stop") ==
          "`on`:keyword `a`:name `=>`:operator `reply`:keyword `\"x `:text `{`:hole `fan`:name `on`:keyword `b`:name `=>`:operator `stop`:keyword");
    CHECK(told("on a => reply \"x\non b => stop") == "`on`:keyword `a`:name `=>`:operator `reply`:keyword `\"x`:text `on`:keyword `b`:name `=>`:operator `stop`:keyword");
    CHECK(told("12abc \xE2\x80\x9C Ab aB") == "`12abc`:unknown `\xE2\x80\x9C`:unknown `Ab`:unknown `aB`:unknown");
}

TEST_CASE("highlight: tokens are in order, apart, and leave only blanks between them, of broken texts too") {
    for (const auto& file : scripts()) {
        INFO(file);
        for (const std::size_t cut : {100u, 60u, 30u}) {
            auto text = slurp(file);
            text.resize(text.size() * cut / 100);
            const Read read(text);
            std::uint32_t before = 0;
            const auto whole = read.sources[0].text();
            for (const auto& token : read.tokens()) {
                REQUIRE(token.span.begin >= before);
                REQUIRE(token.span.begin < token.span.end);
                REQUIRE(whole.substr(before, token.span.begin - before).find_first_not_of(" \t\r\n\f\v") == std::string_view::npos);
                before = token.span.end;
            }
            REQUIRE(whole.substr(before).find_first_not_of(" \t\r\n\f\v") == std::string_view::npos);
        }
    }
}

TEST_CASE("highlight: without the tree each word is what it is with it") {
    std::size_t seen = 0;
    for (const auto& file : scripts()) {
        const Read read(slurp(file));
        if (read.diagnostics.has_errors()) continue;
        ++seen;
        INFO(file);
        CHECK(read.told(read.tokens_without_tree()) == read.told(read.tokens()));
    }
    CHECK(seen > 150);
}

TEST_CASE("highlight: every word that is a keyword in its place has one in the table, and no other has") {
    for (const auto& place : places()) {
        INFO(place.word);
        CHECK((is_word_of("word", place.word) || is_word_of("declaration", place.word) || place.word == "day"));
    }
    for (const auto& word : words({"word"})) {
        INFO(word);
        const auto placed = std::any_of(places().begin(), places().end(), [&](const Place& place) { return place.word == word; });
        CHECK(placed == (word != "any" && word != "messages")); // which the grammar reads as names
    }
    for (const auto& before : {before_names(), before_operands(), before_fields()})
        for (const auto& word : before)
            if (word[0] >= 'a' && word[0] <= 'z') CHECK((is_word_of("reserved", word) || is_word_of("word", word) || is_word_of("declaration", word)));
}
