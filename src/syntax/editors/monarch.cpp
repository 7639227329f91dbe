#include "syntax/editors/editors.hpp"
namespace segue {
std::string monarch_language() { return ""; }
}
