// CloudEvents 1.0 in JSON: one event, a batch (a list), or one event a line. `type` is the record's type, `subject` the fan,
// `data` holds the fields. An event is the same as another if `source` and `id` are, so both make the record's id.
#include <fmt/format.h>

#include "ingest/decode.hpp"
#include "ingest/documents.hpp"

namespace segue {

namespace {

// What the specification asks of names and of the optional attributes; empty if all is well.
std::string wrong_attribute(simdjson::dom::object event) {
    for (const auto [name, value] : event) {
        if (name == "data_base64") return "`data_base64` is not JSON: send the fields as `data`";
        if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") != std::string_view::npos)
            return fmt::format("not a CloudEvent: `{}` is not the name of an attribute; it may have lower-case letters and digits", name.substr(0, 40));
        if (name != "datacontenttype" && name != "dataschema") continue;
        std::string_view text;
        if (value.is_null()) continue;
        if (value.get_string().get(text) || text.empty()) return fmt::format("not a CloudEvent: `{}` is empty, or not a text", name);
        if (name == "datacontenttype" && text.find('/') == std::string_view::npos) return fmt::format("not a CloudEvent: `datacontenttype` is `{}`, not a media type", text.substr(0, 40));
    }
    return {};
}

// Unpacks one event into `fields`, which are cleared; `id` and `raw` hold what its views point to.
void unpack(simdjson::dom::element element, bool nested, Fields& fields, std::string& id) {
    simdjson::dom::object event;
    if (element.get_object().get(event)) {
        fields.bad = "not a JSON object";
        return;
    }
    std::string_view version, source, own, type;
    const auto text = [&](std::string_view name, std::string_view& to) {
        if (event[name].get_string().get(to)) fields.bad = fmt::format("not a CloudEvent: `{}` is missing, or not a text", name);
        else if (to.empty()) fields.bad = fmt::format("not a CloudEvent: `{}` is empty", name);
        return fields.bad.empty();
    };
    if (!text("specversion", version)) return;
    if (version != "1.0") {
        fields.bad = fmt::format("a CloudEvent of version `{}`, not 1.0", version.substr(0, 20));
        return;
    }
    if (!text("id", own) || !text("source", source) || !text("type", type)) return;
    fields.bad = wrong_attribute(event);
    if (!fields.bad.empty()) return;
    id = fmt::format("{} {}", source, own);
    simdjson::dom::element data;
    simdjson::dom::object inner;
    if (!event["data"].get(data) && !data.is_null()) {
        if (data.get_object().get(inner)) {
            fields.bad = "`data` is not a JSON object";
            return;
        }
        fields.bad = read_object(inner, fields, nested);
        if (!fields.bad.empty()) return;
        for (const auto* own_name : {"id", "type", "fan", "time"}) fields.drop(own_name);
    }
    fields.add("id") = Scalar::of(id);
    fields.add("type") = Scalar::of(type);
    simdjson::dom::element value;
    std::string_view fan;
    const bool missing = event["subject"].get(value) || value.is_null();
    if (missing || (!value.get_string().get(fan) && fan.empty())) {
        fields.bad = fmt::format("`subject` is {}: it names the fan", missing ? "missing" : "empty");
        return;
    }
    fields.add("fan") = read_scalar(value);
    if (!event["time"].get(value) && !value.is_null()) {
        if (!value.is_string()) {
            fields.bad = "not a CloudEvent: `time` is not a text";
            return;
        }
        fields.add("time") = read_scalar(value);
    }
}

class Batch : public Reader {
public:
    Batch(Elements elements, bool nested) : elements_(std::move(elements)), nested_(nested) {}

    bool next(Fields& fields) override {
        simdjson::dom::element element;
        if (!elements_.next(element)) return false;
        fields.clear();
        fields.line = elements_.done();
        raw_ = simdjson::minify(element);
        fields.raw = raw_;
        unpack(element, nested_, fields, id_);
        return true;
    }
    InputPosition position() const override { return {0, elements_.done()}; }
    const std::string& failure() const override { return failure_; }

private:
    Elements elements_;
    bool nested_;
    std::string raw_, id_, failure_;
};

class EventLines : public Reader {
public:
    EventLines(Lines lines, bool nested) : lines_(std::move(lines)), nested_(nested) {}

    bool next(Fields& fields) override {
        std::string_view line;
        bool too_long = false;
        if (!lines_.next_filled(line, too_long)) return false;
        fields.clear();
        fields.raw = line;
        fields.line = lines_.position().line;
        simdjson::dom::element element;
        if (too_long) fields.bad = fmt::format("the record is longer than {} bytes", most_record_bytes);
        else fields.bad = parse_json(parser_, line, element);
        if (fields.bad.empty()) unpack(element, nested_, fields, id_);
        return true;
    }
    InputPosition position() const override { return lines_.position(); }
    bool cut() const override { return lines_.cut(); }
    const std::string& failure() const override { return lines_.failure(); }

private:
    Lines lines_;
    bool nested_;
    simdjson::dom::parser parser_;
    std::string id_;
};

// A batch begins with `[`, a single event may spread over lines; else it is one event a line.
bool one_document(Lines& lines) {
    const auto first = lines.peek();
    if (first.empty()) return false;
    return first.front() == '[' || first[first.find_last_not_of(" \t\r")] != '}';
}

} // namespace

Result<std::unique_ptr<Reader>> open_cloudevents(const InputOptions& options) {
    auto lines = Lines::open(options, {});
    if (!lines) return lines.failure();
    if (one_document(*lines)) {
        auto elements = Elements::of(*lines, options);
        if (!elements) return elements.failure();
        return std::unique_ptr<Reader>(new Batch(std::move(*elements), options.nested));
    }
    if (options.from.offset == 0) return std::unique_ptr<Reader>(new EventLines(std::move(*lines), options.nested));
    auto further = Lines::open(options, options.from);
    if (!further) return further.failure();
    return std::unique_ptr<Reader>(new EventLines(std::move(*further), options.nested));
}

} // namespace segue
