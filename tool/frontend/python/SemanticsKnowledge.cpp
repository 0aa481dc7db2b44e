#include "frontend/python/SemanticsKnowledge.h"

#include <algorithm>
#include <string>

namespace clearway::python {

std::string_view lastComponent(std::string_view dotted) {
  const size_t dot = dotted.rfind('.');
  return dot == std::string_view::npos ? dotted : dotted.substr(dot + 1);
}

bool looksLikeClass(std::string_view name) {
  name.remove_prefix(std::min(name.find_first_not_of('_'), name.size()));
  const auto isLower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name[0] >= 'A' && name[0] <= 'Z' && std::ranges::any_of(name, isLower) &&
         name.find('_') == std::string_view::npos;
}

const catalog::Entry *Knowledge::find(Name qualifiedName) const {
  const auto [known, isNew] = found_.try_emplace(qualifiedName, nullptr);
  if (isNew)
    known->second = catalog_.find(facts::Language::Python, qualifiedName);
  return known->second;
}

const catalog::Entry *Knowledge::findMember(Name type, Name member) const {
  if (const catalog::Entry *exact = find(join(type, member)))
    return exact;
  return catalog_.findMember(facts::Language::Python, type, member);
}

bool Knowledge::isLibrary(std::string_view dotted) const {
  const std::string_view top = dotted.substr(0, dotted.find('.'));
  return isStandardModule(top) || knows(Name(top));
}

Name Knowledge::join(Name scope, Name member) const {
  const uint64_t key = static_cast<uint64_t>(scope.handle()) << 32 | member.handle();
  const auto [known, isNew] = joined_.try_emplace(key);
  if (isNew) {
    std::string text(scope.view());
    text += '.';
    text += member.view();
    known->second = Name(text);
  }
  return known->second;
}

} // namespace clearway::python
