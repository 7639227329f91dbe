#include <fmt/format.h>
#include <pugixml.hpp>
#include <sstream>

#include "text/render.hpp"
#include "text/report.hpp"
#include "text/report_parts.hpp"
#include "text/utf8.hpp"

namespace segue {

// XML 1.0 has no way at all to write most control characters, nor U+FFFE and U+FFFF.
std::string for_xml(std::string_view text) {
    const auto valid = repair_utf8(text);
    std::string out;
    for (std::size_t at = 0; at < valid.size();) {
        const auto point = code_point_at(valid, at);
        const bool none = (point.value < 0x20 && point.value != '\t' && point.value != '\n' && point.value != '\r') || point.value == 0xFFFE || point.value == 0xFFFF;
        out += none ? std::string("\xEF\xBF\xBD") : valid.substr(at, point.length);
        at += point.length;
    }
    return out;
}

namespace {

std::string counted(std::size_t n, std::string_view what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

void add_suite(pugi::xml_node suites, const Report& report, std::uint32_t file) {
    const auto name = for_xml(report.path(file));
    std::string errors, warnings, first;
    std::size_t wrong = 0;
    for (const auto& d : report.all()) {
        if (d.span.source != file) continue;
        const bool error = d.severity() == Severity::Error;
        (error ? errors : warnings) += render_human(d, report.sources(), false) + "\n";
        if (error && wrong++ == 0) first = fmt::format("{}: {}", info(d.code).code, d.message);
    }
    auto suite = suites.append_child("testsuite");
    suite.append_attribute("name") = name.c_str();
    suite.append_attribute("tests") = 1;
    suite.append_attribute("failures") = wrong > 0 ? 1 : 0;
    suite.append_attribute("errors") = 0;
    suite.append_attribute("skipped") = 0;
    auto test = suite.append_child("testcase");
    test.append_attribute("name") = name.c_str();
    test.append_attribute("classname") = "segue check";
    test.append_attribute("file") = name.c_str();
    if (wrong > 0) {
        auto failure = test.append_child("failure");
        failure.append_attribute("message") = for_xml(wrong == 1 ? first : fmt::format("{} (and {})", first, counted(wrong - 1, "error") + " more")).c_str();
        failure.append_attribute("type") = "error";
        failure.text() = for_xml(errors).c_str();
    }
    if (!warnings.empty()) test.append_child("system-out").text() = for_xml(warnings).c_str();
}

// What was found but not told has no file any more.
void add_left_out(pugi::xml_node suites, const Report& report) {
    auto suite = suites.append_child("testsuite");
    suite.append_attribute("name") = "not shown";
    suite.append_attribute("tests") = 1;
    suite.append_attribute("failures") = report.fails() ? 1 : 0;
    suite.append_attribute("errors") = 0;
    suite.append_attribute("skipped") = 0;
    auto test = suite.append_child("testcase");
    test.append_attribute("name") = "not shown";
    test.append_attribute("classname") = "segue check";
    const auto text = counted(report.left_out(), "more finding") + " not shown";
    if (report.fails()) test.append_child("failure").append_attribute("message") = text.c_str();
    else test.append_child("system-out").text() = text.c_str();
}

} // namespace

std::string render_junit(const Report& report) {
    pugi::xml_document document;
    auto declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    auto suites = document.append_child("testsuites");
    suites.append_attribute("name") = "segue check";
    std::set<std::uint32_t> wrong;
    for (const auto& d : report.all()) wrong.insert(d.span.source);
    for (std::uint32_t i = 0; i < report.sources().size(); ++i)
        if (!report.sources()[i].embedded() || wrong.contains(i)) add_suite(suites, report, i);
    if (report.left_out() > 0) add_left_out(suites, report);
    int tests = 0, failures = 0;
    for (const auto suite : suites.children("testsuite")) {
        tests += suite.attribute("tests").as_int();
        failures += suite.attribute("failures").as_int();
    }
    suites.append_attribute("tests") = tests;
    suites.append_attribute("failures") = failures;
    suites.append_attribute("errors") = 0;
    std::ostringstream out;
    document.save(out, "  ");
    return out.str();
}

} // namespace segue
