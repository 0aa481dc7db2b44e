#include "frontend/cpp/Spelling.h"

#include "catalog/Catalog.h"

#include <string>

namespace clearway::frontend::cpp {
namespace {

std::string joined(std::string_view scope, std::string_view name) {
  return scope.empty() ? std::string(name) : std::string(scope) + "::" + std::string(name);
}

} // namespace

Spelling::Spelling(const link::Program &program, const catalog::Catalog &catalog)
    : program_(program), catalog_(catalog) {
  for (const facts::FileFacts &file : program.files) {
    if (file.language != facts::Language::Cpp)
      continue;
    for (const facts::Class &written : file.classes)
      if (written.range.valid())
        classes_.insert(written.qualifiedName);
    for (const facts::Function &written : file.functions)
      if (!(written.flags & facts::FunctionFlag::Lambda))
        functions_.insert(written.qualifiedName);
  }
}

bool Spelling::isApproximate(link::FileId file) const {
  const facts::FileFacts &facts = program_.files[file];
  return !facts.functions.empty() && facts.functions.front().flags & facts::FunctionFlag::Approximate;
}

/// What `using namespace` makes of the name; itself where several could be meant.
template <class Known> Name Spelling::searchImports(link::FileId file, Name written, Known known) const {
  Name only;
  for (const facts::Import &import : program_.files[file].imports) {
    if (!(import.flags & facts::ImportFlag::Star))
      continue;
    const Name found(joined(import.module.view(), written.view()));
    if (known(found) && found != only) {
      if (only)
        return written;
      only = found;
    }
  }
  return only;
}

template <class Known>
Name Spelling::search(link::FileId file, Name written, Name scope, Known known) const {
  if (!written || !isApproximate(file))
    return written;
  std::string_view text = written.view();
  if (text.starts_with("::"))
    return Name(text.substr(2));
  for (std::string_view around = scope.view(); !around.empty();) {
    if (const Name found(joined(around, text)); known(found))
      return found;
    const size_t at = around.rfind("::");
    around = at == around.npos ? std::string_view() : around.substr(0, at);
  }
  if (const Name imported = searchImports(file, written, known))
    return imported;
  if (known(written))
    return written;
  const facts::FileFacts &facts = program_.files[file];
  if (!scope)
    for (const facts::Scope &space : facts.scopes)
      if (space.kind == facts::ScopeKind::Module && space.qualifiedName)
        if (const Name found(joined(space.qualifiedName.view(), text)); known(found))
          return found;
  // `ss::rwlock`, where an included header says `namespace ss = seastar`.
  if (const size_t at = text.find("::"); at != text.npos && at <= 4)
    for (const facts::Import &import : facts.imports)
      if (!(import.flags & facts::ImportFlag::Star))
        if (const Name found(joined(import.module.view(), text.substr(at + 2))); known(found))
          return found;
  // Abbreviations that projects give these namespaces in a header that may not be at hand.
  constexpr std::pair<std::string_view, std::string_view> kCustomary[] = {
      {"ss::", "seastar::"}, {"fs::", "std::filesystem::"}, {"asio::", "boost::asio::"}, {"net::", "boost::asio::"}};
  for (const auto &[shortened, full] : kCustomary)
    if (text.starts_with(shortened))
      if (const Name found(std::string(full) + std::string(text.substr(shortened.size()))); known(found))
        return found;
  return written;
}

Name Spelling::type(link::FileId file, Name written, Name scope) const {
  return search(file, written, scope, [&](Name name) {
    return classes_.count(name) || catalog_.find(facts::Language::Cpp, name) ||
           (name.view().find("::") != std::string_view::npos && catalog_.knowsPrefix(facts::Language::Cpp, name));
  });
}

Name Spelling::function(link::FileId file, Name written, Name scope) const {
  return search(file, written, scope, [&](Name name) {
    return functions_.count(name) || classes_.count(name) || catalog_.find(facts::Language::Cpp, name);
  });
}

} // namespace clearway::frontend::cpp
