// A report with one finding of every shape, over files in a temporary folder.
#pragma once

#include "report/Report.h"

#include <string>

namespace clearway::report {

class Sample {
public:
  Sample();
  ~Sample();
  Sample(const Sample &) = delete;
  Sample &operator=(const Sample &) = delete;

  Report report;
  std::string folder;
};

} // namespace clearway::report
