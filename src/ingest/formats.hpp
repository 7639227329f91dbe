// The readers, one for each format; open_reader chooses.
#pragma once

#include <simdjson.h>

#include "ingest/flat_lines.hpp"
#include "ingest/reader.hpp"

namespace segue {

Result<std::unique_ptr<Reader>> open_jsonl(const InputOptions& options);
Result<std::unique_ptr<Reader>> open_csv(const InputOptions& options);
Result<std::unique_ptr<Reader>> open_spotify(const InputOptions& options);
Result<std::unique_ptr<Reader>> open_cloudevents(const InputOptions& options);

// One line of JSON to Fields. `ahead`: as for FlatLines.
struct JsonParsers {
    FlatLines flat;
    simdjson::dom::parser whole;
};
void read_json_line(JsonParsers& parsers, std::string_view line, std::string_view ahead, bool too_long, bool nested, Fields& fields);

} // namespace segue
