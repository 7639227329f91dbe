// JSON to Fields, with simdjson: the whole record is validated, also what nothing asks for.
#pragma once

#include <simdjson.h>

#include "ingest/fields.hpp"

namespace segue {

// Adds the scalars of `object` to `fields`, nested ones under dotted names if wanted. Views live as long as the parser's
// document. Returns what is too much, or empty.
std::string read_object(simdjson::dom::object object, Fields& fields, bool nested);

Scalar read_scalar(simdjson::dom::element element);

// A record of scalars only, as most are, without a document. False, and nothing is said, if it is not one; `parse_json` says what it is. `text` must have
// simdjson's padding behind it.
bool read_flat(simdjson::ondemand::parser& parser, std::string_view text, Fields& fields);

// `text` must have simdjson's padding behind it. Returns what is wrong, or empty.
std::string parse_json(simdjson::dom::parser& parser, std::string_view text, simdjson::dom::element& document);

} // namespace segue
