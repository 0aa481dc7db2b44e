// The seam between the command and the C++ front end proper. The latter links clang and is loaded on demand, so that
// runs over files with no C++ never pay for its start-up. Nothing here mentions clang.
#pragma once

#include "facts/Facts.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace clearway::frontend::cpp {

/// Bumped whenever the facts' layout or this interface changes; the command refuses another version's module.
inline constexpr int kModuleVersion = 2;

/// One way a source file is compiled.
struct Unit {
  std::string file;      // absolute
  std::string directory; // where its command runs
  std::vector<std::string> command; // argv of the compiler, as the database has it
};

struct Database {
  std::vector<Unit> units;              // in file order, duplicates removed
  std::vector<facts::Diagnostic> diagnostics;
};

/// A function's body in one of the project's headers. Instantiations of a template lie in one place and differ by USR.
struct BodyPlace {
  Name usr;
  Name path; // relative to the root
  uint32_t line = 0, column = 0; // of the name

  BodyPlace ofAnyInstantiation() const { return {Name(), path, line, column}; }
  friend bool operator==(const BodyPlace &, const BodyPlace &) = default;
};

struct ExtractOptions {
  std::string root;                     // absolute; functions outside it are external
  std::vector<std::string> extraArguments;
  /// Bodies in headers that another unit's facts hold and that need not be read again. None, if empty.
  std::function<bool(const BodyPlace &)> isReadElsewhere;
};

/// Facts of the unit's main file first, then of each file under the root that it includes and that defines functions.
struct UnitFacts {
  std::vector<facts::FileFacts> files;
  bool parsed = true; // false: too broken to be used, fall back to syntax
};

class CppModule {
public:
  virtual ~CppModule() = default;
  /// Reads a compile_commands.json (absolute path). Never throws; problems become diagnostics.
  virtual Database loadDatabase(const std::string &path) const = 0;
  /// Thread-safe.
  virtual UnitFacts extract(const Unit &unit, const ExtractOptions &options) const = 0;
};

/// Loads libclearway-cpp.so from beside the command; nullptr and `error` filled when it cannot be.
const CppModule *loadCppModule(std::string &error);

/// Looks for compile_commands.json: in `hint` when given, else in `start`, `start`/build and their parents. Empty if none.
std::string findCompileDatabase(const std::string &start, const std::string &hint);

} // namespace clearway::frontend::cpp

extern "C" const clearway::frontend::cpp::CppModule *clearway_cpp_module(int version);
