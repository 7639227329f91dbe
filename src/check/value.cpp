#include "check/value.hpp"

namespace segue {

std::string_view type_name(Type type) {
    switch (type) {
    case Type::Number: return "number";
    case Type::Text: return "text";
    case Type::Bool: return "bool";
    case Type::Duration: return "duration";
    case Type::Time: return "time";
    case Type::Date: return "date";
    case Type::Channel: return "channel";
    case Type::Stage: return "stage";
    case Type::Artist: return "artist";
    case Type::Release: return "release";
    case Type::Track: return "track";
    case Type::Clock: return "clock";
    case Type::Error: break;
    }
    return "unknown";
}

std::string with_article(std::string_view word) { return std::string(std::string_view("aeiou").find(word.empty() ? ' ' : word[0]) == std::string_view::npos ? "a " : "an ").append(word); }

void Symbols::copy(const Symbols& other) {
    for (Symbol s = 0; s < other.size_; ++s) intern(other.text(s));
}

Symbol Symbols::intern(std::string_view text, std::uint64_t hash) {
    const std::lock_guard lock(mutex_);
    if (const auto known = index_.find(hash, [&](Symbol s) { return this->text(s) == text; }); known != HashIndex::nothing) return known;
    const auto place = place_of(size_);
    auto& chunk = chunks_[place.chunk];
    if (!chunk) chunk = std::make_unique<std::string[]>(std::size_t{1} << (place.chunk + first_bits));
    chunk[place.at] = text;
    index_.add(hash, size_);
    return size_++;
}

} // namespace segue
