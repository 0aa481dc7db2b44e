// `using namespace net;` and then `void Server::start() { … }`: without types the definition's class is that of net, which another file
// declares.
#pragma once

#include "link/Program.h"

namespace clearway::frontend::cpp {

/// Gives classes that a file only defines members of the names under which the program declares them. Before anything is looked up.
void qualifyMembers(link::Program &program);

} // namespace clearway::frontend::cpp
