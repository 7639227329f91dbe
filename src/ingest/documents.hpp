// What the readers of one JSON document share: it is read whole, and its elements are given one by one.
#pragma once

#include <optional>
#include <vector>

#include "ingest/formats.hpp"
#include "ingest/json.hpp"
#include "ingest/lines.hpp"

namespace segue {

class Elements {
public:
    // The whole input as JSON: a list gives its elements, an object is the only one.
    static Result<Elements> open(const InputOptions& options);
    static Result<Elements> of(Lines& lines, const InputOptions& options);

    bool next(simdjson::dom::element& element);
    std::uint64_t done() const { return next_; }

private:
    std::unique_ptr<simdjson::dom::parser> parser_;
    std::unique_ptr<std::string> text_;
    std::vector<simdjson::dom::element> all_;
    std::uint64_t next_ = 0;
};

} // namespace segue
