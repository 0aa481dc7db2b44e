#include "frontend/cpp/OpenedNamespaces.h"

#include <string>
#include <unordered_set>

namespace clearway::frontend::cpp {
namespace {

using Names = std::unordered_set<Name>;

Name joined(Name space, Name name) { return Name(std::string(space.view()) + "::" + std::string(name.view())); }

/// Namespaces that a file opens, also one in another: `using namespace net; using namespace http;`.
std::vector<Name> openedBy(const facts::FileFacts &file) {
  std::vector<Name> opened;
  for (const facts::Import &import : file.imports)
    if (import.flags & facts::ImportFlag::Star && import.module.view() != "std")
      opened.push_back(import.module);
  const size_t written = opened.size();
  for (size_t outer = 0; outer < written; ++outer)
    for (size_t inner = 0; inner < written; ++inner)
      if (outer != inner)
        opened.push_back(joined(opened[outer], opened[inner]));
  return opened;
}

/// The one class that is meant; none if several could be, or none is known.
Name declaredAs(const facts::Class &written, const std::vector<Name> &opened, const Names &declared) {
  if (written.range.valid() || declared.contains(written.qualifiedName))
    return {};
  Name only;
  for (Name space : opened)
    if (const Name name = joined(space, written.qualifiedName); declared.contains(name) && name != only) {
      if (only)
        return {};
      only = name;
    }
  return only;
}

void rename(facts::FileFacts &file, Name before, Name after) {
  const std::string prefix = std::string(before.view()) + "::";
  const auto renamed = [&](Name name) {
    if (name == before)
      return after;
    return name.view().starts_with(prefix) ? joined(after, Name(name.view().substr(prefix.size()))) : name;
  };
  for (facts::Class &one : file.classes)
    one.qualifiedName = renamed(one.qualifiedName);
  for (facts::Scope &scope : file.scopes)
    if (scope.kind != facts::ScopeKind::Module)
      scope.qualifiedName = renamed(scope.qualifiedName);
  for (facts::Function &function : file.functions)
    function.qualifiedName = renamed(function.qualifiedName);
}

bool isApproximate(const facts::FileFacts &file) {
  return file.language == facts::Language::Cpp && !file.functions.empty() && file.functions.front().flags & facts::FunctionFlag::Approximate;
}

} // namespace

void qualifyMembers(link::Program &program) {
  Names declared;
  for (const facts::FileFacts &file : program.files)
    if (file.language == facts::Language::Cpp)
      for (const facts::Class &one : file.classes)
        if (one.range.valid())
          declared.insert(one.qualifiedName);
  for (facts::FileFacts &file : program.files) {
    if (!isApproximate(file))
      continue;
    const std::vector<Name> opened = openedBy(file);
    if (opened.empty() || opened.size() > 64)
      continue;
    std::vector<std::pair<Name, Name>> names;
    for (const facts::Class &one : file.classes)
      if (const Name full = declaredAs(one, opened, declared))
        names.emplace_back(one.qualifiedName, full);
    for (const auto &[before, after] : names)
      rename(file, before, after);
  }
}

} // namespace clearway::frontend::cpp
