// Places of a text as the protocol has them: a line and a character, both from 0, where characters count as was agreed with the client.
#pragma once

#include "lsp/protocol.hpp"
#include "text/source.hpp"

namespace segue::lsp {

enum class Encoding : std::uint8_t { Utf8, Utf16, Utf32 };

std::string_view encoding_name(Encoding encoding); // "utf-16"

class Positions {
public:
    explicit Positions(Encoding encoding = Encoding::Utf16) : encoding_(encoding) {}
    Encoding encoding() const { return encoding_; }

    // Beyond a line is its end, beyond the text the end of that. Throws as nlohmann-json does where `position` is none.
    std::uint32_t offset(std::string_view text, const Json& position) const;
    std::uint32_t offset(const Source& source, const Json& position) const;

    Json position(const Source& source, std::uint32_t offset) const;
    Json range(const Source& source, Span span) const;
    std::uint32_t units(std::string_view text) const; // how many characters that is

private:
    std::uint32_t bytes(std::string_view line, std::uint64_t character) const;
    Encoding encoding_;
};

} // namespace segue::lsp
