#include "run/lookout.hpp"

#include <algorithm>

namespace segue {

bool Lookout::look(Record& record) {
    // Who is forgotten is refused from then on; an entry may be refused if it says too little to be a new one (`find_refusal`).
    const auto& r = record.release;
    if (record.kind == Record::Kind::Forget || (record.kind == Record::Kind::Release && !(r.title && r.date && r.link))) return false;
    clock_ = std::max(clock_, record.time);
    record.sight = seen_.take(record.id, clock_) ? Record::Sight::First : Record::Sight::Again;
    return true;
}

} // namespace segue
