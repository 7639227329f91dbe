#include "ingest/json.hpp"

#include <cmath>
#include <deque>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace segue {

namespace dom = simdjson::dom;

namespace {

constexpr std::size_t most_names = 256; // of one record
constexpr int deepest = 8;

// A whole number is one that a double holds exactly.
void set_number(Scalar& s, double number) {
    s.kind = Scalar::Kind::Number;
    s.number = number;
    s.whole = number == std::floor(number) && std::abs(number) < 9.007199254740992e15;
    if (s.whole) s.integer = static_cast<std::int64_t>(number);
}

// A dotted name outlives the call; there are as many as the records have shapes, and a bound.
std::string_view keep(std::string name) {
    thread_local std::deque<std::string> names;
    for (const auto& n : names)
        if (n == name) return n;
    if (names.size() > 4096) names.clear();
    names.push_back(std::move(name));
    return names.back();
}

std::string read(dom::object object, Fields& fields, bool nested, const std::string& prefix, int depth) {
    for (const auto& [key, value] : object) {
        if (fields.all.size() >= most_names) return fmt::format("it has more than {} fields", most_names);
        const auto name = prefix.empty() ? key : keep(prefix + std::string(key));
        dom::object inner;
        if (nested && depth < deepest && !value.get_object().get(inner)) {
            if (auto bad = read(inner, fields, nested, std::string(name) + ".", depth + 1); !bad.empty()) return bad;
            continue;
        }
        fields.all.push_back({name, read_scalar(value)});
    }
    return {};
}

} // namespace

Scalar read_scalar(dom::element element) {
    Scalar s;
    switch (element.type()) {
    case dom::element_type::STRING:
        s.kind = Scalar::Kind::Text;
        s.text = element.get_string().value_unsafe();
        break;
    case dom::element_type::BOOL:
        s.kind = Scalar::Kind::Bool;
        s.boolean = element.get_bool().value_unsafe();
        break;
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
        set_number(s, element.get_double().value_unsafe());
        break;
    case dom::element_type::NULL_VALUE: break;
    default: s.kind = Scalar::Kind::Other;
    }
    return s;
}

bool read_flat(simdjson::ondemand::parser& parser, std::string_view text, Fields& fields) {
    namespace ondemand = simdjson::ondemand;
    ondemand::document document;
    ondemand::object object;
    if (parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING).get(document) || document.get_object().get(object)) return false;
    for (auto read : object) {
        ondemand::field field;
        if (fields.all.size() >= most_names || std::move(read).get(field)) return false;
        auto& [name, s] = fields.all.emplace_back();
        if (field.unescaped_key().get(name)) return false;
        auto& value = field.value();
        ondemand::json_type type;
        if (value.type().get(type)) return false;
        switch (type) {
        case ondemand::json_type::string:
            s.kind = Scalar::Kind::Text;
            if (value.get_string().get(s.text)) return false;
            break;
        case ondemand::json_type::number: {
            // `get_number` of simdjson 3.0 takes a fraction of more than 19 digits for 0; these ask for one type.
            ondemand::number_type kind;
            if (value.get_number_type().get(kind)) return false;
            double number = 0;
            std::int64_t whole = 0;
            if (kind == ondemand::number_type::floating_point_number ? value.get_double().get(number) : value.get_int64().get(whole)) return false;
            set_number(s, kind == ondemand::number_type::floating_point_number ? number : static_cast<double>(whole));
            break;
        }
        case ondemand::json_type::boolean:
            s.kind = Scalar::Kind::Bool;
            if (value.get_bool().get(s.boolean)) return false;
            break;
        case ondemand::json_type::null: {
            bool null = false;
            if (value.is_null().get(null) || !null) return false;
            break;
        }
        default: return false;
        }
    }
    const char* more = nullptr;
    return document.current_location().get(more) == simdjson::OUT_OF_BOUNDS;
}

std::string read_object(dom::object object, Fields& fields, bool nested) { return read(object, fields, nested, "", 0); }

std::string parse_json(dom::parser& parser, std::string_view text, dom::element& document) {
    auto code = parser.parse(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), false).get(document);
    if (code == simdjson::NUMBER_ERROR) {
        // A whole number beyond 64 bits is a number all the same. Read slowly, and written so that it can be read.
        const auto slow = nlohmann::ordered_json::parse(text, nullptr, false);
        if (slow.is_discarded()) return nlohmann::ordered_json::accept(text) ? "a number in it is too large" : "not JSON: a number is wrong or too large";
        code = parser.parse(slow.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)).get(document);
    }
    switch (code) {
    case simdjson::SUCCESS: return {};
    case simdjson::UTF8_ERROR: return "not UTF-8";
    case simdjson::DEPTH_ERROR: return "nested too deep";
    case simdjson::UNCLOSED_STRING: return "not JSON: a string does not end";
    case simdjson::EMPTY: return "not JSON: nothing there";
    default: return "not JSON";
    }
}

} // namespace segue
