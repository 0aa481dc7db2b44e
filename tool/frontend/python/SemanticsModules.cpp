#include "frontend/python/SemanticsModules.h"

#include <algorithm>

namespace clearway::python {
namespace {

using Kind = ModuleReference::Kind;

std::string_view withoutSuffix(std::string_view path) {
  const size_t dot = path.rfind('.');
  return dot == std::string_view::npos || path.find('/', dot) != std::string_view::npos ? path
                                                                                        : path.substr(0, dot);
}

std::string_view parentOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string joined(std::string_view folder, std::string_view rest) {
  if (folder.empty() || rest.empty())
    return std::string(folder.empty() ? rest : folder);
  return std::string(folder) + '/' + std::string(rest);
}

std::string asPath(std::string_view dotted) {
  std::string path(dotted);
  std::replace(path.begin(), path.end(), '.', '/');
  return path;
}

bool isBelow(std::string_view path, std::string_view folder) {
  return folder.empty() ||
         (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

size_t commonPrefix(std::string_view a, std::string_view b) {
  return static_cast<size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

} // namespace

ModuleGraph::ModuleGraph(const link::Program &program, const Knowledge &knowledge)
    : program_(program), knowledge_(knowledge) {
  for (link::FileId id = 0; id < program.files.size(); ++id) {
    const facts::FileFacts &file = program.files[id];
    if (file.language != facts::Language::Python)
      continue;
    const std::string_view stem = withoutSuffix(file.path);
    files_.try_emplace(std::string(file.isPackage ? parentOf(stem) : stem), id);
    if (!file.module.empty())
      modules_[file.module].push_back(id);
    for (std::string_view folder = parentOf(file.path);; folder = parentOf(folder)) {
      const bool isNew = folders_.try_emplace(std::string(folder), false).second;
      if (folder.empty() || !isNew)
        break;
    }
    if (file.isPackage)
      folders_[std::string(parentOf(file.path))] = true;
  }
}

std::string_view ModuleGraph::folderOf(link::FileId file) const {
  return parentOf(program_.files[file].path);
}

// The folder that has to be on the search path for the file's module name to be right.
std::string_view ModuleGraph::rootOf(link::FileId file) const {
  const facts::FileFacts &facts = program_.files[file];
  std::string_view folder = facts.isPackage ? parentOf(folderOf(file)) : folderOf(file);
  const std::string_view module = facts.module.view();
  for (auto dots = std::ranges::count(module, '.'); dots > 0; --dots)
    folder = parentOf(folder);
  return folder;
}

ModuleReference ModuleGraph::at(std::string_view path) const {
  const std::string key(path);
  if (const auto file = files_.find(key); file != files_.end())
    return {Kind::File, file->second, {}};
  if (folders_.contains(key))
    return {Kind::Namespace, link::kNone, Name(path)};
  return {};
}

ModuleReference ModuleGraph::submodule(const ModuleReference &parent, Name name) const {
  if (parent.kind == Kind::File)
    return submodule(parent.file, name);
  return parent.kind == Kind::Namespace ? at(joined(parent.name.view(), name.view())) : ModuleReference{};
}

ModuleReference ModuleGraph::submodule(link::FileId package, Name name) const {
  if (!program_.files[package].isPackage)
    return {};
  return at(joined(folderOf(package), name.view()));
}

ModuleReference ModuleGraph::resolve(link::FileId importer, Name dotted, uint8_t level) const {
  const ModuleReference found =
      level ? relative(importer, dotted.view(), level) : absolute(importer, dotted.view());
  if (found.kind != Kind::External)
    return found;
  return {Kind::External, link::kNone, level ? absoluteName(importer, dotted.view(), level) : dotted};
}

ModuleReference ModuleGraph::relative(link::FileId importer, std::string_view dotted, uint8_t level) const {
  std::string_view folder = folderOf(importer);
  for (uint8_t up = 1; up < level; ++up) {
    if (folder.empty())
      return {};
    folder = parentOf(folder);
  }
  return at(joined(folder, asPath(dotted)));
}

Name ModuleGraph::absoluteName(link::FileId importer, std::string_view dotted, uint8_t level) const {
  const facts::FileFacts &file = program_.files[importer];
  std::string_view package = file.module.view();
  for (uint8_t up = file.isPackage ? 1 : 0; up < level; ++up) {
    const size_t dot = package.rfind('.');
    package = dot == std::string_view::npos ? std::string_view{} : package.substr(0, dot);
  }
  if (package.empty() || dotted.empty())
    return Name(package.empty() ? dotted : package);
  return Name(std::string(package) + '.' + std::string(dotted));
}

ModuleReference ModuleGraph::absolute(link::FileId importer, std::string_view dotted) const {
  if (dotted.empty())
    return {};
  if (const ModuleReference found = byModuleName(importer, Name(dotted)); found.kind != Kind::External)
    return found;
  return byFolder(importer, asPath(dotted));
}

bool ModuleGraph::isInPackage(link::FileId module) const {
  const std::string_view name = program_.files[module].module.view();
  const auto folder = folders_.find(joined(rootOf(module), name.substr(0, name.find('.'))));
  return folder != folders_.end() && folder->second;
}

// A package may be installed from anywhere; a lone module is only found from its own folder or below it, and
// a script that happens to be named like a library is not what everybody imports.
bool ModuleGraph::visibleFrom(link::FileId importer, link::FileId module) const {
  if (isInPackage(module))
    return true;
  return isBelow(program_.files[importer].path, rootOf(module)) &&
         !knowledge_.isLibrary(program_.files[module].module.view());
}

ModuleReference ModuleGraph::byModuleName(link::FileId importer, Name dotted) const {
  const auto known = modules_.find(dotted);
  if (known == modules_.end())
    return {};
  const std::string_view path = program_.files[importer].path;
  link::FileId best = link::kNone;
  size_t bestScore = 0;
  for (const link::FileId candidate : known->second) {
    if (candidate == importer || !visibleFrom(importer, candidate))
      continue;
    const size_t score = 1 + commonPrefix(path, program_.files[candidate].path) +
                         (rootOf(candidate) == rootOf(importer) ? path.size() : 0);
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best == link::kNone ? ModuleReference{} : ModuleReference{Kind::File, best, {}};
}

// Namespace packages: folders without __init__ files, below a folder that is itself no package.
ModuleReference ModuleGraph::byFolder(link::FileId importer, std::string_view path) const {
  // A folder of tests or examples may be named like what it is about; the library itself, being analysed, has
  // the very module that is imported.
  const std::string_view top = path.substr(0, path.find('/'));
  const bool isLibrary = knowledge_.isLibrary(top);
  if (isStandardModule(top) || (isLibrary && top == path))
    return {};
  for (std::string_view folder = folderOf(importer);; folder = parentOf(folder)) {
    const auto known = folders_.find(std::string(folder));
    const bool canBeRoot = known != folders_.end() && !known->second;
    for (const std::string_view below : {std::string_view{}, std::string_view("src")}) {
      const ModuleReference found = canBeRoot ? at(joined(joined(folder, below), path)) : ModuleReference{};
      const bool counts = found.kind == Kind::File || (found.kind == Kind::Namespace && !isLibrary);
      if (counts && found.file != importer)
        return found;
    }
    if (folder.empty())
      break;
  }
  return isLibrary ? ModuleReference{} : inPackageAsRoot(importer, path);
}

// A program that is started in the folder of a package, or of a project with an __init__ file too many. The outermost
// counts: what lies beside the importer is found only by a program that is started there.
ModuleReference ModuleGraph::inPackageAsRoot(link::FileId importer, std::string_view path) const {
  ModuleReference best;
  for (std::string_view folder = folderOf(importer);; folder = parentOf(folder)) {
    if (const ModuleReference found = at(joined(folder, path)); found.kind == Kind::File && found.file != importer)
      best = found;
    if (folder.empty())
      return best;
  }
}

} // namespace clearway::python
