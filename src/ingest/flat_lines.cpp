#include "ingest/flat_lines.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "ingest/json.hpp"

namespace segue {

namespace ondemand = simdjson::ondemand;

namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

} // namespace

bool FlatLines::read(std::string_view line, std::string_view ahead, Fields& fields) {
    if (!find(line, ahead)) return false;
    const auto found = read(line, fields);
    if (found == Found::Broken) piece_ = {}, size_ = 0;
    else ++at_; // at once: to pass over what is nested looks at the text, which need not be there any more at the next call
    return found == Found::Flat;
}

// The document that begins with the line, in the piece under way or in one that begins there.
bool FlatLines::find(std::string_view line, std::string_view ahead) {
    const auto* end = line.data() + line.size();
    const auto* begin = line.data();
    while (begin != end && blank(*begin)) ++begin;
    const auto here = [&] { return at_ != end_ && piece_.data() + at_.current_index() == begin; };
    if (!piece_.empty() && here()) return true;
    piece_ = {};
    const auto size = static_cast<std::size_t>(end - begin);
    if (size == 0 || size > largest) return false;
    auto more = ahead.data() == end && size_ > size ? ahead.substr(0, size_ - size) : std::string_view();
    more = more.substr(0, more.rfind('\n') + 1);
    size_ = std::clamp(2 * size_, first_larger, largest);
    if (!open({begin, size + more.size()})) size_ = 0;
    else if (here()) return true;
    piece_ = {};
    return false;
}

bool FlatLines::open(std::string_view piece) {
    if (parser_.iterate_many(piece.data(), piece.size(), largest).get(stream_)) return false;
    at_ = stream_.begin();
    end_ = stream_.end();
    if (!(at_ != end_) || (*at_).error()) return false;
    piece_ = piece;
    plain_ = std::memchr(piece.data(), '\\', piece.size()) == nullptr;
    return true;
}

FlatLines::Found FlatLines::read(std::string_view line, Fields& fields) {
    ondemand::document_reference document;
    ondemand::object object;
    if ((*at_).get(document) || document.get_object().get(object)) return Found::Broken;
    // Where nothing is escaped, a text is what stands between its quotes.
    const bool plain = plain_ || std::memchr(line.data(), '\\', line.size()) == nullptr;
    const auto* end = line.data() + line.size();
    for (auto read : object) {
        ondemand::field field;
        if (std::move(read).get(field)) return Found::Broken;
        if (fields.all().size() >= most_names) return Found::Nested;
        const auto* key = field.key().raw();
        if (key >= end) return Found::Broken;
        auto* added = fields.add_same({key, static_cast<std::size_t>(end - key)});
        if (!added) {
            std::string_view name;
            if (field.unescaped_key().get(name)) return Found::Broken;
            added = &fields.add(name);
        }
        auto& s = *added;
        auto& value = field.value();
        const auto token = value.raw_json_token();
        if (token.empty()) return Found::Broken;
        switch (token[0]) {
        case '"':
            s.kind = Scalar::Kind::Text;
            if (plain) {
                ondemand::raw_json_string taken; // the token alone is not taken from the object
                if (value.get_raw_json_string().get(taken)) return Found::Broken;
                s.text = token.substr(1, token.rfind('"') - 1);
            } else if (value.get_string().get(s.text)) return Found::Broken;
            break;
        case 't':
        case 'f':
            s.kind = Scalar::Kind::Bool;
            if (value.get_bool().get(s.boolean)) return Found::Broken;
            break;
        case 'n': {
            bool null = false;
            if (value.is_null().get(null) || !null) return Found::Broken;
            break;
        }
        case '{':
        case '[': return Found::Nested;
        default: { // a number, or nothing that a value can begin with
            // `get_number` of simdjson 3.0 takes a fraction of more than 19 digits for 0; these ask for one type.
            ondemand::number_type kind;
            if (value.get_number_type().get(kind)) return Found::Broken;
            double number = 0;
            std::int64_t whole = 0;
            if (kind == ondemand::number_type::floating_point_number ? value.get_double().get(number) : value.get_int64().get(whole)) return Found::Broken;
            s = Scalar::of(kind == ondemand::number_type::floating_point_number ? number : static_cast<double>(whole));
            break;
        }
        }
    }
    // Nothing stands behind it. The end of a piece that is not whole is passed over by simdjson, so that there it is not known.
    const auto* back = end - 1; // there is a bracket at least
    while (blank(*back)) --back;
    if (*back != '}') return Found::Broken;
    const char* next = nullptr;
    const bool last = document.current_location().get(next) == simdjson::OUT_OF_BOUNDS;
    return (last ? stream_.truncated_bytes() == 0 : next != nullptr && next >= end) ? Found::Flat : Found::Broken;
}

} // namespace segue
