// A check looks at the linked program and the analyses' results and says what is wrong. It never sees a syntax
// tree, JSON or a file. To add one: checks/<name>.cpp, docs/checks/<name>.md, test/checks/<name>.test; nothing else.
#pragma once

#include "analysis/Analyses.h"
#include "report/Finding.h"

#include <functional>
#include <span>
#include <string_view>

namespace clearway::checks {

struct Options {
  bool strict = false; // profile "strict": fully async
  bool includeTests = false;
};

struct Context {
  const link::Program &program;
  const catalog::Catalog &catalog;
  const analysis::Analyses &analyses;
  const Options &options;
};

class Check {
public:
  virtual ~Check() = default;
  /// Emits findings in any order; the pipeline sorts them.
  virtual void run(const Context &context, const std::function<void(report::Finding)> &emit) const = 0;
};

struct Registration {
  std::string_view name; // kebab-case; also the name of its page and of its test
  report::Level defaultLevel;
  bool strictOnly; // runs in the strict profile or when named in --checks
  bool optIn;      // runs only when named in --checks
  const Check *check;
};

/// All checks, by name.
std::span<const Registration> registry();
/// Called by CLEARWAY_CHECK at start-up.
bool registerCheck(Registration registration);

} // namespace clearway::checks

/// CLEARWAY_CHECK(BlockingSleep, "blocking-sleep", Error) at the end of checks/blocking-sleep.cpp.
#define CLEARWAY_CHECK_FULL(Class, name, level, strictOnly, optIn)                                                   \
  static const Class clearwayCheck##Class{};                                                                         \
  static const bool clearwayRegistered##Class = ::clearway::checks::registerCheck(                                   \
      {name, ::clearway::report::Level::level, strictOnly, optIn, &clearwayCheck##Class});
#define CLEARWAY_CHECK(Class, name, level) CLEARWAY_CHECK_FULL(Class, name, level, false, false)
