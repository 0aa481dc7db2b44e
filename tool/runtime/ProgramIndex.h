// Where in the analysed program a frame of a stack is.
#pragma once

#include "link/Program.h"
#include "runtime/Records.h"

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace clearway::runtime {

/// A place in the program. `line` is 0 where only the function is known.
struct Place {
  link::FileId file = link::kNone;
  link::FunctionId function = link::kNone; // innermost around the line; none outside functions
  uint32_t line = 0;
  bool valid() const { return file != link::kNone; }
};

class ProgramIndex {
public:
  /// Keeps a reference to the program.
  explicit ProgramIndex(const link::Program &program);

  /// By file and line, else by the function's name if that leads to one function. Records come from other machines and
  /// folders, so files match by the end of their paths. Remembers what it found; not thread-safe.
  Place placeOf(const Frame &frame) const;

  /// A file whose path ends as `path` does, in at least two components, or in its name if `function` is in it there.
  link::FileId fileOf(const std::string &path, const std::string &function, uint32_t line) const;

  const link::Program &program() const { return program_; }

  /// Facts of a header are in the program once per unit: the first file with the same path.
  link::FileId firstOf(link::FileId file) const { return copies_.find(program_.files[file].path)->second.front(); }

private:
  Place find(const Frame &frame) const;
  link::FunctionId functionAround(link::FileId first, uint32_t line) const;
  link::FunctionId functionNamed(const std::string &name) const;
  bool isAt(link::FileId file, const std::string &function, uint32_t line) const;

  const link::Program &program_;
  std::map<std::string_view, std::vector<link::FileId>> copies_; // by path
  std::map<std::string, std::vector<link::FileId>> filesByName_; // the first of each path
  std::map<std::string, std::vector<link::FunctionId>> functionsByName_; // by last component
  mutable std::map<std::tuple<std::string, std::string, uint64_t>, Place> found_; // by symbol, file, line
};

/// Components of a qualified name or a path's folders that two texts have in common at their ends.
size_t commonComponents(std::string_view a, std::string_view b);

/// The last component of a qualified name.
std::string lastComponent(std::string_view name);

} // namespace clearway::runtime
