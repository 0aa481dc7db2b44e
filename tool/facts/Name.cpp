#include "facts/Name.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <vector>

namespace clearway {
namespace {

// The table is split so that threads parsing different files seldom meet on one lock. A handle is
// (slot in shard) * kShards + shard; slots live in fixed-size pages that never move, so view() takes no lock.
constexpr uint32_t kShards = 64;
constexpr uint32_t kPageSize = 4096;
constexpr uint32_t kMaxPages = 4096;

struct Page {
  std::array<std::string_view, kPageSize> texts;
};

/// A table of one shard: the slots of its names by hash, in open addressing.
struct Table {
  struct Entry {
    uint32_t hash = 0;
    uint32_t slot = kNoSlot;
  };
  static constexpr uint32_t kNoSlot = UINT32_MAX;
  std::vector<Entry> entries = std::vector<Entry>(256);

  /// Where a name is, or where it would be.
  template <class IsIt> Entry &probe(uint32_t hash, IsIt isIt) {
    const size_t mask = entries.size() - 1;
    size_t at = hash & mask;
    while (entries[at].slot != kNoSlot && !(entries[at].hash == hash && isIt(entries[at].slot)))
      at = (at + 1) & mask;
    return entries[at];
  }

  void grow() {
    std::vector<Entry> old(entries.size() * 2);
    old.swap(entries);
    for (const Entry &entry : old)
      if (entry.slot != kNoSlot)
        probe(entry.hash, [](uint32_t) { return false; }) = entry;
  }
};

struct Shard {
  std::shared_mutex mutex;
  Table table;
  std::array<std::atomic<Page *>, kMaxPages> pages{};
  uint32_t count = 0;
  std::vector<std::unique_ptr<char[]>> chunks;
  size_t chunkUsed = 0, chunkSize = 0;

  std::string_view textOf(uint32_t slot) const {
    return pages[slot / kPageSize].load(std::memory_order_acquire)->texts[slot % kPageSize];
  }

  std::string_view store(std::string_view text) {
    if (chunks.empty() || chunkUsed + text.size() > chunkSize) { // the first text of all is empty
      chunkSize = std::max<size_t>(64 * 1024, text.size());
      chunks.push_back(std::make_unique<char[]>(chunkSize));
      chunkUsed = 0;
    }
    char *to = chunks.back().get() + chunkUsed;
    std::memcpy(to, text.data(), text.size());
    chunkUsed += text.size();
    return {to, text.size()};
  }

  Table::Entry &lookUp(uint32_t hash, std::string_view text) {
    return table.probe(hash, [&](uint32_t slot) { return textOf(slot) == text; });
  }

  uint32_t insert(uint32_t hash, std::string_view text) {
    std::unique_lock lock(mutex);
    if (const uint32_t known = lookUp(hash, text).slot; known != Table::kNoSlot)
      return known;
    if (count * 2 >= table.entries.size())
      table.grow();
    const uint32_t slot = count++;
    std::atomic<Page *> &page = pages.at(slot / kPageSize);
    if (!page.load(std::memory_order_relaxed))
      page.store(new Page, std::memory_order_release); // lives for the process
    page.load(std::memory_order_relaxed)->texts[slot % kPageSize] = store(text);
    lookUp(hash, text) = {hash, slot};
    return slot;
  }

  uint32_t find(uint32_t hash, std::string_view text) {
    {
      std::shared_lock lock(mutex);
      if (const uint32_t known = lookUp(hash, text).slot; known != Table::kNoSlot)
        return known;
    }
    return insert(hash, text);
  }
};

// Leaked on purpose: Names may be read by destructors of other static objects.
std::array<Shard, kShards> &shards() {
  static auto *table = [] {
    auto *made = new std::array<Shard, kShards>;
    (*made)[0].insert(0, ""); // handle 0
    return made;
  }();
  return *table;
}

} // namespace

Name::Name(std::string_view text) {
  if (text.empty())
    return;
  const uint64_t hash = XXH3_64bits(text.data(), text.size());
  const auto shard = static_cast<uint32_t>(hash % kShards);
  handle_ = shards()[shard].find(static_cast<uint32_t>(hash >> 32), text) * kShards + shard;
}

std::string_view Name::view() const { return shards()[handle_ % kShards].textOf(handle_ / kShards); }

} // namespace clearway
