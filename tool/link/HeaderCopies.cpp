#include "link/HeaderCopies.h"

namespace clearway::link {

size_t HeaderCopies::PlaceHash::operator()(const Place &place) const {
  size_t hash = 0;
  for (const uint32_t part : {place.qualifiedName.handle(), place.disambiguator.handle(), place.file.handle(),
                              place.line, place.column})
    hash = (hash ^ part) * 0x9E3779B97F4A7C15ull;
  return hash ^ hash >> 29;
}

std::vector<bool> HeaderCopies::repeated(const facts::FileFacts &file) {
  std::vector<bool> result;
  for (size_t f = 0; f < file.functions.size(); ++f) {
    const facts::Function &function = file.functions[f];
    bool again = function.parent != facts::kNone && !result.empty() && result[function.parent];
    if (!again && function.flags & facts::FunctionFlag::HeaderCopy)
      again = !seen_
                   .insert({function.qualifiedName, function.disambiguator, function.file,
                            function.range.beginLine, function.range.beginColumn})
                   .second;
    if (!again)
      continue;
    result.resize(file.functions.size());
    result[f] = true;
  }
  return result;
}

} // namespace clearway::link
