#include "frontend/cpp/ReadBodies.h"

#include <algorithm>
#include <mutex>

namespace clearway::frontend::cpp {

size_t ReadBodies::PlaceHash::operator()(const BodyPlace &place) const {
  size_t hash = 0;
  for (const uint32_t part : {place.usr.handle(), place.path.handle(), place.line, place.column})
    hash = (hash ^ part) * 0x9E3779B97F4A7C15ull;
  return hash ^ hash >> 29;
}

void ReadBodies::waitFor(size_t unit) {
  std::shared_lock lock(mutex_);
  progress_.wait(lock, [&] { return allDone_ >= reliesOn(unit); });
}

void ReadBodies::note(const BodyPlace &place, size_t unit) {
  const auto [it, fresh] = first_.try_emplace(place, unit);
  it->second = std::min(it->second, unit);
}

void ReadBodies::add(size_t unit, const UnitFacts &facts) {
  const std::unique_lock lock(mutex_);
  if (facts.parsed)
    for (const facts::FileFacts &file : facts.files)
      for (const facts::Function &function : file.functions)
        if (function.flags & facts::FunctionFlag::HeaderCopy && function.disambiguator) {
          const BodyPlace place{function.disambiguator, function.file, function.nameRange.beginLine, function.nameRange.beginColumn};
          note(place, unit);
          note(place.ofAnyInstantiation(), unit);
        }
  done_[unit] = true;
  while (allDone_ < done_.size() && done_[allDone_])
    ++allDone_;
  progress_.notify_all();
}

bool ReadBodies::has(const BodyPlace &place, size_t unit) const {
  const std::shared_lock lock(mutex_);
  const auto it = first_.find(place);
  return it != first_.end() && it->second < reliesOn(unit);
}

} // namespace clearway::frontend::cpp
