// The mistakes of one catalogue file, with their places.
#pragma once

#include "catalog/Catalog.h"

#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clearway::catalog {

class Mistakes {
public:
  explicit Mistakes(std::string_view file) : file_(file) {}

  void at(const YAML::Mark &mark, std::string message) {
    const auto number = [](int zeroBased) { return zeroBased < 0 ? 1u : static_cast<uint32_t>(zeroBased) + 1; };
    errors_.push_back({file_, number(mark.line), number(mark.column), std::move(message)});
  }
  const std::string &file() const { return file_; }
  std::vector<Error> take() { return std::move(errors_); }

private:
  std::string file_;
  std::vector<Error> errors_;
};

} // namespace clearway::catalog
