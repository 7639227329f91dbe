// What an editor waits for: from a key in a file of 1,000 lines, in a folder of 100 files, until it knows what is wrong; and the answers to its questions.
// Usage: bench_editor SEGUE FOLDER [KEYS]. Medians and the most, in milliseconds; beside them what `cat` takes to hand a message through.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <unistd.h>

#include "generator.hpp"

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

class Process {
public:
    explicit Process(const std::vector<std::string>& words) {
        int in[2], out[2];
        if (pipe(in) != 0 || pipe(out) != 0) throw std::runtime_error("no pipe");
        if (fork() == 0) {
            dup2(in[0], 0);
            dup2(out[1], 1);
            for (const int fd : {in[0], in[1], out[0], out[1]}) close(fd);
            std::vector<char*> arguments;
            for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
            arguments.push_back(nullptr);
            execvp(arguments[0], arguments.data());
            _exit(127);
        }
        close(in[0]);
        close(out[1]);
        to_ = in[1];
        from_ = out[0];
    }
    void send(const std::string& text) const {
        for (std::size_t at = 0; at < text.size();) {
            const auto n = write(to_, text.data() + at, text.size() - at);
            if (n <= 0) throw std::runtime_error("the other side is gone");
            at += static_cast<std::size_t>(n);
        }
    }
    std::string some() const {
        std::string out(65'536, '\0');
        const auto n = read(from_, out.data(), out.size());
        if (n <= 0) throw std::runtime_error("the other side is gone");
        out.resize(static_cast<std::size_t>(n));
        return out;
    }

private:
    int to_ = -1, from_ = -1;
};

class Client {
public:
    explicit Client(const std::string& segue) : process_({segue, "lsp"}) {}
    void tell(const std::string& method, Json params) { send({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}}); }
    Json ask(const std::string& method, Json params) {
        const int id = ++id_;
        send({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}});
        return until([&](const Json& m) { return m.contains("id") && m["id"] == id && !m.contains("method"); });
    }
    template <class Wanted> Json until(Wanted wanted) {
        while (true) {
            auto message = next();
            if (wanted(message)) return message;
        }
    }

private:
    void send(const Json& message) {
        const auto body = message.dump();
        process_.send(fmt::format("Content-Length: {}\r\n\r\n{}", body.size(), body));
    }
    Json next() {
        while (true) {
            const auto end = held_.find("\r\n\r\n");
            if (end != std::string::npos) {
                const auto length = std::strtoul(held_.c_str() + held_.find(':') + 1, nullptr, 10);
                if (held_.size() >= end + 4 + length) {
                    auto body = Json::parse(held_.substr(end + 4, length));
                    held_.erase(0, end + 4 + length);
                    return body;
                }
            }
            held_ += process_.some();
        }
    }
    Process process_;
    std::string held_;
    int id_ = 0;
};

void tell(const std::string& what, std::vector<double> ms) {
    std::sort(ms.begin(), ms.end());
    fmt::print("{:<34} {:8.2f} {:8.2f}\n", what, ms[ms.size() / 2], ms.back());
}

template <class Do> double timed(Do what) {
    const auto begin = Clock::now();
    what();
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

} // namespace

int main(int argc, char** argv) try {
    if (argc < 3) {
        fmt::print(stderr, "usage: bench_editor SEGUE FOLDER [KEYS]\n");
        return 2;
    }
    const fs::path folder = fs::absolute(fs::path(argv[2]) / "editor");
    const int keys = argc > 3 ? std::max(1, std::atoi(argv[3])) : 200;
    fs::remove_all(folder);
    fs::create_directories(folder);
    Generator generator(20'261'127);
    for (int i = 0; i < 99; ++i) std::ofstream(folder / fmt::format("campaign_{}.flow", i)) << generator.script(i, 100);
    const auto text = generator.script(99, 1'000);
    std::ofstream(folder / "long.flow") << text;
    const auto uri = "file://" + (folder / "long.flow").string();

    Client client(argv[1]);
    client.ask("initialize", {{"processId", nullptr}, {"rootUri", "file://" + folder.string()}, {"capabilities", Json::object()}});
    client.tell("initialized", Json::object());
    client.tell("textDocument/didOpen", {{"textDocument", {{"uri", uri}, {"languageId", "segue"}, {"version", 1}, {"text", text}}}});
    const auto told = [&](int version) { return [=](const Json& m) { return m.value("method", "") == "textDocument/publishDiagnostics" && m["params"]["uri"] == uri && m["params"].value("version", 0) == version; }; };
    client.until(told(1));
    client.ask("workspace/symbol", {{"query", "zzz"}}); // every program was looked at

    // A letter is added to a label in the middle, and taken away again.
    int line = 0, column = 0;
    for (std::size_t at = 0; at < text.size() / 2; ++at)
        if (text[at] == '\n') ++line;
    for (auto from = std::string::npos; column == 0; ++line) {
        from = 0;
        for (int n = 0; n < line; ++n) from = text.find('\n', from) + 1;
        if (text.compare(from, 3, "  r") == 0) column = static_cast<int>(text.find(':', from) - from);
        if (column != 0) break;
    }
    std::vector<double> ms, through;
    Process cat({"cat"});
    for (int n = 0; n < keys; ++n) {
        const bool add = n % 2 == 0;
        ms.push_back(timed([&] {
            client.tell("textDocument/didChange", {{"textDocument", {{"uri", uri}, {"version", n + 2}}}, {"contentChanges", {{{"range", {{"start", {{"line", line}, {"character", column}}}, {"end", {{"line", line}, {"character", column + (add ? 0 : 1)}}}}}, {"text", add ? "x" : ""}}}}});
            client.until(told(n + 2));
        }));
        through.push_back(timed([&] {
            cat.send("a message\n");
            cat.some();
        }));
    }
    fmt::print("a file of {} lines in a folder of 100 files; {} keys\n{:<34} {:>8} {:>8}\n", std::count(text.begin(), text.end(), '\n'), keys, "", "ms", "most");
    tell("a key, until what is wrong is known", ms);
    tell("cat, for a message", through);
    const Json document{{"uri", uri}}, position{{"line", line}, {"character", column + 9}};
    const Json range{{"start", {{"line", 0}, {"character", 0}}}, {"end", {{"line", 1'000}, {"character", 0}}}};
    const std::vector<std::pair<std::string, Json>> questions = {{"completion", {{"position", position}}}, {"hover", {{"position", position}}}, {"definition", {{"position", position}}}, {"references", {{"position", position}, {"context", {{"includeDeclaration", true}}}}},
        {"semanticTokens/full", Json::object()}, {"documentSymbol", Json::object()}, {"foldingRange", Json::object()}, {"inlayHint", {{"range", range}}}, {"codeLens", Json::object()}, {"formatting", {{"options", Json::object()}}}};
    for (auto [question, params] : questions) {
        params["textDocument"] = document;
        std::vector<double> all;
        for (int n = 0; n < 20; ++n) all.push_back(timed([&] { client.ask("textDocument/" + question, params); }));
        tell(question, all);
    }
    client.ask("shutdown", nullptr);
    client.tell("exit", Json::object());
    return 0;
} catch (const std::exception& error) {
    fmt::print(stderr, "bench_editor: {}\n", error.what());
    return 1;
}
