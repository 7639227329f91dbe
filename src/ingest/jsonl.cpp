// JSON Lines: one object a line. Blank lines are passed over.
#include <fmt/format.h>

#include "ingest/decode.hpp"
#include "ingest/formats.hpp"
#include "ingest/json.hpp"
#include "ingest/lines.hpp"

namespace segue {

namespace {

class JsonLines : public Reader {
public:
    JsonLines(Lines lines, bool nested) : lines_(std::move(lines)), nested_(nested) {}

    bool next(Fields& fields) override {
        std::string_view line;
        bool too_long = false;
        if (!lines_.next_filled(line, too_long)) return false;
        read_json_line(parsers_, line, lines_.ahead(), too_long, nested_, fields);
        fields.line = lines_.position().line;
        return true;
    }
    bool ready() const override { return lines_.ready(); }
    InputPosition position() const override { return lines_.position(); }
    bool cut() const override { return lines_.cut(); }
    const std::string& failure() const override { return lines_.failure(); }

private:
    Lines lines_;
    bool nested_;
    JsonParsers parsers_;
};

} // namespace

void read_json_line(JsonParsers& parsers, std::string_view line, std::string_view ahead, bool too_long, bool nested, Fields& fields) {
    fields.clear();
    fields.raw = line;
    if (too_long) {
        fields.bad = fmt::format("the record is longer than {} bytes", most_record_bytes);
        return;
    }
    if (parsers.flat.read(line, ahead, fields)) return;
    fields.clear();
    simdjson::dom::element document;
    simdjson::dom::object object;
    fields.bad = parse_json(parsers.whole, line, document);
    if (!fields.bad.empty()) return;
    if (document.get_object().get(object)) fields.bad = "not a JSON object";
    else fields.bad = read_object(object, fields, nested);
}

Result<std::unique_ptr<Reader>> open_jsonl(const InputOptions& options) {
    auto lines = Lines::open(options, options.from);
    if (!lines) return lines.failure();
    return std::unique_ptr<Reader>(new JsonLines(std::move(*lines), options.nested));
}

} // namespace segue
