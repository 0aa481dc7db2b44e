// What a call may reach: each function and each outside name once, with its best confidence.
#include "frontend/python/SemanticsCalls.h"

#include <algorithm>

namespace clearway::python {

using link::Confidence;

void Reached::add(link::FunctionId function, Confidence confidence) {
  for (link::Target &target : targets)
    if (target.function == function) {
      target.confidence = std::min(target.confidence, confidence);
      return;
    }
  targets.push_back({function, confidence});
}

void Reached::add(const link::External &external) {
  for (link::External &known : externals)
    if (known.name == external.name) {
      known.confidence = std::min(known.confidence, external.confidence);
      return;
    }
  externals.push_back(external);
}

void Reached::sort() {
  std::ranges::sort(targets, {}, &link::Target::function);
  std::ranges::sort(externals, NameTextLess{}, &link::External::name);
}

} // namespace clearway::python
