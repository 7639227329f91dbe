#include "ingest/documents.hpp"

#include <fmt/format.h>

namespace segue {

Result<Elements> Elements::open(const InputOptions& options) {
    auto lines = Lines::open(options, {});
    if (!lines) return lines.failure();
    return of(*lines, options);
}

Result<Elements> Elements::of(Lines& lines, const InputOptions& options) {
    Elements out;
    out.text_ = std::make_unique<std::string>(lines.rest());
    if (!lines.failure().empty()) return Failure{lines.failure()};
    out.text_->reserve(out.text_->size() + simdjson::SIMDJSON_PADDING);
    out.parser_ = std::make_unique<simdjson::dom::parser>();
    simdjson::dom::element document;
    if (const auto bad = parse_json(*out.parser_, *out.text_, document); !bad.empty()) return Failure{fmt::format("cannot read {}: {}", options.path, bad)};
    simdjson::dom::array array;
    if (!document.get_array().get(array)) {
        for (const auto element : array) out.all_.push_back(element);
    } else out.all_.push_back(document);
    out.next_ = std::min<std::uint64_t>(options.from.line, out.all_.size());
    return out;
}

bool Elements::next(simdjson::dom::element& element) {
    if (next_ >= all_.size()) return false;
    element = all_[next_++];
    return true;
}

} // namespace segue
