#include "ingest/json.hpp"

#include <cmath>
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

std::string read(dom::object object, Fields& fields, bool nested, const std::string& prefix, int depth) {
    for (const auto& [key, value] : object) {
        if (fields.all().size() >= most_names) return fmt::format("it has more than {} fields", most_names);
        dom::object inner;
        if (nested && depth < deepest && !value.get_object().get(inner)) {
            if (auto bad = read(inner, fields, nested, fmt::format("{}{}.", prefix, key), depth + 1); !bad.empty()) return bad;
        } else if (prefix.empty()) fields.add(key) = read_scalar(value);
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
    // Where nothing is escaped, a text is what stands between its quotes.
    const bool plain = std::memchr(text.data(), '\\', text.size()) == nullptr;
    for (auto read : object) {
        ondemand::field field;
        if (fields.all().size() >= most_names || std::move(read).get(field)) return false;
        const auto* key = field.key().raw();
        auto* added = fields.add_same({key, static_cast<std::size_t>(text.data() + text.size() - key)});
        if (!added) {
            std::string_view name;
            if (field.unescaped_key().get(name)) return false;
            added = &fields.add(name);
        }
        auto& s = *added;
        auto& value = field.value();
        const auto token = value.raw_json_token();
        if (token.empty()) return false;
        switch (token[0]) {
        case '"':
            s.kind = Scalar::Kind::Text;
            if (plain) {
                simdjson::ondemand::raw_json_string taken; // the token alone is not taken from the object
                if (value.get_raw_json_string().get(taken)) return false;
                s.text = token.substr(1, token.rfind('"') - 1);
            } else if (value.get_string().get(s.text)) return false;
            break;
        case 't':
        case 'f':
            s.kind = Scalar::Kind::Bool;
            if (value.get_bool().get(s.boolean)) return false;
            break;
        case 'n': {
            bool null = false;
            if (value.is_null().get(null) || !null) return false;
            break;
        }
        case '{':
        case '[': return false;
        default: { // a number, or nothing that a value can begin with
            // `get_number` of simdjson 3.0 takes a fraction of more than 19 digits for 0; these ask for one type.
            ondemand::number_type kind;
            if (value.get_number_type().get(kind)) return false;
            double number = 0;
            std::int64_t whole = 0;
            if (kind == ondemand::number_type::floating_point_number ? value.get_double().get(number) : value.get_int64().get(whole)) return false;
            set_number(s, kind == ondemand::number_type::floating_point_number ? number : static_cast<double>(whole));
            break;
        }
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
