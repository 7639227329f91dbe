#include "syntax/editors/editors.hpp"
namespace segue {
std::string emacs_words() { return ""; }
}
