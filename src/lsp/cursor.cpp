#include "lsp/cursor.hpp"

#include <algorithm>

#include "syntax/words.hpp"
#include "text/source.hpp"

namespace segue::lsp {

namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

class Scan {
public:
    Scan(std::string_view text, std::uint32_t offset) : text_(text.substr(0, offset)) {}

    Cursor run() {
        while (at_ < text_.size() && !out_.in_comment && !out_.in_text) step();
        out_.in_hole = !holes_.empty();
        if (!out_.in_comment && !out_.in_text && !words().empty() && words().back().end() == text_.size() && is_word(text_.back())) {
            out_.typed = words().back().text;
            words().pop_back();
        }
        out_.begin = static_cast<std::uint32_t>(text_.size() - out_.typed.size());
        out_.words = frames_.back().words;
        for (std::size_t i = 1; i < frames_.size(); ++i) {
            out_.outer.push_back(frames_[i - 1].words);
            if (frames_[i].brace) {
                out_.heads.push_back(frames_[i - 1].words);
                out_.blocks.push_back(frames_[i - 1].words.empty() ? std::string_view() : frames_[i - 1].words.front().text);
                out_.calls.clear();
            } else if (!frames_[i].hole) {
                const auto& before = frames_[i - 1].words;
                const auto word = [&](std::size_t back) { return back < before.size() ? before[before.size() - 1 - back].text : std::string_view(); };
                out_.calls.push_back({word(0), word(1), frames_[i].commas, frames_[i].words});
            }
        }
        return std::move(out_);
    }

private:
    // A statement, or what stands in a pair of parentheses, braces or a hole.
    struct Frame {
        bool brace = false, hole = false;
        std::vector<Word> words;
        std::size_t commas = 0;
    };
    std::vector<Word>& words() { return frames_.back().words; }
    const std::vector<Word>& words() const { return frames_.back().words; }

    void add(std::size_t end) {
        const auto word = text_.substr(at_, end - at_);
        if (starts_item(word)) frames_.back().words.clear();
        words().push_back({word, static_cast<std::uint32_t>(at_)});
        at_ = end;
    }

    // A line that begins so begins a statement: nothing before it goes on there.
    bool starts_item(std::string_view word) const {
        if (frames_.back().hole || words().empty()) return false;
        if (!begins_line(text_, at_)) return false;
        if (frames_.size() > 1 && !frames_.back().brace) return false; // in parentheses
        static constexpr std::string_view steps[] = {"prompt", "send", "reply", "wait", "record", "tag", "untag", "if", "split", "stop", "expect", "at", "after", "fan"};
        const auto last = words().back().text;
        if (last == "=>" || last == "then" || last == "or" || last == "and") return false;
        if (word == "on" || is_word_of("declaration", word)) return true;
        if (word == "release" && last != "until" && last != "next" && last != "latest" && last != "of") return true;
        // a label before `on`, and `NAME does`
        auto behind = at_ + word.size();
        while (behind < text_.size() && text_[behind] == ' ') ++behind;
        if (behind < text_.size() && text_[behind] == ':' && is_word(word[0])) return true;
        if (text_.substr(behind).starts_with("does ")) return true;
        return frames_.back().brace && std::find(std::begin(steps), std::end(steps), word) != std::end(steps);
    }

    void step() {
        const char c = text_[at_];
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            ++at_;
        } else if (c == '#') {
            const auto end = text_.find('\n', at_);
            if (end == std::string_view::npos) out_.in_comment = true, out_.comment = text_.substr(at_);
            at_ = std::min(end, text_.size());
        } else if (c == '"') {
            quoted();
        } else if (c == '(') {
            frames_.push_back({});
            ++at_;
        } else if (c == '{') {
            frames_.push_back({true, false, {}, 0});
            ++at_;
        } else if (c == ')' || c == '}') {
            close(c);
        } else if (c == ',' && frames_.size() > 1 && !frames_.back().brace) {
            ++frames_.back().commas;
            words().clear();
            ++at_;
        } else if (c == ';') {
            words().clear();
            ++at_;
        } else if (is_word(c)) {
            auto end = at_;
            const bool number = c >= '0' && c <= '9';
            while (end < text_.size() && (is_word(text_[end]) || (number && (text_[end] == ':' || text_[end] == '-' || text_[end] == '.' || text_[end] == '%')))) ++end;
            add(end);
        } else {
            static constexpr std::string_view pairs[] = {"=>", "->", "==", "!=", "<=", ">=", "??"};
            const bool pair = std::find(std::begin(pairs), std::end(pairs), text_.substr(at_, 2)) != std::end(pairs);
            add(at_ + (pair ? 2 : 1));
        }
    }

