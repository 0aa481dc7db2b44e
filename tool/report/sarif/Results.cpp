#include "report/sarif/Results.h"

#include "report/MeasuredJson.h"

#include <algorithm>
#include <cmath>

namespace clearway::report::sarif {

namespace {

/// Text that no viewer takes for an embedded link.
std::string plain(const std::string &text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i)
    result += text[i] == ']' && i + 1 < text.size() && text[i + 1] == '(' ? "] " : std::string(1, text[i]);
  return result;
}

/// The last component of a qualified name: what a link shows.
std::string shortName(const std::string &qualified) {
  size_t at = qualified.find_last_of(".:");
  std::string name = at == std::string::npos ? qualified : qualified.substr(at + 1);
  std::erase_if(name, [](char c) { return c == '[' || c == ']'; });
  return name;
}

std::string handle(const Step &step) {
  std::string name = shortName(step.location.symbol);
  return name.empty() ? "line " + std::to_string(step.location.range.beginLine) : name;
}

/// Viewers without code flows have nothing but this: the message, and every step as a link to a related
/// location.
std::string messageOf(const Finding &finding) {
  std::string text = plain(finding.message);
  if (finding.chain.size() > 1) {
    text += "\nReached through ";
    for (size_t i = 0; i < finding.chain.size(); ++i)
      text += (i == 0 ? "[" : " → [") + handle(finding.chain[i]) + "](" + std::to_string(i + 1) + ")";
    text += ".";
  }
  size_t id = finding.chain.size() > 1 ? finding.chain.size() : 0;
  for (const Related &related : finding.related)
    text += "\nSee [" + shortName(plain(related.location.symbol.empty() ? "here" : related.location.symbol)) +
            "](" + std::to_string(++id) + "): " + plain(related.text) + ".";
  if (finding.otherEntryPoints > 0)
    text += "\nReached from " + std::to_string(finding.otherEntryPoints) + " more entry points.";
  if (finding.measurement && !finding.measurement->text.empty())
    text += "\nMeasured: " + plain(finding.measurement->text) + ".";
  if (!finding.advice.empty())
    text += "\n" + plain(finding.advice);
  return text;
}

Json stepLocation(const Step &step, Artifacts &artifacts) {
  Json location = artifacts.location(step.location);
  location["message"] = {{"text", plain(step.text)}};
  return location;
}

Json relatedLocations(const Finding &finding, Artifacts &artifacts) {
  Json all = Json::array();
  auto add = [&](Json location) {
    location["id"] = all.size() + 1;
    all.push_back(std::move(location));
  };
  if (finding.chain.size() > 1)
    for (const Step &step : finding.chain)
      add(stepLocation(step, artifacts));
  for (const Related &related : finding.related) {
    Json location = artifacts.location(related.location);
    location["message"] = {{"text", plain(related.text)}};
    add(std::move(location));
  }
  return all;
}

Json codeFlow(const std::vector<Step> &chain, const std::string &entry, Artifacts &artifacts) {
  Json locations = Json::array();
  unsigned order = 0;
  for (const Step &step : chain)
    locations.push_back({{"location", stepLocation(step, artifacts)},
                         {"nestingLevel", std::max(step.nesting, 1u)},
                         {"executionOrder", ++order},
                         {"importance", "essential"}});
  std::string text = entry.empty() ? "The way to the operation." : "From " + plain(entry) + " to the operation.";
  return {{"message", {{"text", text}}}, {"threadFlows", {{{"locations", locations}}}}};
}

/// Also for a finding without calls in between: some viewers show nothing else. Viewers begin with the first, the shortest.
Json codeFlows(const Finding &finding, Artifacts &artifacts) {
  Json flows = Json::array({codeFlow(finding.chain, finding.entry, artifacts)});
  for (const std::vector<Step> &chain : finding.otherChains)
    flows.push_back(codeFlow(chain, chain.front().location.symbol, artifacts));
  return flows;
}

Json replacement(const TextEdit &edit, Artifacts &artifacts) {
  return {{"deletedRegion", artifacts.region(edit.file, edit.range, false)},
          {"insertedContent", {{"text", edit.replacement}}}};
}

Json fixOf(const Fix &fix, Artifacts &artifacts) {
  Json changes = Json::array();
  std::vector<std::string> files;
  for (const TextEdit &edit : fix.edits) {
    auto known = std::find(files.begin(), files.end(), edit.file);
    if (known == files.end()) {
      files.push_back(edit.file);
      changes.push_back(
          {{"artifactLocation", artifacts.artifactLocation(edit.file)}, {"replacements", Json::array()}});
      known = files.end() - 1;
    }
    changes[static_cast<size_t>(known - files.begin())]["replacements"].push_back(
        replacement(edit, artifacts));
  }
  return {{"description", {{"text", fix.description}}}, {"artifactChanges", changes}};
}

Json fingerprintsOf(const Finding &finding, Artifacts &artifacts) {
  Json fingerprints{{"clearway/v1", finding.fingerprint}};
  std::string hash = artifacts.lineHash(finding.primary.file, finding.primary.range.beginLine);
  if (!hash.empty())
    fingerprints["primaryLocationLineHash"] = hash;
  return fingerprints;
}

/// A millisecond in all is at 60, a minute and a half at 100; what ran and was fast is at the end.
double measuredRank(const Measurement &measurement, double unmeasured) {
  if (measurement.stalls != 0) {
    const double milliseconds = static_cast<double>(measurement.totalNs) / 1e6;
    return std::min(100.0, 60 + 8 * std::log10(1 + milliseconds));
  }
  return measurement.verdict == MeasuredVerdict::NotSeen ? unmeasured / 2 : unmeasured / 10;
}

/// How urgent, from 0 to 100: level first, then how sure.
double unmeasuredRank(const Finding &finding) {
  double base = finding.level == Level::Error ? 80 : finding.level == Level::Warning ? 50 : 20;
  return base + (finding.confidence == link::Confidence::Certain    ? 15
                 : finding.confidence == link::Confidence::Inferred ? 5
                                                                    : 0);
}

double rankOf(const Finding &finding) {
  const double unmeasured = unmeasuredRank(finding);
  return finding.measurement ? measuredRank(*finding.measurement, unmeasured) : unmeasured;
}

size_t ruleIndex(const Report &report, const std::string &check) {
  auto found = std::find_if(report.checks.begin(), report.checks.end(),
                            [&](const CheckInfo &info) { return info.name == check; });
  return static_cast<size_t>(found - report.checks.begin());
}

} // namespace

