// Which constexpr functions' bodies a parse leaves out.
#pragma once

namespace clearway::frontend::cpp {

/// clang keeps the bodies of all constexpr functions, because a constant may need them; in C++20 that is most of the standard
/// library, strings, containers and algorithms included. Constants hardly ever need a body of more than one statement. While one
/// of these lives, such bodies are left out on this thread in headers that are not ours: a quarter of the work on a typical unit.
/// If a constant then cannot be computed, parse again without. Has an effect only in a module that is linked with clang's static
/// libraries.
class LongConstexprBodies {
public:
  explicit LongConstexprBodies(bool skip) : before_(current_), skip_(skip) { current_ = this; }
  ~LongConstexprBodies() { current_ = before_; }
  LongConstexprBodies(const LongConstexprBodies &) = delete;
  LongConstexprBodies &operator=(const LongConstexprBodies &) = delete;

  bool skippedAny() const { return skippedAny_; }
  /// The one that lives on this thread and skips, or nullptr.
  static LongConstexprBodies *skipping() { return current_ && current_->skip_ ? current_ : nullptr; }
  void noteSkipped() { skippedAny_ = true; }

private:
  static inline thread_local LongConstexprBodies *current_ = nullptr;
  LongConstexprBodies *const before_;
  const bool skip_;
  bool skippedAny_ = false;
};

} // namespace clearway::frontend::cpp
