// Methods whose result says whether a lock was taken, by the names that the standard library, Boost and Abseil give them.
#pragma once

#include <string_view>

namespace clearway::frontend::cpp {

/// `try_lock`, `try_lock_for`, `TryLock`: of a lock.
inline bool triesLock(std::string_view method) { return method.starts_with("try_") || method.starts_with("Try"); }

/// `owns_lock`: of a guard.
inline bool tellsOwnership(std::string_view method) { return method == "owns_lock"; }

} // namespace clearway::frontend::cpp