Json resultOf(const Finding &finding, const Report &report, Artifacts &artifacts) {
  Json result{{"ruleId", finding.check}};
  if (size_t index = ruleIndex(report, finding.check); index < report.checks.size())
    result["ruleIndex"] = index;
  result["level"] = toString(finding.level);
  result["message"] = {{"text", messageOf(finding)}};
  result["locations"] = Json::array({artifacts.location(finding.primary, true)});
  if (!finding.chain.empty())
    result["codeFlows"] = codeFlows(finding, artifacts);
  if (Json related = relatedLocations(finding, artifacts); !related.empty())
    result["relatedLocations"] = std::move(related);
  result["partialFingerprints"] = fingerprintsOf(finding, artifacts);
  for (const Fix &fix : finding.fixes)
    result["fixes"].push_back(fixOf(fix, artifacts));
  if (finding.suppressed)
    result["suppressions"] = {
        {{"kind", "inSource"}, {"status", "accepted"}, {"justification", finding.justification}}};
  result["rank"] = rankOf(finding);
  result["properties"] = {{"confidence", toString(finding.confidence)},
                          {"operation", finding.terminal},
                          {"entry", finding.entry}};
  if (finding.measurement)
    result["properties"]["measured"] = measuredJson(*finding.measurement);
  return result;
}

} // namespace clearway::report::sarif
