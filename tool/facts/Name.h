// Interned strings. A Name is a 32-bit handle that compares by identity, so that facts stay small and
// trivially copyable. The table lives for the whole process and only grows.
//
// Handles differ from run to run: never order, hash into output, or store by handle; use view().
// Thread safety: all operations may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace clearway {

class Name {
public:
  constexpr Name() = default;
  /// Interns `text` (copied on first sight).
  explicit Name(std::string_view text);

  /// The interned text; valid for the whole process.
  std::string_view view() const;
  bool empty() const { return handle_ == 0; }
  explicit operator bool() const { return handle_ != 0; }
  uint32_t handle() const { return handle_; }

  friend bool operator==(Name, Name) = default;

private:
  uint32_t handle_ = 0; // 0 is the empty string
};

/// Orders by text: the order that reports and shards use.
struct NameTextLess {
  bool operator()(Name a, Name b) const { return a != b && a.view() < b.view(); }
};

} // namespace clearway

template <> struct std::hash<clearway::Name> {
  size_t operator()(clearway::Name name) const noexcept {
    return static_cast<size_t>(name.handle()) * 0x9E3779B97F4A7C15ull >> 16;
  }
};
