// Hostile text: every text of the corpus, and a fixed number of others made from it, through each target of tests/fuzz.
#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

#include "fuzz/targets.hpp"
#include "support.hpp"

using namespace segue;
using namespace segue::test;

namespace {

std::vector<std::string> corpus(std::string_view folder) {
    std::vector<std::string> out;
    for (const auto& path : files(fmt::format(SEGUE_ROOT "/tests/fuzz/{}", folder), "")) out.push_back(slurp(path));
    return out;
}

// As libFuzzer's do: bytes and words changed, taken out, put in and doubled, two texts crossed. The same on every machine.
class Mutator {
public:
    explicit Mutator(const std::vector<std::string>& corpus) : corpus_(corpus) {}

    std::string next() {
        auto text = corpus_[below(corpus_.size())];
        for (auto n = 1 + below(5); n > 0; --n) mutate(text);
        return text;
    }

private:
    std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
    std::string piece() {
        const auto& other = corpus_[below(corpus_.size())];
        const auto begin = below(other.size());
        return other.substr(begin, below(40));
    }
    void mutate(std::string& text) {
        constexpr std::string_view signs[] = {"\"", "\"\"\"", "{", "}", "(", ")", "=>", "->", "#", "\\", "\n", "\r\n", "\xFF", "\xC3", "\xF0\x9F\x8E\xB5", std::string_view("\0", 1), "\t", "99999999999999999999", "0", "-1", ">= ", " or ", " then ", "null", "1e999", "[[[[", ",,", "\"id\":", "\"time\":0", "25:61", "2026-02-30"};
        const auto at = below(text.size() + 1);
        switch (below(7)) {
        case 0: text.insert(at, signs[below(std::size(signs))]); break;
        case 1: text.erase(at, below(12)); break;
        case 2: text.insert(at, piece()); break;
        case 3: text = text.substr(0, at); break;
        case 4: text.insert(at, text.substr(below(text.size() + 1), below(60))); break;
        case 5:
            if (!text.empty()) text[below(text.size())] = static_cast<char>(random_());
            break;
        default: text = text.substr(0, at) + piece(); break;
        }
        if (text.size() > 4000) text.resize(4000);
    }

    const std::vector<std::string>& corpus_;
    std::mt19937 random_{20261125}; // its sequence is the standard's
};

// In a process of its own, so that a text that breaks the target is told of and not the end of the tests.
bool survives(void (*target)(std::string_view), const std::string& text) {
    const auto child = fork();
    if (child == 0) {
        target(text);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Many in one process; only if it broke, one by one.
void through(std::string_view folder, const std::vector<std::string>& texts) {
    for (const auto& [name, target, of] : fuzz::targets) {
        if (of != folder) continue;
        const auto child = fork();
        if (child == 0) {
            for (const auto& text : texts) target(text);
            _exit(0);
        }
        int status = 0;
        waitpid(child, &status, 0);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
        for (const auto& text : texts) {
            INFO(name << " is broken by\n" << text);
            REQUIRE(survives(target, text));
        }
        FAIL(name << " broke, but not by one text alone");
    }
}

} // namespace

TEST_CASE("hostile text: the corpus") {
    const auto texts = corpus("corpus");
    REQUIRE(texts.size() >= 100);
    through("corpus", texts);
    const auto records = corpus("records");
    REQUIRE(records.size() >= 10);
    through("records", records);
    for (const auto* folder : {"corpus", "records"})
        through(folder, {"", std::string(1, '\0'), "\xEF\xBB\xBF", "\xEF\xBB", std::string(100'000, '('), std::string(100'000, '"'), std::string(100'000, '\n')});
}

TEST_CASE("hostile text: a fixed number of texts made from the corpus") {
    for (const auto* folder : {"corpus", "records"}) {
        const auto seeds = corpus(folder);
        Mutator mutator(seeds);
        std::vector<std::string> texts;
        for (int i = 0; i < 3'000; ++i) texts.push_back(mutator.next());
        through(folder, texts);
    }
}

TEST_CASE("hostile text: the targets see what does not hold") {
    CHECK_FALSE(survives([](std::string_view) { std::abort(); }, ""));
    CHECK(survives(fuzz::check, "on save => stop"));
}
