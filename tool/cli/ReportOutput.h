// Writing a report of findings as the command line asks.
#pragma once

#include "cli/Arguments.h"
#include "report/Report.h"

#include <string>

namespace clearway::cli {

/// UTC, RFC 3339.
std::string now();

report::WriteOptions writeOptions(const Arguments &arguments);

/// Every output of the options. kFailed, with a message, if one cannot be written; the others are all the same.
int writeAllOutputs(const report::Report &report, const CheckArguments &arguments, report::WriteOptions options);

/// kFindings if there is one at or above the fail level that counts.
int exitCodeFor(const report::Report &report, const CheckArguments &arguments, const config::Settings &settings);

/// Standard output for an empty path and "-". False, with a message, if it cannot be written.
bool writeText(const std::string &text, const std::string &path);

} // namespace clearway::cli
