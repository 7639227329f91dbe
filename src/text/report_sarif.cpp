// SARIF 2.1.0, as GitHub code scanning and editors read it; Microsoft's validator finds no error in it (tests/unit/sarif_test.cpp).
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "text/pages.hpp"
#include "text/report.hpp"

namespace segue {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view root = "%SRCROOT%"; // the name by which code scanning knows the root of a checkout
constexpr std::size_t longest_snippet = 400;   // bytes

// "reserved_name" to "ReservedName", as names of rules are written.
std::string pascal_case(std::string_view name) {
    std::string out;
    bool up = true;
    for (const char c : name) {
        if (c != '_') out += up && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        up = c == '_';
    }
    return out;
}

std::string sentence(std::string text) {
    if (!text.empty() && std::string_view(".!?").find(text.back()) == std::string_view::npos) text += '.';
    return text;
}

Json text(std::string_view words) { return {{"text", words}}; }

std::string_view level(Severity severity) { return severity == Severity::Error ? "error" : "warning"; }

class Log {
public:
    explicit Log(const Report& report) : report_(report) {}

    std::string document() {
        Json results = Json::array();
        const auto fingerprints = report_.fingerprints();
        for (std::size_t i = 0; i < report_.all().size(); ++i) results.push_back(result(report_.all()[i], fingerprints[i]));
        for (std::uint32_t i = 0; i < report_.sources().size(); ++i)
            if (!report_.sources()[i].embedded()) artifact(i); // also those in which nothing was found: they were checked
        Json run{{"tool", {{"driver", {{"name", "Segue"}, {"fullName", "Segue, the language of action flows"}, {"version", SEGUE_VERSION}, {"semanticVersion", SEGUE_VERSION}, {"rules", rules_}}}}},
                 {"invocations", Json::array({invocation()})},
                 {"originalUriBaseIds", {{root, {{"description", text("The folder that `segue check` was started in.")}}}}},
                 {"artifacts", artifacts_},
                 {"columnKind", "utf16CodeUnits"},
                 {"results", results}};
        const Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
        return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    }

private:
    std::size_t rule(Code code) {
        const auto [at, fresh] = rule_of_.emplace(code, rules_.size());
        if (!fresh) return at->second;
        const auto& entry = info(code);
        const auto page = page_of(code);
        rules_.push_back({{"id", entry.code},
                          {"name", pascal_case(entry.name)},
                          {"shortDescription", text(sentence(std::string(entry.title)))},
                          {"fullDescription", text(sentence(page_summary(page)))},
                          {"help", {{"text", render_page(page, false)}, {"markdown", page}}},
                          {"defaultConfiguration", {{"level", level(entry.severity)}}}});
        return at->second;
    }

    std::size_t artifact(std::uint32_t source) {
        const auto [at, fresh] = artifact_of_.emplace(source, artifacts_.size());
        if (!fresh) return at->second;
        const auto& s = report_.sources()[source];
        Json out{{"location", {{"uri", report_.uri(source)}}}, {"sourceLanguage", "segue"}};
        if (report_.below_folder(source)) out["location"]["uriBaseId"] = root;
        if (s.embedded()) {
            out["description"] = text("Part of Segue's standard library.");
            out["contents"] = text(s.text()); // nobody could open it otherwise
        } else out["roles"] = Json::array({"analysisTarget"});
        artifacts_.push_back(std::move(out));
        return at->second;
    }

    Json artifact_location(std::uint32_t source) {
        Json out{{"uri", report_.uri(source)}};
        if (report_.below_folder(source)) out["uriBaseId"] = root;
        out["index"] = artifact(source);
        return out;
    }

    Json region(Span span, bool snippet) const {
        const auto& source = report_.sources()[span.source];
        const auto begin = source.position(span.begin);
        const auto end = source.position(std::max(span.begin, span.end));
        Json out{{"startLine", begin.line}, {"startColumn", begin.utf16}, {"endLine", end.line}, {"endColumn", end.utf16}};
        const auto slice = source.slice(span);
        if (snippet && !slice.empty() && slice.size() <= longest_snippet) out["snippet"] = text(slice);
        return out;
    }

    Json location(Span span, const std::string& words) {
        Json out{{"physicalLocation", {{"artifactLocation", artifact_location(span.source)}, {"region", region(span, true)}}}};
        if (!words.empty()) out["message"] = text(sentence(words));
        return out;
    }

    // A mend is a fix only where there is a file to be mended.
    Json fix(const Diagnostic& d) {
        std::map<std::uint32_t, Json> changes;
        for (const auto& edit : d.mend) {
            if (report_.sources()[edit.span.source].embedded()) return nullptr;
            auto& list = changes.try_emplace(edit.span.source, Json::array()).first->second;
            Json replacement{{"deletedRegion", region(edit.span, false)}};
            if (!edit.text.empty()) replacement["insertedContent"] = text(edit.text);
            list.push_back(std::move(replacement));
        }
        Json out{{"artifactChanges", Json::array()}};
        if (!d.help.empty()) out["description"] = text(sentence(d.help));
        for (auto& [source, list] : changes) out["artifactChanges"].push_back({{"artifactLocation", artifact_location(source)}, {"replacements", std::move(list)}});
        return out;
    }

    Json result(const Diagnostic& d, const std::string& fingerprint) {
        auto words = sentence(d.message);
        for (const auto& note : d.notes) words += note.name == "note" ? "\nNote: " + sentence(note.text) : fmt::format("\n{}: {}", note.name, note.text);
        if (!d.help.empty()) words += "\nHelp: " + sentence(d.help);
        Json out{{"ruleId", info(d.code).code}, {"ruleIndex", rule(d.code)}, {"level", level(d.severity())}, {"message", text(words)}, {"locations", Json::array({location(d.span, d.primary)})}};
        for (const auto& label : d.labels) {
            auto related = location(label.span, label.text);
            related["id"] = out.contains("relatedLocations") ? out["relatedLocations"].size() + 1 : 1;
            out["relatedLocations"].push_back(std::move(related));
        }
        out["partialFingerprints"] = {{"segueFinding/v1", fingerprint}};
        if (!d.mend.empty())
            if (auto mend = fix(d); !mend.is_null()) out["fixes"] = Json::array({std::move(mend)});
        return out;
    }

    Json invocation() const {
        Json out{{"executionSuccessful", true}, {"exitCode", report_.fails() ? 1 : 0}, {"exitCodeDescription", report_.fails() ? "the scripts are wrong" : "done"}};
        if (report_.left_out() > 0)
            out["toolExecutionNotifications"] = Json::array({{{"level", "warning"}, {"message", text(fmt::format("{} more findings are not shown.", report_.left_out()))}}});
        return out;
    }

    const Report& report_;
    Json rules_ = Json::array();
    Json artifacts_ = Json::array();
    std::map<Code, std::size_t> rule_of_;
    std::map<std::uint32_t, std::size_t> artifact_of_;
};

} // namespace

std::string render_sarif(const Report& report) { return Log(report).document(); }

} // namespace segue
