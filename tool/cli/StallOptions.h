// The options of the commands that read records: `stalls` and `verify`.
#pragma once

#include "cli/Arguments.h"

namespace CLI {
class App;
}

namespace clearway::cli {

void addStallOptions(CLI::App &app, StallsArguments &arguments);
void addVerifyOptions(CLI::App &app, VerifyArguments &arguments);
void addSymbolOptions(CLI::App &app, SymbolArguments &arguments);

} // namespace clearway::cli
