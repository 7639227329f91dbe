// For clients that show no Markdown: the same words without its signs.
#include "lsp/features.hpp"

namespace segue::lsp {

namespace {

std::string unmarked(std::string_view markdown) {
    std::string out;
    bool code = false;
    while (!markdown.empty()) {
        const auto end = std::min(markdown.find('\n'), markdown.size());
        auto line = markdown.substr(0, end);
        markdown.remove_prefix(std::min(end + 1, markdown.size()));
        if (line.starts_with("```")) {
            code = !code;
            continue;
        }
        if (line == "---") line = {};
        while (!code && !line.empty()) {
            if (line.starts_with("**")) line.remove_prefix(2);
            else if (const auto behind = line.find("]("), close = line.find(')', behind); line[0] == '[' && behind != std::string_view::npos && close != std::string_view::npos) { // a link: its words
                out += line.substr(1, behind - 1);
                line.remove_prefix(close + 1);
            } else {
                out += line[0];
                line.remove_prefix(1);
            }
        }
        out += line;
        out += '\n';
    }
    while (out.ends_with('\n')) out.pop_back();
    return out;
}

} // namespace

void unmark(Json& answer) {
    if (answer.is_object() && answer.value("kind", Json()) == "markdown") answer = {{"kind", "plaintext"}, {"value", unmarked(answer["value"].get<std::string>())}};
    else if (answer.is_structured())
        for (auto& each : answer) unmark(each);
}

} // namespace segue::lsp
