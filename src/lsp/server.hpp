// The language server: messages in, messages out. It knows no streams and no threads; who runs it takes the messages from somewhere, and calls `idle`
// while there are none.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "lsp/features.hpp"
#include "lsp/workspace.hpp"

namespace segue::lsp {

class Server {
public:
    Server(Disk disk, std::function<void(const Json& message)> send);
    ~Server();

    // One message of the client. `cancelled`: a request that it does not want any more.
    void take(const Json& message, bool cancelled = false);
    void bad_message(const std::string& why); // what came was no JSON
    bool idle();                              // does what can wait, one program at a time; false: there is nothing more to do
    std::optional<std::int64_t> client_process() const { return client_process_; } // its id, if it said so: without it nobody is there to answer
    std::optional<int> exited() const { return exited_; } // its exit code: 0 after `shutdown`, else 1

private:
    using Params = const Json&;
    using Handler = Json (Server::*)(Params);
    struct Method {
        std::string_view name;
        Handler handle;
    };
    static const Method methods[];

    // The life of a session.
    Json initialize(Params params);
    Json initialized(Params params);
    Json shutdown(Params params);
    Json exit(Params params);
    Json ignored(Params params);
    // Texts.
    Json did_open(Params params);
    Json did_change(Params params);
    Json did_close(Params params);
    Json did_save(Params params);
    Json did_change_watched(Params params);
    Json did_change_folders(Params params);
    Json did_change_configuration(Params params);
    // Questions. Most are about one place of a script.
    template <Json (*question)(const Asked& in)> Json about(Params params) {
        const auto in = asked(params);
        return in ? question(*in) : Json();
    }
    Json document_diagnostic(Params params);
    Json completion(Params params);
    Json hover(Params params);
    Json signature_help(Params params);
    Json references(Params params);
    Json rename(Params params);
    Json document_symbols(Params params);
    Json workspace_symbols(Params params);
    Json selection(Params params);
    Json tokens_full(Params params);
    Json tokens_range(Params params);
    Json formatting(Params params);
    Json range_formatting(Params params);
    Json on_type_formatting(Params params);
    Json code_actions(Params params);
    Json resolve_action(Params params);
    Json code_lenses(Params params);
    Json inlay_hints(Params params);
    Json incoming(Params params);
    Json outgoing(Params params);
    Json execute(Params params);

    Workspace& workspace();
    std::optional<Asked> asked(Params params);                     // at the position, if it has one; none: no such file
    std::vector<Asked> everywhere(const Asked& in);                // the same place in all programs that may speak of what stands there
    Span span_of(const Asked& in, const Json& range) const;
    bool client_can(const char* pointer) const;                    // a JSON pointer into its capabilities
    Json in_form(Json answer, const char* formats) const;          // as plain text for clients that list the forms they show, and not Markdown among them
    Json versioned(Json edit) const;                               // a workspace edit, with the versions that it is of, for clients that look at them
    void notify(const std::string& method, Json params);
    void request(const std::string& method, Json params = nullptr);
    void respond(const Json& id, Json result);
    void refuse(const Json& id, const Refused& why);
    void look_again(const std::string& identity);                  // at what is wrong in the programs that have it
    Json problems(const Compilation& program, std::uint32_t source);
    void publish(const std::string& uri);
    void read_all();                                               // what is still to be read of the folders
    void forget_tests();
    Json run_tests(const std::string& uri, const std::string& only);
    void read_fired();

    Disk disk_;
    std::function<void(const Json&)> send_;
    std::optional<Workspace> workspace_;
    Json capabilities_ = Json::object(); // of the client
    enum class Life : std::uint8_t { New, Running, Shut } life_ = Life::New;
    std::optional<int> exited_;
    std::optional<std::int64_t> client_process_;
    std::int64_t next_id_ = 1;

    struct Findings {
        std::string text;
        Json diagnostics = Json::array();
    };
    std::map<std::string, std::map<std::string, Findings>> findings_; // by root and URI: of the last text that could be read
    bool unscanned_ = false;                                       // a folder came, and not all of its programs are waiting yet
    std::set<std::string> waiting_;                                // roots to be looked at again
    std::map<std::string, std::map<std::string, Json>> found_;     // by URI, then by root: what is wrong
    std::set<std::string> looked_at_;                              // roots
    std::uint64_t shape_ = 0;                                      // of the workspace, when it was looked at last
    std::map<std::string, Json> published_;                        // by URI, as the client has it
    std::set<std::string> pulled_;                                 // of these the client asks by itself
    std::map<std::string, std::map<std::string, TestState>> tests_; // by URI, then by name
    std::map<std::string, Json> failed_;                           // by URI: why tests failed, as diagnostics
    bool templates_ = true;                                        // in completions
    std::string state_;                                            // path of a state file
    std::optional<std::map<std::string, std::uint64_t>> fired_;
};

} // namespace segue::lsp
