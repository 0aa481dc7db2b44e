#include "frontend/cpp/Spelling.h"

#include "catalog/Catalog.h"

#include <algorithm>
#include <string>

namespace clearway::frontend::cpp {
namespace {

std::string joined(std::string_view scope, std::string_view name) {
  return scope.empty() ? std::string(name) : std::string(scope) + "::" + std::string(name);
}

bool isHeader(std::string_view path) {
  const size_t dot = path.rfind('.');
  return dot != path.npos && path.substr(dot + 1).starts_with("h");
}

/// "ss" for seastar, "asio" for asio: its letters, in order, from the first one.
bool abbreviates(std::string_view shortened, std::string_view full) {
  if (shortened.empty() || full.empty() || shortened.front() != full.front())
    return false;
  size_t at = 0;
  for (const char letter : full)
    at += at < shortened.size() && shortened[at] == letter;
  return at == shortened.size();
}

} // namespace

Spelling::Spelling(const link::Program &program, const catalog::Catalog &catalog)
    : program_(program), catalog_(catalog) {
  for (const facts::FileFacts &file : program.files) {
    if (file.language != facts::Language::Cpp)
      continue;
    for (const facts::Import &import : file.imports)
      if (import.alias)
        addAlias(import.alias, import.module);
      else if (import.flags & facts::ImportFlag::Star && isHeader(file.path) &&
               std::find(opened_.begin(), opened_.end(), import.module) == opened_.end())
        opened_.push_back(import.module);
    for (const facts::Class &written : file.classes)
      if (written.range.valid())
        classes_.insert(written.qualifiedName);
    for (const facts::Function &written : file.functions)
      if (!(written.flags & facts::FunctionFlag::Lambda))
        functions_.insert(written.qualifiedName);
  }
}

/// An alias that means one thing here and another there means nothing in a third place.
void Spelling::addAlias(Name alias, Name space) {
  const auto [it, fresh] = aliases_.try_emplace(alias, space);
  if (!fresh && it->second != space)
    it->second = Name();
}

/// `ss::future`, where some header says `namespace ss = seastar;`. The file's own aliases are replaced already.
Name Spelling::withoutAlias(Name written) const {
  const std::string_view text = written.view();
  const size_t at = text.find("::");
  if (at == text.npos || at == 0)
    return written;
  const auto alias = aliases_.find(Name(text.substr(0, at)));
  return alias == aliases_.end() || !alias->second ? written
                                                   : Name(std::string(alias->second.view()) + std::string(text.substr(at)));
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
  return only ? only : searchNested(file, written, known);
}

/// `using namespace app; using namespace net;`: the second may well lie in the first.
template <class Known> Name Spelling::searchNested(link::FileId file, Name written, Known known) const {
  const std::vector<facts::Import> &imports = program_.files[file].imports;
  for (const facts::Import &outer : imports)
    for (const facts::Import &inner : imports)
      if (outer.flags & inner.flags & facts::ImportFlag::Star && outer.module != inner.module)
        if (const Name found(joined(joined(outer.module.view(), inner.module.view()), written.view())); known(found))
          return found;
  return {};
}

/// Of the namespaces the only one that has the name; empty if none or several have.
template <class Known>
Name Spelling::ofOneSpace(const std::vector<Name> &spaces, Name written, Known known) const {
  Name only;
  for (const Name space : spaces)
    if (const Name found(joined(space.view(), written.view())); known(found)) {
      if (only)
        return {};
      only = found;
    }
  return only;
}

/// Of a header that is not at hand: the libraries whose folders the file names in its `#include <…>`. Boost's has too many in it.
template <class Known> Name Spelling::searchLibraries(link::FileId file, Name written, Known known) const {
  std::vector<Name> spaces;
  for (const facts::Import &import : program_.files[file].imports)
    if (!import.flags && !import.alias && import.module.view() != "boost" &&
        std::find(spaces.begin(), spaces.end(), import.module) == spaces.end())
      spaces.push_back(import.module);
  const Name only = ofOneSpace(spaces, written, known);
  return only ? only : written;
}

template <class Known>
Name Spelling::search(link::FileId file, Name written, Name scope, Known known) const {
  if (!written || !isApproximate(file))
    return written;
  if (written.view().starts_with("::"))
    return Name(written.view().substr(2));
  if (const Name full = withoutAlias(written); full != written && !known(written))
    return full;
  const std::string_view text = written.view();
  for (std::string_view around = scope.view(); !around.empty();) {
    if (const Name found(joined(around, text)); known(found))
      return found;
    const size_t at = around.rfind("::");
    around = at == around.npos ? std::string_view() : around.substr(0, at);
  }
  const facts::FileFacts &facts = program_.files[file];
  if (!scope) // the namespaces of the file, before those that it opens
    for (const facts::Scope &space : facts.scopes)
      if (space.kind == facts::ScopeKind::Module && space.qualifiedName && space.qualifiedName.view() != "std")
        if (const Name found(joined(space.qualifiedName.view(), text)); known(found))
          return found;
  if (const Name imported = searchImports(file, written, known))
    return imported;
  if (known(written))
    return written;
  // `ss::rwlock`, where an included header says `namespace ss = seastar`.
  if (const size_t at = text.find("::"); at != text.npos && at <= 4)
    for (const facts::Import &import : facts.imports)
      if (!(import.flags & facts::ImportFlag::Star) && abbreviates(text.substr(0, at), import.module.view()))
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

bool Spelling::isKnownType(Name name) const {
  const auto [known, isNew] = knownTypes_.try_emplace(name, false);
  if (isNew)
    known->second = classes_.count(name) || catalog_.find(facts::Language::Cpp, name) ||
                    (name.view().find("::") != std::string_view::npos && catalog_.knowsPrefix(facts::Language::Cpp, name));
  return known->second;
}

Name Spelling::type(link::FileId file, Name written, Name scope) const {
  if (!written || !isApproximate(file))
    return written;
  const auto [answer, isNew] = types_.try_emplace({file, written, scope});
  if (isNew)
    answer->second = searchType(file, written, scope);
  return answer->second;
}

Name Spelling::searchType(link::FileId file, Name written, Name scope) const {
  const auto known = [this](Name name) { return isKnownType(name); };
  const Name found = search(file, written, scope, known);
  if (found != written || known(found))
    return found;
  if (const Name opened = ofOneSpace(opened_, written, known))
    return opened;
  return written.view().find("::") == std::string_view::npos ? searchLibraries(file, written, known) : written;
}

/// What a guess may lead to: nothing that blocks. `connect(peer)` may well be an inherited member.
bool Spelling::isHarmless(Name function) const {
  const catalog::Entry *entry = catalog_.find(facts::Language::Cpp, function);
  return entry && entry->effect == catalog::EffectKind::None;
}

Name Spelling::function(link::FileId file, Name written, Name scope) const {
  if (!written || !isApproximate(file))
    return written;
  const auto [answer, isNew] = calls_.try_emplace({file, written, scope});
  if (isNew)
    answer->second = guessFunction(file, written, scope);
  return answer->second;
}

Name Spelling::guessFunction(link::FileId file, Name written, Name scope) const {
  const Name found = searchFunction(file, written, scope);
  if (found != written || written.view().find("::") != std::string_view::npos || isKnownFunction(found))
    return found;
  const auto guessed = [this](Name name) { return isHarmless(name); };
  const Name opened = ofOneSpace(opened_, written, guessed);
  return opened ? opened : searchLibraries(file, written, guessed);
}

bool Spelling::isKnownFunction(Name name) const {
  const auto [known, isNew] = knownFunctions_.try_emplace(name, false);
  if (isNew)
    known->second = functions_.count(name) || classes_.count(name) || catalog_.find(facts::Language::Cpp, name);
  return known->second;
}

Name Spelling::searchFunction(link::FileId file, Name written, Name scope) const {
  return search(file, written, scope, [this](Name name) { return isKnownFunction(name); });
}

Name asWritten(Name name) {
  constexpr std::string_view kLong = "std::basic_";
  const std::string_view text = name.view();
  const bool isStream = text.starts_with(kLong) && text.find("stream") != text.npos;
  return isStream ? Name("std::" + std::string(text.substr(kLong.size()))) : name;
}

} // namespace clearway::frontend::cpp
