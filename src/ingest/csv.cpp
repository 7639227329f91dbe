// CSV as RFC 4180 has it: a header or `--columns`, quoted cells, doubled quotes, line breaks inside quotes.
#include <algorithm>
#include <fmt/format.h>

#include "ingest/decode.hpp"
#include "ingest/formats.hpp"
#include "ingest/lines.hpp"
#include "text/utf8.hpp"

namespace segue {

namespace {

class Csv : public Reader {
public:
    Csv(Lines lines, std::vector<std::string> columns) : lines_(std::move(lines)), columns_(std::move(columns)) {}

    // The header is read again when a run goes on in the middle, so it is read from the start of the file.
    std::string read_header(Lines& from) {
        if (!columns_.empty()) return {};
        const KnownNames no_names;
        Fields fields(no_names);
        do {
            if (!row(from, fields)) return "it is empty: its first line must name the columns";
        } while (blank(fields));
        if (!fields.bad.empty()) return "its header cannot be read: " + fields.bad;
        columns_ = cells_;
        return twice(columns_);
    }

    std::string read_own_header() { return read_header(lines_); }

    bool next(Fields& fields) override {
        do {
            if (!row(lines_, fields)) return false;
        } while (blank(fields));
        if (!fields.bad.empty()) return true;
        if (cells_.size() != columns_.size()) {
            fields.bad = fmt::format("it has {} cells, and there are {} columns", cells_.size(), columns_.size());
            return true;
        }
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            auto s = Scalar::of(cells_[i]);
            s.loose = true;
            fields.add(columns_[i]) = s;
        }
        return true;
    }
    InputPosition position() const override { return lines_.position(); }
    bool cut() const override { return lines_.cut(); }
    const std::string& failure() const override { return lines_.failure(); }

    // A name that two columns have, in words; empty: none.
    static std::string twice(const std::vector<std::string>& columns) {
        for (std::size_t i = 0; i < columns.size(); ++i)
            if (std::find(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(i), columns[i]) != columns.begin() + static_cast<std::ptrdiff_t>(i)) return fmt::format("two columns are named `{}`", columns[i]);
        return {};
    }

private:
    bool blank(const Fields& fields) const { return fields.bad.empty() && raw_.find_first_not_of(" \t\r\n") == std::string::npos; }

    bool row(Lines& lines, Fields& fields) {
        fields.clear();
        cells_.clear();
        raw_.clear();
        bool quoted = false;    // inside quotes
        bool was_quoted = false;
        bool first = true;
        bool over = false;      // longer than a record may be: read to its end all the same, for what stands in quotes is no row
        std::uint64_t count = 0;
        std::string cell;
        for (; first || quoted; ++count) {
            std::string_view line;
            bool too_long = false;
            if (!lines.next(line, too_long)) {
                if (first) return false;
                fields.bad = fmt::format("a quote does not end: it runs over {} lines, to the end of the input", count);
                break;
            }
            if (first) fields.line = lines.position().line;
            over = over || too_long || raw_.size() + line.size() > most_record_bytes;
            if (!over) {
                if (!first) raw_ += '\n', cell += '\n';
                raw_ += line;
            }
            first = false;
            if (too_long) break;
            for (std::size_t i = 0; i < line.size(); ++i) {
                const char c = line[i];
                if (quoted) {
                    if (c != '"') cell += over ? "" : std::string_view(&c, 1);
                    else if (i + 1 < line.size() && line[i + 1] == '"') cell += '"', ++i;
                    else quoted = false, was_quoted = true;
                } else if (c == ',') {
                    cells_.push_back(std::exchange(cell, {}));
                    was_quoted = false;
                } else if (c == '"' && cell.empty() && !was_quoted) quoted = true;
                else if (c == '\r' && i + 1 == line.size()) continue; // of the line break
                else if (was_quoted) fields.bad = "something stands behind a closing quote";
                else cell += c;
            }
        }
        if (over) {
            fields.bad = fmt::format("the record is longer than {} bytes", most_record_bytes);
            raw_.resize(std::min<std::size_t>(raw_.size(), 1'000));
        }
        cells_.push_back(std::move(cell));
        fields.raw = raw_;
        if (fields.bad.empty() && invalid_utf8(raw_)) fields.bad = "not UTF-8";
        return true;
    }

    Lines lines_;
    std::vector<std::string> columns_;
    std::vector<std::string> cells_;
    std::string raw_;
};

} // namespace

Result<std::unique_ptr<Reader>> open_csv(const InputOptions& options) {
    if (const auto bad = Csv::twice(options.columns); !bad.empty()) return Failure{"--columns: " + bad};
    auto lines = Lines::open(options, options.from);
    if (!lines) return lines.failure();
    const bool middle = options.from.offset > 0;
    if (options.columns.empty() && middle) {
        auto start = Lines::open(options, {});
        if (!start) return start.failure();
        auto reader = std::make_unique<Csv>(std::move(*lines), options.columns);
        if (const auto bad = reader->read_header(*start); !bad.empty()) return Failure{fmt::format("cannot read {}: {}", options.path, bad)};
        return std::unique_ptr<Reader>(std::move(reader));
    }
    auto reader = std::make_unique<Csv>(std::move(*lines), options.columns);
    if (const auto bad = reader->read_own_header(); !bad.empty()) return Failure{fmt::format("cannot read {}: {}", options.path, bad)};
    return std::unique_ptr<Reader>(std::move(reader));
}

} // namespace segue
