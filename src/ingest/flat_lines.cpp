#include "ingest/flat_lines.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <new>
#include <optional>

#include "ingest/json.hpp"

namespace segue {

namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// What begins at a token, up to the next one and without the blanks before that.
std::string_view word(const char* token, const char* next) {
    while (blank(next[-1])) --next;
    return {token, next};
}

// A number as JSON has it (RFC 8259), which `from_chars` takes more for. None: it is none, or too large.
std::optional<double> number(std::string_view text) {
    const auto* at = text.data();
    const auto* end = at + text.size();
    const auto digits = [&] {
        const auto* begin = at;
        while (at != end && *at >= '0' && *at <= '9') ++at;
        return at - begin;
    };
    const bool negative = at != end && *at == '-';
    if (negative) ++at;
    const auto* first = at;
    const auto count = digits();
    if (count == 0 || (count > 1 && *first == '0')) return std::nullopt;
    if (at == end && count <= 15) {
        std::int64_t n = 0;
        for (const auto* c = first; c != end; ++c) n = n * 10 + (*c - '0');
        return static_cast<double>(negative ? -n : n);
    }
    if (at != end && *at == '.' && (++at, digits() == 0)) return std::nullopt;
    if (at != end && (*at == 'e' || *at == 'E')) {
        if (++at != end && (*at == '+' || *at == '-')) ++at;
        if (digits() == 0) return std::nullopt;
    }
    double n = 0;
    if (at != end || std::from_chars(text.data(), end, n).ec != std::errc()) return std::nullopt;
    return n;
}

} // namespace

FlatLines::FlatLines() {
    if (simdjson::get_active_implementation()->create_dom_parser_implementation(largest, 1, indexer_)) throw std::bad_alloc();
}

bool FlatLines::read(std::string_view line, std::string_view ahead, Fields& fields) {
    if (!find(line, ahead)) return false;
    const auto* end = line.data() + line.size();
    if (read(end, fields)) return true;
    while (next_ != last_ && at(next_) < end) ++next_;
    return false;
}

// The tokens of the line, in the piece under way or in one that begins there.
bool FlatLines::find(std::string_view line, std::string_view ahead) {
    const auto* end = line.data() + line.size();
    const auto* begin = line.data();
    while (begin != end && blank(*begin)) ++begin;
    if (next_ != last_ && at(next_) == begin) return true;
    next_ = last_ = nullptr;
    const auto size = static_cast<std::size_t>(end - begin);
    if (size == 0 || size > largest) return false;
    auto more = ahead.data() == end && size_ > size ? ahead.substr(0, size_ - size) : std::string_view();
    more = more.substr(0, more.rfind('\n') + 1);
    size_ = std::clamp(2 * size_, first_larger, largest);
    if (open({begin, size + more.size()})) return true;
    size_ = 0;
    return false;
}

bool FlatLines::open(std::string_view piece) {
    if (indexer_->stage1(reinterpret_cast<const std::uint8_t*>(piece.data()), piece.size(), simdjson::stage1_mode::regular)) return false;
    piece_ = piece;
    next_ = indexer_->structural_indexes.get();
    last_ = next_ + indexer_->n_structural_indexes;
    plain_ = std::memchr(piece.data(), '\\', piece.size()) == nullptr;
    return true;
}

bool FlatLines::read(const char* end, Fields& fields) {
    const auto line = static_cast<std::size_t>(end - at(next_));
    plain_line_ = plain_ || std::memchr(at(next_), '\\', line) == nullptr;
    if (!plain_line_) {
        if (unescaped_.size() < line + simdjson::SIMDJSON_PADDING) unescaped_.resize(line + simdjson::SIMDJSON_PADDING);
        used_ = 0;
    }
    // The compiler cannot know that what is written leaves these as they are.
    const auto* const base = piece_.data();
    const auto* const last = last_;
    const auto* token = next_;
    const bool plain = plain_line_;
    if (*at(token++) != '{') return false;
    if (token != last && base[*token] == '}') ++token;
    else for (char behind = ','; behind != '}'; token += 4) {
        if (behind != ',' || last - token < 4) return false;
        const auto *name = base + token[0], *colon = base + token[1], *value = base + token[2], *next = base + token[3];
        if (*name != '"' || *colon != ':') return false;
        behind = *next;
        Scalar* field = nullptr;
        if (plain && colon[-1] == '"') field = &fields.add_padded({name + 1, colon - 1}); // most are
        else {
            std::string_view read;
            if (!text(word(name, colon), read)) return false;
            field = &fields.add(read);
        }
        if (plain && *value == '"' && next[-1] == '"') {
            field->kind = Scalar::Kind::Text;
            field->text = {value + 1, next - 1};
        } else if (!scalar(word(value, next), *field)) return false;
    }
    if (base + token[-1] >= end || (token != last && base + *token < end)) return false; // all of the line, and nothing of the next one
    if (static_cast<std::size_t>(token - next_) / 4 > most_names) return false;
    next_ = token;
    return true;
}

bool FlatLines::scalar(std::string_view word, Scalar& out) {
    switch (word[0]) {
    case '"': out.kind = Scalar::Kind::Text; return text(word, out.text);
    case 't':
    case 'f':
        out.kind = Scalar::Kind::Bool;
        out.boolean = word[0] == 't';
        return word == (out.boolean ? "true" : "false");
    case 'n': return word == "null";
    default: {
        const auto n = number(word);
        if (n) out = Scalar::of(*n);
        return n.has_value();
    }
    }
}

// What stands between the quotes of `word`.
bool FlatLines::text(std::string_view word, std::string_view& out) {
    if (word.size() < 2 || word.back() != '"') return false;
    out = word.substr(1, word.size() - 2);
    if (plain_line_) return true; // where nothing is escaped
    auto* const begin = unescaped_.data() + used_;
    const auto* behind = indexer_->parse_string(reinterpret_cast<const std::uint8_t*>(out.data()), begin);
    if (!behind) return false;
    out = {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(behind - begin)};
    used_ += out.size();
    return true;
}

} // namespace segue
