#include "store/store.hpp"
namespace segue { Result<std::unique_ptr<Store>> open_sqlite(const std::string&) { return Failure{"not yet"}; } }
