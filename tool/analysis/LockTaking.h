// Which objects and calls take or give back a lock: what the catalogue says, seen in the light of how they are made.
#pragma once

#include "link/Program.h"

#include <optional>

namespace clearway::analysis {

/// What a scoped object or a call takes.
struct Taking {
  const catalog::Entry *entry = nullptr;
  catalog::LockKind lock = catalog::LockKind::None;
  bool waits = true;
  bool adopts = false; // what is locked already
};

class LockClassifier {
public:
  LockClassifier(const link::Program &program, const catalog::Catalog &catalog) : program_(program), catalog_(catalog) {}

  /// The lock an object holds from its birth; nullopt for objects that are no guards.
  std::optional<Taking> birth(link::ObjectId id) const;
  /// The lock that a call on the lock itself takes: lock.acquire().
  std::optional<Taking> acquire(const link::Call &call) const;
  bool releases(const link::Call &call) const;
  /// `co_await changed.wait(lock)` gives the guard to what is awaited, which unlocks it meanwhile (C++).
  bool isHandedOver(link::ObjectId guard, const facts::Suspension &to) const;

private:
  bool isOfObject(const link::Call &call) const;
  std::optional<Taking> guard(const link::Object &object, const catalog::Entry &entry) const;
  catalog::LockKind guardedLock(const link::Object &object, const catalog::Entry &entry) const;
  bool isPending(const link::Object &object) const;
  bool isDeferred(const link::Object &object, const catalog::Entry &entry) const;
  bool isTagged(link::CallId origin, std::string_view tag) const;

  const link::Program &program_;
  const catalog::Catalog &catalog_;
};

} // namespace clearway::analysis
