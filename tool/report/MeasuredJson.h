// A finding's measurement, in JSON and in SARIF's properties.
#pragma once

#include "report/Report.h"

#include <nlohmann/json.hpp>

namespace clearway::report {

inline nlohmann::ordered_json measuredJson(const Measurement &measurement) {
  nlohmann::ordered_json json{{"verdict", toString(measurement.verdict)},
                              {"stalls", measurement.stalls},
                              {"totalNs", measurement.totalNs},
                              {"worstNs", measurement.worstNs},
                              {"causes", measurement.causes}};
  if (measurement.verdict == MeasuredVerdict::Confirmed)
    json["evidence"] = toString(measurement.evidence);
  if (measurement.runs)
    json["runs"] = *measurement.runs;
  return json;
}

} // namespace clearway::report
