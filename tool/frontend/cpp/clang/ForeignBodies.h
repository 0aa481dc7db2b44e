// What clang is spared of functions in headers that are not ours, beyond what it offers to skip.
#pragma once

#include "clang/Basic/SourceLocation.h"

namespace clearway::frontend::cpp {

class UnitContext;

/// While one of these lives, two things are left out on this thread in headers that are not ours:
/// - Bodies of constexpr functions of more than one statement. clang keeps the bodies of all constexpr functions, because a
///   constant may need them; in C++20 that is most of the standard library, strings, containers and algorithms included. Constants
///   hardly ever need a long one: a quarter of the work on a typical unit. If a constant then cannot be computed, parse again
///   with them kept.
/// - The definitions of the classes that functions return and take, which clang asks for where a body begins. They are
///   instantiated once somebody looks into them.
/// Has an effect only in a module that is linked with clang's static libraries.
class ForeignBodies {
public:
  enum class Constexpr { LeftOut, Kept };

  explicit ForeignBodies(Constexpr longOnes) : before_(current_), longOnes_(longOnes) { current_ = this; }
  ~ForeignBodies() { current_ = before_; }
  ForeignBodies(const ForeignBodies &) = delete;
  ForeignBodies &operator=(const ForeignBodies &) = delete;

  /// The one that lives on this thread, or nullptr.
  static ForeignBodies *current() { return current_; }

  /// Says whose code is whose while the unit is parsed; nullptr: nothing is foreign.
  void setUnit(UnitContext *unit) { unit_ = unit; }
  bool areAt(clang::SourceLocation location) const;

  bool leavesOutConstexpr() const { return longOnes_ == Constexpr::LeftOut; }
  bool leftOutAny() const { return leftOutAny_; }
  void noteLeftOut() { leftOutAny_ = true; }

private:
  static inline thread_local ForeignBodies *current_ = nullptr;
  ForeignBodies *const before_;
  const Constexpr longOnes_;
  UnitContext *unit_ = nullptr;
  bool leftOutAny_ = false;
};

} // namespace clearway::frontend::cpp
