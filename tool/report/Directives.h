// Comments addressed to the analyzer, taken apart.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clearway::report {

enum class DirectiveKind : uint8_t {
  Allow,       // after `clearway:` allow(check, …) reason
  Malformed,   // after `clearway:` something else; `reason` says what is wrong
  SyncContext, // SYNC CONTEXT: reason
  NoLint,      // NOLINT, NOLINT(check, …): this line
  NoLintNext,  // NOLINTNEXTLINE
  NoLintBegin, // NOLINTBEGIN
  NoLintEnd,   // NOLINTEND
};

struct ParsedDirective {
  DirectiveKind kind = DirectiveKind::Allow;
  std::vector<std::string> checks; // globs; for NOLINT empty means all
  std::string reason;
};

/// Nothing if the comment is addressed to somebody else.
std::optional<ParsedDirective> parseDirective(std::string_view comment);

} // namespace clearway::report
