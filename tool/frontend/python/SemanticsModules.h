// Which file an import means. Modules are found the way Python finds them: relative imports by folder,
// absolute ones from the folders that can be on the search path of the importing file. A name is never
// matched by its end.
#pragma once

#include "frontend/python/SemanticsKnowledge.h"
#include "link/Program.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace clearway::python {

/// What an import statement's module is.
struct ModuleReference {
  enum class Kind : uint8_t { File, Namespace, External } kind = Kind::External;
  link::FileId file = link::kNone;
  Name name; // Namespace: folder; External: dotted name
};

class ModuleGraph {
public:
  ModuleGraph(const link::Program &program, const Knowledge &knowledge);

  /// The module `dotted`, imported by `importer` with `level` leading dots. An absolute import without a file
  /// is External.
  ModuleReference resolve(link::FileId importer, Name dotted, uint8_t level) const;
  /// What `name` is below a package: a file or a folder. Kind External with an empty name if there is
  /// neither.
  ModuleReference submodule(const ModuleReference &parent, Name name) const;
  ModuleReference submodule(link::FileId package, Name name) const;

private:
  ModuleReference at(std::string_view path) const;
  ModuleReference absolute(link::FileId importer, std::string_view dotted) const;
  ModuleReference byModuleName(link::FileId importer, Name dotted) const;
  ModuleReference byFolder(link::FileId importer, std::string_view path) const;
  ModuleReference inPackageAsRoot(link::FileId importer, std::string_view path) const;
  ModuleReference relative(link::FileId importer, std::string_view dotted, uint8_t level) const;
  Name absoluteName(link::FileId importer, std::string_view dotted, uint8_t level) const;
  bool visibleFrom(link::FileId importer, link::FileId module) const;
  bool isInPackage(link::FileId module) const;
  std::string_view folderOf(link::FileId file) const;
  std::string_view rootOf(link::FileId file) const;

  const link::Program &program_;
  const Knowledge &knowledge_;
  std::unordered_map<std::string, link::FileId> files_; // path without suffix; packages by their folder
  std::unordered_map<std::string, bool> folders_; // every folder with Python files below it; true: a package
  std::unordered_map<Name, std::vector<link::FileId>> modules_;
};

} // namespace clearway::python
