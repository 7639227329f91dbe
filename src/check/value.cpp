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
    if (const auto it = index_.find(text); it != index_.end()) return it->second;
    texts_.emplace_back(text);
    const auto symbol = static_cast<Symbol>(texts_.size() - 1);
    index_.emplace(texts_.back(), symbol);
    return symbol;
}

} // namespace segue
