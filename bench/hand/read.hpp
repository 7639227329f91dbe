// Records from JSON Lines, with simdjson's On-Demand over a piece of the file at a time.
#pragma once

#include <fcntl.h>
#include <simdjson.h>
#include <unistd.h>

#include "bench/hand/text.hpp"

namespace hand {

enum class Type : std::uint8_t { Other, Listen, Save, Presave, Follow, Optin, Release };

// Views lead into the reader's buffer and stay until the next `refill`.
struct Record {
    Type type = Type::Other;
    bool live = true, says_live = false;
    Time time = 0;
    std::string_view id, fan, key; // key: the track, the release or the channel
    std::string_view title, link, date;
    std::uint64_t fan_hash = 0, begin = 0; // begin: in the reader's buffer
    Seen::Entry seen;
};

class Reader {
public:
    Reader(const char* path, std::uint64_t from) : fd_(open(path, O_RDONLY)), begin_(from) {
        if (fd_ < 0 || lseek(fd_, static_cast<off_t>(from), SEEK_SET) < 0) die("cannot read {}", path);
    }
    // Fills `out` with the next records; 0 at the end.
    std::size_t next(Record* out, std::size_t most) {
        std::size_t n = 0;
        while (n == 0) {
            if ((!open_ || !(at_ != end_)) && !refill()) return 0;
            for (; n < most && at_ != end_; ++at_, ++n) {
                out[n] = {};
                read(out[n]);
            }
        }
        return n;
    }
    // Where the record behind this one begins in the file; before the next `next`.
    std::uint64_t end_of(const Record& r) const {
        const auto* line = buffer_.data() + r.begin;
        const auto* end = static_cast<const char*>(std::memchr(line, '\n', filled_ - r.begin));
        return begin_ + (end ? static_cast<std::uint64_t>(end + 1 - buffer_.data()) : filled_);
    }

private:
    static constexpr std::size_t piece = 1 << 20;

    bool refill() {
        // What is left over of the piece before goes to the front.
        begin_ += used_;
        const auto rest = filled_ - used_;
        if (rest > 0) std::memmove(buffer_.data(), buffer_.data() + used_, rest);
        filled_ = rest;
        used_ = 0;
        std::size_t whole = 0;
        while (whole == 0) {
            if (buffer_.size() < filled_ + piece + simdjson::SIMDJSON_PADDING) buffer_.resize(filled_ + piece + simdjson::SIMDJSON_PADDING);
            const auto got = ::read(fd_, buffer_.data() + filled_, piece);
            if (got < 0) die("cannot read on");
            if (got == 0) {
                whole = filled_; // a last line without a break
                if (whole == 0) return false;
                break;
            }
            filled_ += static_cast<std::size_t>(got);
            const auto last = std::string_view(buffer_.data(), filled_).rfind('\n');
            whole = last == std::string_view::npos ? 0 : last + 1;
        }
        used_ = whole;
        if (parser_.iterate_many(buffer_.data(), whole, std::max<std::size_t>(whole, 64)).get(stream_)) die("simdjson cannot begin");
        at_ = stream_.begin();
        end_ = stream_.end();
        open_ = true;
        return true;
    }

    static std::string_view text(simdjson::ondemand::value value) {
        auto token = value.raw_json_token();
        auto end = token.size();
        while (end > 1 && token[end - 1] != '"') --end;
        token = token.substr(1, end < 2 ? 0 : end - 2);
        if (std::memchr(token.data(), '\\', token.size())) die("a text with an escape is not in the streams that this program reads");
        return token;
    }

    void read(Record& r) {
        auto document = *at_;
        simdjson::ondemand::object object;
        if (document.get_object().get(object)) die("not a JSON object, before byte {}", begin_ + at_.current_index());
        std::string_view type, track, release, channel;
        for (auto field : object) {
            simdjson::ondemand::raw_json_string key;
            simdjson::ondemand::value value;
            if (field.key().get(key) || field.value().get(value)) die("bad JSON near byte {}", begin_ + at_.current_index());
            const auto is = [&](std::string_view name) { return key.unsafe_is_equal(name); };
            const auto once = [&](std::string_view& to) {
                if (to.data() == nullptr) to = text(value);
            };
            switch (*key.raw()) {
            case 'i': if (is("id")) once(r.id); break;
            case 'f': if (is("fan")) once(r.fan); break;
            case 't':
                if (is("time")) r.time = r.time == 0 ? time_(text(value)) : r.time;
                else if (is("type")) once(type);
                else if (is("track")) once(track);
                else if (is("title")) once(r.title);
                break;
            case 'r': if (is("release")) once(release); break;
            case 'c': if (is("channel")) once(channel); break;
            case 'd': if (is("date")) once(r.date); break;
            case 'l':
                if (is("link")) once(r.link);
                else if (is("live")) r.says_live = true, r.live = value.get_bool().value();
                break;
            case 'a': if (is("artist") && type == "follow") die("a follow of an artist is not in the streams that this program reads"); break;
            default: break;
            }
        }
        r.begin = at_.current_index();
        settle(r, type, track, release, channel);
    }

    static void settle(Record& r, std::string_view type, std::string_view track, std::string_view release, std::string_view channel) {
        if (type == "listen") r.type = Type::Listen, r.key = track;
        else if (type == "save") r.type = Type::Save, r.key = track;
        else if (type == "presave") r.type = Type::Presave, r.key = release;
        else if (type == "follow") r.type = Type::Follow, r.key = "-";
        else if (type == "optin") r.type = Type::Optin, r.key = channel;
        else if (type == "release") r.type = Type::Release, r.key = release;
        else if (type == "click" || type == "share" || type == "playlist_add") r.key = "-";
        else die("records of type `{}` are not in the streams that this program reads", type);
        if (r.key.empty() || r.time == 0 || ((r.fan.empty() || r.id.empty()) && r.type != Type::Release)) die("a record that lacks something, near byte {} of a piece", r.begin);
        r.fan_hash = quick_hash(r.fan);
        if (!r.id.empty()) r.seen = Seen::entry(r.id, 0);
    }

    int fd_;
    std::uint64_t begin_;           // of the buffer, in the file
    std::vector<char> buffer_;
    std::size_t filled_ = 0, used_ = 0;
    bool open_ = false; // a piece was read
    simdjson::ondemand::parser parser_;
    simdjson::ondemand::document_stream stream_;
    simdjson::ondemand::document_stream::iterator at_, end_;
    TimeReader time_;
};

} // namespace hand
