// Fields to a Record of a program.
#pragma once

#include <array>
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

    const KnownNames& names() const { return names_; } // of Fields to decode
    bool wants_nested() const { return nested_; } // some `from` has a dot

private:
    using Name = std::uint32_t; // of KnownNames
    struct OfType {
        Record::Kind kind;
        std::uint32_t event;    // Event
    };
    struct OfField {
        Name name, from;        // from: none if it has no other name
        bool textual;           // as it stands
    };
    const Scalar* find(Name name) const { return fields_->find(name); }
    template <class Out> bool text(Name name, std::size_t most, bool needed, Out& out, std::string& reason) const;
    bool time(std::string_view text, Time& out); // RFC 3339
    bool event(std::uint32_t event, Record& record, std::string& reason);
    bool profile(Record& record, std::string& reason);
    bool release(Record& record, std::string& reason);
    bool text_value(const Scalar& scalar, bool keep, Value& out) {
        if (scalar.kind != Scalar::Kind::Text || scalar.text.size() > most_text_bytes) return false;
        out = Value::of_symbol(keep ? symbols_.intern(scalar.text) : 0);
        return true;
    }
    bool value(const Scalar& scalar, Type type, bool keep, Value& out, std::string& problem);

    const Program& program_;
    Interner symbols_;
    KnownNames names_;
    KnownNames type_names_;
    std::vector<OfType> types_;                      // by their names
    std::vector<std::vector<OfField>> event_names_;  // by event, then by field
    std::vector<Name> attribute_names_;
    Name type_, fan_, time_, id_, alias_, release_, title_, link_, artist_, date_, live_;
    bool nested_ = false;

    const Fields* fields_ = nullptr;                    // the record at hand
    std::array<char, 10> day_text_{};                   // the day of the time before: most are of the same
    std::int64_t day_ = 0;
};

// RFC 3339, or whole milliseconds since 1970. Leap seconds count as the next minute.
std::optional<Time> read_time(std::string_view text);
std::optional<std::int64_t> read_date(std::string_view text); // YYYY-MM-DD, in days since 1970

} // namespace segue
