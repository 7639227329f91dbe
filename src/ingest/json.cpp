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

// A whole number beyond 64 bits is a number all the same, which simdjson takes if it has an exponent.
std::string with_exponents(std::string_view text) {
    constexpr std::size_t most_digits = 18; // that surely fit into 64 bits
    std::string out;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto digits = std::min(text.find_first_not_of("0123456789", at), text.size()) - at;
        if (quoted || digits == 0) {
            if (quoted && text[at] == '\\') out += text[at++]; // what is escaped ends nothing
            else if (text[at] == '"') quoted = !quoted;
            if (at < text.size()) out += text[at++];
            continue;
        }
        const auto end = std::min(text.find_first_not_of("0123456789.eE+-", at), text.size());
        out += text.substr(at, end - at);
        if (digits > most_digits && at + digits == end) out += "e0";
        at = end;
    }
    return out;
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
        code = parser.parse(with_exponents(text)).get(document);
        if (code == simdjson::NUMBER_ERROR) return nlohmann::json::accept(text) ? "a number in it is too large" : "not JSON: a number is wrong or too large";
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
