// Which findings of a run are wanted: those that changed lines have a part in, or those that a baseline does
// not know.
#pragma once

#include "report/Report.h"
#include "report/SourceText.h"
#include "source/Git.h"

#include <tl/expected.hpp>

#include <string>
#include <vector>

namespace clearway::report {

/// Keeps the findings with a step on a changed line. A call that was added anywhere on the chain makes a
/// finding new, even if what blocks was there before.
void keepChanged(std::vector<Finding> &findings, const source::ChangedLines &changed,
                 const SourceCache &sources);

/// A committed file with one line per kind of finding and place, sorted, so that versions of it merge well.
class Baseline {
public:
  /// An error says line and mistake.
  static tl::expected<Baseline, std::string> parse(const std::string &file, const std::string &text);
  static Baseline of(const Report &report);

  std::string text() const;
  /// Takes the findings that the baseline knows out of the report: matched by check and anchor in the same
  /// file, then in any file (it was moved). Each entry covers as many findings as were counted. Entries that
  /// matched too little are notifications.
  void apply(Report &report, const std::string &file) const;

private:
  struct Entry {
    std::string check, file, scope, anchor;
    unsigned count = 0;
    friend auto operator<=>(const Entry &, const Entry &) = default;
  };
  std::vector<Entry> entries_; // sorted
};

} // namespace clearway::report
