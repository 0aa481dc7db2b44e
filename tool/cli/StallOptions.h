// The options of `stalls`.
#pragma once

#include "cli/Arguments.h"

namespace CLI {
class App;
}

namespace clearway::cli {

void addStallOptions(CLI::App &app, StallsArguments &arguments);

} // namespace clearway::cli
