#include "report/Baseline.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace clearway::report {

namespace {

using Json = nlohmann::ordered_json;

bool isChanged(const Location &location, const source::ChangedLines &changed, const SourceCache &sources) {
  auto file = changed.find(sources.absolute(location.file));
  if (file == changed.end())
    return false;
  uint32_t first = location.range.beginLine, last = std::max(first, location.range.endLine);
  return std::any_of(file->second.begin(), file->second.end(),
                     [&](const source::LineSpan &span) { return span.first <= last && first <= span.last; });
}

/// The fingerprint without the occurrence, which is what the count is for.
std::string anchorOf(const Finding &finding) {
  return finding.fingerprint.substr(0, finding.fingerprint.find(':'));
}

} // namespace

void keepChanged(std::vector<Finding> &findings, const source::ChangedLines &changed,
                 const SourceCache &sources) {
  std::erase_if(findings, [&](const Finding &finding) {
    const auto isNew = [&](const std::vector<Step> &chain) {
      return std::any_of(chain.begin(), chain.end(), [&](const Step &step) { return isChanged(step.location, changed, sources); });
    };
    return !isChanged(finding.primary, changed, sources) && !isNew(finding.chain) &&
           std::none_of(finding.otherChains.begin(), finding.otherChains.end(), isNew);
  });
}

tl::expected<Baseline, std::string> Baseline::parse(const std::string &file, const std::string &text) {
  Baseline baseline;
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object() || json.value("version", 0) != 1 ||
      !json.contains("findings") || !json["findings"].is_array())
    return tl::unexpected(file + " is no baseline of this version; write a new one with --update-baseline");
  for (const Json &item : json["findings"]) {
    Entry entry;
    try {
      entry = {item.at("check"), item.at("file"), item.at("scope"), item.at("anchor"), item.at("count")};
    } catch (const Json::exception &) {
      return tl::unexpected(
          file + ": entry " + std::to_string(baseline.entries_.size() + 1) +
          " lacks check, file, scope, anchor or count; write the file anew with --update-baseline");
    }
    baseline.entries_.push_back(std::move(entry));
  }
  std::sort(baseline.entries_.begin(), baseline.entries_.end());
  return baseline;
}

Baseline Baseline::of(const Report &report) {
  Baseline baseline;
  for (const Finding &finding : report.findings)
    if (!finding.suppressed)
      baseline.entries_.push_back({finding.check, projectPath(report, finding.primary.file),
                                   finding.primary.symbol, anchorOf(finding), 1});
  auto &entries = baseline.entries_;
  std::sort(entries.begin(), entries.end());
  size_t kept = 0;
  for (size_t i = 0; i < entries.size(); ++i)
    if (kept > 0 && entries[kept - 1].anchor == entries[i].anchor &&
        entries[kept - 1].file == entries[i].file)
      ++entries[kept - 1].count;
    else
      entries[kept++] = entries[i];
  entries.resize(kept);
  return baseline;
}

std::string Baseline::text() const {
  std::string text = "{\n  \"version\": 1,\n  \"findings\": [";
  for (size_t i = 0; i < entries_.size(); ++i) {
    const Entry &entry = entries_[i];
    Json json{{"check", entry.check},
              {"file", entry.file},
              {"scope", entry.scope},
              {"anchor", entry.anchor},
              {"count", entry.count}};
    text +=
        std::string(i == 0 ? "" : ",") + "\n    " + json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return text + (entries_.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

void Baseline::apply(Report &report, const std::string &file) const {
  std::vector<Entry> left = entries_;
  auto take = [&](const std::function<bool(const Entry &, const Finding &)> &matches) {
    std::erase_if(report.findings, [&](const Finding &finding) {
      if (finding.suppressed)
        return false;
      auto entry = std::find_if(left.begin(), left.end(), [&](const Entry &one) {
        return one.count > 0 && one.check == finding.check && matches(one, finding);
      });
      if (entry == left.end())
        return false;
      --entry->count;
      ++report.baselined;
      return true;
    });
  };
  take([&](const Entry &entry, const Finding &finding) {
    return entry.anchor == anchorOf(finding) && entry.file == projectPath(report, finding.primary.file);
  });
  take([&](const Entry &entry, const Finding &finding) { return entry.anchor == anchorOf(finding); });
  take([&](const Entry &entry, const Finding &finding) { // the line was edited
    return !entry.scope.empty() && entry.scope == finding.primary.symbol &&
           entry.file == projectPath(report, finding.primary.file);
  });
  auto stale = std::count_if(left.begin(), left.end(), [](const Entry &entry) { return entry.count > 0; });
  if (stale > 0)
    report.notifications.push_back({facts::DiagnosticLevel::Note,
                                    "stale-baseline",
                                    file,
                                    {},
                                    std::to_string(stale) +
                                        (stale == 1 ? " entry matches" : " entries match") +
                                        " nothing any more; --update-baseline removes them"});
}

} // namespace clearway::report
