// `segue lsp`: the language server over standard input and output. What it does is `lsp/`; here are the streams, the files and the thread that reads.
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <unistd.h>

#include "commands/background.hpp"
#include "commands/command.hpp"
#include "commands/say.hpp"
#include "commands/script_folders.hpp"
#include "commands/state_reader.hpp"
#include "commands/write_file.hpp"
#include "lsp/server.hpp"

namespace segue {

namespace {

namespace fs = std::filesystem;
using lsp::Json;

// What comes in, in its order; and what was called off meanwhile.
class Inbox {
public:
    struct Message {
        Json json;
        std::string wrong; // it is none: why
        bool cancelled = false;
    };

    void add(const std::string& body) {
        Message message;
        try {
            message.json = Json::parse(body);
        } catch (const Json::exception& error) {
            message.wrong = error.what();
        }
        const std::lock_guard lock(mutex_);
        const auto& json = message.json;
        if (json.is_object() && json.contains("method") && json["method"] == "$/cancelRequest") {
            if (json.contains("params") && json["params"].is_object() && json["params"].contains("id")) cancelled_.insert(json["params"]["id"]);
            return;
        }
        messages_.push_back(std::move(message));
        there_.notify_one();
    }
    void end() {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        there_.notify_one();
    }
    // None: nothing is there after that time, or nothing will come any more.
    std::optional<Message> next(std::chrono::seconds wait) {
        std::unique_lock lock(mutex_);
        there_.wait_for(lock, wait, [&] { return ended_ || !messages_.empty(); });
        if (messages_.empty()) return std::nullopt;
        auto out = std::move(messages_.front());
        messages_.pop_front();
        if (out.json.is_object() && out.json.contains("id")) out.cancelled = cancelled_.erase(out.json["id"]) > 0;
        return out;
    }
    bool ended() {
        const std::lock_guard lock(mutex_);
        return ended_ && messages_.empty();
    }

private:
    std::mutex mutex_;
    std::condition_variable there_;
    std::deque<Message> messages_;
    std::set<Json> cancelled_;
    bool ended_ = false;
};

void read_messages(Inbox& inbox) {
    lsp::Framing framing;
    char part[65'536];
    while (!framing.broken()) {
        const auto n = ::read(STDIN_FILENO, part, sizeof part);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        framing.add({part, static_cast<std::size_t>(n)});
        while (const auto body = framing.next()) inbox.add(*body);
    }
    if (framing.broken()) say("what comes in is no message of the Language Server Protocol: a header `Content-Length: N` and an empty line come before each");
    inbox.end();
}

bool write_all(std::string_view text) {
    while (!text.empty()) {
        const auto n = ::write(STDOUT_FILENO, text.data(), text.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

// Where people can read what the tool has in itself; empty: nowhere.
std::string library_folder() {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    if (cache && *cache == '/') return fmt::format("{}/segue/{}", cache, SEGUE_VERSION);
    if (home && *home == '/') return fmt::format("{}/.cache/segue/{}", home, SEGUE_VERSION);
    return {};
}

Outcome write_copy(const std::string& path, const std::string& text) {
    if (const auto now = read_file(path); now && *now == text) return Done{};
    std::error_code error;
    fs::remove(path, error);
    auto made = create_file(path, text);
    if (made) fs::permissions(path, fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read, error); // to be read, not written
    return made;
}

Result<std::map<std::string, std::uint64_t>> fired(const std::string& path) {
    auto state = StateReader::open(path);
    if (!state) return state.failure();
    const auto rules = (*state)->rule_numbers();
    if (!rules) return rules.failure();
    std::map<std::string, std::uint64_t> out;
    for (const auto& [rule, numbers] : *rules) out[rule] = numbers.started;
    return out;
}

int serve(const std::string& log) {
    std::signal(SIGPIPE, SIG_IGN); // an editor that is gone is the end, not a crash
    std::ofstream logged;
    if (!log.empty()) {
        logged.open(log, std::ios::app);
        if (!logged) return refuse(fmt::format("cannot write {}: {}", log, std::strerror(errno)));
    }
    if (::isatty(STDIN_FILENO)) say("waiting for an editor on standard input: it starts `segue lsp` by itself, docs/editors.md says how");
    const auto note = [&](char direction, const Json& message) {
        if (logged.is_open()) logged << direction << ' ' << message.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
    };
    bool gone = false;
    lsp::Server server({read_file, file_identity, scripts_below, write_copy, library_folder(), fired}, [&](const Json& message) {
        note('>', message);
        gone = gone || !write_all(lsp::framed(message));
    });
    Inbox inbox;
    std::thread reading;
    try {
        reading = background([&inbox] { read_messages(inbox); });
    } catch (const std::system_error& error) {
        return refuse(error.what());
    }
    constexpr std::chrono::seconds a_while{10};
    bool more = false; // there is something to do that can wait
    while (!server.exited() && !gone && !inbox.ended()) {
        const auto message = inbox.next(more ? std::chrono::seconds{0} : a_while);
        if (!message && !more) // an editor that was killed may have left the streams to others
            if (const auto process = server.client_process(); process && ::kill(static_cast<pid_t>(*process), 0) != 0 && errno == ESRCH) break;
        if (!message) {
            more = server.idle();
            continue;
        }
        note('<', message->json);
        if (!message->wrong.empty()) server.bad_message(message->wrong);
        else server.take(message->json, message->cancelled);
        more = true;
    }
    const int exit = server.exited().value_or(1) == 0 ? done : scripts_wrong;
    reading.detach(); // it may wait for a stream that never ends
    std::_Exit(exit);
}

} // namespace

void add_lsp(CLI::App& command, int& exit) {
    auto log = std::make_shared<std::string>();
    auto stdio = std::make_shared<bool>();
    command.add_flag("--stdio", *stdio, "over standard input and output, which is the only way: for editors that say it");
    command.add_option("--log", *log, "write each message to a file: `<` what came, `>` what went")->type_name("FILE");
    command.footer("Editors start it by themselves; docs/editors.md says how each is set up.\n"
                   "Settings (`initializationOptions`, or `workspace/didChangeConfiguration` under `segue`): `state`, the state file of `segue run`, shows how often each rule ran;\n"
                   "`templates`: false leaves templates of code to the editor.\n"
                   "Exit codes: 0 after `shutdown` and `exit`, 1 without them, 2 a file cannot be written.");
    command.callback([log, stdio, &exit] { exit = serve(*log); });
}

} // namespace segue
