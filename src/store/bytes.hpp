// What the state file holds as bytes. A number below 248 is a byte (zigzag where it may be negative); of another the first byte says how many follow,
// the lowest first. Texts stand as they are; those that a program knows as symbols do so, too, or once in a dictionary.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "check/value.hpp"

namespace segue {

static_assert(std::endian::native == std::endian::little);
inline constexpr unsigned first_long = 248; // 248 + n: n + 1 bytes follow

// Small numbers of either sign as small numbers.
inline std::uint64_t zigzag(std::int64_t n) { return (static_cast<std::uint64_t>(n) << 1) ^ static_cast<std::uint64_t>(n >> 63); }
inline std::int64_t unzigzag(std::uint64_t n) { return static_cast<std::int64_t>(n >> 1) ^ -static_cast<std::int64_t>(n & 1); }

// From one time to another; bytes that are damaged may be any number, so both go round.
inline std::int64_t apart(Time from, Time to) { return static_cast<std::int64_t>(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from)); }
inline Time moved(Time from, std::int64_t by) { return static_cast<Time>(static_cast<std::uint64_t>(from) + static_cast<std::uint64_t>(by)); }

// The symbols that were written so far, each once, by the order of their first use.
class Dictionary {
public:
    std::uint32_t place(Symbol symbol) {
        if (symbol >= places_.size()) places_.resize(std::max<std::size_t>(symbol + 1, 2 * places_.size()));
        auto& place = places_[symbol];
        if (place.round != round_) {
            place = {round_, static_cast<std::uint32_t>(all_.size())};
            all_.push_back(symbol);
        }
        return place.at;
    }
    const std::vector<Symbol>& all() const { return all_; }
    void clear() {
        all_.clear();
        ++round_;
    }

private:
    struct Place {
        std::uint32_t round = 0, at = 0;
    };
    std::vector<Place> places_; // by symbol
    std::uint32_t round_ = 1;
    std::vector<Symbol> all_;
};

class ByteWriter {
public:
    ByteWriter(const ByteWriter&) = delete;
    ByteWriter& operator=(const ByteWriter&) = delete;
    // Times are written by their distance to `base`.
    explicit ByteWriter(const Symbols& symbols, Dictionary* dictionary = nullptr, std::int64_t base = 0) : symbols_(symbols), dictionary_(dictionary), base_(base) {}
    void symbols_as_numbers() { as_numbers_ = true; } // for who has the same Symbols
    void number(std::uint64_t n) {
        if (end_ - at_ < 9) grow(9);
        if (n < first_long) {
            *at_++ = static_cast<char>(n);
            return;
        }
        const auto bytes = (std::bit_width(n) + 7) / 8;
        *at_ = static_cast<char>(first_long + bytes - 1);
        std::memcpy(at_ + 1, &n, sizeof n);
        at_ += 1 + bytes;
    }
    void integer(std::int64_t n) { number(zigzag(n)); }
    void raw(std::string_view bytes) {
        if (static_cast<std::size_t>(end_ - at_) < bytes.size()) grow(bytes.size());
        at_ = std::copy(bytes.begin(), bytes.end(), at_);
    }
    void text(std::string_view text) {
        number(text.size());
        raw(text);
    }
    void symbol(Symbol symbol) {
        if (dictionary_) number(dictionary_->place(symbol));
        else if (as_numbers_) number(symbol);
        else text(symbols_.text(symbol));
    }
    void time(Time time) {
        if (time == std::numeric_limits<Time>::min()) return number(0);
        if (time == std::numeric_limits<Time>::max()) return number(1);
        number(zigzag(apart(base_, time)) + 2);
    }
    void time_after(Time before, Time time) { integer(apart(before, time)); }
    void value(const Value& v) {
        number(static_cast<std::uint64_t>(v.kind));
        if (v.kind == Value::Kind::Symbol) symbol(v.symbol());
        else if (v.kind == Value::Kind::Number) {
            std::uint64_t bits = 0;
            std::memcpy(&bits, &v.number, sizeof bits);
            raw({reinterpret_cast<const char*>(&bits), sizeof bits});
        } else if (v.kind == Value::Kind::Time) time(v.integer);
        else if (v.kind != Value::Kind::Missing) integer(v.integer);
    }
    template <class Range, class Each> void list(const Range& range, Each each) {
        number(std::size(range));
        for (const auto& item : range) each(item);
    }
    template <class Range> void values(const Range& values) {
        list(values, [&](const Value& v) { value(v); });
    }
    void entry(std::uint32_t fan, std::string_view bytes) {
        number(fan);
        text(bytes);
    }
    std::size_t size() const { return static_cast<std::size_t>(at_ - out_.data()); }
    std::string_view bytes() const { return {out_.data(), size()}; }
    void clear() { at_ = out_.data(); }
    std::string take() {
        out_.resize(size());
        auto out = std::move(out_);
        out_.clear();
        at_ = end_ = out_.data();
        return out;
    }

private:
    void grow(std::size_t n) {
        const auto used = size();
        out_.resize(std::max(2 * out_.size(), used + n + 64));
        at_ = out_.data() + used;
        end_ = out_.data() + out_.size();
    }

