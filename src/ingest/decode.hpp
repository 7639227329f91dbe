// Fields to a Record of a program.
#pragma once

#include <optional>
#include <string>

#include "ingest/fields.hpp"
#include "run/record.hpp"

namespace segue {

// Bounds of one record; past them it is rejected.
inline constexpr std::size_t most_record_bytes = 1u << 20;
inline constexpr std::size_t most_id_bytes = 512;
inline constexpr std::size_t most_text_bytes = 16'384;

enum class Decoded : std::uint8_t { Record, Unknown, Rejected }; // Unknown: a type that the program does not know

// What the outside world's names mean in one program.
class Decoder {
public:
    Decoder(const Program& program, Symbols& symbols);

    // On Rejected, `reason` says why.
    Decoded decode(const Fields& fields, Record& record, std::string& reason);

    bool wants_nested() const { return nested_; } // some `from` has a dot

private:
    bool event(const Fields& fields, std::uint32_t event, Record& record, std::string& reason);
    bool profile(const Fields& fields, Record& record, std::string& reason);
    bool release(const Fields& fields, Record& record, std::string& reason);
    bool value(const Scalar& scalar, Type type, bool keep, Value& out, std::string& problem);

    const Program& program_;
    Symbols& symbols_;
    std::vector<std::pair<std::string, std::uint32_t>> types_; // sorted
    bool nested_ = false;
};

// RFC 3339, or whole milliseconds since 1970. Leap seconds count as the next minute.
std::optional<Time> read_time(std::string_view text);
std::optional<std::int64_t> read_date(std::string_view text); // YYYY-MM-DD, in days since 1970

} // namespace segue
