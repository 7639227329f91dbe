// The account export of Spotify: StreamingHistory*.json, a list of plays. Each is a `listen` of the fan that was named:
// `track` is "ARTIST - TITLE", `artist` and `seconds` as played; `endTime` is UTC, to the minute.
#include <fmt/format.h>

#include "ingest/documents.hpp"

namespace segue {

namespace {

class Spotify : public Reader {
public:
    Spotify(Elements elements, std::string fan) : elements_(std::move(elements)), fan_(std::move(fan)) {}

    bool next(Fields& fields) override {
        simdjson::dom::element element;
        if (!elements_.next(element)) return false;
        fields.clear();
        fields.line = elements_.done();
        raw_ = simdjson::minify(element);
        fields.raw = raw_;
        simdjson::dom::object play;
        std::string_view end, artist, track;
        std::int64_t ms = 0;
        if (element.get_object().get(play)) fields.bad = "not a JSON object";
        else if (play["endTime"].get_string().get(end)) fields.bad = "`endTime` is missing, or not a text";
        else if (play["artistName"].get_string().get(artist)) fields.bad = "`artistName` is missing, or not a text";
        else if (play["trackName"].get_string().get(track)) fields.bad = "`trackName` is missing, or not a text";
        else if (play["msPlayed"].get_int64().get(ms) || ms < 0) fields.bad = "`msPlayed` is missing, or not a whole number";
        else if (end.size() != 16 || end[10] != ' ') fields.bad = fmt::format("`endTime` is `{}`, not as in `2021-01-09 02:11`", end.substr(0, 60));
        if (!fields.bad.empty()) return true;
        time_ = fmt::format("{}T{}:00Z", end.substr(0, 10), end.substr(11));
        track_ = fmt::format("{} - {}", artist, track);
        fields.add("type") = Scalar::of("listen");
        fields.add("fan") = Scalar::of(fan_);
        fields.add("time") = Scalar::of(time_);
        fields.add("track") = Scalar::of(track_);
        fields.add("artist") = Scalar::of(artist);
        Scalar seconds;
        seconds.kind = Scalar::Kind::Number;
        seconds.number = static_cast<double>(ms) / 1000;
        fields.add("seconds") = seconds;
        return true;
    }
    InputPosition position() const override { return {0, elements_.done()}; }
    const std::string& failure() const override { return failure_; }

private:
    Elements elements_;
    std::string fan_;
    std::string time_, track_, raw_, failure_;
};

} // namespace

Result<std::unique_ptr<Reader>> open_spotify(const InputOptions& options) {
    if (options.fan.empty()) return Failure{"an account export does not say whose it is: add `--fan NAME`"};
    auto elements = Elements::open(options);
    if (!elements) return elements.failure();
    return std::unique_ptr<Reader>(new Spotify(std::move(*elements), options.fan));
}

} // namespace segue
