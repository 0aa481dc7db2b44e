// Findings that comments in the source allow.
#pragma once

#include "report/Directives.h"
#include "report/Finding.h"
#include "report/SourceText.h"
#include "source/Notification.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace clearway::report {

/// What one comment allows, and where.
struct Allowance {
  std::string file;
  facts::SourceRange comment;
  uint32_t firstLine = 0, lastLine = 0;
  std::vector<std::string> checks; // globs; empty: all
  std::string reason;
  bool isNoLint = false; // may be meant for another tool
  bool used = false;
};

class Suppressions {
public:
  /// Reads the comments of all files. A comment on a line of its own is about the next line of code, and
  /// about the whole function if that begins one.
  Suppressions(const link::Program &program, SourceCache &sources);

  /// Marks the finding as suppressed if a comment allows it: at its place, or, where only one way leads
  /// there, at a step of it.
  void apply(Finding &finding);

  /// What is wrong with the comments: allowances without reason, for unknown checks, or (if all checks they
  /// name have run) for nothing.
  std::vector<source::Notification> complaints(std::span<const std::string_view> known,
                                               std::span<const std::string_view> run) const;

  /// The allowance that covers this line for this check, or null.
  const Allowance *find(const std::string &file, uint32_t line, std::string_view check) const;

private:
  void readFile(const facts::FileFacts &file, SourceCache &sources);
  void readDirective(const facts::FileFacts &file, const facts::Directive &directive, const SourceText &text);
  void addNoLint(const facts::FileFacts &file, const facts::Directive &directive, ParsedDirective parsed);
  void borrowReasons(const facts::FileFacts &file);
  Allowance *covering(const Location &location, const std::string &check);

  std::map<std::string, std::vector<Allowance>> byFile_;
  std::vector<source::Notification> malformed_;
};

} // namespace clearway::report
