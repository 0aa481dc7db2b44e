#include "facts/NameCache.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <vector>

namespace clearway::facts {
namespace {

struct Entry {
  std::string_view text; // interned, so valid for the process
  uint32_t hash = 0;
  Name name;
};

class ThreadNames {
public:
  Name get(std::string_view text) {
    const auto hash = static_cast<uint32_t>(XXH3_64bits(text.data(), text.size()));
    const size_t mask = entries_.size() - 1;
    size_t at = hash & mask;
    for (; entries_[at].name; at = (at + 1) & mask)
      if (entries_[at].hash == hash && entries_[at].text == text)
        return entries_[at].name;
    return add(at, hash, text);
  }

private:
  Name add(size_t at, uint32_t hash, std::string_view text) {
    const Name name(text);
    entries_[at] = {name.view(), hash, name};
    if (++used_ * 2 > entries_.size())
      grow();
    return name;
  }

  void grow() {
    std::vector<Entry> old(entries_.size() * 2);
    old.swap(entries_);
    const size_t mask = entries_.size() - 1;
    for (const Entry &entry : old) {
      if (!entry.name)
        continue;
      size_t at = entry.hash & mask;
      while (entries_[at].name)
        at = (at + 1) & mask;
      entries_[at] = entry;
    }
  }

  std::vector<Entry> entries_ = std::vector<Entry>(4096);
  size_t used_ = 0;
};

} // namespace

Name cachedName(std::string_view text) {
  thread_local ThreadNames names;
  return text.empty() ? Name() : names.get(text);
}

} // namespace clearway::facts
