#include "ingest/reader.hpp"

#include "ingest/formats.hpp"

namespace segue {

Result<std::unique_ptr<Reader>> open_reader(const InputOptions& options) {
    switch (options.format) {
    case Format::Csv: return open_csv(options);
    case Format::Spotify: return open_spotify(options);
    case Format::CloudEvents: return open_cloudevents(options);
    case Format::Jsonl: break;
    }
    return open_jsonl(options);
}

} // namespace segue
