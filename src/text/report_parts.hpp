// Parts of reports that more than one document has.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "text/report.hpp"

namespace segue {

// The diagnostics of a report as render_json writes them.
nlohmann::ordered_json json_of_diagnostics(const Report& report);

// A text as XML 1.0 can hold it.
std::string for_xml(std::string_view text);

} // namespace segue
