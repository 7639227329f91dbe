// Types and values: what a script can speak of, as the engine holds it.
#pragma once

#include <absl/container/inlined_vector.h>
#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "check/hash_index.hpp"

namespace segue {

using Time = std::int64_t;     // ms since 1970, UTC
using Span_ms = std::int64_t;  // a duration in ms
using Symbol = std::uint32_t;  // a text of Symbols
inline constexpr Span_ms day_ms = 86'400'000;

enum class Type : std::uint8_t { Error, Number, Text, Bool, Duration, Time, Date, Channel, Stage, Artist, Release, Track, Clock };

std::string_view type_name(Type type); // as scripts write it
std::string with_article(std::string_view word); // `a text`, `an artist`
inline std::string with_article(Type type) { return with_article(type_name(type)); }
inline bool is_textual(Type type) { return type == Type::Text || type == Type::Artist || type == Type::Release || type == Type::Track; }

// Interned texts. A Symbol is meaningful only with its table. Several threads may intern; a thread may ask for the text of a symbol that was handed to it.
class Symbols {
public:
    Symbols() { intern(""); }
    Symbols(const Symbols&) = delete;
    Symbols& operator=(const Symbols&) = delete;

    Symbol intern(std::string_view text) { return intern(text, quick_hash(text)); }
    Symbol intern(std::string_view text, std::uint64_t hash); // `quick_hash` of it
    const std::string& text(Symbol symbol) const {
        const auto place = place_of(symbol);
        return chunks_[place.chunk][place.at];
    }
    void copy(const Symbols& other); // into a table with nothing in it: every symbol means the same in both

private:
    // Texts never move, so that one can be read while others come: each chunk has twice the room of the one before.
    static constexpr unsigned first_bits = 8;
    struct Place {
        unsigned chunk;
        std::uint32_t at;
    };
    static Place place_of(Symbol symbol) {
        const auto n = std::uint64_t{symbol} + (1u << first_bits);
        const auto chunk = static_cast<unsigned>(std::bit_width(n)) - 1 - first_bits;
        return {chunk, static_cast<std::uint32_t>(n - (std::uint64_t{1} << (chunk + first_bits)))};
    }

    std::array<std::unique_ptr<std::string[]>, 33 - first_bits> chunks_;
    Symbol size_ = 0;
    HashIndex index_;
    std::mutex mutex_; // of `intern`
};

// The same for one thread, which is asked for the same few texts again and again: those are found without the lock.
class Interner {
public:
    explicit Interner(Symbols& symbols) : symbols_(symbols) {}
    Symbol intern(std::string_view text) {
        const auto hash = quick_hash(text);
        auto& recent = recent_[hash % recent_.size()];
        if (symbols_.text(recent) != text) recent = symbols_.intern(text, hash);
        return recent;
    }

private:
    Symbols& symbols_;
    std::array<Symbol, 1'024> recent_{}; // by their hash
};

struct Value {
    enum class Kind : std::uint8_t { Missing, Number, Bool, Duration, Time, Date, Symbol, Stage };

    Kind kind = Kind::Missing;
    union {
        double number;
        std::int64_t integer = 0; // Bool 0/1; Duration, Time in ms; Date in days; Symbol; Stage: its rank, -1 before the first
    };

    static Value of_number(double n) { Value v; v.kind = Kind::Number; v.number = n == 0 ? 0 : n; return v; }
    static Value of(Kind kind, std::int64_t i) { Value v; v.kind = kind; v.integer = i; return v; }
    static Value of_bool(bool b) { return of(Kind::Bool, b); }
    static Value of_symbol(segue::Symbol s) { return of(Kind::Symbol, s); }

    bool missing() const { return kind == Kind::Missing; }
    segue::Symbol symbol() const { return static_cast<segue::Symbol>(integer); }
    friend bool operator==(const Value& a, const Value& b) { return a.kind == b.kind && (a.kind == Kind::Number ? a.number == b.number : a.integer == b.integer); }
};

using Row = absl::InlinedVector<Value, 6>; // of what comes and goes: the fields of an event
using Values = absl::InlinedVector<Value, 2>; // one or two are the most frequent by far

struct ValueHash {
    std::size_t operator()(const Value& v) const {
        auto x = static_cast<std::uint64_t>(v.integer) * 0x9E3779B97F4A7C15u + static_cast<std::uint64_t>(v.kind);
        return static_cast<std::size_t>(x ^ (x >> 32));
    }
};

using ValueSet = std::unordered_set<Value, ValueHash>;

} // namespace segue
