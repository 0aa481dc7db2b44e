#include "analysis/Arguments.h"

namespace clearway::analysis {

using catalog::ArgumentRef;
using facts::CallSite;
using facts::FileFacts;

std::optional<uint32_t> findArgument(const FileFacts &file, const CallSite &site, const ArgumentRef &ref) {
  const auto arguments = file.argumentsOf(site);
  for (uint32_t i = 0; i < arguments.size(); ++i)
    if (isArgument(file, site, i, ref))
      return i;
  return std::nullopt;
}

bool isArgument(const FileFacts &file, const CallSite &site, uint32_t index, const ArgumentRef &ref) {
  const auto arguments = file.argumentsOf(site);
  const facts::Argument &argument = arguments[index];
  if (argument.spread)
    return false;
  if (argument.keyword)
    return argument.keyword == ref.keyword;
  if (ref.position < 0)
    return false;
  int position = 0;
  for (uint32_t i = 0; i < index; ++i) {
    if (arguments[i].spread == 1)
      return false;
    position += !arguments[i].keyword && !arguments[i].spread;
  }
  return position == ref.position;
}

bool mayBeHidden(const FileFacts &file, const CallSite &site, const ArgumentRef &ref) {
  for (const facts::Argument &argument : file.argumentsOf(site))
    if ((argument.spread == 1 && ref.position >= 0) || (argument.spread == 2 && ref.keyword))
      return true;
  return false;
}

uint32_t positionalCount(const FileFacts &file, const CallSite &site) {
  uint32_t count = 0;
  for (const facts::Argument &argument : file.argumentsOf(site))
    count += !argument.keyword && !argument.spread;
  return count;
}

} // namespace clearway::analysis
