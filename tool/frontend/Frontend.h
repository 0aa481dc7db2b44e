// What a language front end is: it turns the bytes of one file into facts. It reads nothing else about the
// program and never fails: what it cannot understand becomes fewer facts and a diagnostic.
#pragma once

#include "facts/Facts.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace clearway::frontend {

namespace rust {
class MacroTable;
}

struct SourceFile {
  std::string path;          // as reported
  std::string absolutePath;  // where it lies
  std::string_view contents; // valid UTF-8 is not guaranteed
  std::string moduleName;    // computed by the language's project model; may be empty
  bool isPackage = false;
  bool isTest = false;
  bool skipsTestBodies = false; // nobody asks what test code does; a front end may still say
  uint16_t edition = 0;
  std::vector<std::pair<std::string, std::string>> crateRenames; // Rust: a dependency's name in the code, its own name
  const rust::MacroTable *macros = nullptr; // Rust: those of the program; null: they are left as they stand
};

class Frontend {
public:
  virtual ~Frontend() = default;
  virtual facts::Language language() const = 0;
  /// Called from several threads at once, each with its own file.
  virtual facts::FileFacts extract(const SourceFile &file) const = 0;
};

std::unique_ptr<Frontend> makePythonFrontend();
std::unique_ptr<Frontend> makeRustFrontend();
/// The syntactic C++ front end (no compile command needed).
std::unique_ptr<Frontend> makeCppSyntaxFrontend();

} // namespace clearway::frontend
