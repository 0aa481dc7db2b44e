// Something the tool has to say about its own work: a file it could not read, a line it could not parse.
// Becomes a SARIF notification and a line on standard error; never a finding.
#pragma once

#include "facts/Facts.h"

#include <string>
#include <tuple>

namespace clearway::source {

struct Notification {
  facts::DiagnosticLevel level = facts::DiagnosticLevel::Warning;
  std::string id;           // stable, kebab-case: unreadable, binary, syntax-error, …
  std::string file;         // as reported; empty: about the run as a whole
  facts::SourceRange range; // invalid: the whole file
  std::string message;      // what is wrong, and what to do

  /// By file, then place: the order reports use.
  friend bool operator<(const Notification &a, const Notification &b) {
    return std::tie(a.file, a.range, a.id, a.message) < std::tie(b.file, b.range, b.id, b.message);
  }
  friend bool operator==(const Notification &, const Notification &) = default;
};

} // namespace clearway::source
