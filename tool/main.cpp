// The clearway command: takes the command line apart and hands it to the command that was named.

#include "concurrency/Parallel.h"
#include "cli/Commands.h"
#include "cli/Terminal.h"

#include <malloc.h>

#include <csignal>
#include <exception>
#include <iostream>

namespace {

using namespace clearway;

int run(const cli::Arguments &arguments) {
  switch (arguments.command) {
  case cli::Command::Check:
    return cli::runCheck(arguments);
  case cli::Command::Explain:
    return cli::runExplain(arguments);
  case cli::Command::ListChecks:
    return cli::runListChecks(arguments);
  case cli::Command::Why:
    return cli::runWhy(arguments);
  case cli::Command::Facts:
    return cli::runFacts(arguments);
  case cli::Command::CatalogCheck:
    return cli::runCatalogCheck(arguments);
  case cli::Command::Audit:
    return cli::runAudit(arguments);
  case cli::Command::Stalls:
    return cli::runStalls(arguments);
  case cli::Command::Verify:
    return cli::runVerify(arguments);
  }
  return cli::kFailed;
}

} // namespace

int main(int argc, char **argv) {
#if defined(__GLIBC__)
  // A run only grows until it ends: giving memory back to the system and asking for it again costs page faults.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_TOP_PAD, 64 << 20);
#endif
  std::signal(SIGPIPE, SIG_IGN); // a reader that went away is an error of writing, not the end of the process
  cli::Parsed parsed = cli::parseArguments(argc, argv);
  if (!parsed.arguments)
    return parsed.exitCode;
  int exitCode = cli::kFailed;
  runWithLargeStack([&] {
    try {
      exitCode = run(*parsed.arguments);
    } catch (const std::exception &error) {
      cli::printError(std::string("a fault in clearway: ") + error.what() + "; please report it");
    }
  });
  std::cout.flush();
  return exitCode;
}
