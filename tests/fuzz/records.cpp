#include <cstdio>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check/check.hpp"
#include "fuzz/must.hpp"
#include "fuzz/targets.hpp"
#include "ingest/decode.hpp"
#include "ingest/reader.hpp"
#include "run/world.hpp"
#include "syntax/load.hpp"

namespace segue::fuzz {

namespace {

// With a field of every kind, attributes, a name from inside an object, and something of each that a record can wake.
constexpr const char* program_text = R"(
attribute tier: text
attribute age: number
event buy(item: text, price: number, when: date?, gift: bool?)
event seen(deep: text from "a.b")
stages { buyer when buy >= 1 }
limit messages to 2 per 7 days
timezone "Europe/Berlin"
flow f {
  a: on presave => wait until release day then send sms "{release.title}"
  b: on listen >= 2 per track within 3 days when not save(track) => prompt save(track)
  c: on buy(price > 10) >= 1 per item when fan.age ?? 0 > 17 => send email "{item}" then wait for seen up to 2 days then tag warm
  d: on no listen for 3 days => tag quiet
  e: on enter buyer => send push "hello"
  f: on keyword("join") => tag stopped
}
)";

struct Compiled {
    std::shared_ptr<Ledger> ledger = std::make_shared<Ledger>();
    std::shared_ptr<const Program> program;

    Compiled() {
        const Files nothing{[](const std::string&) -> Result<std::string> { return Failure{"there are no files here"}; }, [](const std::string& path) { return path; }};
        Sources sources;
        Diagnostics diagnostics;
        program = std::make_shared<Program>(check(load({{"fuzz.flow", program_text}}, nothing, sources, diagnostics), sources, *ledger, diagnostics, nullptr));
        for (const auto& d : diagnostics.all())
            if (d.severity() == Severity::Error) must(false, d.message);
    }
};

// What one record is, as text, and where the reader stands behind it.
struct Read {
    std::string what;
    InputPosition behind;
};

template <class Take> std::vector<Read> read_all(const Compiled& compiled, const InputOptions& options, std::uint64_t size, Take&& take) {
    std::vector<Read> out;
    auto reader = open_reader(options);
    if (!reader) return out; // a header that is none, or a document that is not
    Decoder decoder(*compiled.program, compiled.ledger->symbols);
    Fields fields(decoder.names());
    std::uint64_t before = options.from.offset;
    while ((*reader)->next(fields)) {
        const auto at = (*reader)->position();
        must(at.offset >= before && at.offset <= size, "a position goes on, and lies in the input");
        before = at.offset;
        Record record;
        std::string reason;
        const auto decoded = decoder.decode(fields, record, reason);
        must((decoded == Decoded::Rejected) == !reason.empty(), "what is rejected has a reason, and nothing else has one");
        if (decoded == Decoded::Record) take(record);
        out.push_back({fmt::format("{} {} {} {} {} {}", static_cast<int>(decoded), reason, decoded == Decoded::Record ? record.fan.text() : "", decoded == Decoded::Record ? record.time : 0, record.fields.size(), record.id.text()), at});
        must(out.size() <= size + 1, "a record takes some bytes");
    }
    must((*reader)->failure().empty(), "a file that is there can be read");
    return out;
}

} // namespace

void records(std::string_view bytes) {
    static const Compiled compiled;
    InputOptions options;
    const char form = bytes.empty() ? 'j' : bytes[0];
    options.format = form == 'c' ? Format::Csv : form == 's' ? Format::Spotify : form == 'e' ? Format::CloudEvents : Format::Jsonl;
    options.nested = form == 'n';
    options.fan = "ana";
    if (!bytes.empty()) bytes.remove_prefix(1);
    const int fd = ::memfd_create("records", 0);
    must(::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "memory takes the records");
    options.path = fmt::format("/proc/self/fd/{}", fd);

    World world(compiled.ledger);
    attach(world, compiled.program);
    Actions actions;
    Time last = before_all;
    const auto all = read_all(compiled, options, bytes.size(), [&](const Record& record) {
        if (!refusal(world, record).empty()) return;
        // A record from the end of time would fire what is due until then, year by year.
        if (last != before_all && record.time > last + 1'000 * day_ms) return;
        last = std::max(last, record.time);
        step(world, record, actions);
        actions.clear();
    });
    if (!all.empty()) { // one place is as good as another
        const auto at = bytes.size() % all.size();
        options.from = all[at].behind;
        const auto rest = read_all(compiled, options, bytes.size(), [](const Record&) {});
        must(rest.size() == all.size() - at - 1, fmt::format("read on behind record {} of {}: {} are left", at + 1, all.size(), rest.size()));
        for (std::size_t i = 0; i < rest.size(); ++i) must(rest[i].what == all[at + 1 + i].what, fmt::format("read on: {} is {}", all[at + 1 + i].what, rest[i].what));
    }
    ::close(fd);
}

} // namespace segue::fuzz