    const Symbols& symbols_;
    Dictionary* dictionary_;
    std::int64_t base_;
    bool as_numbers_ = false;
    std::string out_;       // with room behind what is used
    char* at_ = out_.data();
    char* end_ = out_.data() + out_.size();
};

class ByteReader {
public:
    ByteReader(Symbols& symbols, std::string_view in, const std::vector<Symbol>* dictionary = nullptr, std::int64_t base = 0)
        : symbols_(symbols), in_(in), dictionary_(dictionary), base_(base) {}
    void symbols_as_numbers() { as_numbers_ = true; }
    bool good() const { return good_; }
    bool at_end() const { return at_ == in_.size(); }
    std::uint64_t number() {
        if (at_ >= in_.size()) return bad();
        std::uint64_t n = static_cast<unsigned char>(in_[at_++]);
        if (n < first_long) return n;
        const auto bytes = n - first_long + 1;
        if (in_.size() - at_ < bytes) return bad();
        n = 0;
        std::memcpy(&n, in_.data() + at_, bytes);
        at_ += bytes;
        return n;
    }
    std::size_t place() const { return at_; }
    std::uint32_t index() { return static_cast<std::uint32_t>(number()); }
    std::int64_t integer() { return unzigzag(number()); }
    std::string_view piece(std::uint64_t n) {
        if (n > in_.size() - at_) return bad(), std::string_view{};
        at_ += n;
        return in_.substr(at_ - n, n);
    }
    std::string_view text() { return piece(number()); }
    // What stands behind the number of a fan and its own length; none at the end, or where nothing such stands.
    struct Entry {
        std::uint32_t fan;
        std::string_view bytes;
        std::size_t at; // where it begins
    };
    std::optional<Entry> entry() {
        if (at_end() || !good_) return std::nullopt;
        const auto begin = at_;
        const auto fan = index();
        const auto bytes = text();
        return good_ ? std::optional(Entry{fan, bytes, begin}) : std::nullopt;
    }
    Symbol symbol() {
        if (as_numbers_) return index();
        if (!dictionary_) return symbols_.intern(text());
        const auto place = number();
        if (place >= dictionary_->size()) return bad(), Symbol{0};
        return (*dictionary_)[place];
    }
    Time time() {
        const auto n = number();
        if (n == 0) return std::numeric_limits<Time>::min();
        if (n == 1) return std::numeric_limits<Time>::max();
        return moved(base_, unzigzag(n - 2));
    }
    Time time_after(Time before) { return moved(before, integer()); }
    Value value() {
        const auto kind = number();
        if (kind > static_cast<std::uint64_t>(Value::Kind::Stage)) return bad(), Value{};
        Value v;
        v.kind = static_cast<Value::Kind>(kind);
        if (v.kind == Value::Kind::Symbol) v.integer = symbol();
        else if (v.kind == Value::Kind::Number) {
            if (in_.size() - at_ < sizeof(double)) return bad(), Value{};
            std::memcpy(&v.number, in_.data() + at_, sizeof(double));
            at_ += sizeof(double);
        } else if (v.kind == Value::Kind::Time) v.integer = time();
        else if (v.kind != Value::Kind::Missing) v.integer = integer();
        return v;
    }
    // `begin`: told how many there are.
    template <class Begin, class Each> void list(Begin begin, Each each) {
        const auto n = number();
        if (n > in_.size()) bad(); // each item takes a byte at least
        if (good_) begin(static_cast<std::size_t>(n));
        for (std::uint64_t i = 0; i < n && good_; ++i) each();
    }
    template <class Each> void list(Each each) { list([](std::size_t) {}, each); }
    Values values() {
        Values out;
        list([&] { out.push_back(value()); });
        return out;
    }
    std::uint64_t bad() {
        good_ = false;
        return 0;
    }

private:
    Symbols& symbols_;
    std::string_view in_;
    const std::vector<Symbol>* dictionary_;
    std::int64_t base_;
    std::size_t at_ = 0;
    bool as_numbers_ = false;
    bool good_ = true;
};

} // namespace segue
