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

void Symbols::copy(const Symbols& other) {
    for (const auto& text : other.texts_) intern(text);
}

Symbol Symbols::intern(std::string_view text) {
    const auto hash = quick_hash(text);
    if (const auto known = index_.find(hash, [&](Symbol s) { return texts_[s] == text; }); known != HashIndex::nothing) return known;
    const auto symbol = static_cast<Symbol>(texts_.size());
    texts_.emplace_back(text);
    index_.add(hash, symbol);
    return symbol;
}

} // namespace segue
