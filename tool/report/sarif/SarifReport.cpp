#include "report/Writers.h"
#include "report/sarif/Results.h"
#include "report/sarif/Rules.h"
#include "source/Git.h"

namespace clearway::report {

namespace {

using sarif::Json;

constexpr const char *kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

Json notificationOf(const source::Notification &notification, const Report &report,
                    sarif::Artifacts &artifacts) {
  Json json{
      {"descriptor", {{"id", notification.id}, {"index", sarif::descriptorIndex(report, notification.id)}}},
      {"level", toString(notification.level)},
      {"message",
       {{"text", (notification.file.empty() ? "" : notification.file + ": ") + notification.message + "."}}}};
  if (!notification.file.empty())
    json["locations"] = Json::array(
        {{{"physicalLocation", artifacts.physicalLocation(notification.file, notification.range)}}});
  return json;
}

Json invocationOf(const Report &report, sarif::Artifacts &artifacts, const WriteOptions &options) {
  Json invocation{{"executionSuccessful", options.exitCode != 2}, {"exitCode", options.exitCode}};
  if (!options.reproducible) {
    invocation["arguments"] = options.arguments;
    invocation["startTimeUtc"] = options.startTime;
    invocation["endTimeUtc"] = options.endTime;
    invocation["workingDirectory"] = {{"uri", "file://" + sarif::encodePath(report.folder) + "/"}};
  }
  Json execution = Json::array(), configuration = Json::array();
  for (const source::Notification &notification : report.notifications)
    (notification.id == "bad-catalogue" ? configuration : execution)
        .push_back(notificationOf(notification, report, artifacts));
  invocation["toolExecutionNotifications"] = execution;
  invocation["toolConfigurationNotifications"] = configuration;
  return invocation;
}

Json baseIds(const Report &report, const WriteOptions &options) {
  Json root{{"description", {{"text", "The folder of the project that was analysed."}}}};
  if (!options.reproducible)
    root["uri"] = "file://" + sarif::encodePath(report.project) + (report.project.ends_with('/') ? "" : "/");
  return {{sarif::kRoot, root}};
}

/// Which commit was analysed, if that has an address.
Json provenanceOf(const Report &report) {
  auto remote = source::gitRemote(report.project), commit = source::gitHead(report.project);
  if (!remote || !commit)
    return nullptr;
  return {{{"repositoryUri", *remote}, {"revisionId", *commit}, {"mappedTo", {{"uriBaseId", sarif::kRoot}}}}};
}

} // namespace

std::string writeSarif(const Report &report, SourceCache &sources, const WriteOptions &options) {
  sarif::Artifacts artifacts(report, sources, options);
  Json results = Json::array();
  for (const Finding &finding : report.findings)
    if (!finding.suppressed || options.includeSuppressed)
      results.push_back(sarif::resultOf(finding, report, artifacts));
  Json run{{"tool", sarif::toolOf(report)},
           {"automationDetails", {{"id", "clearway/"}}},
           {"invocations", Json::array({invocationOf(report, artifacts, options)})},
           {"originalUriBaseIds", baseIds(report, options)},
           {"columnKind", "utf16CodeUnits"},
           {"taxonomies", sarif::taxonomiesOf(report)}};
  if (Json provenance = provenanceOf(report); !provenance.is_null())
    run["versionControlProvenance"] = provenance;
  run["artifacts"] = artifacts.all();
  run["results"] = std::move(results);
  Json log{{"$schema", kSchema}, {"version", "2.1.0"}, {"runs", Json::array({std::move(run)})}};
  return log.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace clearway::report
