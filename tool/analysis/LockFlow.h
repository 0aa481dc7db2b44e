// Which guards are held where: forward dataflow over each function's control flow. A guard is an object or a raw
// acquire() that the catalogue makes one; it is classified by the lock it guards, not by its own name.
#pragma once

#include "link/Program.h"

#include <vector>

namespace clearway::analysis {

/// A guard held at some event.
struct Held {
  link::ObjectId object = link::kNone; // or kNone: a raw acquire
  link::CallId acquiredBy = link::kNone;
  const catalog::Entry *entry = nullptr;
  catalog::LockKind lock = catalog::LockKind::None;
  Name lockPath;
  facts::SourceRange acquiredAt;
  bool onAllPaths = true; // false: held on some path only
};

/// A suspension or a call at which guards are held.
struct HeldAt {
  link::FunctionId function = link::kNone;
  link::CallId call = link::kNone;             // either a call …
  facts::SuspensionId suspension = link::kNone; // … or a suspension (index in the file)
  std::vector<Held> held;
};

struct LockFlow {
  std::vector<HeldAt> suspensions; // guards of any lock held across a suspension, in program order
  std::vector<HeldAt> calls;       // calls made while something is held, in program order
  std::vector<Held> acquisitions;  // every acquisition of a lock
  std::vector<link::FunctionId> acquisitionFunctions; // parallel to acquisitions
};

LockFlow computeLockFlow(const link::Program &program, const catalog::Catalog &catalog);

} // namespace clearway::analysis
