// The readers, one for each format; open_reader chooses.
#pragma once

#include <simdjson.h>

#include "ingest/reader.hpp"

namespace segue {

Result<std::unique_ptr<Reader>> open_jsonl(const InputOptions& options);
Result<std::unique_ptr<Reader>> open_csv(const InputOptions& options);
Result<std::unique_ptr<Reader>> open_spotify(const InputOptions& options);
Result<std::unique_ptr<Reader>> open_cloudevents(const InputOptions& options);

// One line of JSON to Fields; `line` must have simdjson's padding behind it.
struct JsonParsers {
    simdjson::ondemand::parser flat;
    simdjson::dom::parser whole;
};
void read_json_line(JsonParsers& parsers, std::string_view line, bool too_long, bool nested, Fields& fields);

} // namespace segue
