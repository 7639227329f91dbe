#include "scenario/suite_report.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>
#include <sstream>

#include "text/render.hpp"
#include "text/report_parts.hpp"
#include "text/plain.hpp"

namespace segue {

namespace {

using Json = nlohmann::ordered_json;

// The tests of one file follow each other.
template <class Each> void each_file(const std::vector<TestCase>& tests, Each each) {
    for (std::size_t i = 0; i < tests.size();) {
        auto end = i;
        while (end < tests.size() && tests[end].file == tests[i].file) ++end;
        each(i, end);
        i = end;
    }
}

Json json_of(const Coverage& coverage) {
    constexpr const char* kinds[] = {"rules", "steps", "branches", "suppressions"};
    const auto counts = [&](const Coverage::Counts& of) {
        Json out;
        for (std::size_t i = 0; i < of.size(); ++i) out[kinds[i]] = {{"reached", of[i].reached}, {"all", of[i].all}};
        return out;
    };
    Json files = Json::array(), missed = Json::array();
    for (const auto& [file, of] : coverage.by_file()) files.push_back({{"file", file}, {"counts", counts(of)}});
    for (const auto& [place, spot] : coverage.spots())
        if (spot.hits == 0) missed.push_back({{"file", place.file}, {"line", spot.line}, {"column", spot.column}, {"rule", spot.name}, {"what", spot.what}});
    return {{"percent", coverage.percent()}, {"total", counts(coverage.total())}, {"files", std::move(files)}, {"not_reached", std::move(missed)}};
}

} // namespace

std::size_t SuiteReport::failed() const {
    std::size_t n = 0;
    for (const auto& test : tests) n += !test.passed();
    return n;
}

std::string SuiteReport::sum() const {
    const auto n = tests.size();
    auto out = fmt::format("{} test{}", n, n == 1 ? "" : "s");
    if (n > 0) out += failed() == 0 ? std::string(n == 1 ? " passed" : ", all passed") : fmt::format(": {} passed, {} failed", n - failed(), failed());
    if (broken.fails()) out += fmt::format("{} the tests of scripts with errors did not run ({})", n > 0 ? ";" : ",", broken.sum());
    return out;
}

std::string render_tests_human(const SuiteReport& report, bool color) {
    std::string out = report.broken.fails() ? render_human(report.broken, color) + "\n" : "";
    for (const auto& test : report.tests) {
        if (test.passed()) continue;
        out += fmt::format("{} \"{}\" ({}:{})\n\n", paint(color, "1;31", "FAILED"), test.name, test.file, test.line);
        for (const auto& failure : test.failures) out += render_human(failure, *test.sources, color) + "\n";
    }
    each_file(report.tests, [&](std::size_t begin, std::size_t end) {
        std::size_t failed = 0;
        for (auto i = begin; i < end; ++i) failed += !report.tests[i].passed();
        const auto of = fmt::format("{} of {}", end - begin - failed, end - begin);
        out += fmt::format("{}  {} passed  {}\n", failed == 0 ? paint(color, "32", "ok    ") : paint(color, "1;31", "FAILED"), of, report.tests[begin].file);
    });
    if (report.coverage) out += "\n" + render_coverage(*report.coverage);
    return out + fmt::format("\n{} ({:.2f} s)\n", report.fails() ? paint(color, "1;31", report.sum()) : paint(color, "32", report.sum()), report.seconds);
}

std::string render_tests_json(const SuiteReport& report) {
    Json tests = Json::array();
    for (const auto& test : report.tests) {
        Report own;
        Diagnostics found;
        for (const auto& failure : test.failures) found.error(failure.code, failure.span, "") = failure;
        own.add(*test.sources, found);
        tests.push_back({{"name", test.name}, {"file", test.file}, {"line", test.line}, {"status", test.passed() ? "passed" : "failed"}, {"failures", json_of_diagnostics(own)}});
    }
    Json document{{"version", 1},
                  {"tool", {{"name", "segue"}, {"version", SEGUE_VERSION}}},
                  {"passed", report.tests.size() - report.failed()},
                  {"failed", report.failed()},
                  {"tests", std::move(tests)},
                  {"errors", json_of_diagnostics(report.broken)}};
    if (report.coverage) document["coverage"] = json_of(*report.coverage);
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string render_tests_junit(const SuiteReport& report) {
    pugi::xml_document document;
    auto declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    auto suites = document.append_child("testsuites");
    suites.append_attribute("name") = "segue test";
    const auto add_suite = [&](const std::string& name, std::size_t tests, std::size_t failures, std::size_t errors) {
        auto suite = suites.append_child("testsuite");
        suite.append_attribute("name") = for_xml(name).c_str();
        suite.append_attribute("tests") = static_cast<unsigned long long>(tests);
        suite.append_attribute("failures") = static_cast<unsigned long long>(failures);
        suite.append_attribute("errors") = static_cast<unsigned long long>(errors);
        suite.append_attribute("skipped") = 0;
        return suite;
    };
    const auto add_case = [](pugi::xml_node suite, const std::string& name, const std::string& file) {
        auto test = suite.append_child("testcase");
        test.append_attribute("name") = for_xml(name).c_str();
        test.append_attribute("classname") = for_xml(file).c_str();
        test.append_attribute("file") = for_xml(file).c_str();
        return test;
    };
    each_file(report.tests, [&](std::size_t begin, std::size_t end) {
        std::size_t failed = 0;
        for (auto i = begin; i < end; ++i) failed += !report.tests[i].passed();
        const auto suite = add_suite(report.tests[begin].file, end - begin, failed, 0);
        for (auto i = begin; i < end; ++i) {
            const auto& test = report.tests[i];
            auto node = add_case(suite, test.name, test.file);
            node.append_attribute("line") = test.line;
            if (test.passed()) continue;
            std::string text;
            for (const auto& failure : test.failures) text += render_human(failure, *test.sources, false) + "\n";
            auto failure = node.append_child("failure");
            failure.append_attribute("message") = for_xml(test.failures[0].message).c_str();
            failure.append_attribute("type") = std::string(info(test.failures[0].code).name).c_str();
            failure.text() = for_xml(text).c_str();
        }
    });
    std::size_t errors = 0;
    for (const auto& d : report.broken.all()) {
        if (d.severity() != Severity::Error) continue;
        ++errors;
        const auto file = report.broken.path(d.span.source);
        auto node = add_case(add_suite(file, 1, 0, 1), "the script has an error", file);
        auto error = node.append_child("error");
        error.append_attribute("message") = for_xml(fmt::format("{}: {}", info(d.code).code, d.message)).c_str();
        error.append_attribute("type") = std::string(info(d.code).name).c_str();
        error.text() = for_xml(render_human(d, report.broken.sources(), false)).c_str();
    }
    suites.append_attribute("tests") = static_cast<unsigned long long>(report.tests.size() + errors);
    suites.append_attribute("failures") = static_cast<unsigned long long>(report.failed());
    suites.append_attribute("errors") = static_cast<unsigned long long>(errors);
    std::ostringstream out;
    document.save(out, "  ");
    return out.str();
}

} // namespace segue
