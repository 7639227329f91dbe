#include <cmath>
#include <nlohmann/json.hpp>

#include "text/report.hpp"
#include "text/report_parts.hpp"

namespace segue {

namespace {

using Json = nlohmann::ordered_json;

Json place(const Report& report, Span span) {
    const auto& source = report.sources()[span.source];
    const auto at = [&](std::uint32_t offset) {
        const auto position = source.position(offset);
        return Json{{"offset", offset + source.left_out()}, {"line", position.line}, {"column", position.column}};
    };
    Json out{{"file", source.name()}};
    if (source.embedded()) out["embedded"] = true;
    out["begin"] = at(span.begin);
    out["end"] = at(std::max(span.begin, span.end));
    return out;
}

// Null where nothing bounds it: JSON has no infinity.
Json number(double most) { return std::isinf(most) ? Json(nullptr) : Json(static_cast<std::uint64_t>(most)); }

Json budget(const Report& report, const Budget& b) {
    Json rows = Json::array(), promises = Json::array();
    for (const auto& row : b.rows) rows.push_back({{"channel", row.channel}, {"days7", number(row.week)}, {"days30", number(row.month)}, {"held_by", row.held_by}});
    for (const auto& promise : b.promises) promises.push_back({{"place", place(report, promise.place)}, {"promise", promise.text}, {"most", number(promise.most)}, {"kept", promise.kept}});
    return {{"program", b.program}, {"channels", std::move(rows)}, {"promises", std::move(promises)}, {"replies", b.replies}};
}

} // namespace

Json json_of_diagnostics(const Report& report) {
    Json all = Json::array();
    const auto fingerprints = report.fingerprints();
    for (std::size_t i = 0; i < report.all().size(); ++i) {
        const auto& d = report.all()[i];
        Json labels = Json::array(), mend = Json::array(), notes = Json::array();
        for (const auto& note : d.notes) notes.push_back(note.name == "note" ? note.text : note.name + ": " + note.text);
        for (const auto& label : d.labels) labels.push_back({{"place", place(report, label.span)}, {"text", label.text}});
        for (const auto& edit : d.mend) mend.push_back({{"place", place(report, edit.span)}, {"text", edit.text}});
        all.push_back({{"code", info(d.code).code},
                       {"name", info(d.code).name},
                       {"severity", d.severity() == Severity::Error ? "error" : "warning"},
                       {"denied", d.denied},
                       {"title", info(d.code).title},
                       {"message", d.message},
                       {"place", place(report, d.span)},
                       {"label", d.primary},
                       {"labels", std::move(labels)},
                       {"notes", std::move(notes)},
                       {"help", d.help},
                       {"mend", std::move(mend)},
                       {"safe", d.safe && !d.mend.empty()},
                       {"fingerprint", fingerprints[i]}});
    }
    return all;
}

std::string render_json(const Report& report) {
    Json files = Json::array();
    for (std::uint32_t i = 0; i < report.sources().size(); ++i)
        if (!report.sources()[i].embedded()) files.push_back(report.sources()[i].name());
    Json document{{"version", 1},
                        {"tool", {{"name", "segue"}, {"version", SEGUE_VERSION}}},
                        {"files", std::move(files)},
                        {"errors", report.errors()},
                        {"warnings", report.warnings()},
                        {"left_out", report.left_out()},
                        {"diagnostics", json_of_diagnostics(report)}};
    if (!report.budgets().empty()) {
        document["budgets"] = Json::array();
        for (const auto& b : report.budgets()) document["budgets"].push_back(budget(report, b));
    }
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace segue
