// The worst case as data, for renderers: what one fan can get on each channel, and whether the promises hold.
#pragma once

#include <string>
#include <vector>

#include "text/source.hpp"

namespace segue {

struct Budget {
    struct Row {
        std::string channel;    // or "messages": all that need consent together
        double week = 0;        // within 7 days; infinity where nothing bounds it
        double month = 0;       // within 30 days
        std::string held_by;    // the limit that makes it so, or the rules themselves
    };
    struct Promise {
        Span place;
        std::string text;       // "messages at most 5 per 30 days"
        double most = 0;        // infinity where nothing bounds it
        bool kept = false;
    };
    std::string program;        // its files, as they were named
    std::vector<Row> rows;      // none if nothing is sent
    std::vector<Promise> promises;
    bool replies = false;       // replies to the fan's own words come on top: no limit closes them
};

} // namespace segue
