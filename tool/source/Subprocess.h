// Running a program and reading what it says, without a shell.
#pragma once

#include <string>
#include <vector>

namespace clearway::source {

struct Finished {
  int status = -1; // exit status; -1: it could not be started or was killed
  std::string out, err;
};

/// Runs `command` (looked up in PATH) with an empty standard input and waits for its end.
Finished runProgram(const std::vector<std::string> &command);

} // namespace clearway::source
