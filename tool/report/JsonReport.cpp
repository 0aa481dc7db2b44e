#include "report/MeasuredJson.h"
#include "report/Writers.h"

#include <nlohmann/json.hpp>

namespace clearway::report {

namespace {

using Json = nlohmann::ordered_json;

class JsonWriter {
public:
  explicit JsonWriter(SourceCache &sources) : sources_(sources) {}

  Json location(const Location &at) {
    Json json = range(at.file, at.range);
    if (!at.symbol.empty())
      json["symbol"] = at.symbol;
    return json;
  }

  Json range(const std::string &file, const facts::SourceRange &at) {
    const SourceText &text = sources_.file(file);
    Json json{{"file", file}};
    if (at.valid())
      json.update({{"line", at.beginLine},
                   {"column", text.characterColumn(at.beginLine, at.beginColumn)},
                   {"endLine", at.endLine},
                   {"endColumn", text.characterColumn(at.endLine, at.endColumn)}});
    return json;
  }

  Json finding(const Finding &finding) {
    Json json{{"check", finding.check},
              {"level", toString(finding.level)},
              {"confidence", toString(finding.confidence)},
              {"message", finding.message}};
    if (!finding.advice.empty())
      json["advice"] = finding.advice;
    json["location"] = location(finding.primary);
    json["operation"] = finding.terminal;
    json["entry"] = finding.entry;
    json["chain"] = chain(finding.chain);
    json["related"] = related(finding);
    json["otherEntryPoints"] = finding.otherEntryPoints;
    json["otherChains"] = Json::array();
    for (const std::vector<Step> &other : finding.otherChains)
      json["otherChains"].push_back(chain(other));
    json["fixes"] = fixes(finding);
    json["fingerprint"] = finding.fingerprint;
    if (finding.measurement)
      json["measured"] = measuredJson(*finding.measurement);
    if (finding.suppressed)
      json["suppressed"] = {{"justification", finding.justification}};
    return json;
  }

  Json notification(const source::Notification &notification) {
    Json json{
        {"level", toString(notification.level)}, {"id", notification.id}, {"message", notification.message}};
    if (!notification.file.empty())
      json["location"] = range(notification.file, notification.range);
    return json;
  }

private:
  Json chain(const std::vector<Step> &chain) {
    Json steps = Json::array();
    for (const Step &step : chain)
      steps.push_back(
          {{"text", step.text}, {"nesting", step.nesting}, {"location", location(step.location)}});
    return steps;
  }

  Json related(const Finding &finding) {
    Json all = Json::array();
    for (const Related &one : finding.related)
      all.push_back({{"text", one.text}, {"location", location(one.location)}});
    return all;
  }

  Json fixes(const Finding &finding) {
    Json all = Json::array();
    for (const Fix &fix : finding.fixes) {
      Json edits = Json::array();
      for (const TextEdit &edit : fix.edits)
        edits.push_back({{"location", range(edit.file, edit.range)}, {"replacement", edit.replacement}});
      all.push_back({{"description", fix.description}, {"safe", fix.safe}, {"edits", edits}});
    }
    return all;
  }

  SourceCache &sources_;
};

} // namespace

std::string writeJson(const Report &report, SourceCache &sources, const WriteOptions &options) {
  JsonWriter writer(sources);
  Json findings = Json::array(), notifications = Json::array(), checks = Json::array();
  for (const Finding &finding : report.findings)
    if (!finding.suppressed || options.includeSuppressed)
      findings.push_back(writer.finding(finding));
  for (const source::Notification &notification : report.notifications)
    notifications.push_back(writer.notification(notification));
  for (const CheckInfo &check : report.checks)
    checks.push_back({{"name", check.name}, {"summary", check.page.summary}});
  Json json{{"version", 1},     {"tool", "clearway"},   {"filesAnalysed", report.filesAnalysed},
            {"checks", checks}, {"findings", findings}, {"notifications", notifications}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace clearway::report
