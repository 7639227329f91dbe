// The base of the Language Server Protocol 3.17: messages over a pair of streams, and the URIs of files.
// https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace segue::lsp {

using Json = nlohmann::json;

// Of JSON-RPC and of the protocol.
enum ErrorCode : int {
    parse_error = -32700,
    invalid_request = -32600,
    method_not_found = -32601,
    invalid_params = -32602,
    internal_error = -32603,
    server_not_initialized = -32002,
    content_modified = -32801,
    request_cancelled = -32800,
    request_failed = -32803,
};

// What a request ends with where it has no result.
struct Refused {
    int code = request_failed;
    std::string message;
};

// The bytes of one message, out of a stream that is read in pieces.
class Framing {
public:
    static constexpr std::size_t most = std::size_t{256} << 20; // bytes of one message

    void add(std::string_view bytes) { held_ += bytes; }
    std::optional<std::string> next(); // the body of the next message that is whole; none: more is needed, or `broken`
    bool broken() const { return broken_; } // what came is no message: its end is not known, and nothing can follow

private:
    std::string held_;
    bool broken_ = false;
};

std::string framed(const Json& message); // bad UTF-8 in it is repaired

// `file:///a%20b` and back; none: it is no file.
std::optional<std::string> path_of_uri(std::string_view uri);
std::string uri_of_path(std::string_view path); // an absolute path

} // namespace segue::lsp
