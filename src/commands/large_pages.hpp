// The heap in large pages, where the system has some for who asks (transparent huge pages, Linux): what is kept of fans lies anywhere in it, and to
// find the page of each costs about as much as to fetch it.
#pragma once

namespace segue {

// What the heap has grown by since the last call. Cheap where it has not grown; a run asks for it now and then, but not while it reads a state: there,
// clearing whole large pages first takes longer than they spare. One thread.
void enlarge_pages();

} // namespace segue
