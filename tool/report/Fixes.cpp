#include "report/Fixes.h"

#include "report/OutputFile.h"

#include <algorithm>
#include <map>

namespace clearway::report {

namespace {

struct Edit {
  size_t begin = 0, end = 0; // offsets
  std::string text;
};

using Edits = std::map<std::string, std::vector<Edit>>; // by file

bool overlaps(const Edit &a, const Edit &b) {
  return a.begin < b.end && b.begin < a.end ? true : a.begin == b.begin && a.end == b.end;
}

bool sameEdit(const Edit &a, const Edit &b) {
  return a.begin == b.begin && a.end == b.end && a.text == b.text;
}

const Fix *fixToApply(const Finding &finding, bool unsafe) {
  auto found = std::find_if(finding.fixes.begin(), finding.fixes.end(),
                            [&](const Fix &fix) { return fix.safe || unsafe; });
  return finding.suppressed || found == finding.fixes.end() ? nullptr : &*found;
}

/// All edits of the fix or none.
bool add(const Fix &fix, SourceCache &sources, Edits &edits) {
  Edits added;
  for (const TextEdit &edit : fix.edits) {
    const SourceText &text = sources.file(edit.file);
    Edit made{text.offset(edit.range.beginLine, edit.range.beginColumn),
              text.offset(edit.range.endLine, edit.range.endColumn), edit.replacement};
    const std::vector<Edit> &there = edits[edit.file];
    if (std::any_of(there.begin(), there.end(), [&](const Edit &other) { return sameEdit(made, other); }))
      continue; // two findings want the same
    if (std::any_of(there.begin(), there.end(), [&](const Edit &other) { return overlaps(made, other); }))
      return false;
    added[edit.file].push_back(std::move(made));
  }
  for (auto &[file, list] : added)
    edits[file].insert(edits[file].end(), list.begin(), list.end());
  return true;
}

std::string edited(std::string text, std::vector<Edit> edits) {
  std::sort(edits.begin(), edits.end(), [](const Edit &a, const Edit &b) { return a.begin > b.begin; });
  for (const Edit &edit : edits)
    text.replace(edit.begin, edit.end - edit.begin, edit.text);
  return text;
}

} // namespace

FixResult applyFixes(const std::vector<Finding> &findings, SourceCache &sources, bool unsafe) {
  FixResult result;
  Edits edits;
  for (const Finding &finding : findings)
    if (const Fix *fix = fixToApply(finding, unsafe))
      ++(add(*fix, sources, edits) ? result.applied : result.skipped);
  for (const auto &[file, list] : edits) {
    if (list.empty())
      continue;
    std::string text = edited(std::string(sources.file(file).text()), list);
    if (auto written = replaceFile(sources.absolute(file), text); !written)
      result.errors.push_back(written.error());
  }
  return result;
}

} // namespace clearway::report
