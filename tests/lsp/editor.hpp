// An editor without a screen: it keeps texts as the server's client does, asks, and says in readable lines what came back.
#pragma once

#include <map>
#include <string>

#include "lsp/server.hpp"

namespace segue::test {

class Editor {
public:
    using Json = lsp::Json;

    explicit Editor(const Json& capabilities = all_capabilities(), const Json& options = Json::object(), const std::vector<std::pair<std::string, std::string>>& files = {});
    static Json all_capabilities();

    // Files of a disk that is only here, below /w.
    void file(const std::string& name, const std::string& text) { disk_[path(name)] = text; }
    void remove(const std::string& name);
    void open(const std::string& name) { open(name, disk_.at(path(name))); }
    void open(const std::string& name, const std::string& text);
    void edit(const std::string& name, const std::string& range, const std::string& text); // "3:7" or "3:7-3:9", from 1
    void close(const std::string& name);
    const std::string& text(const std::string& name) const { return texts_.at(path(name)); }

    Json ask(const std::string& method, Json params); // the result; {"error": ...} where it was refused
    void tell(const std::string& method, Json params);
    Json problems(const std::string& name); // as they were pushed last
    void idle();
    lsp::Server& server() { return *server_; }

    // One line of a session: a command with its arguments. The answer, in lines.
    std::string act(const std::string& line);
    void apply(const Json& workspace_edit);

    static std::string uri(const std::string& name) { return "file:///w/" + name; }
    Json at(const std::string& name, const std::string& place) const; // parameters of a question about a place
    std::map<std::string, Json> pushed; // diagnostics by URI
    std::vector<Json> notes;            // all other messages of the server

private:
    static std::string path(const std::string& name) { return "/w/" + name; }
    std::string shown(const Json& range) const;    // "3:7-9"
    std::string shown_place(const Json& location) const;
    void apply_edits(const std::string& path, Json edits);

    std::map<std::string, std::string> disk_, texts_;
    std::map<std::string, int> versions_;
    std::unique_ptr<lsp::Server> server_;
    std::map<std::string, Json> answers_;
    std::int64_t next_ = 1;
};

} // namespace segue::test
