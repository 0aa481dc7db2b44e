#pragma once

#include <mutex>
#include <string>
#include <vector>

/// What was said.
class History {
public:
  std::mutex mutex;
  std::vector<std::string> lines;
};
