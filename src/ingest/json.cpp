#include "ingest/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

namespace segue {

namespace dom = simdjson::dom;

namespace {

constexpr int deepest = 8;

std::string read(dom::object object, Fields& fields, bool nested, const std::string& prefix, int depth, std::size_t& count) {
    for (const auto& [key, value] : object) {
        if (count >= most_names) return fmt::format("it has more than {} fields", most_names);
        dom::object inner;
        if (nested && depth < deepest && !value.get_object().get(inner)) {
            if (auto bad = read(inner, fields, nested, fmt::format("{}{}.", prefix, key), depth + 1, count); !bad.empty()) return bad;
            continue;
        }
        ++count;
        if (prefix.empty()) fields.add(key) = read_scalar(value);
        else fields.add(prefix + std::string(key)) = read_scalar(value);
    }
    return {};
}

} // namespace

Scalar read_scalar(dom::element element) {
    Scalar s;
    switch (element.type()) {
    case dom::element_type::STRING:
        return Scalar::of(element.get_string().value_unsafe());
    case dom::element_type::BOOL:
        s.kind = Scalar::Kind::Bool;
        s.boolean = element.get_bool().value_unsafe();
        break;
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
        return Scalar::of(element.get_double().value_unsafe());
    case dom::element_type::NULL_VALUE: break;
    default: s.kind = Scalar::Kind::Other;
    }
    return s;
}

std::string read_object(dom::object object, Fields& fields, bool nested) {
    std::size_t count = 0;
    return read(object, fields, nested, "", 0, count);
}

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
