#include "lsp/protocol.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "text/plain.hpp"

namespace segue::lsp {

std::optional<std::string> Framing::next() {
    const auto end = held_.find("\r\n\r\n");
    if (end == std::string::npos) {
        broken_ = broken_ || held_.size() > 8'192; // of headers
        return std::nullopt;
    }
    std::size_t length = most + 1;
    const auto header = std::string_view(held_).substr(0, end);
    for (std::size_t at = 0; at < header.size();) {
        const auto stop = std::min(header.find("\r\n", at), header.size());
        auto line = std::string(header.substr(at, stop - at));
        at = stop + 2;
        const auto colon = line.find(':');
        if (colon == std::string::npos) continue;
        std::transform(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), line.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (line.substr(0, colon) != "content-length") continue;
        const auto digits = line.find_first_not_of(' ', colon + 1);
        if (digits != std::string::npos) std::from_chars(line.data() + digits, line.data() + line.size(), length);
    }
    if (length > most) {
        broken_ = true;
        return std::nullopt;
    }
    if (held_.size() - end - 4 < length) return std::nullopt;
    auto body = held_.substr(end + 4, length);
    held_.erase(0, end + 4 + length);
    return body;
}

std::string framed(const Json& message) {
    const auto body = message.dump(-1, ' ', false, Json::error_handler_t::replace);
    return fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body);
}

std::optional<std::string> path_of_uri(std::string_view uri) {
    constexpr std::string_view scheme = "file://";
    if (!uri.starts_with(scheme)) return std::nullopt;
    uri.remove_prefix(scheme.size());
    const auto slash = uri.find('/'); // before it: the host, which is this one
    if (slash == std::string_view::npos) return std::nullopt;
    std::string out;
    for (std::size_t i = slash; i < uri.size(); ++i) {
        unsigned byte = 0;
        if (uri[i] == '%' && i + 2 < uri.size() && std::from_chars(uri.data() + i + 1, uri.data() + i + 3, byte, 16).ptr == uri.data() + i + 3) {
            out += static_cast<char>(byte);
            i += 2;
        } else out += uri[i];
    }
    return out;
}

std::string uri_of_path(std::string_view path) { return "file://" + percent_encoded(path); }

} // namespace segue::lsp