    void close(char c) {
        if (c == '}' && !holes_.empty() && frames_.size() > 1 && frames_.back().hole) {
            frames_.pop_back();
            at_ += 1;
            const auto [begin, is_long] = holes_.back();
            holes_.pop_back();
            rest_of_text(begin, is_long);
            return;
        }
        const bool brace = c == '}';
        // A parenthesis that was never closed ends with its block.
        while (brace && frames_.size() > 1 && !frames_.back().brace && !frames_.back().hole) frames_.pop_back();
        if (frames_.size() > 1 && frames_.back().brace == brace && !frames_.back().hole) {
            frames_.pop_back();
            words().push_back({text_.substr(at_, 1), static_cast<std::uint32_t>(at_)});
        }
        ++at_;
        // A rule can go on behind the block of a step; whatever else ends with its brace.
        if (!brace) return;
        const auto first = words().empty() ? std::string_view() : words().front().text;
        static constexpr std::string_view whole[] = {"flow", "release", "stages", "test", "fan"};
        if (std::find(std::begin(whole), std::end(whole), first) != std::end(whole)) words().clear();
    }

    void quoted() {
        const bool is_long = text_.substr(at_).starts_with("\"\"\"");
        const auto begin = at_;
        at_ += is_long ? 3 : 1;
        rest_of_text(begin, is_long);
    }

    void rest_of_text(std::size_t begin, bool is_long) {
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '\\') ++at_;
            else if (c == '{') {
                holes_.emplace_back(begin, is_long);
                frames_.push_back({false, true, {}, 0});
                ++at_;
                return;
            } else if (is_long ? text_.substr(at_).starts_with("\"\"\"") : c == '"' || c == '\n') {
                at_ += is_long ? 3 : c == '"' ? 1 : 0;
                words().push_back({text_.substr(begin, at_ - begin), static_cast<std::uint32_t>(begin)});
                return;
            }
        }
        at_ = text_.size();
        out_.in_text = true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<Frame> frames_{Frame{}};
    std::vector<std::pair<std::size_t, bool>> holes_;
    Cursor out_;
};

} // namespace

bool Cursor::inside(std::string_view block) const { return std::find(blocks.begin(), blocks.end(), block) != blocks.end(); }

bool Cursor::has(std::string_view word) const {
    return std::any_of(words.begin(), words.end(), [&](const Word& w) { return w.text == word; });
}

std::vector<std::string_view> Cursor::behind_on() const {
    std::vector<std::string_view> out;
    const auto look = [&](const std::vector<Word>& of) {
        for (std::size_t i = 0; i + 1 < of.size(); ++i)
            if (of[i].text == "on") out.push_back(of[i + 1].text);
    };
    look(words);
    for (const auto& each : outer) look(each);
    return out;
}

bool is_number(std::string_view word) {
    return !word.empty() && word.find_first_not_of("0123456789.") == std::string_view::npos && word.front() != '.';
}

bool is_comparison(std::string_view word) { return word == "==" || word == "!=" || word == "<" || word == "<=" || word == ">" || word == ">="; }

WordPlace word_around(std::string_view text, std::uint32_t offset, std::string_view other_signs) {
    const auto belongs = [&](char c) { return is_word(c) || other_signs.find(c) != std::string_view::npos; };
    WordPlace out{offset, offset};
    while (out.begin > 0 && belongs(text[out.begin - 1])) --out.begin;
    while (out.end < text.size() && belongs(text[out.end])) ++out.end;
    return out;
}

Cursor cursor_at(std::string_view text, std::uint32_t offset) { return Scan(text, std::min(offset, static_cast<std::uint32_t>(text.size()))).run(); }

} // namespace segue::lsp
