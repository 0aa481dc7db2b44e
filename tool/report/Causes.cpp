#include "report/Causes.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace clearway::report {
namespace {

constexpr size_t kMostInFull = 10, kExamples = 5;

using Indices = std::vector<size_t>;

std::string countsOf(const std::vector<Finding> &findings, const Indices &some) {
  std::map<std::string, size_t> counts;
  for (const size_t i : some)
    ++counts[findings[i].check];
  std::vector<std::pair<std::string, size_t>> ordered(counts.begin(), counts.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto &a, const auto &b) { return a.second > b.second; });
  std::string text;
  for (const auto &[check, count] : ordered)
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + check;
  return text;
}

} // namespace

Causes groupByCause(const std::vector<Finding> &findings) {
  Causes made;
  made.isLeftOut.assign(findings.size(), false);
  std::map<std::tuple<std::string, facts::SourceRange>, Indices> byCall;
  for (size_t i = 0; i < findings.size(); ++i)
    if (const Finding &finding = findings[i]; !finding.suppressed && finding.chain.size() > 1)
      byCall[{finding.chain.front().location.file, finding.chain.front().location.range}].push_back(i);
  std::vector<Indices> groups;
  for (auto &[call, all] : byCall)
    if (all.size() > kMostInFull)
      groups.push_back(std::move(all));
  std::sort(groups.begin(), groups.end()); // by their first findings
  for (Indices &all : groups) {
    std::stable_sort(all.begin(), all.end(), [&](size_t a, size_t b) { return findings[a].level > findings[b].level; });
    const Indices rest(all.begin() + kExamples, all.end());
    for (const size_t i : rest)
      made.isLeftOut[i] = true;
    made.causes.push_back({findings[all.front()].chain.front(), rest.size(), countsOf(findings, rest)});
  }
  return made;
}

} // namespace clearway::report
