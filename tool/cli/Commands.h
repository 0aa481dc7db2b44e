// One function per command. Each returns the exit code.
#pragma once

#include "Pipeline.h"
#include "cli/Arguments.h"

#include <tl/expected.hpp>

namespace clearway::cli {

int runCheck(const Arguments &arguments);
int runExplain(const Arguments &arguments);
int runListChecks(const Arguments &arguments);
int runWhy(const Arguments &arguments);
int runFacts(const Arguments &arguments);
int runCatalogCheck(const Arguments &arguments);
int runAudit(const Arguments &arguments);
int runStalls(const Arguments &arguments);
int runVerify(const Arguments &arguments);

/// What the options and the configuration file ask for; mistakes are printed, and the result is empty.
std::optional<Request> makeRequest(const CommonArguments &arguments);

/// kFailed if something the user asked for could not be done, or nothing could be analysed; says so.
int workDone(const Analysed &analysed);

} // namespace clearway::cli
