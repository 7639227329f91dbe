// What the state file holds as bytes: numbers are varints (zigzag where they may be negative), texts stand as they are.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "check/value.hpp"

namespace segue {

class ByteWriter {
public:
    explicit ByteWriter(const Symbols& symbols) : symbols_(symbols) {}
    void number(std::uint64_t n) {
        for (; n >= 0x80; n >>= 7) out_ += static_cast<char>(n | 0x80);
        out_ += static_cast<char>(n);
    }
    void integer(std::int64_t n) { number((static_cast<std::uint64_t>(n) << 1) ^ static_cast<std::uint64_t>(n >> 63)); }
    void text(std::string_view text) {
        number(text.size());
        out_ += text;
    }
    void symbol(Symbol symbol) { text(symbols_.text(symbol)); }
    void value(const Value& v) {
        number(static_cast<std::uint64_t>(v.kind));
        if (v.kind == Value::Kind::Symbol) symbol(v.symbol());
        else if (v.kind == Value::Kind::Number) {
            std::uint64_t bits = 0;
            std::memcpy(&bits, &v.number, sizeof bits);
            out_.append(reinterpret_cast<const char*>(&bits), sizeof bits);
        } else if (v.kind != Value::Kind::Missing) integer(v.integer);
    }
    template <class Range, class Each> void list(const Range& range, Each each) {
        number(std::size(range));
        for (const auto& item : range) each(item);
    }
    template <class Range> void values(const Range& values) {
        list(values, [&](const Value& v) { value(v); });
    }
    std::string take() { return std::move(out_); }

private:
    const Symbols& symbols_;
    std::string out_;
};

class ByteReader {
public:
    ByteReader(Symbols& symbols, std::string_view in) : symbols_(symbols), in_(in) {}
    bool good() const { return good_; }
    bool at_end() const { return at_ == in_.size(); }
    std::uint64_t number() {
        std::uint64_t n = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at_ >= in_.size()) return bad();
            const auto byte = static_cast<unsigned char>(in_[at_++]);
            n |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
            if (byte < 0x80) return n;
        }
        return bad();
    }
    std::size_t place() const { return at_; }
    void skip(std::uint64_t n) {
        if (n > in_.size() - at_) bad();
        else at_ += n;
    }
    std::uint32_t index() { return static_cast<std::uint32_t>(number()); }
    std::int64_t integer() {
        const auto n = number();
        return static_cast<std::int64_t>(n >> 1) ^ -static_cast<std::int64_t>(n & 1);
    }
    std::string_view text() {
        const auto n = number();
        if (n > in_.size() - at_) return bad(), std::string_view{};
        at_ += n;
        return in_.substr(at_ - n, n);
    }
    Symbol symbol() { return symbols_.intern(text()); }
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
        } else if (v.kind != Value::Kind::Missing) v.integer = integer();
        return v;
    }
    template <class Each> void list(Each each) {
        const auto n = number();
        if (n > in_.size()) bad(); // each item takes a byte at least
        for (std::uint64_t i = 0; i < n && good_; ++i) each();
    }
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
    std::size_t at_ = 0;
    bool good_ = true;
};

} // namespace segue
