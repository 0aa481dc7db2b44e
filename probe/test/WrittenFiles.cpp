#include "WrittenFiles.h"

#include <gtest/gtest.h>

#include <unistd.h>

std::string temporary_path(const char *name) {
  return testing::TempDir() + "clearway-" + name + "-" + std::to_string(getpid());
}
