// What a field of a C++ class refers to: its constructor was given it. `Session session(socket_);` has another's socket.
#pragma once

#include "link/Program.h"

#include <vector>

namespace clearway::analysis {

struct Referent {
  link::FileId file = link::kNone;
  facts::ValueId value = 0; // in that file
};

/// What the callers of the constructor hand over for the field; nothing for other values, or where its class's constructor is in another file.
std::vector<Referent> referentsOf(const link::Program &program, link::FileId file, facts::ValueId value);

} // namespace clearway::analysis
