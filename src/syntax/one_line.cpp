#include "syntax/one_line.hpp"

#include <algorithm>
#include <vector>

namespace segue {

namespace {

constexpr std::string_view white = " \t\r\n\f\v";

} // namespace

std::string one_line(std::string_view script) {
    enum class In : char { Code, Hole, Text, LongText }; // a hole of a text is code that ends with its brace
    std::vector<In> in{In::Code};
    std::string out;
    bool blank = false;
    const auto put = [&](std::string_view token) {
        const bool glued = out.empty() || out.back() == '(' || out.back() == '[' || token[0] == ')' || token[0] == ']';
        if (blank && !glued) out += ' ';
        blank = false;
        out += token;
    };
    for (std::size_t i = 0; i < script.size(); ++i) {
        const char c = script[i];
        const bool quotes = script.compare(i, 3, "\"\"\"") == 0;
        if (in.back() == In::Text || in.back() == In::LongText) {
            const bool text = in.back() == In::Text;
            if (c == '\n' || c == '\r') {
                i = std::min(script.find_first_not_of(white, i), script.size()) - 1;
                blank = text;
                if (text) in = {In::Code};
                else out += ' ';
                continue;
            }
            out += c;
            if (c == '\\' && i + 1 < script.size()) out += script[++i];
            else if (c == '{') in.push_back(In::Hole);
            else if (text && c == '"') in.pop_back();
            else if (!text && quotes) {
                out += "\"\"";
                i += 2;
                in.pop_back();
            }
            continue;
        }
        if (c == '#') {
            i = script.find('\n', i);
            if (i == std::string_view::npos) break;
            blank = true;
        } else if (white.find(c) != std::string_view::npos) {
            blank = true;
        } else if (c == '"') {
            put(quotes ? "\"\"\"" : "\"");
            if (quotes) i += 2;
            in.push_back(quotes ? In::LongText : In::Text);
        } else {
            put(script.substr(i, 1));
            if (c == '}' && in.back() == In::Hole) in.pop_back();
        }
    }
    return out;
}

} // namespace segue
