// Which guards are held where: forward dataflow over each function's control flow. A guard is an object or a
// raw acquire() that the catalogue makes one; it is classified by the lock it guards, not by its own name.
#pragma once

#include "link/Program.h"

#include <vector>

namespace clearway::analysis {

/// One acquisition of a lock and what happens while it is held on some path.
struct Acquisition {
  link::FunctionId function = link::kNone;
  link::ObjectId object = link::kNone;   // the guard, or kNone for a raw acquire()
  link::CallId acquiredBy = link::kNone; // the call that takes the lock, when there is one
  const catalog::Entry *entry = nullptr;
  catalog::LockKind lock = catalog::LockKind::None;
  bool waits = true; // false: a try, or a lock that was taken before (adopted)
  Name lockPath;     // "self._lock"
  facts::SourceRange acquiredAt;
  std::vector<link::CallId> calls;              // made while it is held, in program order
  std::vector<facts::SuspensionId> suspensions; // while it is held (ids of the file), in program order
};

/// A suspension or a call at which guards are held.
struct HeldAt {
  link::FunctionId function = link::kNone;
  link::CallId call = link::kNone;               // either a call …
  facts::SuspensionId suspension = facts::kNone; // … or a suspension (index in the file)
  struct Guard {
    uint32_t acquisition = link::kNone; // index in LockFlow::acquisitions
    bool onAllPaths = true;             // false: held on some path only
    link::ObjectId holder =
        link::kNone; // the object that holds it here: a guard may move, on one path and not the other
  };
  std::vector<Guard> held;
};

struct LockFlow {
  std::vector<Acquisition> acquisitions; // every acquisition of a lock, in program order
  std::vector<HeldAt> suspensions;       // guards of any lock held across a suspension, in program order
  std::vector<HeldAt> calls;             // calls made while something is held, in program order
};

LockFlow computeLockFlow(const link::Program &program, const catalog::Catalog &catalog);

} // namespace clearway::analysis
