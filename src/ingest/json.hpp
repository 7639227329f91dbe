// JSON to Fields, with simdjson: the whole record is validated, also what nothing asks for.
#pragma once

#include <simdjson.h>

#include "ingest/fields.hpp"

namespace segue {

inline constexpr std::size_t most_names = 256; // of one record

// Adds the scalars of `object` to `fields`, nested ones under dotted names if wanted. Views live as long as the parser's
// document. Returns what is too much, or empty.
std::string read_object(simdjson::dom::object object, Fields& fields, bool nested);

Scalar read_scalar(simdjson::dom::element element);

// `text` must have simdjson's padding behind it. Returns what is wrong, or empty.
std::string parse_json(simdjson::dom::parser& parser, std::string_view text, simdjson::dom::element& document);

} // namespace segue
